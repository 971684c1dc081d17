//! HTML pages: what is kept, what is furniture, what is refused.

use ordskifte::extract::record::describe;
use ordskifte::extract::{document, sniff};
use ordskifte::text::{Document, Kind, MediaType, PassageKind, Rejection, SourceMetadata};
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

const SENTENCE: &str = "Etaten skal arbeide for bedre tjenester og mer tillit i hele forvaltningen.";

/// The furniture of a page, each with its rule.
fn furniture(html: &str) -> Vec<String> {
    read(html).expect("a page that is read").furniture_text().lines().map(str::to_owned).collect()
}

#[test]
fn a_class_name_never_deletes_the_text_of_a_page() {
    for class in
        ["share", "pagination-first", "sidebar", "cookie-policy", "social-rel", "print", "footer-top"]
    {
        let html = format!("<main><h1>Brev</h1><div class='{class}'><p>{SENTENCE}</p></div></main>");
        assert_eq!(lines(&html), ["Heading: Brev".to_owned(), format!("Paragraph: {SENTENCE}")], "{class}");
    }
}

#[test]
fn text_beside_the_container_is_kept() {
    let html = format!(
        "<div class=hero><h1>Tittel</h1><p>Ingressen om tillit.</p></div><main><p>{SENTENCE}</p></main>
        <section><h2>Vedlegg</h2><p>{SENTENCE}</p></section><footer>Bunn</footer>"
    );
    let sentence = format!("Paragraph: {SENTENCE}");
    let wanted =
        ["Heading: Tittel", "Paragraph: Ingressen om tillit.", &sentence, "Heading: Vedlegg", &sentence];
    assert_eq!(lines(&html), wanted);
    assert_eq!(furniture(&html), ["footer\tBunn"]);
}

#[test]
fn what_is_left_out_is_shown_with_its_rule() {
    let html = format!(
        "<nav><a href=/a>Aktuelt</a></nav><main><h1>Brev</h1><p>{SENTENCE}</p><h2>Les også</h2><ul class=related>
        <li><a href=/1>En</a><li><a href=/2>To</a></ul></main><p style='display:none'>Skjult</p>"
    );
    assert_eq!(lines(&html).len(), 2);
    assert_eq!(furniture(&html), ["menu\tAktuelt", "related\tLes også", "related\tEn To", "hidden\tSkjult"]);
}

#[test]
fn a_list_of_attachments_is_content() {
    let html = format!(
        "<main><h1>Brev</h1><p>{SENTENCE}</p><h2>Vedlegg</h2><ul><li><a href=a.pdf>Tall</a><li><a href=b.pdf>Kart</a></ul></main>"
    );
    assert_eq!(lines(&html)[2..], ["Heading: Vedlegg", "ListItem: Tall", "ListItem: Kart"]);
}

#[test]
fn a_part_that_a_click_unfolds_is_content() {
    let html = format!(
        "<main><h1>Svar</h1><button aria-expanded=false aria-controls=a>Hvem?</button><div id=a hidden><p>{SENTENCE}</p></div>
        <div hidden=until-found>Funnet.</div><div hidden>Borte.</div></main>"
    );
    let sentence = format!("Paragraph: {SENTENCE}");
    assert_eq!(lines(&html), ["Heading: Svar", "Paragraph: Hvem?", &sentence, "Paragraph: Funnet."]);
}

#[test]
fn a_sentence_is_whole_across_elements_that_stand_in_the_line() {
    let html = "<p>Kryss <svg><path/></svg>av <input> for <st1:place>ja</st1:place><script>x()</script> og <x-y>send</x-y>.
        Det er <del>fem</del><ins>seks</ins> <ruby>漢<rt>kan</rt></ruby>.</p><p>Tall<span style='display: none'>x</span>et</p>";
    assert_eq!(lines(html), ["Paragraph: Kryss av for ja og send. Det er seks 漢.", "Paragraph: Tallet"]);
}

#[test]
fn bytes_are_read_in_the_encoding_that_they_are_in() {
    let utf_16: Vec<u8> = "<p>Mål og økt innsats</p>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let stray = [b"<p>M\xc3\xa5l og \xc3\xb8kt".as_slice(), b" innsats \xf8</p>"].concat();
    let late =
        [b"<script>".as_slice(), &[b'a'; 4000], b"</script><meta charset=iso-8859-15><p>kost 5 \xa4</p>"]
            .concat();
    let false_utf_8 = b"<meta charset=utf-8><p>M\xe5l og \xf8kt</p>";
    let text = |bytes: &[u8]| document(bytes, sniff(bytes).expect("HTML")).unwrap().plain_text();
    assert_eq!(text(&utf_16), "Mål og økt innsats\n");
    assert_eq!(text(&stray), "Mål og økt innsats ø\n");
    assert_eq!(text(&late), "kost 5 €\n");
    assert_eq!(text(false_utf_8), "Mål og økt\n");
}

