//! `ordskifte language`: text → language, line by line or for a whole file.

use super::args::LanguageArgs;
use super::outcome::{CommandError, CommandOutcome, this_program};
use crate::acquire::{open_regular_file, read_document_file};
use crate::language::{identify, label};
use crate::pipeline::Parsers;
use crate::sandbox::Limits;
use crate::text::{Document, Page, Passage, PassageKind, Rejection, normalise};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

/// Only this much of a longer line is read: such input is not a line of text but a file without line ends.
const LINE_BYTES_MAX: u64 = 1 << 20;

pub(crate) fn language(args: &LanguageArgs, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let file = args.file.as_deref().filter(|file| *file != Path::new("-"));
    if args.lines {
        return lines(open(file)?, out);
    }
    let bytes = match file {
        Some(file) => read_document_file(file)?,
        None => {
            let mut bytes = Vec::new();
            io::stdin()
                .lock()
                .read_to_end(&mut bytes)
                .map_err(|error| unreadable(Path::new("stdin"), &error))?;
            bytes
        }
    };
    match document(&bytes)? {
        Ok(document) => shares(&document, out),
        Err(rejection) => {
            let name = file.map_or("stdin".to_owned(), |file| file.display().to_string());
            let message = format!("{name} is rejected: {}", rejection.reason);
            super::outcome::report(&CommandError::new(message, Some(rejection.hint)));
            Ok(CommandOutcome::NeedsAttention)
        }
    }
}

fn open(file: Option<&Path>) -> Result<Box<dyn BufRead>, CommandError> {
    let Some(file) = file else { return Ok(Box::new(io::stdin().lock())) };
    Ok(Box::new(BufReader::new(open_regular_file(file)?)))
}

fn unreadable(file: &Path, error: &io::Error) -> CommandError {
    let hint = "give a file, or the text on stdin: `ordskifte language --lines < FILE`";
    CommandError::new(format!("cannot read {}: {error}", file.display()), Some(hint.to_owned()))
}

/// `code TAB confidence` for each line of `input`, while it is read.
fn lines(mut input: Box<dyn BufRead>, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let mut line = Vec::new();
    while read_line(&mut input, &mut line).map_err(|error| unreadable(Path::new("the text"), &error))? {
        match identify(&normalise(&String::from_utf8_lossy(&line))) {
            Some(guess) => writeln!(out, "{}\t{:.3}", guess.language, guess.confidence)?,
            None => writeln!(out, "und\t0.000")?,
        }
    }
    Ok(CommandOutcome::Done)
}

/// Reads the next line, up to [`LINE_BYTES_MAX`]. `false` at the end.
pub(crate) fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let count = (&mut *input).take(LINE_BYTES_MAX).read_until(b'\n', line)?;
    if count as u64 == LINE_BYTES_MAX && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok(count > 0)
}

/// The document in `bytes`, its passages labelled: a PDF, HTML or DOCX file as a corpus would read it, or else plain text,
/// a paragraph a line.
fn document(bytes: &[u8]) -> Result<Result<Document, Rejection>, CommandError> {
    if crate::pipeline::is_document(bytes) {
        let parsers = Parsers::new(this_program()?, Limits::default());
        let read = parsers.read(bytes);
        let read = read.map_err(|e| CommandError::new(format!("cannot run the parser: {e}"), None))?;
        return Ok(read.map(|extracted| extracted.document));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let hint = "convert it to UTF-8, PDF, HTML or DOCX";
        return Ok(Err(Rejection::new("unknown format: neither a document nor text in UTF-8", hint)));
    };
    let passages = text.lines().map(|line| Passage::new(PassageKind::Paragraph, normalise(line))).collect();
    let mut document =
        Document { pages: vec![Page { number: None, label: None, passages }], ..Document::default() };
    label(&mut document);
    Ok(Ok(document))
}

/// `code TAB share of the letters` for each language, the largest first.
fn shares(document: &Document, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let shares = document.language_shares();
    for (language, share) in &shares {
        writeln!(out, "{language}\t{share:.3}")?;
    }
    Ok(if shares.is_empty() { CommandOutcome::NeedsAttention } else { CommandOutcome::Done })
}
