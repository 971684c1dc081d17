//! Judgements on mentions from the page of the concordance, kept where the command line finds them.

use super::super::params::Params;
use super::super::problem::Problem;
use super::super::reply::{Reply, back};
use super::super::route::Question;
use crate::pipeline::Marks;

/// Characters of a note, and of the name of a coder.
const NOTE_MAX: usize = 500;
const CODER_MAX: usize = 60;

/// `POST /concordance`: the value of `mark` is the first character of the mention, its document, and what it is to be.
pub(in super::super) fn mark(question: &Question, form: &Params) -> Result<Reply, Problem> {
    let wrong = || Problem::parameter("mark", "is not one of this page");
    let (id, judged) = form.get("mark").and_then(|mark| mark.rsplit_once('|')).ok_or_else(wrong)?;
    let (char_start, docname) = id.split_once('|').ok_or_else(wrong)?;
    let char_start: u32 = char_start.parse().map_err(|_| wrong())?;
    let text = form.get("q").ok_or_else(|| Problem::parameter("q", "is missing"))?;
    let coder = form.get("coder").unwrap_or("web");
    if coder.chars().count() > CODER_MAX {
        return Err(Problem::parameter("coder", format!("is longer than {CODER_MAX} characters")));
    }
    let view = &question.view;
    let document = view.results.document_called(docname)?;
    let document = document.ok_or_else(|| Problem::not_found(format!("there is no document '{docname}'")))?;
    let entry = &view.results.documents()?[document];
    let lines = view.results.lines_in(&view.countable(text)?, document)?;
    let line = lines.iter().find(|line| line.char_start == char_start);
    let line = line.ok_or_else(|| {
        Problem::new(409, "the mention is not there any more")
            .with_hint("load the page again: a refresh has changed the text")
    })?;
    let mut marks = Marks::read(&view.config)?;
    let before = marks.find(coder, text, entry.source_sha256, line).cloned();
    let note_before = before.as_ref().map(|mark| mark.note.clone()).unwrap_or_default();
    let new = match judged {
        "yes" => Some((true, note_before)),
        "no" => Some((false, note_before)),
        // A button that is pressed asks for this by its own value: a page that another tab has overtaken takes nothing away.
        "none" => None,
        "note" => {
            let note: String =
                form.get(&format!("note.{id}")).unwrap_or_default().chars().take(NOTE_MAX).collect();
            Some((before.is_none_or(|mark| mark.is_relevant), note))
        }
        _ => return Err(wrong()),
    };
    marks.set(
        (coder, text),
        entry,
        line,
        new.as_ref().map(|(is_relevant, note)| (*is_relevant, note.as_str())),
    );
    marks.write()?;
    Ok(Reply::see_other(back(form, "/concordance")))
}
