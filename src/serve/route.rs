//! What an address of the server is, and what it is asked: parameters, an answer, perhaps a change.

use super::params::Params;
use super::problem::Problem;
use super::reply::{Reply, TableFormat};
use super::state::{App, View};
use super::words;
use super::words::Words;
use crate::report::Heading;
use crate::trend::TimeAxis;
use std::sync::Arc;

/// A question to one view.
pub(super) struct Question {
    pub(super) app: Arc<App>,
    pub(super) view: Arc<View>,
    /// All addresses, for those that describe them.
    pub(super) routes: &'static [Route],
    /// The rest of the path, for addresses that have one.
    pub(super) rest: String,
    pub(super) params: Params,
    /// The header `Accept`.
    pub(super) accept: String,
    /// Whether who asks may change files of the corpus.
    pub(super) may_edit: bool,
    /// Whether who asks is on this machine.
    pub(super) is_local: bool,
}

impl Question {
    /// The value of `q`.
    pub(super) fn query_text(&self) -> Result<&str, Problem> {
        self.params.get("q").ok_or_else(|| Problem::parameter("q", "is missing"))
    }

    /// The words of the language that the address names.
    pub(super) fn words(&self) -> &Words {
        words::chosen(&self.app.words, self.params.get("ui"))
    }
}

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A page for people.
    Page,
    /// An answer for programs.
    Api,
    /// A file that is part of the program.
    Asset,
}

/// A parameter of an address.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) kind: ParameterKind,
    pub(super) is_required: bool,
}

/// What a value of a parameter is.
pub(super) enum ParameterKind {
    Text,
    /// Any number of texts: the parameter is repeated.
    Texts,
    Number(u32, u32),
    Choice(&'static [&'static str]),
}

/// What an address answers.
pub(super) type Answer = fn(&Question) -> Result<Reply, Problem>;
/// What a form changes.
pub(super) type Change = fn(&Question, &Params) -> Result<Reply, Problem>;

/// An address.
pub(super) struct Route {
    /// A rest of the path is written `{*id}`.
    pub(super) path: &'static str,
    pub(super) shape: Shape,
    pub(super) answer: Answer,
    /// What a form that is sent here changes.
    pub(super) change: Option<Change>,
    /// Whether the same address gives the same answer while the view is the same.
    pub(super) is_kept: bool,
    /// Of the API: what it gives, in one line.
    pub(super) summary: &'static str,
    pub(super) own_parameters: &'static [Parameter],
    /// Whether it takes the parameters of a selection of documents too.
    pub(super) is_of_selection: bool,
    /// The columns of its table. `None` for an answer that is no table.
    pub(super) columns: Option<fn() -> Vec<Heading>>,
}

impl Route {
    /// All parameters.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        let selection: &[Parameter] = if self.is_of_selection { &SELECTION } else { &[] };
        let format: &[Parameter] = if self.columns.is_some() { &FORMAT } else { &[] };
        self.own_parameters.iter().chain(selection).chain(format)
    }

    pub(super) fn has_parameter(&self, name: &str) -> bool {
        self.parameters().any(|parameter| parameter.name == name)
    }

    /// The rest of `path` after the fixed part. `None` for addresses without one.
    pub(super) fn rest_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        let (fixed, _) = self.path.split_once('{')?;
        path.strip_prefix(fixed)
    }
}

pub(super) const fn text(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, description, kind: ParameterKind::Text, is_required: false }
}

pub(super) const fn texts(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, description, kind: ParameterKind::Texts, is_required: false }
}

pub(super) const fn required(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, description, kind: ParameterKind::Text, is_required: true }
}

pub(super) const fn number(name: &'static str, description: &'static str, min: u32, max: u32) -> Parameter {
    Parameter { name, description, kind: ParameterKind::Number(min, max), is_required: false }
}

pub(super) const fn choice(
    name: &'static str,
    description: &'static str,
    values: &'static [&'static str],
) -> Parameter {
    Parameter { name, description, kind: ParameterKind::Choice(values), is_required: false }
}

/// Which documents are counted.
static SELECTION: [Parameter; 12] = [
    text("where", "A query that documents must match, as kind:nou year:2015..2020 samskaping*"),
    texts("kind", "Kind of document; repeat it for more"),
    texts("issuer", "Name of the issuer, as it is in the record; - for unknown"),
    texts("issuer_today", "Name that the issuer has today"),
    texts("addressee", "Name of the addressee; - for unknown"),
    texts("addressee_today", "Name that the addressee has today"),
    texts("language", "Language of the document: nb, nn, …; - where it is unsure"),
    texts("source", "Name of the source"),
    texts("document", "Docname of the document"),
    choice("axis", "What the year of a document is", &TimeAxis::NAMES),
    number("from", "First year", 1_000, 9_999),
    number("to", "Last year", 1_000, 9_999),
];

static FORMAT: [Parameter; 1] =
    [choice("format", "Format of the answer; also by the header Accept", &TableFormat::NAMES)];

pub(super) const fn answer(
    path: &'static str,
    summary: &'static str,
    answer: Answer,
    own_parameters: &'static [Parameter],
    columns: Option<fn() -> Vec<Heading>>,
) -> Route {
    Route {
        path,
        shape: Shape::Api,
        answer,
        change: None,
        is_kept: true,
        summary,
        own_parameters,
        is_of_selection: false,
        columns,
    }
}

impl Route {
    pub(super) const fn of_selection(self) -> Route {
        Route { is_of_selection: true, ..self }
    }

    pub(super) const fn never_kept(self) -> Route {
        Route { is_kept: false, ..self }
    }

    pub(super) const fn changed_by(self, change: Change) -> Route {
        Route { change: Some(change), ..self }
    }
}

pub(super) const fn page(path: &'static str, answer: Answer) -> Route {
    Route { shape: Shape::Page, ..self::answer(path, "", answer, &[], None) }
}
