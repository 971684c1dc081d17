//! How documents are cited: BibTeX for LaTeX, CSL-JSON for Zotero and others, and CITATION.cff for the reports themselves.

use crate::text::{Entry, Kind, visible};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// `entries` as BibTeX, one entry each, with a key that no other has.
pub(crate) fn bibtex<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut keys = BTreeSet::new();
    let mut text = String::new();
    for entry in entries {
        let record = &entry.record;
        let mut fields = vec![("title", braced(&title(entry)))];
        if let Some(issuer) = &record.issuer {
            fields.push(("author", format!("{{{}}}", braced(issuer))));
            fields.push(("institution", braced(issuer)));
        }
        let number = record.designation.as_ref().map(ToString::to_string);
        fields.extend(number.map(|number| ("number", braced(&number))));
        fields.extend(record.year.as_ref().map(|year| ("year", year.year.to_string())));
        fields.extend(record.published.as_ref().map(|dated| ("date", dated.date.to_string())));
        fields.push(("type", braced(record.kind.name())));
        fields.extend(web_address(entry).map(|url| ("url", url.to_owned())));
        fields.push(("note", format!("SHA-256 {}", entry.source_sha256)));
        let fields: Vec<String> =
            fields.into_iter().map(|(name, value)| format!("  {name} = {{{value}}}")).collect();
        text += &format!("@techreport{{{},\n{}\n}}\n\n", key(entry, &mut keys), fields.join(",\n"));
    }
    text
}

/// `entries` as an array of CSL-JSON items.
pub(crate) fn csl_json<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut keys = BTreeSet::new();
    let items: Vec<Value> = entries.into_iter().map(|entry| csl_item(entry, &mut keys)).collect();
    format!("{:#}\n", Value::Array(items))
}

fn csl_item(entry: &Entry, keys: &mut BTreeSet<String>) -> Value {
    let record = &entry.record;
    let kind = if record.kind == Kind::Lov { "legislation" } else { "report" };
    let mut item = json!({
        "id": key(entry, keys),
        "type": kind,
        "title": title(entry),
        "genre": record.kind.name(),
        "note": format!("SHA-256 {}", entry.source_sha256),
    });
    if let Some(issuer) = &record.issuer {
        item["author"] = json!([{ "literal": issuer }]);
        item["authority"] = json!(issuer);
    }
    if let Some(designation) = &record.designation {
        item["number"] = json!(designation.to_string());
    }
    if let Some(language) = entry.language {
        item["language"] = json!(language.to_string());
    }
    if let Some(url) = web_address(entry) {
        item["URL"] = json!(url);
    }
    let date = record.published.as_ref().map(|dated| dated.date.to_string());
    let year = record.year.as_ref().map(|year| year.year.to_string());
    if let Some(date) = date.or(year) {
        let parts: Vec<u32> = date.split('-').filter_map(|part| part.parse().ok()).collect();
        item["issued"] = json!({ "date-parts": [parts] });
    }
    item
}

/// The title, or else the designation, or else the name in the corpus.
fn title(entry: &Entry) -> String {
    let record = &entry.record;
    let designation = || record.designation.as_ref().map(ToString::to_string);
    let title = record.title.clone().or_else(designation);
    visible(&title.unwrap_or_else(|| entry.docname.as_str().to_owned())).into_owned()
}

/// The address of a document that came from the network.
fn web_address(entry: &Entry) -> Option<&str> {
    let url = entry.source_url.as_str();
    (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
}

/// A key of letters, digits and hyphens: the last part of the document's name, with a number where another has it.
fn key(entry: &Entry, taken: &mut BTreeSet<String>) -> String {
    let name = entry.docname.as_str();
    let last = name.rsplit('/').next().unwrap_or(name);
    let letter = |c: char| match c {
        'æ' | 'Æ' => 'e',
        'ø' | 'Ø' => 'o',
        'å' | 'Å' => 'a',
        c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
        _ => '-',
    };
    let base: String = last.chars().map(letter).collect();
    let base = base.trim_matches('-').to_owned();
    let mut key = base.clone();
    let mut number = 2;
    while !taken.insert(key.clone()) {
        key = format!("{base}-{number}");
        number += 1;
    }
    key
}

/// `text` as BibTeX has it: signs that TeX gives a meaning to are escaped.
fn braced(text: &str) -> String {
    let mut escaped = String::new();
    for c in visible(text).replace('\n', " ").chars() {
        match c {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '{' | '}' | '%' | '$' | '&' | '#' | '_' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// CITATION.cff of the reports: how to cite them.
pub(crate) fn citation_cff(snapshot_id: &str, program_version: &str, licence: &str) -> String {
    format!(
        "cff-version: 1.2.0\n\
         message: If you use these numbers, cite the snapshot and the program.\n\
         title: Term trends in policy documents\n\
         type: dataset\n\
         version: {snapshot_id}\n\
         license: {licence}\n\
         authors:\n  - name: The authors of the corpus\n\
         references:\n  - type: software\n    title: ordskifte\n    version: {program_version}\n    authors:\n      - name: The ordskifte developers\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{AnalysisYear, Digest, MediaType, Record};

    fn entry(docname: &str, title: &str) -> Entry {
        Entry {
            docname: docname.to_owned().into(),
            record: Record {
                title: Some(title.to_owned()),
                kind: Kind::Nou,
                issuer: Some("Finans & Næring".to_owned()),
                year: Some(AnalysisYear { year: 2020, basis: "published".to_owned() }),
                ..Record::default()
            },
            language: None,
            media_type: MediaType::Html,
            n_pages: None,
            language_shares: Vec::new(),
            n_passages: 1,
            n_tokens: 10,
            n_tokens_ocr: 0,
            source_url: "https://example.org/a_b".to_owned(),
            source_sha256: Digest::of(b""),
            also_at: Vec::new(),
            copy_of: None,
            is_vanished: false,
            notices: Vec::new(),
            made_from: Digest::of(b""),
        }
    }

    #[test]
    fn signs_of_tex_are_escaped_and_keys_are_unique() {
        let text = bibtex(&[entry("s/Rå A.html", "50 % {mål}"), entry("t/Rå A.html", "To")]);
        assert!(text.contains("@techreport{ra-a-html,\n  title = {50 \\% \\{mål\\}}"), "{text}");
        assert!(text.contains("@techreport{ra-a-html-2,"), "{text}");
        assert!(
            text.contains("author = {{Finans \\& Næring}}")
                && text.contains("url = {https://example.org/a_b}")
        );
    }

    #[test]
    fn csl_has_date_and_authority() {
        let items: Value = serde_json::from_str(&csl_json(&[entry("s/a", "En")])).unwrap();
        assert_eq!(items[0]["issued"]["date-parts"][0][0], 2020);
        assert_eq!((items[0]["type"].as_str(), items[0]["genre"].as_str()), (Some("report"), Some("nou")));
    }
}
