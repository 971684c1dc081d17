//! One document for programs: its record with the evidence, its passages, its captures.

use super::problem::Problem;
use super::reply::Reply;
use super::route::Question;
use super::state::View;
use crate::acquire::{Archive, Capture};
use crate::results::ReadPassage;
use crate::text::Entry;
use serde_json::{Value, json};

/// What the rest of an address names: a document, and perhaps one of its pages.
pub(super) struct Named<'v> {
    pub(super) index: usize,
    pub(super) entry: &'v Entry,
    pub(super) page: Option<u32>,
}

/// The document that `rest` names: a docname, or a docname and `/pages/N`.
pub(super) fn named<'v>(view: &'v View, rest: &str) -> Result<Named<'v>, Problem> {
    let entries = view.results.documents()?;
    if let Some(index) = view.results.document_called(rest)? {
        return Ok(Named { index, entry: &entries[index], page: None });
    }
    if let Some((docname, page)) = rest.rsplit_once("/pages/")
        && let (Ok(page), Some(index)) = (page.parse(), view.results.document_called(docname)?)
    {
        return Ok(Named { index, entry: &entries[index], page: Some(page) });
    }
    Err(Problem::not_found(format!("there is no document '{rest}'")))
}

/// `GET /api/v1/documents/{id}` and `…/pages/{n}`
pub(super) fn json(question: &Question) -> Result<Reply, Problem> {
    let view = &question.view;
    let Named { index, entry, page } = named(view, &question.rest)?;
    let mut passages = view.results.reading(index)?;
    if let Some(page) = page {
        passages.retain(|passage| passage.page == Some(page));
        if passages.is_empty() && entry.n_pages.is_none_or(|n_pages| page == 0 || page > n_pages) {
            return Err(Problem::not_found(format!("{} has no page {page}", entry.docname)));
        }
        let passages: Vec<Value> = passages.iter().map(passage).collect();
        return Ok(Reply::json(&json!({
            "snapshot": view.snapshot, "docname": entry.docname.as_str(), "page": page, "passages": passages,
        })));
    }
    let captures = captures(view, entry)?;
    let captures: Vec<Value> = captures.iter().map(capture).collect();
    let mut described = serde_json::to_value(entry).expect("an entry has only string keys");
    if !question.is_local && !entry.source_url.contains("://") {
        described["source_url"] = Value::Null;
    }
    Ok(Reply::json(&json!({
        "snapshot": view.snapshot,
        "document": described,
        "passages": passages.iter().map(passage).collect::<Vec<_>>(),
        "captures": captures,
    })))
}

fn passage(passage: &ReadPassage) -> Value {
    json!({
        "ordinal": passage.ordinal,
        "page": passage.page,
        "page_label": passage.page_label,
        "kind": passage.kind,
        "language": passage.language.map(|language| language.to_string()),
        "section": passage.section,
        "text": passage.text,
        "n_tokens": passage.n_tokens,
        "char_start": passage.char_start,
    })
}

fn capture(capture: &Capture) -> Value {
    json!({
        "captured_at": capture.captured_at,
        "http_status": capture.http_status,
        "size_bytes": capture.size_bytes,
        "sha256": capture.sha256.to_string(),
    })
}

/// The captures of a document, the oldest first.
pub(super) fn captures(view: &View, entry: &Entry) -> Result<Vec<Capture>, Problem> {
    let archive = Archive::open_read_only(&view.corpus().archive_folder())?;
    Ok(archive.catalogue().captures_of(entry.docname.source(), entry.docname.location())?)
}
