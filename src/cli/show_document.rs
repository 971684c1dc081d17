//! `ordskifte documents show`: all that is known of a document: its record with the reasons, the editions that were joined and why, and
//! every capture.

use super::args::ShowDocumentArgs;
use super::outcome::{CommandError, CommandOutcome, this_program};
use super::page::write_page;
use crate::acquire::{Archive, Capture, ID_COLUMN, MOVED_COLUMN, document_id};
use crate::config::Config;
use crate::pipeline::{self, Corpus, Parsers};
use crate::text::{DocName, Entry, Record};
use std::collections::BTreeSet;
use std::io::Write;

/// Writes the record, editions and captures of the document called `name`: a docname, a location, or an id or code in its metadata.
pub(crate) fn show(
    config: &Config,
    args: &ShowDocumentArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let (corpus, name) = (Corpus::new(config), args.name.as_str());
    let results = pipeline::open_results(&corpus)?;
    let found: Vec<&Entry> = results.documents()?.iter().filter(|entry| is_called(entry, name)).collect();
    if found.is_empty() {
        return Err(CommandError::new(
            format!("there is no document '{name}'"),
            Some("`ordskifte documents` lists them; a docname is source/location".to_owned()),
        ));
    }
    if let Some(number) = args.page.number {
        let parsers = Parsers::new(this_program()?, config.settings.worker);
        let view = pipeline::page_view(&corpus, &parsers, found[0], number, args.page.width)?;
        return write_page(view, args.page.png.as_deref(), out);
    }
    let copies = pipeline::last_copies(&corpus).unwrap_or_default();
    let archive = Archive::open_read_only(&corpus.archive_folder()).map_err(pipeline::Error::from)?;
    let mut written = BTreeSet::new();
    for entry in found {
        // The documents that were joined are written once, under the one that counts.
        let counted = entry.copy_of.as_ref().unwrap_or(&entry.docname).to_string();
        if !written.insert(counted.clone()) {
            continue;
        }
        let counted =
            results.documents()?.iter().find(|other| other.docname.to_string() == counted).unwrap_or(entry);
        write_record(counted, out)?;
        let joined = copies.iter().filter(|copy| copy.counted == counted.docname.to_string());
        let mut names: BTreeSet<DocName> = counted.also_at.iter().cloned().collect();
        names.extend(joined.map(|copy| DocName::from(copy.copy.clone())));
        write_case(counted, results.documents()?, out)?;
        writeln!(out, "\nEditions")?;
        writeln!(out, "  {}: its text counts", counted.docname)?;
        for name in &names {
            let copy = results.documents()?.iter().find(|other| other.docname == *name);
            writeln!(out, "  {name}: {}", reason(copy, counted))?;
        }
        names.insert(counted.docname.clone());
        writeln!(out, "\nCaptures")?;
        for name in &names {
            write_captures(&archive, name, out)?;
        }
    }
    Ok(CommandOutcome::Done)
}

fn is_called(entry: &Entry, name: &str) -> bool {
    // An address of Kudos stands for the id in it.
    let id = document_id(name);
    let names = [Some(name), id.as_deref()];
    let is_one = |text: &str| names.contains(&Some(text));
    let is_declared = entry.record.own.iter().any(|(column, value)| is_identifier(column) && is_one(value));
    let location = entry.docname.location();
    let has_id = document_id(location).is_some_and(|id| is_one(&id));
    entry.docname.to_string() == name || is_one(location) || has_id || is_declared
}

/// The columns that name one document.
fn is_identifier(column: &str) -> bool {
    [ID_COLUMN, MOVED_COLUMN, "regjeringen_id", "publication_code", "kudos_number", "legacy_id"]
        .contains(&column)
}

/// The notice that has the reason for joining an edition.
fn reason(copy: Option<&Entry>, counted: &Entry) -> String {
    let Some(copy) = copy else { return "the same bytes".to_owned() };
    let of_counted = |text: &&str| text.contains(&format!("{}:", counted.docname));
    let mut notices = copy.notices.iter().map(|notice| notice.text.as_str());
    notices.find(of_counted).unwrap_or("the same text").to_owned()
}

