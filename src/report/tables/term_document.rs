//! `term_document.csv`: a concept in a document.

use super::{CONCEPT, N, OfDocument, PER_MILLION, identity, n_tokens, ocr_share, source_sha256, source_url};
use crate::report::table::ValueType::Integer;
use crate::report::table::{Column, Dialect, Table, csv_fields, heading, write_csv_header};
use crate::text::{Count, Entry};
use crate::trend::{self, DocumentRow, Frequency};
use std::io::{self, Write};

impl OfDocument for DocumentRow<'_> {
    fn entry(&self) -> &Entry {
        self.entry
    }
}

pub(crate) fn term_document<'a>() -> Table<DocumentRow<'a>> {
    let columns = parts().into_iter().flatten().collect();
    Table { description: "One row for each concept and document, with and without mentions", columns }
}

/// Its columns: the concept; what the document is; the numbers; where the document comes from.
fn parts<'a>() -> [Vec<Column<DocumentRow<'a>>>; 4] {
    let page_first =
        heading("page_first", Integer, "First page with a mention; missing without mentions or pages");
    [
        vec![CONCEPT.of(|row: &DocumentRow<'_>| row.concept.into())],
        identity(),
        vec![
            N.of(|row: &DocumentRow<'_>| row.n.into()),
            n_tokens(),
            ocr_share(),
            PER_MILLION.of(|row| Frequency { n: row.n, n_tokens: row.entry.n_tokens }.per_million().into()),
            page_first.of(|row| row.page_first.into()),
        ],
        vec![source_url(), source_sha256()],
    ]
}

/// Writes the table of `counts`, with the columns `own` of the user's own, as CSV: the bytes of [`Table::write`], at a fraction of
/// the cost.
///
/// The table has a row for each concept and document: 200,000 for 4,000 documents. The columns about the document are the same for
/// every concept, so they are formatted once for each document and copied; so are the numbers of a document without mentions.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write_term_document_csv(
    entries: &[Entry],
    counts: &[Count],
    own: &[String],
    dialect: Dialect,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_csv_header(&term_document().with_own(own).headings(), dialect, out)?;
    let [concept, document, numbers, origin] = parts().map(|columns| Table { description: "", columns });
    let origin = origin.with_own(own);
    let of_documents: Vec<[String; 3]> = entries
        .iter()
        .map(|entry| DocumentRow { concept: "", entry, n: 0, page_first: None })
        .map(|row| [&document, &numbers, &origin].map(|part| fields(part, &row, dialect)))
        .collect();
    let delimiter = dialect.delimiter();
    for count in counts {
        let mut of_concept = None;
        let rows = trend::by_document(entries, std::slice::from_ref(count));
        for (row, [document, without_mentions, origin]) in rows.into_iter().zip(&of_documents) {
            let concept = of_concept.get_or_insert_with(|| fields(&concept, &row, dialect));
            let of_mentions = (row.n > 0).then(|| fields(&numbers, &row, dialect));
            let numbers = of_mentions.as_ref().unwrap_or(without_mentions);
            write!(out, "{concept}{delimiter}{document}{delimiter}{numbers}{delimiter}{origin}\r\n")?;
        }
    }
    Ok(())
}

/// The values of `row` in some of the columns, as they stand in its line.
fn fields<'a>(part: &Table<DocumentRow<'a>>, row: &DocumentRow<'a>, dialect: Dialect) -> String {
    csv_fields(&part.cells(row), dialect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::text::{MediaType, Record, Tally};

    #[test]
    fn the_quick_way_to_write_the_table_gives_the_same_bytes() {
        let entry = |docname: &str, title: &str, n_tokens| Entry {
            record: Record {
                title: Some(title.to_owned()),
                own: [("shelf".to_owned(), format!("a, {title}"))].into(),
                ..Record::default()
            },
            n_passages: 1,
            n_tokens,
            source_url: "https://example.org/?a=1,2;3".to_owned(),
            ..Entry::new(docname.to_owned().into(), MediaType::Html)
        };
        let entries = [
            entry("s/a, b.html", "Ord, \"sitat\"; og\nlinje", 7),
            entry("s/c.html", "", 0),
            entry("s/d.html", "=1+1\u{202e}", 3_000_000),
        ];
        let own = ["shelf".to_owned(), "title".to_owned()];
        let tally = |document, n| Tally { document, form: 0, language: None, n, page_first: Some(3) };
        let count = |concept: &str, tallies| Count {
            concept: concept.to_owned(),
            forms: vec!["ord".to_owned()],
            tallies,
        };
        let counts = [
            count("en; to, \"tre\"", vec![tally(0, 2), tally(2, 1)]),
            count("-minus", Vec::new()),
            count("null", vec![tally(1, 1)]),
        ];
        for dialect in [Dialect::Standard, Dialect::ExcelNo] {
            let (mut quick, mut plain) = (Vec::new(), Vec::new());
            write_term_document_csv(&entries, &counts, &own, dialect, &mut quick).unwrap();
            let rows = trend::by_document(&entries, &counts);
            term_document().with_own(&own).write(rows, Format::Csv(dialect), &mut plain).unwrap();
            assert_eq!(String::from_utf8(quick).unwrap(), String::from_utf8(plain).unwrap());
        }
    }
}
