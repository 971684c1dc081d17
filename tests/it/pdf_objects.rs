//! The lower half of the PDF engine: objects, fonts, what is shown, and hostile files. All PDFs are written here.

use ordskifte::extract::pdf::{self, Content, Limits};

/// A PDF of these objects, numbered from 1; object 1 is the catalog.
pub(super) fn written(objects: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut xref = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        xref += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend(object.as_ref());
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(xref.into_bytes());
    let trailer = format!("trailer\n<< /Size {} /Root 1 0 R >>\n", objects.len() + 1);
    out.extend(trailer.into_bytes());
    out.extend(format!("startxref\n{start}\n%%EOF\n").into_bytes());
    out
}

pub(super) fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("<< {entries} /Length {} >>\nstream\n", bytes.len()).into_bytes();
    out.extend(bytes);
    out.extend(b"\nendstream");
    out
}

/// One page that shows `content` in font `F1` (object 4), with more objects from 6 on.
pub(super) fn page(font: &str, content: &str, more: &[Vec<u8>]) -> Vec<u8> {
    page_with("", font, content, more)
}

/// The same, with further entries of the page.
pub(super) fn page_with(entries: &str, font: &str, content: &str, more: &[Vec<u8>]) -> Vec<u8> {
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

pub(super) const HELVETICA: &str =
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

pub(super) fn read(bytes: &[u8]) -> Content {
    pdf::open(bytes, &Limits::default()).expect("a readable file").content()
}

/// All words with a space between: how they are laid out is not asked here.
pub(super) fn text(bytes: &[u8]) -> String {
    let blocks = read(bytes).pages.into_iter().flat_map(|page| page.blocks);
    let words = blocks.flat_map(|block| block.text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    words.collect::<Vec<_>>().join(" ")
}

pub(super) fn notices(content: &Content) -> Vec<String> {
    content.notices.iter().map(|notice| notice.text.clone()).collect()
}

/// A TrueType font with nothing but a Unicode `cmap` that gives `first` and what follows the glyphs from 1 on.
pub(super) fn truetype(first: u16, count: u16) -> Vec<u8> {
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

pub(super) fn shown(text: &str, y: u32) -> String {
    format!("BT /F1 10 Tf 72 {y} Td ({text}) Tj ET\n")
}

#[test]
fn layers_that_are_off_are_not_text() {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [6 0 R 7 0 R] /D << /OFF [7 0 R] >> >> >>"
            .to_vec(),
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842] >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> \
          /Properties << /on 6 0 R /off 7 0 R /one 8 0 R >> >> >>"
            .to_vec(),
        HELVETICA.as_bytes().to_vec(),
    ];
    let layer = |name: &str, y: u32| format!("/OC /{name} BDC {} EMC\n", shown(name, y));
    objects.push(stream("", (layer("on", 700) + &layer("off", 600) + &layer("one", 500)).as_bytes()));
    objects.push(b"<< /Type /OCG /Name (on) >>".to_vec());
    objects.push(b"<< /Type /OCG /Name (off) >>".to_vec());
    objects.push(b"<< /Type /OCMD /OCGs [6 0 R 7 0 R] /P /AllOn >>".to_vec());
    assert_eq!(text(&written(&objects)), "on");
}

#[test]
fn text_that_the_clip_leaves_nothing_of_is_not_text() {
    let content = "q 60 490 200 30 re W n ".to_owned()
        + &shown("inside", 500)
        + &shown("outside", 600)
        + "Q "
        + &shown("after", 400);
    assert_eq!(text(&page(HELVETICA, &content, &[])), "inside after");
}

#[test]
fn text_outside_the_page_is_not_text() {
    let content = shown("inside", 500) + &shown("above", 900);
    assert_eq!(text(&page_with("/CropBox [-100 -100 2000 2000]", HELVETICA, &content, &[])), "inside");
}

#[test]
fn text_in_white_is_noted_unless_it_stands_on_something_dark() {
    let on_dark = "0 0 0.5 rg 60 490 300 30 re f 1 g ".to_owned() + &shown("head", 500);
    assert_eq!(notices(&read(&page(HELVETICA, &on_dark, &[]))), [""; 0]);
    let on_white =
        read(&page(HELVETICA, &("1 1 1 rg ".to_owned() + &shown("words that nobody sees", 500)), &[]));
    assert_eq!(notices(&on_white), ["19 characters in white on white"]);
}

#[test]
fn text_without_ink_counts_only_where_nothing_else_is_shown() {
    let scan = "3 Tr ".to_owned() + &shown("scanned", 500);
    assert_eq!(text(&page(HELVETICA, &scan, &[])), "scanned");
    assert_eq!(text(&page(HELVETICA, &(shown("printed", 600) + &scan), &[])), "printed");
}

#[test]
fn a_form_is_text_once_for_each_time_it_is_drawn() {
    let form = stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", shown("form", 500).as_bytes());
    let entries = "/Resources << /Font << /F1 4 0 R >> /XObject << /X#31 6 0 R >> >>";
    let content = "/X1 Do q 1 0 0 1 0 -200 cm /X1 Do Q";
    let mut file = String::from_utf8(page_with("", HELVETICA, content, &[form])).expect("text");
    file = file.replace("/Resources << /Font << /F1 4 0 R >> >>", entries);
    let start = file.find("xref").expect("a table");
    assert_eq!(text(&file.as_bytes()[..start]), "form form");
}

#[test]
fn an_actual_text_stands_for_what_it_spans() {
    let content = "/Span << /ActualText (Tillit) >> BDC BT /F1 10 Tf 72 500 Td (T1ll1t) Tj ET EMC";
    assert_eq!(text(&page(HELVETICA, content, &[])), "Tillit");
}

#[test]
fn a_turned_page_in_another_unit_is_read_as_it_is_shown() {
    let content = "BT /F1 5 Tf 0 1 -1 0 200 100 Tm (Tillit) Tj ET";
    let content = read(&page_with("/Rotate 90 /UserUnit 2", HELVETICA, content, &[]));
    let block = &content.pages[0].blocks[0];
    assert_eq!((content.pages[0].width, content.pages[0].height), (1684.0, 1190.0));
    assert_eq!((block.text.as_str(), block.font_size), ("Tillit", 10.0));
    assert_eq!(block.area.left, 200.0);
}

fn tree_of(kids: &str, more: &[&str]) -> Vec<u8> {
    let mut objects = vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()];
    objects.push(format!("<< /Type /Pages /Kids [{kids}] /MediaBox [0 0 595 842] >>").into_bytes());
    objects.extend(more.iter().map(|object| object.as_bytes().to_vec()));
    written(&objects)
}

