//! The files that pages load: one style sheet, small scripts. They are part of the program, and their address changes with their content.

use super::problem::Problem;
use super::reply::Reply;
use super::route::Question;
use crate::text::Digest;
use std::sync::LazyLock;

const FILES: [(&str, &str, &str); 3] = [
    ("icon.svg", "image/svg+xml", include_str!("assets/icon.svg")),
    ("ordskifte.css", "text/css; charset=utf-8", include_str!("assets/ordskifte.css")),
    ("ordskifte.js", "text/javascript; charset=utf-8", include_str!("assets/ordskifte.js")),
];

/// A digest of all files, for their addresses.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all: Vec<&str> = FILES.iter().map(|(_, _, text)| *text).collect();
    Digest::of(all.concat().as_bytes()).to_string()[..10].to_owned()
});

/// `GET /assets/NAME`
pub(super) fn asset(question: &Question) -> Result<Reply, Problem> {
    let found = FILES.iter().find(|(name, _, _)| *name == question.rest);
    let (_, media_type, text) = found.ok_or_else(|| Problem::not_found("there is no such file"))?;
    Ok(Reply::new(media_type, *text))
}
