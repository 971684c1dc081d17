//! OpenDocument, EPUB, plain text, Markdown, gzip and saved web pages; files of other formats and why they are rejected.

use ordskifte::extract::{document, refusal, sniff};
use ordskifte::text::{Document, MediaType};
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// The document of `bytes`, which must be told to be of `media_type`.
fn read(bytes: &[u8], media_type: MediaType) -> Document {
    assert_eq!(sniff(bytes), Some(media_type));
    document(bytes, media_type).expect("a document")
}

fn lines(document: &Document) -> Vec<String> {
    document.passages().map(|(_, passage)| format!("{:?}: {}", passage.kind, passage.text)).collect()
}

#[test]
fn an_open_document_keeps_its_structure_and_loses_what_is_not_shown() {
    let content = r#"<office:document-content><office:automatic-styles>
<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="T2" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
</office:automatic-styles><office:body><office:text>
<text:tracked-changes><text:changed-region><text:deletion><text:p>Slettet.</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:table-of-content><text:index-body><text:p text:style-name="Contents_20_1">1 Mål 3</text:p></text:index-body></text:table-of-content>
<text:h text:outline-level="1">Mål &amp; midler</text:h>
<text:p>Vi<text:s text:c="3"/>skal<text:span text:style-name="T1"> skjult</text:span> rapportere<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>En note.</text:p></text:note-body></text:note>.</text:p>
<text:p>Sykehus<text:span text:style-name="T2">1</text:span> på 5 km<text:span text:style-name="T2">2</text:span></text:p>
<text:list><text:list-item><text:p>punkt</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>År</text:p></table:table-cell><table:table-cell><text:p>2020</text:p></table:table-cell></table:table-row></table:table>
</office:text></office:body></office:document-content>"#;
    let meta = "<office:meta><dc:title>Instruks</dc:title><meta:creation-date>2020-02-03T10:00</meta:creation-date></office:meta>";
    let bytes = zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content),
        ("meta.xml", meta),
    ]);
    let document = read(&bytes, MediaType::Odt);
    let wanted = [
        "Heading: Mål & midler",
        "Paragraph: Vi skal rapportere.",
        "Paragraph: Sykehus på 5 km2",
        "ListItem: punkt",
        "Table: År\t2020",
        "Footnote: En note.",
    ];
    assert_eq!(lines(&document), wanted);
    assert_eq!(document.furniture_text(), "contents\t1 Mål 3\n");
    assert_eq!(document.metadata.title.as_deref(), Some("Instruks"));
}

#[test]
fn a_book_is_read_in_the_order_of_its_spine() {
    let container = r#"<container><rootfiles><rootfile full-path="OPS/bok.opf"/></rootfiles></container>"#;
    let book = r#"<package><metadata><dc:title>Boka</dc:title><dc:language>nn</dc:language></metadata><manifest><item id="b" href="to.xhtml"/><item id="a" href="del%20en.xhtml"/><item id="n" href="nav.xhtml" properties="nav"/></manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"#;
    let chapter = |text: &str| format!("<html><body><h1>{text}</h1><p>Teksten i {text}.</p></body></html>");
    let bytes = zip(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", container),
        ("OPS/bok.opf", book),
        ("OPS/to.xhtml", &chapter("to")),
        ("OPS/del en.xhtml", &chapter("en")),
        ("OPS/nav.xhtml", &chapter("innhald")),
    ]);
    let document = read(&bytes, MediaType::Epub);
    assert_eq!(document.plain_text(), "en\nTeksten i en.\nto\nTeksten i to.\n");
    assert_eq!(document.metadata.title.as_deref(), Some("Boka"));
}

