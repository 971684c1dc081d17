//! `rejected.csv`: what was left out.

use crate::report::table::ValueType::Text;
use crate::report::table::{Table, heading};
use crate::text::Rejected;

pub(crate) fn rejected() -> Table<Rejected> {
    let sha256 = heading(
        "source_sha256",
        Text,
        "SHA-256 of the archived bytes, in hexadecimal; missing when there are none",
    );
    let columns = vec![
        heading("location", Text, "Source and location of what was left out")
            .of(|row: &Rejected| row.location.as_str().into()),
        heading("stage", Text, "The stage that stopped it: acquire, archive or extract")
            .of(|row| row.stage.as_str().into()),
        heading("reason", Text, "Why").of(|row| row.reason.as_str().into()),
        heading("hint", Text, "What can be done about it").of(|row| row.hint.as_str().into()),
        sha256.of(|row| row.source_sha256.map(|sha256| sha256.to_string()).into()),
    ];
    Table { description: "One row for each document or location that was left out, and why", columns }
}
