//! The form in which a view is chosen and restricted: the same on the pages of trends and concordances.

use super::super::problem::Problem;
use super::super::route::Question;
use super::super::selection;
use super::super::selection::{Selection, UNKNOWN};
use super::super::state::PropertyCounts;
use super::super::words::Words;
use super::{kind_name, language_name};
use askama::Template;

/// Issuers and addressees in the lists, the most frequent ones.
const NAMES_MAX: usize = 60;

pub(super) struct SelectOption {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) is_chosen: bool,
}

/// A list to choose one value from.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) options: Vec<SelectOption>,
}

impl Choice {
    /// A list of `values` and their texts; the first is meant when the address has none.
    pub(super) fn new(
        question: &Question,
        name: &'static str,
        label: String,
        values: &[(&str, String)],
    ) -> Choice {
        let chosen = question.params.get(name).unwrap_or_default();
        let options = values.iter().enumerate().map(|(index, (value, text))| SelectOption {
            // The default is left out, so that addresses are short.
            value: if index == 0 { String::new() } else { (*value).to_owned() },
            text: text.clone(),
            is_chosen: *value == chosen || (index == 0 && chosen.is_empty()),
        });
        Choice { name, label, options: options.collect() }
    }
}

struct CheckBox {
    value: String,
    text: String,
    count: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "controls.html")]
struct Controls<'a> {
    w: &'a Words,
    hidden: Vec<(&'static str, String)>,
    choices: Vec<Choice>,
    from: &'a str,
    to: &'a str,
    is_open: bool,
    active: String,
    kinds: Vec<CheckBox>,
    languages: Vec<CheckBox>,
    issuers: Vec<CheckBox>,
    addressees: Vec<CheckBox>,
    condition: &'a str,
}

/// The controls as HTML. `hidden` are the parameters that the form takes along as they are.
pub(super) fn controls(
    question: &Question,
    selection: &Selection,
    choices: Vec<Choice>,
    hidden: &[&'static str],
) -> Result<String, Problem> {
    let (words, params) = (question.words(), &question.params);
    let [kinds, issuers, addressees, languages] = question.view.property_counts()? else {
        unreachable!("there are four properties")
    };
    let checks = |name: &'static str, counts: &PropertyCounts| -> Vec<CheckBox> {
        let check = |(value, n): &(Option<String>, u64)| {
            let text = match name {
                "kind" => kind_name(value.as_deref().unwrap_or_default()),
                "language" => language_name(words, value.as_deref()),
                _ => value.clone().unwrap_or_else(|| words.t("unknown")),
            };
            let value = value.clone().unwrap_or_else(|| UNKNOWN.to_owned());
            let is_chosen = params.all(name).any(|chosen| chosen == value);
            CheckBox { text, count: words.n(*n as i64), is_chosen, value }
        };
        counts.iter().take(NAMES_MAX).map(check).collect()
    };
    let page = Controls {
        w: words,
        hidden: hidden
            .iter()
            .flat_map(|name| params.all(name).map(|value| (*name, value.to_owned())))
            .chain(params.get("ui").map(|code| ("ui", code.to_owned())))
            .collect(),
        choices,
        from: params.get("from").unwrap_or_default(),
        to: params.get("to").unwrap_or_default(),
        is_open: false,
        active: active(question, selection),
        kinds: checks("kind", kinds),
        languages: checks("language", languages),
        issuers: checks("issuer", issuers),
        addressees: checks("addressee", addressees),
        condition: params.get("where").unwrap_or_default(),
    };
    Ok(page.render()?)
}

/// The axes of time with their words.
pub(super) fn axes(question: &Question) -> Choice {
    let words = question.words();
    let axes = crate::trend::TimeAxis::NAMES.map(|name| (name, words.t(&format!("axis-{name}"))));
    Choice::new(question, "axis", words.t("axis"), &axes)
}

/// The restrictions of the address in words.
pub(super) fn active(question: &Question, selection: &Selection) -> String {
    let (words, params) = (question.words(), &question.params);
    let mut parts = Vec::new();
    for name in [
        "kind",
        "language",
        "issuer",
        "issuer_today",
        "addressee",
        "addressee_today",
        "source",
        "document",
        "where",
    ] {
        let values: Vec<String> = params
            .all(name)
            .map(|value| match (name, value) {
                ("kind", kind) => kind_name(kind),
                ("language", code) => language_name(words, Some(code).filter(|code| *code != UNKNOWN)),
                (_, UNKNOWN) => words.t("unknown"),
                (_, value) => value.to_owned(),
            })
            .collect();
        if !values.is_empty() {
            parts.push(values.join(words.t("or-between").as_str()));
        }
    }
    match selection.years {
        (Some(first), Some(last)) if first == last => parts.push(first.to_string()),
        (Some(first), Some(last)) => parts.push(format!("{first}–{last}")),
        (Some(first), None) => parts.push(words.about("since", "year", &first.to_string())),
        (None, Some(last)) => parts.push(words.about("until", "year", &last.to_string())),
        (None, None) => {}
    }
    if parts.is_empty() { words.t("no-restriction") } else { parts.join(" · ") }
}

/// The parameters of a selection, with the language of the page.
pub(super) fn selection_params(question: &Question) -> super::super::params::Params {
    question.params.only(&[&selection::NAMES[..], &["ui"]].concat())
}
