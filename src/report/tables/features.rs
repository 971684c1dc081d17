//! The document–feature matrix in long form, for tidytext and quanteda.

use super::DOCNAME;
use crate::report::table::ValueType::{Integer, Text};
use crate::report::table::{Table, heading};

/// A feature in a document.
pub(crate) struct FeatureRow<'a> {
    pub(crate) docname: &'a str,
    pub(crate) feature: &'a str,
    pub(crate) n: u64,
}

pub(crate) fn features<'a>() -> Table<FeatureRow<'a>> {
    type Row<'a> = FeatureRow<'a>;
    let columns = vec![
        DOCNAME.of(|row: &Row<'_>| row.docname.into()),
        heading("feature", Text, "The word in small letters, its lemma, or the concept")
            .of(|row| row.feature.into()),
        heading(
            "n",
            Integer,
            "Occurrences of the feature in the document; pairs that do not occur have no row",
        )
        .in_unit("occurrences")
        .of(|row| row.n.into()),
    ];
    Table { description: "One row for each document and feature that it has", columns }
}
