//! The pages for people. Each is a question to the view, and a template; all state is in the address, so that a page can be sent, kept and
//! opened again.

mod citation;
mod codebook;
mod concordance;
mod controls;
mod corpus;
mod document;
mod guide;
mod marking;
mod snapshots;
mod start;
mod trend_figure;
mod vega;
mod word_tables;

pub(super) use codebook::codebook;
pub(super) use concordance::concordance;
pub(super) use corpus::corpus;
pub(super) use document::document;
pub(super) use guide::{api, help};
pub(super) use marking::mark;
pub(super) use snapshots::snapshots;
pub(super) use start::start;
pub(super) use word_tables::{collocates, compare};

use super::assets;
use super::params::Params;
use super::problem::Problem;
use super::problem_words;
use super::route::Question;
use super::words::Words;
use askama::Template;

/// A link with its text.
pub(super) struct Link {
    pub(super) text: String,
    pub(super) href: String,
}

impl Link {
    pub(super) fn new(text: impl Into<String>, href: impl Into<String>) -> Link {
        Link { text: text.into(), href: href.into() }
    }
}

/// An entry of the menu.
pub(super) struct MenuItem {
    pub(super) text: String,
    pub(super) href: String,
    pub(super) is_current: bool,
}

/// The same page in another language.
pub(super) struct OtherLanguage {
    pub(super) code: &'static str,
    pub(super) text: &'static str,
    pub(super) href: String,
}

/// What stands around every page.
pub(super) struct Shell {
    pub(super) version: &'static str,
    pub(super) home: String,
    pub(super) corpus: String,
    pub(super) help: String,
    pub(super) menu: Vec<MenuItem>,
    pub(super) state: String,
    pub(super) updated: String,
    pub(super) languages: Vec<OtherLanguage>,
    pub(super) snapshot: String,
}

/// The pages of the menu with their words.
const MENU: [(&str, &str); 7] = [
    ("/", "menu-trends"),
    ("/concordance", "menu-concordance"),
    ("/collocates", "menu-collocates"),
    ("/compare", "menu-compare"),
    ("/codebook", "menu-codebook"),
    ("/corpus", "menu-corpus"),
    ("/help", "menu-help"),
];

/// The languages of the pages by their own names.
const LANGUAGES: [(&str, &str); 3] = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")];

