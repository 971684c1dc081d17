//! Two kept snapshots compared: which numbers differ, because of which documents.

use super::super::params::path_segments;
use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::route::Question;
use super::super::words::Words;
use super::controls::{Choice, SelectOption};
use super::corpus::moment;
use super::{Link, Shell, kind_name};
use crate::pipeline::{self, Difference, DocumentChange, KeptSnapshot, NumberChange};
use askama::Template;

/// Rows of either table; the files have all.
const LISTED_MAX: usize = 200;

struct NumberLine {
    concept: String,
    year: String,
    kind: String,
    n: [String; 2],
    words: [String; 2],
    /// The passages behind the number as it is now.
    href: String,
    because_of: Vec<String>,
}

struct DocumentLine {
    name: String,
    /// Empty for a document that is gone.
    href: String,
    change: String,
    words: [String; 2],
}

struct Compared {
    about: String,
    made_from: Vec<String>,
    numbers: Vec<NumberLine>,
    numbers_shown: String,
    documents: Vec<DocumentLine>,
    documents_shown: String,
    file: Link,
}

#[derive(Template)]
#[template(path = "snapshots.html")]
struct SnapshotsPage<'a> {
    w: &'a Words,
    shell: Shell,
    choices: Vec<Choice>,
    ui: String,
    compared: Option<Compared>,
}

/// `GET /snapshots`
pub(in super::super) fn snapshots(question: &Question) -> Result<Reply, Problem> {
    let words = question.words();
    let kept = pipeline::kept_snapshots(&question.view.corpus())?;
    let current = kept.iter().position(|snapshot| snapshot.is_current).unwrap_or_default();
    // The newest one besides the current one.
    let previous = kept
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != current)
        .max_by_key(|(_, snapshot)| snapshot.made_at)
        .map_or(current, |(index, _)| index);
    let before = chosen(question, &kept, "before", previous)?;
    let after = chosen(question, &kept, "after", current)?;
    let compared = match (before, after) {
        (Some(before), Some(after)) if before.id != after.id => Some(compared(question, before, after)?),
        _ => None,
    };
    let choices = [("before", "snapshot-before", before), ("after", "snapshot-after", after)];
    let page = SnapshotsPage {
        w: words,
        shell: Shell::new(question, "/snapshots", "/corpus"),
        choices: choices.map(|(name, label, chosen)| choice(words, &kept, (name, label), chosen)).into(),
        ui: question.params.get("ui").unwrap_or_default().to_owned(),
        compared,
    };
    Ok(Reply::html(page.render()?))
}

/// The snapshot that the parameter `name` means, or that of the index `default`. `None` when none is kept.
fn chosen<'k>(
    question: &Question,
    kept: &'k [KeptSnapshot],
    name: &'static str,
    default: usize,
) -> Result<Option<&'k KeptSnapshot>, Problem> {
    match question.params.get(name).filter(|id| !id.is_empty()) {
        None => Ok(kept.get(default)),
        Some(id) => {
            let found = pipeline::find_snapshot(&question.view.corpus(), id)
                .map_err(|error| Problem::parameter(name, error.to_string()))?;
            Ok(kept.iter().find(|snapshot| snapshot.id == found.id))
        }
    }
}

fn choice(
    words: &Words,
    kept: &[KeptSnapshot],
    (name, label): (&'static str, &str),
    chosen: Option<&KeptSnapshot>,
) -> Choice {
    let option = |snapshot: &KeptSnapshot| {
        let made = snapshot.made_at_text().map(|at| moment(words, &at)).unwrap_or_default();
        let parts = [vec![made], snapshot.names.clone(), vec![snapshot.id.clone()]].concat();
        SelectOption {
            value: snapshot.id.clone(),
            text: parts.join(" · "),
            is_chosen: chosen.is_some_and(|chosen| chosen.id == snapshot.id),
        }
    };
    Choice { name, label: words.t(label), options: kept.iter().map(option).collect() }
}

fn compared(question: &Question, before: &KeptSnapshot, after: &KeptSnapshot) -> Result<Compared, Problem> {
    let words = question.words();
    let difference = pipeline::difference(before, after)?;
    let Difference { documents, numbers, made_from } = &difference;
    let is_new = |document: &&DocumentChange| document.change == "new";
    let is_gone = |document: &&DocumentChange| document.change == "gone";
    let (n_new, n_gone) = (documents.iter().filter(is_new).count(), documents.iter().filter(is_gone).count());
    let count = |n: usize| words.n(n as i64);
    let about = words.with(
        "difference-about",
        &[
            ("numbers", &count(numbers.len())),
            ("new", &count(n_new)),
            ("gone", &count(n_gone)),
            ("changed", &count(documents.len() - n_new - n_gone)),
        ],
    );
    let shown = |n: usize| super::concordance::range_shown(words, n.min(1), n.min(LISTED_MAX), n);
    let file = question.params.only(&[]).with("before", &before.id).with("after", &after.id);
    Ok(Compared {
        about,
        made_from: made_from.iter().map(|part| words.t(&format!("made-from-{part}"))).collect(),
        numbers: numbers.iter().take(LISTED_MAX).map(|row| number_line(question, row)).collect(),
        numbers_shown: shown(numbers.len()),
        documents: documents.iter().take(LISTED_MAX).map(|row| document_line(question, row)).collect(),
        documents_shown: shown(documents.len()),
        file: Link::new("CSV", file.with("format", "csv").to("/api/v1/differences")),
    })
}

fn number_line(question: &Question, row: &NumberChange) -> NumberLine {
    let words = question.words();
    let year = row.year.map(|year| year.to_string()).unwrap_or_default();
    let params = question.params.only(&["ui"]).with("q", &row.concept).with("kind", &row.kind);
    NumberLine {
        concept: row.concept.clone(),
        kind: kind_name(&row.kind),
        n: row.n.map(|n| words.n(n as i64)),
        words: row.n_tokens.map(|n| words.n(n as i64)),
        href: params.with("from", &year).with("to", &year).to("/concordance"),
        because_of: row.because_of.clone(),
        year,
    }
}

fn document_line(question: &Question, row: &DocumentChange) -> DocumentLine {
    let words = question.words();
    let path = format!("/documents/{}", path_segments(&row.docname));
    DocumentLine {
        name: row.docname.clone(),
        href: if row.change == "gone" { String::new() } else { question.params.only(&["ui"]).to(&path) },
        change: words.t(&format!("change-{}", row.change)),
        words: row.n_tokens.map(|n| n.map(|n| words.n(n as i64)).unwrap_or_default()),
    }
}