#[test]
fn a_page_tree_that_bites_its_tail_ends() {
    let file =
        tree_of("3 0 R 2 0 R 4 0 R 3 0 R", &["<< /Type /Pages /Kids [2 0 R 3 0 R] >>", "<< /Type /Page >>"]);
    assert_eq!(read(&file).pages.len(), 1);
}

#[test]
fn a_hundred_thousand_kids_are_read_up_to_the_limit() {
    let mut kids = String::new();
    let mut objects = vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), Vec::new()];
    for number in 3..100_003 {
        kids += &format!("{number} 0 R ");
        objects.push(b"<< /Type /Page >>".to_vec());
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] >>").into_bytes();
    let limits = Limits { pages_max: 500, ..Limits::default() };
    let content = pdf::open(&written(&objects), &limits).expect("a readable file").content();
    assert_eq!(content.pages.len(), 500);
    assert_eq!(notices(&content), ["limit reached: 500 pages"]);
}

#[test]
fn each_limit_is_named_and_what_was_read_until_then_is_kept() {
    let all = Limits::default();
    let lines = (0..50).map(|line| shown("Tillit", 700 - 12 * line)).collect::<String>();
    let cases = [
        (Limits { page_operators_max: 20, ..all.clone() }, "limit reached: operators per page"),
        (Limits { document_operators_max: 20, ..all.clone() }, "limit reached: operators per document"),
        (Limits { page_glyphs_max: 20, ..all.clone() }, "limit reached: glyphs per page"),
        (Limits { stream_bytes_max: 200, ..all.clone() }, "limit reached: inflated bytes per stream"),
        (Limits { document_bytes_max: 200, ..all.clone() }, "limit reached: inflated bytes per document"),
    ];
    for (limits, wanted) in cases {
        let content = pdf::open(&page(HELVETICA, &lines, &[]), &limits).expect("a readable file").content();
        assert_eq!(notices(&content), [wanted]);
        let first = &content.pages[0].blocks[0].text;
        assert!(first.starts_with("Tillit"), "{wanted}: {first}");
    }
}

#[test]
fn values_beyond_the_limit_are_named() {
    let font = format!("<< /Type /Font /Subtype /Type1 /BaseFont /X /Widths [{}] >>", "500 ".repeat(5_000));
    let limits = Limits { values_max: 1_000, ..Limits::default() };
    let content = pdf::open(&page(&font, &shown("Tillit", 500), &[]), &limits).expect("a file").content();
    assert_eq!(notices(&content), ["limit reached: values in objects"]);
}

