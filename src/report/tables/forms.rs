//! `forms.csv`: the forms that were counted.

use super::{CONCEPT, N};
use crate::report::table::ValueType::Text;
use crate::report::table::{Table, heading};
use crate::trend::FormRow;

pub(crate) fn forms<'a>() -> Table<FormRow<'a>> {
    let form = heading("form", Text, "What was matched, in small letters");
    let lang =
        heading("lang", Text, "BCP 47 tag of the language of the passages; missing where it is unsure");
    let columns = vec![
        CONCEPT.of(|row: &FormRow<'_>| row.concept.into()),
        form.of(|row: &FormRow<'_>| row.form.into()),
        lang.of(|row: &FormRow<'_>| row.language.map(|language| language.to_string()).into()),
        N.of(|row: &FormRow<'_>| row.n.into()),
    ];
    Table {
        description: "One row for each concept, matched form and language: to check what was counted",
        columns,
    }
}
