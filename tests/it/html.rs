//! HTML pages: what is kept, what is furniture, what is refused.

use ordskifte::extract::{document, sniff};
use ordskifte::text::{Document, MediaType, PassageKind, Rejection};
use proptest::prelude::*;

fn read(html: &str) -> Result<Document, Rejection> {
    document(html.as_bytes(), MediaType::Html)
}

fn lines(html: &str) -> Vec<String> {
    let document = read(html).expect("a page that is read");
    document.passages().map(|(_, passage)| format!("{:?}: {}", passage.kind, passage.text)).collect()
}

#[test]
fn a_page_of_a_department_keeps_its_headings_and_loses_its_furniture() {
    let html = include_str!("../html/department-page.html");
    let wanted = [
        "Heading: Høring om prøveordning",
        "Paragraph: Departementet foreslår en ordning.",
        "Heading: Høringsbrev",
        "Paragraph: Ordningen varer i to år. Den kan forlenges.",
        "ListItem: første punkt",
        "ListItem: andre punkt",
        "Table: År\tAntall",
        "Table: 2024\t12 m2",
        "Footnote: Se forskriften.",
    ];
    assert_eq!(lines(html), wanted);
    let metadata = read(html).unwrap().metadata;
    assert_eq!(metadata.title.as_deref(), Some("Høring om prøveordning"));
    assert_eq!(metadata.published.unwrap().to_string(), "2024-07-03");
    assert_eq!(metadata.creator.as_deref(), Some("Departementet for eksempler"));
}

#[test]
fn a_note_mark_is_no_part_of_its_word() {
    let html = "<p>i 1996/1997<sup>1</sup> og<sup><a href='#f2'>2</a></sup> 5 m<sup>2</sup>, CO<sub>2</sub>, 10<sup>6</sup></p>";
    assert_eq!(lines(html), ["Paragraph: i 1996/1997 og 5 m2, CO2, 106"]);
}

#[test]
fn an_element_splits_a_word_only_at_a_block() {
    let html = "<div>inn<b>ova</b>sjon<div>styring</div>mål<br>bilde</div>";
    assert_eq!(lines(html), ["Paragraph: innovasjon", "Paragraph: styring", "Paragraph: mål bilde"]);
}

#[test]
fn an_error_page_with_status_200_is_rejected() {
    let rejection =
        read("<title>Siden finnes ikke - eksempel.no</title><h1>Beklager</h1><p>Prøv igjen.").unwrap_err();
    assert_eq!(rejection.reason, "error page: «Siden finnes ikke - eksempel.no»");
}

#[test]
fn a_report_about_errors_is_no_error_page() {
    let text = "Rapporten handler om feil i saksbehandlingen. ".repeat(60);
    assert!(read(&format!("<h1>Page not found: om døde lenker</h1><p>{text}</p>")).is_ok());
}

#[test]
fn a_page_without_text_is_rejected() {
    let rejection = read("<html><body><script>var tekst = 'mye';</script></body></html>").unwrap_err();
    assert_eq!(rejection.reason, "no text: the page has no readable content");
}

#[test]
fn deep_nesting_is_flattened_with_a_notice() {
    let html = format!("<p>før</p>{}dypt{}<p>etter</p>", "<div>".repeat(50_000), "</div>".repeat(50_000));
    let document = read(&html).unwrap();
    assert_eq!(document.notices[0].text, "elements nested deeper than 512 are flattened");
    let text: Vec<&str> = document.passages().map(|(_, passage)| passage.text.as_str()).collect();
    assert_eq!(text, ["før", "dypt", "etter"]);
}

#[test]
fn bold_left_open_does_not_multiply_the_page() {
    let bold: String = (0..400).map(|number| format!("<b id={number}>")).collect();
    let document = read(&format!("{bold}{}", "<p>et ord".repeat(5_000))).unwrap();
    assert_eq!(document.passages().count(), 5_000);
}

#[test]
fn anchors_left_open_do_not_flatten_an_old_page() {
    let document = read(&"<p><a name=x><span>et ord".repeat(2_000)).unwrap();
    assert_eq!((document.passages().count(), document.notices.len()), (2_000, 0));
}

#[test]
fn minutes_of_the_storting_lose_their_lists_of_speakers() {
    let html = "<main><div class='page page-publication'><h1>Møte</h1><ul class='bigdoc-navigation-actions'><li>PDF</ul>
        <h2>Sak nr. 2</h2><h3>Talere</h3><ul class='listing-speakers'><li>Kari (X)</ul>
        <div class='bigdoc-content'><p>Kari (X) [10:08:59]: Målet er NO<sub>x</sub>-utslipp.</p></div>
        <a href='3'>Neste sak</a></div></main>";
    let wanted =
        ["Heading: Møte", "Heading: Sak nr. 2", "Paragraph: Kari (X) [10:08:59]: Målet er NOx-utslipp."];
    assert_eq!(lines(html), wanted);
}

#[test]
fn an_old_page_is_read_in_its_own_encoding() {
    let document = document(b"<p>m\xe5l og \xf8kt innsats</p>", MediaType::Html).unwrap();
    assert_eq!(document.plain_text(), "mål og økt innsats\n");
}

#[test]
fn headings_are_the_section_of_what_follows() {
    let document = read("<h1>A</h1><h2>B</h2><p>b</p><h2>C</h2><p>c</p>").unwrap();
    let (_, last) = document.passages().last().unwrap();
    assert_eq!(
        (last.kind, last.section.clone()),
        (PassageKind::Paragraph, vec!["A".to_owned(), "C".to_owned()])
    );
}

#[test]
fn the_format_is_told_by_content() {
    assert_eq!(sniff(b"\n%PDF-1.7"), Some(MediaType::Pdf));
    assert_eq!(sniff(b"\xef\xbb\xbf <!-- x --> <!DOCTYPE HTML>"), Some(MediaType::Html));
    assert_eq!(sniff(b"PK\x03\x04"), None);
    assert_eq!(sniff(b"plain text"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_the_html_reader_panic(pieces in proptest::collection::vec("(<|</)(p|b|table|tr|td|li|sup|h2|!--|script)?>?|[a-zæ\\-\n]{0,4}", 0..60)) {
        let _ = read(&pieces.concat());
    }
}
