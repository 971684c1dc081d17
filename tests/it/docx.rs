//! DOCX files: styles, notes, tables, changes, and what is refused.

use ordskifte::extract::{document, refusal, sniff};
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
    assert_eq!(lines(xml), ["Paragraph: Vi skal", "Paragraph: Boks"]);
}

#[test]
fn old_office_files_are_told_apart() {
    let old = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
        let mut bytes = vec![0; 1152];
        bytes[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
        bytes[1024..1024 + name.len()].copy_from_slice(&name);
        bytes[1088] = name.len() as u8;
        assert_eq!(sniff(&bytes), None);
        refusal(&bytes).reason
    };
    assert_eq!(old("EncryptedPackage"), "encrypted: a password is needed");
    assert_eq!(old("WordDocument"), "old Word format (.doc): not read without LibreOffice");
    assert_eq!(old("Workbook"), "old Excel format (.xls): not read");
    assert_eq!(old("PowerPoint Document"), "old PowerPoint format (.ppt): not read");
    assert_eq!(old("__properties_version1.0"), "Outlook message (.msg): not read");
    assert_eq!(old("Other"), "OLE file of an unknown program: not read");
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
    let other = word_file(&[("content.xml", "")]);
    assert_eq!((sniff(&other), refusal(&other).reason.as_str()), (None, "ZIP archive: not read"));
}

/// The plain text of a body.
fn text_of(xml: &str) -> String {
    read(&[("word/document.xml", &body(xml))]).plain_text()
}

#[test]
fn the_main_part_is_found_by_its_relationship_and_names_by_their_namespace() {
    let relations = r#"<Relationships><Relationship Id="a" Type="http://x/officeDocument" Target="/word/document2.xml"/></Relationships>"#;
    let main = r#"<document xmlns="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><body><p><r><t>Uten prefiks.</t></r></p></body></document>"#;
    let types =
        r#"<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>"#;
    let bytes = word_file(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", relations),
        ("word/document2.xml", main),
    ]);
    assert_eq!(sniff(&bytes), Some(MediaType::Docx));
    assert_eq!(document(&bytes, MediaType::Docx).unwrap().plain_text(), "Uten prefiks.\n");
}

#[test]
fn hidden_and_deleted_text_and_the_code_of_fields_are_not_text() {
    let hidden =
        r#"<w:p><w:r><w:t>Vist.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> Skjult.</w:t></w:r></w:p>"#;
    assert_eq!(text_of(hidden), "Vist.\n");
    let row = r#"<w:tbl><w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>b</w:t></w:r></w:p>"#;
    assert_eq!(text_of(row), "b\n");
    let field = r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r><w:r><w:t>kode</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>svar</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>"#;
    assert_eq!(text_of(field), "svar\n");
}

#[test]
fn a_deleted_paragraph_mark_and_a_dropped_initial_join_paragraphs() {
    let deleted = r#"<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">Vi er </w:t></w:r></w:p><w:p><w:r><w:t>enige.</w:t></w:r></w:p>"#;
    assert_eq!(text_of(deleted), "Vi er enige.\n");
    let initial = r#"<w:p><w:pPr><w:framePr w:dropCap="drop"/></w:pPr><w:r><w:t>E</w:t></w:r></w:p><w:p><w:r><w:t>taten svarer.</w:t></w:r></w:p>"#;
    assert_eq!(text_of(initial), "Etaten svarer.\n");
}

#[test]
fn a_raised_number_is_a_mark_unless_it_is_an_exponent() {
    let raised = r#"<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>"#;
    let xml = format!(
        "<w:p><w:r><w:t>Sykehus</w:t></w:r>{raised}</w:p><w:p><w:r><w:t>5 km</w:t></w:r>{raised}</w:p>"
    );
    assert_eq!(text_of(&xml), "Sykehus\n5 km2\n");
}

#[test]
fn symbols_are_letters_and_pictures_and_formulas_are_counted() {
    let xml = r#"<w:p><w:r><w:sym w:font="Symbol" w:char="F0A3"/></w:r><w:r><w:t xml:space="preserve"> 5 </w:t></w:r><w:r><w:sym w:font="Symbol" w:char="F06D"/><w:t>g</w:t></w:r></w:p><m:oMath xmlns:m="m"/><w:p><w:r><a:blip xmlns:a="a"/></w:r></w:p>"#;
    let document = read(&[("word/document.xml", &body(xml))]);
    assert_eq!(document.plain_text(), "≤ 5 µg\n");
    let notices: Vec<&str> = document.notices.iter().map(|notice| notice.text.as_str()).collect();
    assert_eq!(notices, ["1 formula is not read", "1 picture is not read"]);
}

#[test]
fn a_table_of_contents_is_furniture_whatever_its_styles() {
    let xml = r#"<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent><w:p><w:r><w:t>1 Mål 3</w:t></w:r></w:p></w:sdtContent></w:sdt>
<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \o </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2 Midler 5</w:t></w:r></w:p><w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p><w:p><w:r><w:t>Tekst.</w:t></w:r></w:p>"#;
    let document = read(&[("word/document.xml", &body(xml))]);
    assert_eq!(document.plain_text(), "Tekst.\n");
    assert_eq!(document.furniture_text(), "contents\t1 Mål 3\ncontents\t2 Midler 5\n");
}

#[test]
fn an_imported_page_is_read_in_its_place() {
    let relations =
        r#"<Relationships><Relationship Id="r1" Type="http://x/aFChunk" Target="del.html"/></Relationships>"#;
    let xml = body(
        r#"<w:p><w:r><w:t>Før.</w:t></w:r></w:p><w:altChunk r:id="r1"/><w:altChunk r:id="r2"/><w:p><w:r><w:t>Etter.</w:t></w:r></w:p>"#,
    );
    let parts = [
        ("word/document.xml", xml.as_str()),
        ("word/_rels/document.xml.rels", relations),
        ("word/del.html", "<html><body><p>Innlimt del.</p></body></html>"),
    ];
    let document = read(&parts);
    assert_eq!(document.plain_text(), "Før.\nInnlimt del.\nEtter.\n");
    assert_eq!(document.notices[0].text, "an imported part (altChunk) is missing or not readable");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_xml_makes_the_docx_reader_panic(xml in "(<w:p>|</w:p>|<w:tbl>|</w:tbl>|<w:tr>|</w:tr>|<w:tc>|<w:t>|</w:t>|<w:del>|x|&|<){0,40}") {
        let _ = document(&word_file(&[("word/document.xml", &xml), ("word/styles.xml", &xml)]), MediaType::Docx);
        let _ = document(xml.as_bytes(), MediaType::Docx);
    }
}
