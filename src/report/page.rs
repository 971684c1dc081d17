//! `index.html`: the reports on one page in bokmål, with its chart and style in it, to be read without any other file.

use super::chart::{escape, short};
use crate::trend::{CollocateRow, CoverageRow, KeynessRow, TrendTest};
use std::fmt::Write;

/// What the page shows.
pub(crate) struct IndexPage<'a> {
    pub(crate) snapshot_id: &'a str,
    pub(crate) program_version: &'a str,
    pub(crate) licence: &'a super::Licence,
    /// The chart in bokmål, as SVG.
    pub(crate) chart: &'a str,
    pub(crate) tests: &'a [TrendTest<'a>],
    pub(crate) keyness: &'a [KeynessRow],
    /// Collocates of each concept, the strongest first.
    pub(crate) collocates: &'a [(&'a str, CollocateRow)],
    pub(crate) coverage: &'a [CoverageRow],
    pub(crate) n_rejected: usize,
    /// The other files, each with its description.
    pub(crate) files: Vec<(&'a str, &'a str)>,
}

/// Words that are listed in either direction, and collocates for each concept.
const LISTED_WORDS: usize = 10;
const LISTED_COLLOCATES: usize = 8;

const STYLE: &str = ":root{color-scheme:light dark;--ink:light-dark(#1c2126,#e6e4de);--muted:light-dark(#545b61,#b4b2ab);\
--paper:light-dark(#fdfcf9,#16191c);--rule:light-dark(#dcd9d0,#3a3f44);--link:light-dark(#0b5a86,#8cc5e8)}\
body{margin:0 auto;max-width:70rem;padding:1.5rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\
h1{font-size:1.625rem}h2{font-size:1.25rem;margin-top:2.5rem}p{max-width:44rem}a{color:var(--link)}\
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}\
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--rule);vertical-align:top}\
th{font-weight:600;color:var(--muted);font-size:.8125rem}.t{text-align:right}.q{font-family:Georgia,serif}\
.m{color:var(--muted);font-size:.8125rem}figure{margin:0;overflow-x:auto}svg{max-width:100%;height:auto}\
@media print{body{max-width:none;padding:0}}";

/// The page as HTML.
pub(crate) fn index_html(page: &IndexPage<'_>) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"nb\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Ordskifte: øyeblikksbilde {id}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Hvordan ordene skifter</h1>\n",
        id = escape(page.snapshot_id)
    );
    summary(&mut html, page);
    let _ = write!(html, "<h2>Begrepene over tid</h2>\n<figure>\n{}</figure>\n", page.chart);
    trends(&mut html, page.tests);
    keyness(&mut html, page.keyness);
    collocates(&mut html, page.collocates);
    coverage(&mut html, page.coverage);
    files(&mut html, page);
    html + "</main>\n</body>\n</html>\n"
}

fn summary(html: &mut String, page: &IndexPage<'_>) {
    let all: Vec<&CoverageRow> = page.coverage.iter().filter(|row| row.kind.is_none()).collect();
    let sum = |value: fn(&CoverageRow) -> u64| number(all.iter().map(|row| value(row)).sum::<u64>() as f64);
    let years: Vec<i16> = all.iter().filter_map(|row| row.year).collect();
    let range = match (years.first(), years.last()) {
        (Some(first), Some(last)) => format!(" fra {first} til {last}"),
        _ => String::new(),
    };
    let _ = write!(
        html,
        "<p>{} dokumenter{range} med {} ord. {} kopier av andre dokumenter teller ikke med. {} filer ble avvist; \
         <a href=\"rejected.csv\">rejected.csv</a> sier hvorfor.</p>\n\
         <p class=\"m\">Øyeblikksbilde {} · ordskifte {}</p>\n",
        sum(|row| row.n_docs),
        sum(|row| row.n_tokens),
        sum(|row| row.n_copies),
        page.n_rejected,
        escape(page.snapshot_id),
        escape(page.program_version)
    );
}

