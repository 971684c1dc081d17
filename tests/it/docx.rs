//! DOCX files: styles, notes, tables, changes, and what is refused.

use ordskifte::extract::{document, sniff};
use ordskifte::text::{Document, MediaType};
use proptest::prelude::*;
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006""#;

fn word_file(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

fn body(xml: &str) -> String {
    format!("<w:document {NAMESPACES}><w:body>{xml}</w:body></w:document>")
}

fn read(parts: &[(&str, &str)]) -> Document {
    document(&word_file(parts), MediaType::Docx).expect("a document")
}

fn lines(xml: &str) -> Vec<String> {
    let styles = include_str!("../docx/styles.xml");
    let notes = include_str!("../docx/footnotes.xml");
    let document = read(&[
        ("word/document.xml", &body(xml)),
        ("word/styles.xml", styles),
        ("word/footnotes.xml", notes),
    ]);
    document.passages().map(|(_, passage)| format!("{:?}: {}", passage.kind, passage.text)).collect()
}

#[test]
fn styles_notes_and_tables_become_passages() {
    let xml = r#"
<w:p><w:pPr><w:pStyle w:val="INNH1"/></w:pPr><w:r><w:t>1 Mål 5</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="Overskrift1"/></w:pPr><w:r><w:t>Mål &amp; midler</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="under"/></w:pPr><w:r><w:t>Bakgrunn</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">Inn</w:t></w:r><w:r><w:t>ovasjon</w:t><w:footnoteReference w:id="1"/></w:r><w:r><w:t xml:space="preserve"> i e</w:t><w:noBreakHyphen/><w:t>post</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>punkt</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>År</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2020</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"#;
    let wanted = [
        "Heading: Mål & midler",
        "Heading: Bakgrunn",
        "Paragraph: Innovasjon i e-post",
        "ListItem: punkt",
        "Table: År\t2020",
        "Footnote: En note.",
    ];
    assert_eq!(lines(xml), wanted);
}

#[test]
fn changes_are_read_as_accepted_and_text_boxes_once() {
    let xml = r#"<w:p><w:r><w:t xml:space="preserve">Vi </w:t></w:r><w:del><w:r><w:delText>kan</w:delText></w:r></w:del><w:ins><w:r><w:t>skal</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>
<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>Boks</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>Boks</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"#;
    assert_eq!(lines(xml), ["Paragraph: Vi skal", "Paragraph: Boks", "Footnote: En note."]);
}

#[test]
fn an_encrypted_file_is_rejected_with_its_reason() {
    let bytes = [&[0xd0, 0xcf, 0x11, 0xe0][..], &[0; 600]].concat();
    assert_eq!(sniff(&bytes), Some(MediaType::Docx));
    let rejection = document(&bytes, MediaType::Docx).unwrap_err();
    assert_eq!(rejection.reason, "encrypted or old Word format");
}

#[test]
fn a_part_that_inflates_without_end_is_rejected() {
    let spaces = " ".repeat(65 << 20);
    let rejection = document(&word_file(&[("word/document.xml", &spaces)]), MediaType::Docx).unwrap_err();
    assert_eq!(rejection.reason, "too large: word/document.xml inflates to more than 67108864 bytes");
}

#[test]
fn deep_xml_ends_with_a_notice_that_names_the_limit() {
    let xml = format!("<w:p><w:r><w:t>før</w:t></w:r></w:p>{}", "<w:sdt>".repeat(2000));
    let document = read(&[("word/document.xml", &body(&xml))]);
    assert_eq!(document.plain_text(), "før\n");
    assert_eq!(document.notices[0].text, "XML nested deeper than 512, the rest is not read");
}

#[test]
fn a_word_file_is_told_from_another_zip() {
    assert_eq!(sniff(&word_file(&[("word/document.xml", "")])), Some(MediaType::Docx));
    assert_eq!(sniff(&word_file(&[("content.xml", "")])), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_xml_makes_the_docx_reader_panic(xml in "(<w:p>|</w:p>|<w:tbl>|</w:tbl>|<w:tr>|</w:tr>|<w:tc>|<w:t>|</w:t>|<w:del>|x|&|<){0,40}") {
        let _ = document(&word_file(&[("word/document.xml", &xml), ("word/styles.xml", &xml)]), MediaType::Docx);
        let _ = document(xml.as_bytes(), MediaType::Docx);
    }
}
