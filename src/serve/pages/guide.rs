//! Help and method in one page, and the readable page of the API.

use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::route::Question;
use super::super::route::{ParameterKind, Route, Shape};
use super::super::words::Words;
use super::Shell;
use askama::Template;

#[derive(Template)]
#[template(path = "help.html")]
struct Help<'a> {
    w: &'a Words,
    shell: Shell,
    text: &'static str,
}

/// Written in bokmål only: it is a text to be cited.
const HELP: &str = include_str!("../templates/hjelp.nb.html");

/// `GET /help`
pub(in super::super) fn help(question: &Question) -> Result<Reply, Problem> {
    let page = Help { w: question.words(), shell: Shell::new(question, "/help", "/help"), text: HELP };
    Ok(Reply::html(page.render()?))
}

struct Described {
    path: String,
    summary: &'static str,
    /// Name, value, meaning.
    parameters: Vec<(&'static str, String, &'static str)>,
    columns: Vec<(String, &'static str)>,
}

#[derive(Template)]
#[template(path = "api.html")]
struct Api<'a> {
    w: &'a Words,
    shell: Shell,
    routes: Vec<Described>,
}

/// `GET /api`
pub(in super::super) fn api(question: &Question) -> Result<Reply, Problem> {
    let routes = question.routes.iter().filter(|route| route.shape == Shape::Api).map(described).collect();
    let page = Api { w: question.words(), shell: Shell::new(question, "/api", ""), routes };
    Ok(Reply::html(page.render()?))
}

fn described(route: &Route) -> Described {
    let parameters = route.parameters().map(|parameter| {
        let value = match parameter.kind {
            ParameterKind::Text => "text".to_owned(),
            ParameterKind::Texts => "text, repeatable".to_owned(),
            ParameterKind::Number(min, max) => format!("{min} to {max}"),
            ParameterKind::Choice(values) => values.join(" · "),
        };
        (parameter.name, value, parameter.description)
    });
    let columns = route.columns.map(|columns| columns()).unwrap_or_default();
    Described {
        path: route.path.replace("{*", "{"),
        summary: route.summary,
        parameters: parameters.collect(),
        columns: columns.into_iter().map(|heading| (heading.name.to_string(), heading.description)).collect(),
    }
}