impl Shell {
    /// Around the page at `path`, of which `current` is the entry of the menu.
    pub(super) fn new(question: &Question, path: &str, current: &str) -> Shell {
        let (words, view, params) = (question.words(), &question.view, &question.params);
        let ui = params.only(&["ui"]);
        // A term is taken along to the pages that show it too.
        let with_term = params.only(&["ui", "q"]);
        let menu = MENU.map(|(href, key)| MenuItem {
            text: words.t(key),
            href: if ["/", "/concordance", "/collocates"].contains(&href) {
                with_term.to(href)
            } else {
                ui.to(href)
            },
            is_current: href == current,
        });
        let others = LANGUAGES.iter().filter(|(code, _)| *code != words.code);
        let languages = others.map(|(code, text)| OtherLanguage {
            code,
            text,
            href: params.with("ui", if *code == "nb" { "" } else { code }).to(path),
        });
        let documents = words.count("n-documents", view.n_documents as i64);
        let state = match view.years {
            Some((first, last)) if first == last => format!("{documents}, {first}"),
            Some((first, last)) => format!("{documents}, {first}–{last}"),
            None => documents,
        };
        let updated = view.made_at.as_deref().and_then(|at| {
            let (date, time) = at.split_once(' ')?;
            Some(words.with("updated", &[("date", &words.date(date)), ("time", time)]))
        });
        Shell {
            version: &assets::VERSION,
            home: ui.to("/"),
            corpus: ui.to("/corpus"),
            help: ui.to("/help"),
            menu: menu.into(),
            state,
            updated: updated.unwrap_or_default(),
            languages: languages.collect(),
            snapshot: view.snapshot.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    w: &'a Words,
    version: &'static str,
    title: String,
    detail: Said,
    hint: Said,
    again: Option<Again>,
}

/// A form with what was asked, to be corrected.
struct Again {
    path: &'static str,
    q: String,
    hidden: Vec<(String, String)>,
}

impl Again {
    /// For the pages that have a field for words.
    fn of((path, params): (&'static str, &Params)) -> Option<Again> {
        let has_field = ["/", "/concordance", "/collocates"].contains(&path);
        let q = terms(params).join(", ");
        let hidden = params.without(&["q", "page"]).pairs().to_vec();
        (has_field && !q.is_empty()).then_some(Again { path, q, hidden })
    }
}

/// A message, and the language that it is in: English where it is not known in that of the page.
pub(super) struct Said {
    pub(super) text: String,
    pub(super) lang: &'static str,
}

impl Said {
    pub(super) fn of(text: &str, words: &Words) -> Said {
        match problem_words::in_language(text, words.code) {
            Some(text) => Said { text, lang: words.code },
            None => Said { text: text.to_owned(), lang: "en" },
        }
    }
}

/// The page for a question that has no answer.
pub(super) fn problem(problem: &Problem, words: &Words, asked: Option<(&'static str, &Params)>) -> String {
    let title = match problem.status {
        404 | 410 => words.t("problem-missing"),
        400 => words.t("problem-question"),
        422 => words.t("problem-costly"),
        403 | 421 => words.t("problem-forbidden"),
        503 | 504 => words.t("problem-busy"),
        _ => words.t("problem-ours"),
    };
    let page = ProblemPage {
        w: words,
        version: &assets::VERSION,
        title,
        // The title says so already.
        detail: Said::of(problem.detail.trim_start_matches("cannot understand the query: "), words),
        hint: Said::of(problem.hint.as_deref().unwrap_or_default(), words),
        again: asked.filter(|_| [400, 404, 422].contains(&problem.status)).and_then(Again::of),
    };
    page.render().unwrap_or_else(|_| problem.detail.clone())
}

/// Terms of a question: several may stand in one value, separated by commas outside of quotation marks, brackets and regular expressions.
pub(super) fn terms(params: &Params) -> Vec<String> {
    let mut terms = Vec::new();
    for value in params.all("q") {
        let mut depth = 0_i32;
        let mut is_quoted = false;
        let mut term = String::new();
        for c in value.chars() {
            match c {
                '"' | '/' => is_quoted = !is_quoted,
                '(' | '[' | '{' | '«' | '„' => depth += 1,
                ')' | ']' | '}' | '»' | '“' => depth -= 1,
                _ => {}
            }
            if c == ',' && depth <= 0 && !is_quoted {
                terms.push(std::mem::take(&mut term));
            } else {
                term.push(c);
            }
        }
        terms.push(term);
    }
    let mut known = Vec::<String>::new();
    for term in terms.into_iter().map(|term| term.trim().to_owned()).filter(|term| !term.is_empty()) {
        if !known.contains(&term) {
            known.push(term);
        }
    }
    known
}

/// What to say when the address names another snapshot than the one that is shown.
pub(super) fn other_snapshot(question: &Question) -> Vec<String> {
    let wanted = question.params.get("snapshot").filter(|wanted| *wanted != question.view.snapshot);
    let note = |wanted: &str| {
        question.words().with("other-snapshot", &[("wanted", wanted), ("shown", &question.view.snapshot)])
    };
    wanted.map(note).into_iter().collect()
}

/// The name of a kind of document.
pub(super) fn kind_name(kind: &str) -> String {
    if kind == "nou" { "NOU".to_owned() } else { kind.to_owned() }
}

/// The name of a language by its code.
pub(super) fn language_name(words: &Words, code: Option<&str>) -> String {
    match code {
        None => words.t("unsure"),
        Some(code) => {
            let key = format!("lang-{code}");
            if words.has(&key) { words.t(&key) } else { code.to_owned() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_separated_by_commas_outside_of_quotation_marks_and_brackets() {
        let params = Params::read("q=samskaping,+tillit*&q=%22a+*{0,2}+b%22&q=samskaping").unwrap();
        assert_eq!(terms(&params), ["samskaping", "tillit*", "\"a *{0,2} b\""]);
    }
}