fn write_record(entry: &Entry, out: &mut dyn Write) -> std::io::Result<()> {
    let Record {
        kind,
        designation,
        title,
        issuer,
        addressee,
        published,
        year,
        own,
        issuer_today,
        addressee_today,
        ..
    } = &entry.record;
    writeln!(out, "{}", entry.docname)?;
    let mut line = |name: &str, value: Option<String>| match value {
        Some(value) => writeln!(out, "  {name:<16} {value}"),
        None => Ok(()),
    };
    line("title", title.clone())?;
    line("kind", Some(kind.name().to_owned()))?;
    line("designation", designation.as_ref().map(ToString::to_string))?;
    line("issuer", issuer.clone())?;
    line("issuer today", issuer_today.clone())?;
    line("addressee", addressee.clone())?;
    line("addressee today", addressee_today.clone())?;
    line("published", published.as_ref().map(|dated| format!("{} (basis: {})", dated.date, dated.basis)))?;
    line("year", year.as_ref().map(|year| format!("{} (basis: {})", year.year, year.basis)))?;
    line("address", Some(entry.source_url.clone()))?;
    line("words", Some(entry.n_tokens.to_string()))?;
    for (name, value) in own {
        line(name, Some(value.clone()))?;
    }
    for notice in &entry.notices {
        line("notice", Some(notice.text.clone()))?;
    }
    if entry.is_vanished { line("vanished", Some("its source no longer has it".to_owned())) } else { Ok(()) }
}

/// The documents that the cases of the Storting link with this one: those that it treats, and those that treat it.
fn write_case(entry: &Entry, all: &[Entry], out: &mut dyn Write) -> std::io::Result<()> {
    let items = |entry: &Entry, column: &str| -> Vec<String> {
        let joined = entry.record.own.get(column).map_or("", String::as_str);
        joined.split("; ").filter(|item| !item.is_empty()).map(str::to_owned).collect()
    };
    let designation = |entry: &Entry| entry.record.designation.as_ref().map(|own| compared(&own.to_string()));
    let mut lines = Vec::new();
    for named in items(entry, "case_documents") {
        let is_named =
            |other: &&Entry| other.copy_of.is_none() && designation(other) == Some(compared(&named));
        let held = all.iter().find(is_named).map_or("not held".to_owned(), |other| other.docname.to_string());
        lines.push(format!("  names   {named}: {held}"));
    }
    for id in items(entry, "case_debates") {
        let is_held = |other: &&Entry| {
            other.docname.source() == entry.docname.source() && other.docname.location() == id
        };
        let held = all.iter().find(is_held).map_or("not held".to_owned(), |other| other.docname.to_string());
        lines.push(format!("  debate  {id}: {held}"));
    }
    for other in all.iter().filter(|other| other.docname != entry.docname && other.copy_of.is_none()) {
        let own = designation(entry);
        let is_treated = items(other, "case_documents").iter().any(|named| Some(compared(named)) == own);
        let is_listed =
            items(entry, "case_documents").iter().any(|named| Some(compared(named)) == designation(other));
        let is_debate = items(entry, "case_debates").iter().any(|id| id == other.docname.location());
        if is_treated && !is_listed && !is_debate {
            lines.push(format!("  {:<7} {}", other.record.kind.name(), other.docname));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nCases of the Storting")?;
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// One form for all ways to write a designation.
fn compared(designation: &str) -> String {
    let plain = designation.to_lowercase().replace('–', "-");
    plain.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The captures of a document, of the pages that it was found on, and of its parts; the oldest first.
fn write_captures(archive: &Archive, name: &DocName, out: &mut dyn Write) -> Result<(), CommandError> {
    let captures = archive.catalogue().captures_of(name.source(), name.location());
    let captures = captures.map_err(pipeline::Error::from)?;
    for Capture { location, captured_at, http_status, sha256, size_bytes, target_uri, revisit_of, .. } in
        captures
    {
        let status = http_status.map_or("file".to_owned(), |status| status.to_string());
        let bytes = if revisit_of.is_some() { "as before".to_owned() } else { format!("{size_bytes} bytes") };
        writeln!(
            out,
            "  {captured_at}  {status}  {bytes}  {sha256}  {}/{location}  {target_uri}",
            name.source()
        )?;
    }
    Ok(())
}