#[test]
fn nesting_without_end_does_not_overflow_the_stack() {
    let font = "[".repeat(200_000);
    let content = read(&page(&font, &shown("Tillit", 500), &[]));
    assert_eq!(notices(&content), ["limit reached: arrays and dictionaries within one another"]);
    let content =
        "q ".repeat(5_000) + &"/Span BMC ".repeat(5_000) + &"[".repeat(50_000) + &shown("Tillit", 500);
    let content = read(&page(HELVETICA, &content, &[]));
    assert_eq!(
        notices(&content),
        ["limit reached: saved states", "limit reached: marked content within marked content"]
    );
    assert_eq!(content.pages[0].blocks[0].text, "Tillit");
}

#[test]
fn a_page_far_down_a_chain_of_parents_names_what_it_cannot_inherit() {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [5 0 R] /MediaBox [0 0 300 300] >>".to_vec(),
        stream("", shown("Tillit", 200).as_bytes()),
        HELVETICA.as_bytes().to_vec(),
    ];
    for number in 5..105 {
        let node = format!("<< /Type /Pages /Parent {} 0 R /Kids [{} 0 R] >>", number - 1, number + 1);
        objects.push(node.replace("/Parent 4", "/Parent 2").into_bytes());
    }
    objects.push(
        b"<< /Type /Page /Parent 104 0 R /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_vec(),
    );
    let content = read(&written(&objects));
    assert_eq!(notices(&content), ["limit reached: levels of the page tree"]);
    assert_eq!(content.pages[0].blocks[0].text, "Tillit");
}

#[test]
fn object_numbers_beyond_a_million_are_named() {
    let sound = page(HELVETICA, &shown("Tillit", 500), &[]);
    let file = [b"%PDF-1.7\n9000000 0 obj\n<< >>\nendobj\n".to_vec(), sound[9..].to_vec()].concat();
    let content = read(&file);
    assert!(notices(&content).contains(&"limit reached: objects per document".to_owned()), "{content:?}");
    assert_eq!(content.pages[0].blocks[0].text, "Tillit");
}

/// Many fonts that share one map of all codes.
fn fonts_with_map(count: usize, map: &str) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        Vec::new(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_vec(),
        Vec::new(),
        stream("", map.as_bytes()),
        b"<< /Type /Font /Subtype /CIDFontType2 /DW 500 >>".to_vec(),
    ];
    let mut names = String::new();
    let mut content = "BT 72 500 Td ".to_owned();
    for number in 7..7 + count {
        names += &format!("/F{number} {number} 0 R ");
        content += &format!("/F{number} 10 Tf <0054> Tj ");
        objects.push(
            b"<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 5 0 R /DescendantFonts [6 0 R] >>".to_vec(),
        );
    }
    objects[1] =
        format!("<< /Type /Pages /Kids [3 0 R] /Resources << /Font << {names} >> >> >>").into_bytes();
    objects[3] = stream("", content.as_bytes());
    written(&objects)
}

#[test]
fn fonts_that_would_fill_the_memory_are_cut_by_name() {
    let map = "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange";
    let limits = Limits { font_bytes_max: 1 << 20, ..Limits::default() };
    let content = pdf::open(&fonts_with_map(5, map), &limits).expect("a file").content();
    assert_eq!(notices(&content), ["limit reached: bytes of font tables", "text of 3 fonts cannot be read"]);
    assert_eq!(content.pages[0].blocks[0].text, "TT");
    let content = read(&fonts_with_map(1, &"1 beginbfrange <0000> <FFFF> <0000> endbfrange ".repeat(4)));
    assert_eq!(notices(&content), ["limit reached: codes of a character map"]);
    let long = format!("1 beginbfrange <0054> <0055> <{}> endbfrange", "0054".repeat(1_000));
    let content = read(&fonts_with_map(1, &long));
    assert_eq!(notices(&content), ["limit reached: codes of a character map"]);
    assert_eq!(content.pages[0].blocks[0].text.len(), 256);
}

#[test]
fn text_without_end_is_cut_by_name() {
    let limits = Limits { shown_bytes_max: 20, ..Limits::default() };
    let content =
        pdf::open(&page(HELVETICA, &shown(&"T".repeat(50), 500), &[]), &limits).expect("a file").content();
    assert_eq!(notices(&content), ["limit reached: bytes of shown text per document"]);
    assert_eq!(content.pages[0].blocks[0].text, "T".repeat(20));
}