#[test]
fn spoilt_letters_get_a_notice() {
    let document = read("<p>mÃ¥l og Ã¸kt, stÃ¸rre</p>").unwrap();
    assert_eq!(document.notices[0].text, "3 letters were spoilt before the file was saved, as «Ã¥» for «å»");
}

#[test]
fn a_page_is_html_as_a_browser_decides_it() {
    let comment = format!("<!--{}--><p>x", "lisens ".repeat(5_000));
    for page in ["<script>a</script><html>", "<br />\n<b>Warning</b>: x<!DOCTYPE html>", "<h2>a", &comment] {
        assert_eq!(sniff(page.as_bytes()), Some(MediaType::Html), "{page:.20}");
    }
    let xhtml = "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title/></head><body><p>a<a name='x'/>b</p></body></html>";
    assert_eq!(lines(xhtml), ["Paragraph: ab"]);
    assert_ne!(sniff(b"<?xml version='1.0'?><rss>"), Some(MediaType::Html));
}

#[test]
fn what_a_server_prints_before_a_page_is_left_out() {
    let html =
        "<br /><b>Warning</b>: feil on line 1<br /><!DOCTYPE html><html><body><p>Tekst.</p></body></html>";
    assert_eq!(lines(html), ["Paragraph: Tekst."]);
    assert_eq!(furniture(html), ["before page\tWarning : feil on line 1"]);
}

#[test]
fn results_of_a_search_are_refused_and_a_page_of_links_has_a_notice() {
    let items: String =
        (0..9).map(|n| format!("<li><h2><a href=/{n}>Sak {n}</a></h2><p>Om sak {n}.</p>")).collect();
    let rejection =
        read(&format!("<main><h1>Saker</h1><p>Viser 1-9 av 90 treff.</p><ul>{items}</ul></main>"))
            .unwrap_err();
    assert_eq!(rejection.reason, "list of results: the page only leads to documents");
    let agenda = read(
        "<main><h1>Møte</h1><p>Dagsorden</p><ul><li><a href=1>Sak nr. 1</a><li><a href=2>Sak nr. 2</a></ul></main>",
    );
    assert_eq!(agenda.unwrap().notices[0].text, "a page of links: most of its text names other pages");
}

#[test]
fn an_error_page_is_known_by_what_it_is() {
    let errors = [
        "404",
        "Feil 404 – Etaten",
        "404 - Not Found",
        "Noe gikk galt",
        "500 Internal Server Error",
        "Oops! 404",
        "Error 404 (Not Found)!!1",
        "404: This page could not be found.",
        "HTTP Status 404 – Not Found",
        "Whoops! 500",
        "Siden kan ikke vises",
        "Runtime Error",
        "Server Error in '/' Application.",
        "The resource cannot be found.",
        "Service Temporarily Unavailable",
        "504 Gateway Time-out",
        "Oi! Noe gikk galt",
        "Intern serverfeil",
        "Error 1020",
        "Sida eksisterer ikkje",
        "Sorry, this page doesn't exist",
        "Vedlikehold pågår",
        "Side ikke funnet",
        "Bad Request",
    ];
    for text in errors {
        assert!(
            read(&format!("<title>{text} | Etaten</title><h1>Beklager</h1><p>Prøv igjen.")).is_err(),
            "{text}"
        );
    }
    let documents = [
        "Kapittel 404",
        "Kap. 404 Not found",
        "Noe gikk galt i saksbehandlingen",
        "Forbidden City",
        "500 nye boliger",
        "Rundskriv 404",
        "Feil i journalen",
        "Error rates in tax assessment",
        "Vedlikehold av skoler",
        "Siden 1990",
        "Feilmeldinger i 2012",
        "Intern kontroll",
        "Innsyn: 404 saker",
        "Paragraf 404",
        "Tilgang til helsetjenester",
    ];
    for text in documents {
        assert!(
            read(&format!("<title>{text}</title><h1>{text}</h1><p>Departementet foreslår.")).is_ok(),
            "{text}"
        );
    }
}

#[test]
fn a_page_of_minutes_is_no_melding_because_it_names_one() {
    for kind in ["Formalia", "Voteringer", "Spørretimespørsmål", "Referatforside"] {
        let html = format!(
            "<meta name='DC.Type' content='{kind}'><main><h1>Møte mandag 1. juni 2009</h1><p>Komiteen hadde innstilt:</p>
            <p>St.meld. nr. 23 (2008-2009) – Prøvemeldinga – blir å leggje ved protokollen.</p></main>"
        );
        let (record, _) = describe(&read(&html).unwrap(), &SourceMetadata::default(), "side.html");
        assert_eq!((record.kind, record.designation), (Kind::Referat, None), "{kind}");
    }
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
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_the_html_reader_panic(pieces in proptest::collection::vec("(<|</)(p|b|table|tr|td|li|sup|h2|!--|script)?>?|[a-zæ\\-\n]{0,4}", 0..60)) {
        let _ = read(&pieces.concat());
    }
}
