//! How a view is cited: its title, the snapshot, the program, its permanent address; as text, BibTeX and CSL-JSON.

use super::super::reply::Reply;
use super::super::route::Question;

/// What a citation names.
pub(super) struct Cited {
    pub(super) title: String,
    /// The address with the snapshot, without the server.
    pub(super) address: String,
}

/// The date of the snapshot; the year alone is enough for most styles.
fn date(question: &Question) -> Option<&str> {
    question.view.made_at.as_deref().and_then(|at| at.split(' ').next())
}

/// As a sentence.
pub(super) fn text(question: &Question, cited: &Cited) -> String {
    let words = question.words();
    let date = date(question).map(|date| words.date(date)).unwrap_or_default();
    words.with(
        "citation",
        &[
            ("title", &cited.title),
            ("snapshot", &question.view.snapshot),
            ("date", &date),
            ("version", env!("CARGO_PKG_VERSION")),
        ],
    )
}

pub(super) fn bibtex(question: &Question, cited: &Cited) -> Reply {
    let snapshot = &question.view.snapshot;
    let escaped = |text: &str| {
        text.chars()
            .flat_map(|c| match c {
                '{' | '}' | '%' | '$' | '&' | '#' | '_' => vec!['\\', c],
                '\\' | '~' | '^' => vec![' '],
                c => vec![c],
            })
            .collect::<String>()
    };
    let date = date(question).unwrap_or_default();
    let text = format!(
        "@misc{{ordskifte-{snapshot},\n  title = {{{}}},\n  author = {{{{ordskifte {}}}}},\n  date = {{{date}}},\n  year = {{{}}},\n  \
         version = {{{snapshot}}},\n  note = {{Snapshot {snapshot}; address {}}}\n}}\n",
        escaped(&cited.title),
        env!("CARGO_PKG_VERSION"),
        date.get(..4).unwrap_or_default(),
        escaped(&cited.address)
    );
    Reply::new("application/x-bibtex; charset=utf-8", text).named(format!("ordskifte-{snapshot}.bib"))
}

pub(super) fn csl(question: &Question, cited: &Cited) -> Reply {
    let snapshot = &question.view.snapshot;
    let parts: Vec<u32> =
        date(question).unwrap_or_default().split('-').filter_map(|part| part.parse().ok()).collect();
    let item = serde_json::json!([{
        "id": format!("ordskifte-{snapshot}"),
        "type": "dataset",
        "title": cited.title,
        "author": [{"literal": format!("ordskifte {}", env!("CARGO_PKG_VERSION"))}],
        "version": snapshot,
        "issued": {"date-parts": [parts]},
        "note": format!("Snapshot {snapshot}; address {}", cited.address),
    }]);
    Reply::json(&item).named(format!("ordskifte-{snapshot}.json"))
}