#[test]
fn plain_text_is_parted_at_blank_lines_and_joined_within() {
    let text = "Referat\r\n\r\nVi skal inno-\r\nvere i hele\r\nlandet.\r\n\r\n- første\r\n- andre\r\n\r\nÅr\t2020\r\n";
    let wanted = [
        "Paragraph: Referat",
        "Paragraph: Vi skal innovere i hele landet.",
        "ListItem: første",
        "ListItem: andre",
        "Table: År\t2020",
    ];
    assert_eq!(lines(&read(text.as_bytes(), MediaType::Text)), wanted);
    assert_eq!(read(b"M\xe5l og \xf8kt innsats", MediaType::Text).plain_text(), "Mål og økt innsats\n");
}

#[test]
fn markdown_is_read_without_its_signs() {
    let text = "# Mål\n\nVi **skal** se [planen](https://a.b/c_d) og _måle_ NO_x.\n\n| År | Tall |\n|---|---|\n| 2020 | 5 |\n";
    let document = read(text.as_bytes(), MediaType::Text);
    let wanted =
        ["Heading: Mål", "Paragraph: Vi skal se planen og måle NO_x.", "Table: År\tTall", "Table: 2020\t5"];
    assert_eq!(lines(&document), wanted);
    assert_eq!(document.passages().nth(1).unwrap().1.section, ["Mål"]);
}

#[test]
fn a_document_is_read_through_gzip() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"<html><body><p>Pakket tekst.</p></body></html>").expect("memory");
    let bytes = gzip.finish().expect("memory");
    assert_eq!(read(&bytes, MediaType::Html).plain_text(), "Pakket tekst.\n");
    assert!(refusal(&bytes[..bytes.len() - 12]).reason.starts_with("damaged gzip file"));
}

#[test]
fn a_saved_web_page_is_read_from_its_message() {
    let message = "From: <lagret>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=\"x1\"\r\n\r\n--x1\r\nContent-Type: image/png\r\n\r\nIkke.\r\n--x1\r\nContent-Type: text/html; charset=\"iso-8859-1\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><p>M=E5l og =\r\nmidler.</p></body></html>\r\n--x1--\r\n";
    assert_eq!(read(message.as_bytes(), MediaType::Html).plain_text(), "Mål og midler.\n");
}

#[test]
fn a_file_that_is_not_read_is_rejected_by_its_format() {
    let reason = |bytes: &[u8]| {
        assert_eq!(sniff(bytes), None);
        refusal(bytes).reason
    };
    assert_eq!(reason(b"{\\rtf1 tekst}"), "RTF document: not read without LibreOffice");
    assert_eq!(reason(b"\x89PNG\r\n\x1a\n"), "PNG picture: not read");
    assert_eq!(reason(b"<?xml version='1.0'?><rss/>"), "XML that is no web page: not read");
    assert_eq!(reason(&zip(&[("[Content_Types].xml", "spreadsheetml")])), "Excel workbook: not read");
    assert_eq!(reason(&[0, 1, 2, 3]), "unknown format: neither PDF, HTML, DOCX, ODT, EPUB nor text");
    assert_eq!(reason(b""), "empty file");
    assert!(refusal(b"{\\rtf1}").hint.contains("libreoffice-writer"));
}

#[test]
fn a_text_file_of_dos_or_mac_keeps_its_letters() {
    let wanted =
        "Vern av skog på øya er viktig, og må være på plass før året er over, også når det er år med regn.";
    for (signs, name) in [
        ([0x86, 0x91, 0x9b], "CP850 read as Windows-1252"),
        ([0x8c, 0xbe, 0xbf], "Mac Roman read as Windows-1252"),
    ] {
        let byte = |letter: char| match letter {
            'å' => signs[0],
            'æ' => signs[1],
            'ø' => signs[2],
            other => other as u8,
        };
        let bytes: Vec<u8> = wanted.chars().map(byte).collect();
        let document = read(&bytes, MediaType::Text);
        assert_eq!(document.plain_text(), format!("{wanted}\n"));
        assert_eq!(document.notices[0].text, format!("10 letters set right: {name}"));
    }
}
