//! The integration tests: one binary.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

/// Stage 1: folder sources, the archive and its catalogue.
mod acquire;
/// The modules of the library import what the table of `src/README.md` allows, and nothing else.
mod architecture;
/// The WARC files are only added to, and the catalogue is what they say.
mod archive;
/// What was captured, listed, given out and exported for other programs.
mod archive_export;
/// What a user meets at the terminal when something is wrong.
mod cli;
/// A codebook: what counts, what is refused, what a person can decide.
mod codebook;
/// Files that another program converts first.
mod converter;
/// What the configuration and tables of metadata say of a corpus.
mod corpus_settings;
/// Extraction on other machines.
mod distributed;
/// DOCX → passages.
mod docx;
/// From a number to its passages and back; judgements on passages; what an export says of itself.
mod evidence;
/// Fetching against a fixture server on the loopback address.
mod fetch;
/// HTML → passages.
mod formats;
/// Derived files that are damaged, missing or left over.
mod healing;
mod html;
mod html_pages;
/// Text → language, the command and the trained table.
mod interrupt;
/// The source `kudos` against a fixture server.
mod kudos;
mod language;
/// The sources `page_links`, `sitemap` and `feed` against a fixture server.
mod lists;
mod measures;
/// Words → lemmas, compound members.
mod morphology;
/// Hosts over a whole run: pace, Retry-After, breaker; answers that are cut short; bad rows of a list.
mod network;
/// What a run leaves for those who watch it.
mod nightly;
/// A page as it is shown: its picture, and its words where they stand.
mod page_view;
/// PDF → pages and passages.
mod pdf;
/// Where the characters of a PDF come from, and how they are placed.
mod pdf_characters;
/// The files that PDFs are: cross-references, updates, encryption, damage.
mod pdf_files;
/// What of a PDF's pages is furniture, and what is text all the same.
mod pdf_furniture;
/// PDF objects, fonts, what is shown, and hostile files.
mod pdf_objects;
/// Items, cells and columns of PDFs and scans in the order in which they are read.
mod pdf_order;
/// What real PDFs hold besides plain text: layers, forms, damage, odd fonts.
mod pdf_real;
/// What a PDF says of its own structure: outline, tags, labels, titles.
mod pdf_structure;
mod pdf_tables;
/// Queries: counted, listed, restricted, misspelt.
mod questions;
/// Documents → records.
mod record;
/// Runs over a corpus that changes.
mod refresh;
/// The source `regjeringen` against a fixture server.
mod regjeringen;
/// robots.txt, walls against robots, budgets.
mod robots;
/// The sample corpus against its true texts, records and counts.
mod sample;
/// Parsing children: limits and confinement.
mod sandbox;
/// PDFs as a scanner gives them.
#[allow(dead_code, reason = "shared with the program that measures OCR")]
#[path = "../../tools/scans/twin.rs"]
mod scan_twin;
/// Pages that are pictures, read by OCR.
mod scans;
/// The web application and its API.
mod serve;
/// Kept snapshots: opened, named, compared, exported.
mod snapshots;
/// The source `stortinget` against a fixture server.
mod stortinget;
/// The imports of the code, read as text.
mod structure;
/// What the tests share.
mod support;
/// WARC records, and every damage found.
mod warc;