#[test]
fn forms_that_draw_themselves_end() {
    let form = stream(
        "/Type /XObject /Subtype /Form /Resources << /Font << /F1 4 0 R >> /XObject << /X 6 0 R >> >>",
        (shown("Tillit", 500) + "/X Do").as_bytes(),
    );
    let entries = "/Resources << /Font << /F1 4 0 R >> >>";
    let file = String::from_utf8(page(HELVETICA, "/X Do", &[form])).expect("text");
    let with_forms = "/Resources << /XObject << /X 6 0 R >>    >>";
    assert_eq!(text(file.replacen(entries, with_forms, 1).as_bytes()), "Tillit");
}

/// A sound file whose stream is longer or shorter than it says, or never ends.
#[test]
fn a_wrong_length_and_a_missing_end_are_repaired() {
    let sound = String::from_utf8(page(HELVETICA, &shown("Tillit", 500), &[])).expect("text");
    let length = sound.find("/Length ").map(|at| &sound[at..at + 10]).expect("a length");
    let damaged = [
        sound.replace(length, "/Length 9999"),
        sound.replace(length, "/Length 3"),
        sound.replace(length, "/Length 0"),
        sound.replace("endstream", ""),
        sound.replace("endobj", ""),
        sound.replace("startxref", "startxerf"),
        sound.replace("0000000000 65535 f", "0000000000 65535 x"),
        sound.replace("trailer", ""),
        sound.replace("%PDF-1.7", ""),
    ];
    for (number, file) in (1..).zip(damaged) {
        assert_eq!(text(file.as_bytes()), "Tillit", "damage {number}");
    }
}

/// The same numbers on every machine (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

fn mutant(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let at = random.below(out.len());
    match random.below(5) {
        0 => out.truncate(at),
        1 => (0..20).for_each(|_| {
            let place = random.below(out.len());
            out[place] = random.below(256) as u8;
        }),
        2 => {
            let end = (at + random.below(500)).min(out.len());
            out.drain(at..end);
        }
        3 => {
            let piece = bytes[random.below(at)..at].to_vec();
            let place = random.below(out.len());
            out.splice(place..place, piece.into_iter().take(300));
        }
        _ => {
            // Digits are where offsets, lengths and references are.
            let digits: Vec<usize> = (0..out.len()).filter(|place| out[*place].is_ascii_digit()).collect();
            (0..10).for_each(|_| {
                let place = digits[random.below(digits.len())];
                out[place] = b'0' + random.below(10) as u8;
            });
        }
    }
    out
}

#[test]
fn no_mutant_of_the_sample_corpus_is_more_than_rejected() {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the sample corpus is committed").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "pdf") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut random = Random(0x0005_deec_e66d);
    let limits = Limits { page_operators_max: 20_000, pages_max: 50, ..Limits::default() };
    let mut count = 0;
    for path in files.iter().cycle().take(300) {
        let bytes = std::fs::read(path).expect("a file");
        if let Ok(file) = pdf::open(&mutant(&bytes, &mut random), &limits) {
            file.metadata();
            count += usize::from(!file.content().pages.is_empty());
        }
    }
    assert!(count > 200, "only {count} mutants had pages");
}

/// A CFF font with one glyph named `Aring` at code 7 of its own encoding.
pub(super) fn cff() -> Vec<u8> {
    // Top DICT: charset at 39, encoding at 42, char strings at 45; offsets as 16-bit operands (28).
    let top = [28, 0, 39, 15, 28, 0, 42, 16, 28, 0, 45, 17];
    let mut out = vec![1, 0, 4, 1];
    out.extend([0, 1, 1, 1, 2, b'X']);
    out.extend([0, 1, 1, 1, 1 + top.len() as u8]);
    out.extend(top);
    out.extend([0, 0, 0, 0]);
    out.resize(39, 0);
    // Format 0: the glyph is string 175, `Aring`; code 7 is the first glyph.
    out.extend([0, 0, 175]);
    out.extend([0, 1, 7]);
    // Two char strings, each `endchar`.
    out.extend([0, 2, 1, 1, 2, 3, 14, 14]);
    out
}

#[test]
fn a_cff_font_without_encoding_is_read_by_the_names_of_its_charset() {
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /X /FontDescriptor 6 0 R >>";
    let more = [b"<< /Type /FontDescriptor /FontFile3 7 0 R >>".to_vec(), stream("/Subtype /Type1C", &cff())];
    assert_eq!(text(&page(font, "BT /F1 10 Tf 72 500 Td <07> Tj (r) Tj ET", &more)), "År");
}