fn trends(html: &mut String, tests: &[TrendTest<'_>]) {
    html.push_str(
        "<p>Tabellen viser om hvert begrep øker eller minker. Stigningen er medianen av endringen fra år til år (Theil–Sen), i treff per \
         million ord per år, med 95 % intervall. <em>q</em> er andelen falske funn blant begrepene med en så liten p, når hele dokumenter byttes om \
         innen sitt dokumentslag og sin avsender. <em>Skjør</em>: ett dokument eller ett tynt år avgjør retningen. Tallene gjelder alle dokumentslag samlet, så \
         en endring kan komme av at korpuset har fått andre slag dokumenter; se <a href=\"term_year.csv\">term_year.csv</a>.</p>\n",
    );
    let header = ["Begrep", "Treff", "Dok.", "År", "Stigning", "95 %", "q", "Merknad"];
    table(
        html,
        &header,
        1..7,
        tests.iter().filter(|test| test.frequency.n > 0).map(|test| {
            let years = test.years.map_or_else(String::new, |(first, last)| format!("{first}–{last}"));
            let slope = test.slope.map_or_else(String::new, |slope| signed(slope.slope));
            let interval = test.slope.map_or_else(String::new, |slope| {
                format!("{} til {}", signed(slope.interval.low), signed(slope.interval.high))
            });
            let note = match test.is_fragile {
                Some(true) => "skjør",
                None if test.q.is_none() => "for få år til en test",
                _ => "",
            };
            [
                format!("<span class=\"q\">{}</span>", escape(test.concept)),
                number(test.frequency.n as f64),
                number(test.n_docs as f64),
                years,
                slope,
                interval,
                test.q.map_or_else(String::new, probability),
                note.to_owned(),
            ]
        }),
    );
    let absent: Vec<&str> =
        tests.iter().filter(|test| test.frequency.n == 0).map(|test| test.concept).collect();
    if !absent.is_empty() {
        let _ = writeln!(html, "<p class=\"m\">Ingen treff: {}</p>", escape(&absent.join(", ")));
    }
}

fn keyness(html: &mut String, rows: &[KeynessRow]) {
    html.push_str("<h2>Ord som kjennetegner de siste årene</h2>\n");
    if rows.is_empty() {
        html.push_str("<p>Korpuset har ikke to fullstendige år å sammenlikne.</p>\n");
        return;
    }
    html.push_str(
        "<p>De tre siste fullstendige årene mot årene før. Et log-forhold på 1 betyr dobbelt så ofte, −1 halvparten så ofte. Ordene er \
         ordnet etter G²; q kommer av at hele dokumenter byttes om. Hele listen: <a href=\"keyness.csv\">keyness.csv</a>.</p>\n",
    );
    let is_more = |row: &&KeynessRow| row.keyness.log_ratio().is_some_and(|ratio| ratio > 0.0);
    let more = rows.iter().filter(is_more).take(LISTED_WORDS);
    let less = rows.iter().filter(|row| !is_more(row)).take(LISTED_WORDS);
    let header = ["Ord", "Siste år", "Før", "Dok. siste år", "Dok. før", "Log-forhold", "95 %", "q"];
    table(
        html,
        &header,
        1..8,
        more.chain(less).map(|row| {
            let interval = row.interval.map_or_else(String::new, |interval| {
                format!("{} til {}", signed(interval.low), signed(interval.high))
            });
            [
                format!("<span class=\"q\">{}</span>", escape(&row.word)),
                number(row.keyness.n_target as f64),
                number(row.keyness.n_reference as f64),
                number(row.n_docs_with[0] as f64),
                number(row.n_docs_with[1] as f64),
                row.keyness.log_ratio().map_or_else(String::new, signed),
                interval,
                row.q.map_or_else(String::new, probability),
            ]
        }),
    );
}

fn collocates(html: &mut String, rows: &[(&str, CollocateRow)]) {
    html.push_str(
        "<h2>Ord rundt begrepene</h2>\n<p>Ordene i samme setning som det er flere av enn ventet (ordnet etter G²). Tallet er hvor mange ganger \
         ordet står der. Hele listen: <a href=\"collocations.csv\">collocations.csv</a>.</p>\n",
    );
    let of_concept = rows.chunk_by(|a, b| a.0 == b.0);
    table(
        html,
        &["Begrep", "Ord i samme setning"],
        0..0,
        of_concept.map(|rows| {
            let words = rows.iter().take(LISTED_COLLOCATES).map(|(_, row)| {
                format!("<span class=\"q\">{}</span> {}", escape(&row.word), row.collocation.n_both)
            });
            [format!("<span class=\"q\">{}</span>", escape(rows[0].0)), words.collect::<Vec<_>>().join(" · ")]
        }),
    );
}

fn coverage(html: &mut String, rows: &[CoverageRow]) {
    html.push_str(
        "<h2>Hva korpuset har</h2>\n<p>Dokumenter og ord i hvert år, alle slag samlet. Et år er <em>tynt</em> med færre enn tre dokumenter. \
         Fordelt på dokumentslag: <a href=\"coverage.csv\">coverage.csv</a>.</p>\n",
    );
    let all = rows.iter().filter(|row| row.kind.is_none());
    table(
        html,
        &["År", "Dokumenter", "Ord", "År bare kjent fra filen", "Merknad"],
        1..4,
        all.map(|row| {
            let note = match row.is_complete {
                _ if row.n_docs == 0 => "ingen dokumenter",
                Some(false) => "ufullstendig",
                _ if row.year.is_some() && row.n_docs < crate::stats::THIN_DOCUMENTS as u64 => "tynt",
                _ => "",
            };
            [
                row.year.map_or_else(|| "ukjent".to_owned(), |year| year.to_string()),
                number(row.n_docs as f64),
                number(row.n_tokens as f64),
                number(row.n_docs_of_file as f64),
                note.to_owned(),
            ]
        }),
    );
}

fn files(html: &mut String, page: &IndexPage<'_>) {
    html.push_str(
        "<h2>Filene</h2>\n<p>Hvert tall kan følges tilbake: fra <a href=\"term_year.csv\">term_year.csv</a> til <a href=\"term_document.csv\">\
         term_document.csv</a> til treffene i <a href=\"kwic.csv\">kwic.csv</a>, med side, adresse og kontrollsum av det arkiverte dokumentet. \
         <a href=\"codebook.csv\">codebook.csv</a> forklarer hver kolonne.</p>\n",
    );
    table(
        html,
        &["Fil", "Innhold (engelsk)"],
        0..0,
        page.files.iter().map(|(path, description)| {
            [format!("<a href=\"{0}\">{0}</a>", escape(path)), escape(description)]
        }),
    );
    let _ = writeln!(
        html,
        "<p>Lisens: <a href=\"{}\">{}</a>. Sitér øyeblikksbildet {}; kildene er i <a href=\"sources.bib\">sources.bib</a>.</p>",
        escape(&page.licence.url),
        escape(&page.licence.name),
        escape(page.snapshot_id)
    );
}

/// A table whose columns `numbers` are aligned to the right. The cells are HTML.
fn table<const N: usize>(
    html: &mut String,
    header: &[&str; N],
    numbers: std::ops::Range<usize>,
    rows: impl Iterator<Item = [String; N]>,
) {
    let class = |column: usize| if numbers.contains(&column) { " class=\"t\"" } else { "" };
    html.push_str("<div class=\"scroll\" tabindex=\"0\">\n<table>\n<tr>");
    for (column, name) in header.iter().enumerate() {
        let _ = write!(html, "<th scope=\"col\"{}>{name}</th>", class(column));
    }
    html.push_str("</tr>\n");
    for row in rows {
        html.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let _ = write!(html, "<td{}>{cell}</td>", class(column));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table>\n</div>\n");
}

/// A number in the Norwegian way: decimal comma, thousands separated by a thin space.
fn number(value: f64) -> String {
    short(value).replace('.', ",")
}

/// A number with its sign, with two decimals below ten.
fn signed(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    let size = value.abs();
    match size {
        0.0 => "0".to_owned(),
        size if size < 10.0 => format!("{sign}{}", format!("{size:.2}").replace('.', ",")),
        size => format!("{sign}{}", number(size)),
    }
}

fn probability(p: f64) -> String {
    if p < 0.001 { "&lt; 0,001".to_owned() } else { format!("{p:.3}").replace('.', ",") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_the_norwegian_way() {
        assert_eq!(number(12_345.0), "12\u{2009}345");
        assert_eq!(
            (signed(-0.5), signed(0.0), signed(12_000.0)),
            ("−0,50".to_owned(), "0".to_owned(), "+12\u{2009}000".to_owned())
        );
        assert_eq!((probability(0.0004), probability(0.25)), ("&lt; 0,001".to_owned(), "0,250".to_owned()));
    }

    #[test]
    fn the_page_needs_no_other_file_and_escapes_what_others_wrote() {
        let licence =
            super::super::Licence { name: "CC-BY-4.0".to_owned(), url: "https://example.org".to_owned() };
        let page = IndexPage {
            snapshot_id: "abc",
            program_version: "0.1.0",
            licence: &licence,
            chart: "<svg></svg>",
            tests: &[],
            keyness: &[],
            collocates: &[],
            coverage: &[],
            n_rejected: 0,
            files: vec![("a.csv", "<script>")],
        };
        let html = index_html(&page);
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script") && !html.contains("<link"));
        assert!(html.contains("<html lang=\"nb\">"));
    }
}
