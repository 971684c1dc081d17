//! Requests of HTTP → questions; answers → responses of HTTP. Here stand the rules that hold for every address: which hosts are
//! answered, who may change something, what a browser may do with a page.

use super::params::Params;
use super::problem::Problem;
use super::reply::{HTML, PROBLEM, Reply};
use super::route::{Question, Route, Shape};
use super::state::{App, are_equal};
use super::{pages, problem_words, words};
use axum::body::{Body, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a form.
const FORM_MAX: usize = 64 << 10;
/// How long a form may take to come.
const FORM_TIME: Duration = Duration::from_secs(20);
/// Bytes of an address.
const ADDRESS_MAX: usize = 8 << 10;

/// A page may load what this server gives, send forms to it, and stand in no frame of another.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// For every response. `same-origin` and not `no-referrer`: with that a browser sends no origin with our own forms.
const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", CONTENT_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// Answers `request` at the address of `route`.
pub(super) async fn answer(
    app: Arc<App>,
    routes: &'static [Route],
    route: &'static Route,
    request: Request<Body>,
) -> Response<Body> {
    let is_api = route.shape == Shape::Api;
    let (head, body) = request.into_parts();
    let ui = head.uri.query().and_then(|query| Params::read(query).ok());
    let answered = match head.method {
        Method::GET | Method::HEAD => read(Arc::clone(&app), routes, route, &head).await,
        Method::POST if route.change.is_some() => change(Arc::clone(&app), routes, route, &head, body).await,
        _ => Err(Problem::new(405, "this address is only read")),
    };
    let language = match is_api {
        true => problem_words::accepted(text_of(&head.headers, header::ACCEPT_LANGUAGE)),
        false => words::chosen(&app.words, ui.as_ref().and_then(|params| params.get("ui"))).code,
    };
    answered.unwrap_or_else(|problem| {
        let asked = ui.as_ref().map(|params| (route.path, params));
        failure(&app, &problem, is_api, language, asked)
    })
}

/// The response for a path that there is not.
pub(super) async fn missing(app: Arc<App>, request: Request<Body>) -> Response<Body> {
    let problem = match check_host(&app, request.headers()) {
        Err(problem) => problem,
        Ok(()) => Problem::not_found("there is no such address"),
    };
    let is_api = request.uri().path().starts_with("/api/");
    let accepted = problem_words::accepted(text_of(request.headers(), header::ACCEPT_LANGUAGE));
    failure(&app, &problem, is_api, if is_api { accepted } else { "nb" }, None)
}

async fn read(
    app: Arc<App>,
    routes: &'static [Route],
    route: &'static Route,
    head: &Parts,
) -> Result<Response<Body>, Problem> {
    let question = question(&app, routes, route, head)?;
    let is_gzip = text_of(&head.headers, header::ACCEPT_ENCODING).contains("gzip");
    let accept = question.accept.clone();
    let tag = entity_tag(&question, is_gzip);
    if route.shape == Shape::Asset {
        return Ok(response(&(route.answer)(&question)?, None));
    }
    let is_known = text_of(&head.headers, header::IF_NONE_MATCH).split(',').any(|known| known.trim() == tag);
    if is_known && route.is_kept {
        return Ok(response(&Reply { status: 304, ..Reply::new("text/plain", Vec::new()) }, Some(&tag)));
    }
    let variant = u8::from(question.may_edit) + 2 * u8::from(question.is_local);
    let key = format!("{tag} {variant} {accept} {}", head.uri);
    if let Some(reply) = app.cache.get(&key) {
        return Ok(response(&reply, Some(&tag)));
    }
    let work = move || {
        let reply = (route.answer)(&question)?;
        Ok(if is_gzip { reply.compressed() } else { reply })
    };
    let reply = Arc::new(app.pool.run(work).await?);
    if route.is_kept && reply.is_kept && reply.status == 200 {
        app.cache.put(key, Arc::clone(&reply));
    }
    Ok(response(&reply, Some(&tag).filter(|_| route.is_kept)))
}

/// What `request` asks. Fails when it is not for this server.
fn question(
    app: &Arc<App>,
    routes: &'static [Route],
    route: &Route,
    head: &Parts,
) -> Result<Question, Problem> {
    let headers = &head.headers;
    check_host(app, headers)?;
    if head.uri.to_string().len() > ADDRESS_MAX {
        return Err(Problem::new(414, format!("the address is longer than {ADDRESS_MAX} bytes")));
    }
    let params = Params::read(head.uri.query().unwrap_or_default())?;
    if route.shape == Shape::Api
        && let Some((name, _)) = params.pairs().iter().find(|(name, _)| !route.has_parameter(name))
    {
        let names: Vec<&str> = route.parameters().map(|parameter| parameter.name).collect();
        return Err(Problem::bad_request(format!("there is no parameter '{name}'"))
            .with_hint(format!("the parameters are {}", names.join(", "))));
    }
    let rest = route.rest_of(head.uri.path()).map(decoded).transpose()?.unwrap_or_default();
    let peer = head.extensions.get::<SocketAddr>().map_or(IpAddr::from([0, 0, 0, 0]), SocketAddr::ip);
    let is_forwarded =
        ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name));
    let bearer = text_of(headers, header::AUTHORIZATION);
    let token = bearer.strip_prefix("Bearer ");
    Ok(Question {
        view: app.view(),
        routes,
        rest,
        params,
        accept: text_of(headers, header::ACCEPT).to_owned(),
        may_edit: app.may_edit(peer, is_forwarded, token),
        is_local: peer.is_loopback() && !is_forwarded,
        app: Arc::clone(app),
    })
}

