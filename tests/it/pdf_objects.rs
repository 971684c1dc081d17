//! The lower half of the PDF engine: objects, fonts, what is shown, and hostile files. All PDFs are written here.

use ordskifte::extract::pdf::{self, Content, Limits};

/// A PDF of these objects, numbered from 1; object 1 is the catalog.
fn written(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut xref = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        xref += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(xref.into_bytes());
    let trailer = format!("trailer\n<< /Size {} /Root 1 0 R >>\n", objects.len() + 1);
    out.extend(trailer.into_bytes());
    out.extend(format!("startxref\n{start}\n%%EOF\n").into_bytes());
    out
}

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("<< {entries} /Length {} >>\nstream\n", bytes.len()).into_bytes();
    out.extend(bytes);
    out.extend(b"\nendstream");
    out
}

/// One page that shows `content` in font `F1` (object 4), with more objects from 6 on.
fn page(font: &str, content: &str, more: &[Vec<u8>]) -> Vec<u8> {
    page_with("", font, content, more)
}

/// The same, with further entries of the page.
fn page_with(entries: &str, font: &str, content: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842] >>".to_vec(),
        format!(
            "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> {entries} >>"
        )
        .into_bytes(),
        font.as_bytes().to_vec(),
        stream("", content.as_bytes()),
    ];
    objects.extend_from_slice(more);
    written(&objects)
}

const HELVETICA: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

fn read(bytes: &[u8]) -> Content {
    pdf::open(bytes, &Limits::default()).expect("a readable file").pages()
}

fn text(bytes: &[u8]) -> String {
    let blocks = read(bytes).pages.into_iter().flat_map(|page| page.blocks);
    blocks.map(|block| block.text).collect::<Vec<_>>().join("\n")
}

fn notices(content: &Content) -> Vec<String> {
    content.notices.iter().map(|notice| notice.text.clone()).collect()
}

/// A TrueType font with nothing but a Unicode `cmap` that gives `first` and what follows the glyphs from 1 on.
fn truetype(first: u16, count: u16) -> Vec<u8> {
    let mut cmap: Vec<u16> = vec![0, 1, 0, 3, 0, 12, 6, 10 + 2 * count, 0, first, count];
    cmap.extend(1..=count);
    let head = [0x0001, 0x0000, 1, 16, 0, 0];
    let entry = [0x636d, 0x6170, 0, 0, 0, 28, 0, 2 * cmap.len() as u16];
    let out = [&head[..], &entry, &cmap].concat();
    out.into_iter().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn a_type_1_font_without_encoding_is_read_by_its_own() {
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /X /FontDescriptor 6 0 R >>";
    let program = b"%!PS-AdobeFont-1.0: X\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n\
        dup 1 /T put\ndup 2 /i put\ndup 3 /l put\ndup 4 /t put\nreadonly def\ncurrentfile eexec";
    let more = [b"<< /Type /FontDescriptor /FontFile 7 0 R >>".to_vec(), stream("", program)];
    assert_eq!(text(&page(font, "BT /F1 10 Tf 72 500 Td <010203030204> Tj ET", &more)), "Tillit");
}

#[test]
fn a_composite_font_without_to_unicode_is_read_by_its_programs_cmap() {
    let font = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [6 0 R] >>";
    let more = [
        b"<< /Type /Font /Subtype /CIDFontType2 /FontDescriptor 7 0 R /CIDToGIDMap /Identity /DW 500 >>"
            .to_vec(),
        b"<< /Type /FontDescriptor /FontFile2 8 0 R >>".to_vec(),
        stream("", &truetype(u16::from(b'A'), 26)),
    ];
    let content = "BT /F1 10 Tf 72 500 Td <001400090 00C000C00090014> Tj ET";
    assert_eq!(text(&page(font, content, &more)), "TILLIT");
}

#[test]
fn a_to_unicode_that_sends_all_to_one_character_is_not_believed() {
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>";
    let map = b"1 begincodespacerange <00> <FF> endcodespacerange 5 beginbfchar\n\
        <54> <FFFD> <69> <FFFD> <6C> <FFFD> <74> <FFFD> <61> <FFFD> endbfchar";
    assert_eq!(text(&page(font, "BT /F1 10 Tf 72 500 Td (Tillit) Tj ET", &[stream("", map)])), "Tillit");
}

#[test]
fn a_predefined_unicode_cmap_needs_no_other_map() {
    let font = "<< /Type /Font /Subtype /Type0 /Encoding /UniJIS-UTF16-H /DescendantFonts [6 0 R] >>";
    let more = [b"<< /Type /Font /Subtype /CIDFontType0 /DW 500 >>".to_vec()];
    let content = "BT /F1 10 Tf 72 500 Td <005400E5006C> Tj ET";
    assert_eq!(text(&page(font, content, &more)), "Tål");
}

#[test]
fn glyph_names_of_differences_are_read_and_numbers_are_not_guessed() {
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /Differences \
        [1 /T /aring /uni006C /u0074 /f_i /g17] >> >>";
    let content = "BT /F1 10 Tf 72 500 Td <010203040506> Tj ET";
    assert_eq!(text(&page(font, content, &[])), "Tåltfi");
}

#[test]
fn ligatures_are_letters() {
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /Differences [1 /fi /ffl] >> >>";
    assert_eq!(text(&page(font, "BT /F1 10 Tf 72 500 Td <01>Tj (n) Tj <02> Tj ET", &[])), "finffl");
}

#[test]
fn fonts_that_say_nothing_are_noted_once_and_nothing_is_invented() {
    let font = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [6 0 R] >>";
    let more = [b"<< /Type /Font /Subtype /CIDFontType2 /DW 500 >>".to_vec()];
    let content = read(&page(font, "BT /F1 10 Tf 72 500 Td <00140009> Tj ET", &more));
    assert_eq!(notices(&content), ["text of 1 font cannot be read"]);
    assert!(content.pages[0].blocks.is_empty());
}

#[test]
fn a_file_with_bytes_before_its_head_is_read() {
    let file =
        [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), page(HELVETICA, "BT /F1 10 Tf 72 500 Td (Tillit) Tj ET", &[])];
    assert_eq!(text(&file.concat()), "Tillit");
}