#[test]
fn a_stream_that_inflates_beyond_any_limit_is_cut_there() {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let lines = shown("Tillit", 500) + &" ".repeat(1 << 20);
    encoder.write_all(lines.as_bytes()).expect("memory takes it");
    let bomb = stream("/Filter /FlateDecode", &encoder.finish().expect("memory takes it"));
    let file = page_with("/Contents 6 0 R", HELVETICA, "", &[bomb]);
    for max in [1, 100, 1_000, 100_000] {
        let limits = Limits { stream_bytes_max: max, document_bytes_max: max + 1, ..Limits::default() };
        let content = pdf::open(&file, &limits).expect("a readable file").content();
        assert_eq!(content.pages[0].blocks.len(), usize::from(max > 10), "{max}");
        assert!(notices(&content)[0].starts_with("limit reached: inflated bytes"), "{max}");
    }
}

/// Pages that share font `F1` (object 3) and the form `X` (object 4, which may draw itself through `more` from 5 on).
fn pages_with_form(contents: &[&str], form: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let first = 5 + more.len();
    let kids: String = (0..contents.len()).map(|index| format!("{} 0 R ", first + 2 * index)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!(
            "<< /Type /Pages /Kids [{kids}] /MediaBox [0 0 595 842] \
             /Resources << /Font << /F1 3 0 R >> /XObject << /X 4 0 R >> >> >>"
        )
        .into_bytes(),
        HELVETICA.as_bytes().to_vec(),
        form.to_vec(),
    ];
    objects.extend_from_slice(more);
    for content in contents {
        objects.push(
            format!("<< /Type /Page /Contents {} 0 R /Parent 2 0 R >>", objects.len() + 2).into_bytes(),
        );
        objects.push(stream("", content.as_bytes()));
    }
    written(&objects)
}

/// A form that may draw the form in object `next`, under the name `X`.
fn form(content: &str, next: usize) -> Vec<u8> {
    let resources = format!("<< /Font << /F1 3 0 R >> /XObject << /X {next} 0 R >> >>");
    stream(&format!("/Type /XObject /Subtype /Form /Resources {resources}"), content.as_bytes())
}

#[test]
fn a_form_that_is_drawn_again_shows_the_same_as_the_first_time() {
    let letterhead =
        form(&(shown("Etaten", 700) + "0 0 0.5 rg 60 600 300 30 re f 1 g " + &shown("Vedtak", 610)), 99);
    // On the fifth page it stands elsewhere, on the sixth its text is an artifact, on the seventh it has another text.
    let contents = [
        "/X Do",
        "/X Do",
        "/X Do",
        "BT /F1 7 Tf 9 Tc 72 300 Td (Sak) Tj ET q 0 Tc /X Do Q",
        "1 0 0 1 100 -50 cm /X Do",
        "/Artifact BMC /X Do EMC",
        "/Span << /ActualText (Navn) >> BDC /X Do EMC",
    ];
    let pages = read(&pages_with_form(&contents, &letterhead, &[])).pages;
    let apart: Vec<_> = contents
        .iter()
        .map(|content| read(&pages_with_form(&[content], &letterhead, &[])).pages[0].blocks.clone())
        .collect();
    let place = |page: &Vec<pdf::Block>| -> Vec<_> {
        page.iter().map(|block| (block.text.clone(), block.area)).collect()
    };
    for (page, alone) in pages.iter().zip(&apart) {
        assert_eq!(place(&page.blocks), place(alone), "page {}", page.number);
    }
}

#[test]
fn forms_that_draw_forms_ten_times_each_end_soon_and_by_name() {
    let levels = |draws: &str| -> Vec<Vec<u8>> {
        (5..15)
            .map(|next| form(&if next < 14 { draws.repeat(10) } else { shown("Tillit", 500) }, next))
            .collect()
    };
    // Ten thousand million drawings of the last form: all alike, and each at another place.
    let alike = levels("/X Do ");
    let content = read(&pages_with_form(&["/X Do"; 2], &alike[0], &alike[1..]));
    assert_eq!(notices(&content), ["limit reached: glyphs per page"]);
    let moved = levels("1 0 0 1 1 0 cm /X Do ");
    let limits = Limits { repeated_operators_max: 1_000, ..Limits::default() };
    let file = pages_with_form(&["/X Do", "BT /F1 10 Tf 72 500 Td (Vedtak) Tj ET"], &moved[0], &moved[1..]);
    let content = pdf::open(&file, &limits).expect("a readable file").content();
    assert_eq!(notices(&content), ["limit reached: operators of forms drawn again"]);
    assert_eq!(content.pages[1].blocks[0].text, "Vedtak");
}