/// Changes a file of the corpus, as a form asks.
async fn change(
    app: Arc<App>,
    routes: &'static [Route],
    route: &'static Route,
    head: &Parts,
    body: Body,
) -> Result<Response<Body>, Problem> {
    let mut question = question(&app, routes, route, head)?;
    check_origin(&head.headers)?;
    let body = tokio::time::timeout(FORM_TIME, to_bytes(body, FORM_MAX))
        .await
        .map_err(|_| Problem::bad_request("the form did not come"))?
        .map_err(|_| Problem::new(413, format!("a form has at most {FORM_MAX} bytes")))?;
    let text = std::str::from_utf8(&body).map_err(|_| Problem::bad_request("the form is not UTF-8"))?;
    let form = Params::read(text)?;
    if !form.get("form").is_some_and(|token| are_equal(token, &app.form_token)) {
        return Err(Problem::new(403, "the form is not of this server, or older than its start")
            .with_hint("load the page again"));
    }
    if !question.may_edit {
        let token = form.get("token");
        question.may_edit = app.may_edit(IpAddr::from([0, 0, 0, 0]), true, token);
    }
    if !question.may_edit {
        return Err(Problem::new(403, "only who sits at the machine of this server may change something")
            .with_hint("start the server with --allow-edits, and give its token"));
    }
    let change = route.change.expect("only such routes are changed");
    let worker = Arc::clone(&app);
    let work = move || {
        let reply = {
            let _guard = worker.writing.lock().expect("no thread panics while it writes");
            change(&question, &form)?
        };
        worker.reload_if_changed()?;
        Ok(reply)
    };
    Ok(response(&app.pool.run(work).await?, None))
}

/// A name that leads to this server though it is not its own is that of a page which wants to read what it must not (DNS rebinding).
/// Numbers are no names, so they are safe.
fn check_host(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let host = text_of(headers, header::HOST);
    let name = host_name(host);
    let is_number = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    if is_number
        || name == "localhost"
        || app.settings.hosts.iter().any(|known| known.eq_ignore_ascii_case(name))
    {
        return Ok(());
    }
    Err(Problem::new(421, format!("this server is not called '{name}'"))
        .with_hint("start it with --host NAME"))
}

/// `host` without its port.
fn host_name(host: &str) -> &str {
    if host.starts_with('[') {
        return host.find(']').map_or(host, |end| &host[..=end]);
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// A form that a page of another site sends names that site as its origin.
fn check_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let origin = text_of(headers, header::ORIGIN);
    let site = text_of(headers, HeaderName::from_static("sec-fetch-site"));
    let host = text_of(headers, header::HOST);
    let is_ours = match origin.split_once("://") {
        Some((_, of_origin)) => of_origin == host,
        // Programs send neither; browsers send one of them at least.
        None => origin.is_empty() && (site.is_empty() || site == "same-origin"),
    };
    if is_ours { Ok(()) } else { Err(Problem::new(403, "the form is on a page of another site")) }
}

fn text_of(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A path without its percent signs.
fn decoded(path: &str) -> Result<String, Problem> {
    let wrong = || Problem::bad_request("the path is not percent-encoded UTF-8");
    let (mut bytes, mut rest) = (Vec::new(), path.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2).ok_or_else(wrong)?;
        let digits = std::str::from_utf8(digits).map_err(|_| wrong())?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

/// The id of the view; weak, since the same answer may be compressed or not.
fn entity_tag(question: &Question, is_gzip: bool) -> String {
    format!("\"{}{}\"", question.view.tag, if is_gzip { "-gz" } else { "" })
}

fn response(reply: &Reply, tag: Option<&String>) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body.clone()));
    *response.status_mut() = StatusCode::from_u16(reply.status).expect("statuses are those of HTTP");
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
    if reply.status != 304 && reply.status != 303 {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.media_type));
    }
    let mut add = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let caching = match tag {
        Some(_) => "no-cache",
        None if reply.is_kept && reply.status == 200 => "public, max-age=31536000, immutable",
        None => "no-store",
    };
    add(header::CACHE_CONTROL, caching);
    if let Some(tag) = tag {
        add(header::ETAG, tag);
    }
    if let Some(name) = &reply.file_name {
        add(header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
    }
    if let Some(location) = &reply.location {
        add(header::LOCATION, location);
    }
    if reply.is_gzip {
        add(header::CONTENT_ENCODING, "gzip");
    }
    response
}

/// `problem` for a program or a person, in the language `code`. `asked` is the page with its parameters.
fn failure(
    app: &App,
    problem: &Problem,
    is_api: bool,
    code: &'static str,
    asked: Option<(&'static str, &Params)>,
) -> Response<Body> {
    let (media_type, body) = match is_api {
        true => (PROBLEM, problem.in_language(code).json()),
        false => {
            let words = words::chosen(&app.words, Some(code));
            (HTML, pages::problem(problem, words, asked).into_bytes())
        }
    };
    let reply = Reply { status: problem.status, is_kept: false, ..Reply::new(media_type, body) };
    let mut response = response(&reply, None);
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-language"));
    if problem.status == 503 {
        let seconds = HeaderValue::from(super::problem::RETRY_AFTER_S);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    if problem.status == 405 {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_host_has_no_port() {
        for (host, name) in
            [("localhost:8017", "localhost"), ("[::1]:80", "[::1]"), ("a.example", "a.example")]
        {
            assert_eq!(host_name(host), name);
        }
    }

    #[test]
    fn a_path_is_decoded_or_refused() {
        assert_eq!(decoded("s/%C3%A5%20b").ok().as_deref(), Some("s/å b"));
        assert!(decoded("%C3").is_err() && decoded("%4").is_err() && decoded("%zz").is_err());
    }
}
