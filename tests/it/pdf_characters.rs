//! From codes to characters in place: fonts, encodings, text state, and what stands for text. All PDFs are written here.

use super::pdf_objects::{HELVETICA, cff, notices, page, page_with, read, shown, stream, text, truetype};
use ordskifte::{
    extract::{
        self,
        pdf::{Content, Rect},
    },
    text::MediaType,
};

const WIN_ANSI: &str = "/Type /Font /Subtype /Type1 /BaseFont /X /Encoding /WinAnsiEncoding";

/// A page of hexadecimal codes in a simple font with this `ToUnicode`.
fn simple_with_map(map: &str, codes: &str) -> Vec<u8> {
    let font = format!("<< {WIN_ANSI} /ToUnicode 6 0 R >>");
    page(&font, &format!("BT /F1 10 Tf 72 500 Td <{codes}> Tj ET"), &[stream("", map.as_bytes())])
}

/// A page of hexadecimal codes in a composite font: objects from 7 on are `more`.
fn composite(encoding: &str, entries: &str, descendant: &str, codes: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let font =
        format!("<< /Type /Font /Subtype /Type0 /Encoding {encoding} /DescendantFonts [6 0 R] {entries} >>");
    let descendant = format!("<< /Type /Font /Subtype /CIDFontType2 /DW 600 {descendant} >>").into_bytes();
    let more = [vec![descendant], more.to_vec()].concat();
    page(&font, &format!("BT /F1 10 Tf 72 500 Td <{codes}> Tj ET"), &more)
}

fn area(content: &Content) -> Rect {
    content.pages[0].blocks[0].area
}

#[test]
fn a_to_unicode_speaks_of_single_codes_ranges_lists_and_ligatures() {
    let map = "1 begincodespacerange <00> <FF> endcodespacerange\n\
        2 beginbfchar <01> <0054> <02> <00660069> endbfchar\n\
        2 beginbfrange <10> <12> <0061> <20> <21> [<00E5> <D835DC00>] endbfrange";
    assert_eq!(text(&simple_with_map(map, "01021011122021")), "Tfiabcå𝐀");
}

#[test]
fn a_later_entry_of_a_to_unicode_overrules_an_earlier_one() {
    let map = "1 beginbfrange <41> <5A> <0041> endbfrange 1 beginbfchar <42> <00C5> endbfchar";
    assert_eq!(text(&simple_with_map(map, "414243")), "AÅC");
}

#[test]
fn a_ligature_in_the_wrong_byte_order_is_righted() {
    assert_eq!(text(&simple_with_map("1 beginbfchar <01> <66006900> endbfchar", "0178")), "fix");
}

#[test]
fn a_to_unicode_that_says_nothing_of_a_code_leaves_it_to_the_encoding() {
    // The replacement character, private use, nothing at all, and a code that is not there.
    let map = "4 beginbfchar <54> <FFFD> <69> <E001> <6C> <> <78> <0079> endbfchar";
    assert_eq!(text(&simple_with_map(map, "54696C6C697478")), "Tillity");
}

#[test]
fn codes_of_one_byte_in_the_map_of_a_two_byte_font_are_the_same_codes() {
    let map = stream(
        "",
        b"1 begincodespacerange <00> <FF> endcodespacerange\n1 beginbfrange <41> <5A> <41> endbfrange",
    );
    let file = composite("/Identity-H", "/ToUnicode 7 0 R", "", "0054004100C5", &[map]);
    assert_eq!(text(&file), "TA");
}

#[test]
fn an_embedded_encoding_says_how_long_codes_are_and_what_glyphs_they_mean() {
    let encoding = stream(
        "/Type /CMap /CMapName /Own",
        b"1 begincodespacerange <00> <FF> endcodespacerange\n2 begincidrange <30> <49> 1 <61> <61> 5 endcidrange",
    );
    let descriptor = b"<< /Type /FontDescriptor /FontFile2 9 0 R >>".to_vec();
    let more = [encoding, descriptor, stream("", &truetype(u16::from(b'A'), 26))];
    let file = composite("7 0 R", "", "/FontDescriptor 8 0 R", "43383B61", &more);
    assert_eq!(text(&file), "TILE");
}

/// A font file of these tables.
fn sfnt(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = [0x0001u16, 0x0000, tables.len() as u16, 16, 0, 0].map(u16::to_be_bytes).concat();
    let mut offset = 12 + 16 * tables.len();
    for (name, bytes) in tables {
        out.extend(*name);
        out.extend([0; 4]);
        out.extend((offset as u32).to_be_bytes());
        out.extend((bytes.len() as u32).to_be_bytes());
        offset += bytes.len();
    }
    tables.iter().for_each(|(_, bytes)| out.extend(bytes));
    out
}

/// Names of the glyphs from 1 on: the first two are of the Macintosh's own list, `A` and `B`.
fn post(names: &[&str]) -> Vec<u8> {
    let mut out = [0x0002u16, 0].map(u16::to_be_bytes).concat();
    out.resize(32, 0);
    let indexes = [0, 36, 37].into_iter().chain(258..258 + names.len() as u16);
    let count = 3 + names.len() as u16;
    out.extend([count].into_iter().chain(indexes).flat_map(u16::to_be_bytes));
    for name in names {
        out.push(name.len() as u8);
        out.extend(name.as_bytes());
    }
    out
}

/// A `cmap` of one table of format 6.
fn cmap(platform: u16, encoding: u16, first: u16, glyphs: &[u16]) -> Vec<u8> {
    let length = 10 + 2 * glyphs.len() as u16;
    let head = [0, 1, platform, encoding, 0, 12, 6, length, 0, first, glyphs.len() as u16];
    head.iter().chain(glyphs).copied().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn a_composite_font_without_a_map_is_read_by_the_names_of_its_glyphs() {
    let program = sfnt(&[(b"post", post(&["aring", "uni00F8", "x.alt", "nameless17"]))]);
    let more = [b"<< /Type /FontDescriptor /FontFile2 8 0 R >>".to_vec(), stream("", &program)];
    let file = composite("/Identity-H", "", "/FontDescriptor 7 0 R", "000100020003000400050006", &more);
    assert_eq!(text(&file), "ABåøx");
}

#[test]
fn a_composite_font_is_read_by_the_charset_of_its_cff_program() {
    let more =
        [b"<< /Type /FontDescriptor /FontFile3 8 0 R >>".to_vec(), stream("/Subtype /CIDFontType0C", &cff())];
    assert_eq!(text(&composite("/Identity-H", "", "/FontDescriptor 7 0 R", "00010001", &more)), "ÅÅ");
}

#[test]
fn a_map_from_glyph_numbers_to_glyphs_is_followed() {
    let more = [
        b"<< /Type /FontDescriptor /FontFile2 8 0 R >>".to_vec(),
        stream("", &truetype(u16::from(b'A'), 26)),
        stream("", &[0, 0, 0, 20, 0, 9, 0, 12]),
    ];
    let descendant = "/FontDescriptor 7 0 R /CIDToGIDMap 9 0 R";
    assert_eq!(text(&composite("/Identity-H", "", descendant, "000100020003000300020001", &more)), "TILLIT");
}

#[test]
fn glyph_numbers_in_names_are_looked_up_in_the_program() {
    let font = "<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor 6 0 R \
        /Encoding << /Differences [1 /g20 /cid9 /glyph12 /g99] >> >>";
    let more = [
        b"<< /Type /FontDescriptor /FontFile2 7 0 R >>".to_vec(),
        stream("", &truetype(u16::from(b'A'), 26)),
    ];
    assert_eq!(text(&page(font, "BT /F1 10 Tf 72 500 Td <010203030201> Tj <04> Tj ET", &more)), "TILLIT");
}

#[test]
fn a_symbolic_truetype_font_is_read_by_its_own_table_and_names() {
    let font = "<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor 6 0 R >>";
    let names = post(&["aring", "oslash"]);
    // Codes 33 and 34: of the symbol table from U+F000 on, and of the Macintosh's.
    for cmap in [cmap(3, 0, 0xf021, &[3, 4]), cmap(1, 0, 0x21, &[3, 4])] {
        let program = sfnt(&[(b"cmap", cmap), (b"post", names.clone())]);
        let more = [b"<< /Type /FontDescriptor /Flags 4 /FontFile2 7 0 R >>".to_vec(), stream("", &program)];
        assert_eq!(text(&page(font, "BT /F1 10 Tf 72 500 Td <2122> Tj ET", &more)), "åø");
    }
}

#[test]
fn codes_of_chinese_japanese_and_korean_encodings_are_characters() {
    let cases = [
        ("90ms-RKSJ-H", "41B183678E96", "Aｱト事"),
        ("90msp-RKSJ-V", "93FA967B", "日本"),
        ("EUC-H", "41C6FCCBDC", "A日本"),
        ("H", "467C4B5C", "日本"),
        ("GBK-EUC-H", "41D6D0B9FA", "A中国"),
        ("GBK2K-V", "D6D081308130", "中\u{80}"),
        ("ETen-B5-H", "41A4A4B0EA", "A中國"),
        ("KSCms-UHC-H", "41C7D1B1B9", "A한국"),
        ("KSC-EUC-V", "C7D1", "한"),
        ("UniGB-UCS2-H", "00414E2D56FD", "A中国"),
        ("UniJIS-UTF16-V", "D842DFB765E5", "𠮷日"),
    ];
    for (name, codes, wanted) in cases {
        let content = read(&composite(&format!("/{name}"), "", "", codes, &[]));
        let wanted: String = wanted.chars().filter(|character| !character.is_control()).collect();
        assert_eq!(content.pages[0].blocks[0].text, wanted, "{name}");
        assert_eq!(notices(&content), [""; 0], "{name}");
    }
}

#[test]
fn codes_of_an_unknown_predefined_map_are_not_taken_for_glyph_numbers() {
    let more = [
        b"<< /Type /FontDescriptor /FontFile2 8 0 R >>".to_vec(),
        stream("", &truetype(u16::from(b'A'), 26)),
    ];
    let content = read(&composite("/CNS-EUC-H", "", "/FontDescriptor 7 0 R", "00140009", &more));
    assert!(content.pages[0].blocks.is_empty());
    assert_eq!(notices(&content), ["text of 1 font cannot be read"]);
}

#[test]
fn a_to_unicode_goes_before_a_predefined_map() {
    let map = stream("", b"1 beginbfchar <93FA> <0054> endbfchar");
    let file = composite("/90ms-RKSJ-H", "/ToUnicode 7 0 R", "", "93FA967B", &[map]);
    assert_eq!(text(&file), "T本");
}

#[test]
fn a_standard_font_without_widths_has_those_of_its_metrics() {
    // T 611, i 222, l 222, l 222, i 222, t 278 thousandths of 10 points.
    let content = read(&page(HELVETICA, &shown("Tillit", 500), &[]));
    let area = area(&content);
    assert!((area.right - area.left - 17.77).abs() < 0.01, "{area:?}");
}

#[test]
fn a_font_that_states_no_widths_parts_no_words() {
    let font = format!("<< {WIN_ANSI} >>");
    assert_eq!(
        text(&page(&font, "BT /F1 10 Tf 72 500 Td (M\\345l og resultat) Tj ET", &[])),
        "Mål og resultat"
    );
}

#[test]
fn the_widths_of_a_type_3_font_are_in_the_units_of_its_matrix() {
    let font = "<< /Type /Font /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FontBBox [0 0 100 100] \
        /FirstChar 65 /LastChar 66 /Widths [50 50] /CharProcs << >> /Encoding << /Differences [65 /T /aring] >> >>";
    let content = read(&page(font, "BT /F1 10 Tf 72 500 Td (AB) Tj -400 0 Td ET", &[]));
    assert_eq!(content.pages[0].blocks[0].text, "Tå");
    assert_eq!(area(&content).right, 82.0);
}

#[test]
fn hebrew_and_arabic_are_given_in_the_order_in_which_they_are_read() {
    // As set from left to right: lamed and shin, and a form of kaf and a ligature of lam and alef as Arabic fonts draw them.
    let map = "5 beginbfchar <01> <05DC> <02> <05E9> <03> <FEDB> <04> <06440627> <20> <0020> endbfchar";
    assert_eq!(text(&simple_with_map(map, "0102")), "של");
    assert_eq!(text(&simple_with_map(map, "0403")), "كلا");
    assert_eq!(text(&simple_with_map(map, "0102204E41562001020102")), "שלשל NAV של");
}

#[test]
fn codes_are_unicode_where_a_file_says_so_and_they_make_letters() {
    let program = [b"<< /Type /FontDescriptor /FontFile2 8 0 R >>".to_vec(), stream("", b"no font")];
    let read_as = |codes: &str| {
        read(&composite("/Identity-H", "/ToUnicode /Identity-H", "/FontDescriptor 7 0 R", codes, &program))
    };
    assert_eq!(read_as("00740069006C006C00690074").pages[0].blocks[0].text, "tillit");
    // The numbers of glyphs, which other files call so too.
    assert_eq!(notices(&read_as("0057004C004F004F004C0057")), ["text of 1 font cannot be read"]);
}

/// A page of `codes` in a Type 3 font that draws glyphs of these names.
fn drawn(names: &[String], encoding: &str, codes: &str) -> Vec<u8> {
    let glyphs: String = names.iter().map(|name| format!("/{name} 6 0 R ")).collect();
    let font = format!(
        "<< /Type /Font /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FontBBox [0 0 100 100] \
        /FirstChar 0 /Widths [{}] /CharProcs << {glyphs} >> /Encoding {encoding} >>",
        "50 ".repeat(128)
    );
    page(&font, &format!("BT /F1 10 Tf 72 500 Td <{codes}> Tj ET"), &[stream("", b"")])
}

#[test]
fn a_type_3_font_is_read_by_its_named_encoding_where_it_draws_such_a_glyph() {
    let names = ["T", "i", "l", "t"].map(str::to_owned);
    assert_eq!(text(&drawn(&names, "/WinAnsiEncoding", "54696C6C697478")), "Tillit");
}

#[test]
fn glyphs_counted_in_the_order_of_their_use_are_no_codes_of_tex() {
    // Ghostscript names all codes, and draws those that it used.
    let all: String = (0..128).map(|code| format!("/a{code} ")).collect();
    let encoding = format!("<< /Differences [0 {all}] >>");
    let counted: Vec<String> = (0..40).map(|code| format!("a{code}")).collect();
    let content = read(&drawn(&counted, &encoding, "1B1C1D1E1F"));
    assert!(content.pages[0].blocks.is_empty());
    assert_eq!(notices(&content), ["text of 1 font cannot be read"]);
    // A font of a later page has a few of the first page's glyphs, and its own.
    let later: Vec<String> = [0, 1, 2, 3, 4, 5, 9, 60, 61].map(|code| format!("a{code}")).to_vec();
    assert_eq!(text(&drawn(&later, &encoding, "000102")), "");
    let of_tex: Vec<String> = [0x54, 0x69, 0x6c, 0x74].map(|code| format!("a{code}")).to_vec();
    assert_eq!(text(&drawn(&of_tex, &encoding, "54696C6C6974")), "Tillit");
}

#[test]
fn the_standard_fonts_of_signs_have_their_own_encodings() {
    let of = |font: &str, shown: &str| {
        let font = format!("<< /Type /Font /Subtype /Type1 /BaseFont /{font} >>");
        text(&page(&font, &format!("BT /F1 10 Tf 72 500 Td ({shown}) Tj ET"), &[]))
    };
    assert_eq!(of("Symbol", "abW\\245\\256"), "αβΩ∞→");
    assert_eq!(of("ZapfDingbats", "l4n\\300\\325"), "●✔■➀→");
}

#[test]
fn codes_that_nothing_is_drawn_for_take_no_room() {
    // Two bytes for each letter in a font of one byte, to the right edge of the page.
    let content = read(&page(HELVETICA, "BT /F1 10 Tf 560 500 Td <00540069006C006C00690074> Tj ET", &[]));
    assert_eq!(content.pages[0].blocks[0].text, "Tillit");
}

#[test]
fn text_in_a_font_that_is_missing_is_noted_and_not_read_in_another() {
    let content = "BT /F1 10 Tf 72 500 Td (Tillit) Tj /F2 10 Tf (Vertrauen ist gut.) Tj ET";
    let found = read(&page(HELVETICA, content, &[]));
    assert_eq!(found.pages[0].blocks[0].text, "Tillit");
    assert_eq!(notices(&found), ["18 glyphs have no character: their text is missing"]);
}

#[test]
fn a_form_without_a_font_takes_the_pages() {
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /ProcSet [/Text] >>",
        b"BT /F1 10 Tf 72 500 Td (Tillit) Tj ET",
    );
    let resources = "/Resources << /Font << /F1 4 0 R >> /XObject << /X 6 0 R >> >>";
    assert_eq!(text(&page_with(resources, HELVETICA, "/X Do", &[form])), "Tillit");
}

#[test]
fn text_of_a_negative_size_runs_the_other_way() {
    let objects = "/Rotate 180";
    let content = "BT /F1 -10 Tf 1 0 0 1 523 342 Tm (Tillit ) Tj /F1 -9 Tf (er bra) Tj ET";
    let found = read(&page_with(objects, HELVETICA, content, &[]));
    assert_eq!(found.pages[0].blocks[0].text, "Tillit er bra");
    assert!((area(&found).left - 72.0).abs() < 0.1);
}

#[test]
fn a_space_glyph_beside_larger_letters_parts_words() {
    let content =
        "BT 72 500 Td /F1 24 Tf (T) Tj /F1 12 Tf (illit) Tj ( ) Tj /F1 24 Tf (E) Tj /F1 12 Tf (r) Tj ET";
    assert_eq!(text(&page(HELVETICA, content, &[])), "Tillit Er");
}

#[test]
fn scaled_text_is_as_wide_as_it_is_shown() {
    let width = |scale: &str| {
        let area =
            area(&read(&page(HELVETICA, &format!("BT /F1 10 Tf {scale} 72 500 Td (Tillit) Tj ET"), &[])));
        area.right - area.left
    };
    assert!((width("50 Tz") * 2.0 - width("100 Tz")).abs() < 0.01);
}

#[test]
fn a_raised_mark_in_the_text_state_is_a_mark() {
    let content = "BT /F1 10 Tf 72 500 Td (M\\345let er n\\345dd) Tj 4 Ts /F1 6 Tf (2) Tj 0 Ts /F1 10 Tf ( i \\345r) Tj ET";
    assert_eq!(text(&page(HELVETICA, content, &[])), "Målet er nådd i år");
}

#[test]
fn text_that_only_clips_is_no_ink() {
    let clip = "BT 7 Tr /F1 10 Tf 72 400 Td (klipp) Tj ET 0 Tr ";
    assert_eq!(text(&page(HELVETICA, &(shown("Tillit", 500) + clip), &[])), "Tillit");
}

#[test]
fn the_text_under_a_scanned_page_counts() {
    let image = stream(
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
        b"x",
    );
    let content = "q 595 0 0 842 0 0 cm /I Do Q 3 Tr ".to_owned() + &shown("Tillit", 500);
    let file = page_with(
        "/Resources << /XObject << /I 6 0 R >> /Font << /F1 4 0 R >> >>",
        HELVETICA,
        &content,
        &[image],
    );
    let page = read(&file).pages.remove(0);
    assert!(page.has_image);
    assert_eq!(page.blocks[0].text, "Tillit");
}

#[test]
fn text_outside_its_brackets_and_states_that_are_never_restored_are_read() {
    let content = "Q Q q q BT /F1 10 Tf 72 500 Td (en) Tj BT 72 480 Td (to) Tj ET ET q 72 460 Td (tre) Tj Q Q Q \
        /F1 10 Tf 1 0 0 1 72 440 Tm (fire) Tj";
    let content = page(HELVETICA, content, &[]);
    assert!(text(&content).starts_with("en to"), "{}", text(&content));
    assert!(text(&content).ends_with("fire"), "{}", text(&content));
}

#[test]
fn justified_text_has_its_spaces_whoever_makes_them() {
    for line in [
        "5 Tw (M\\345l og resultat) Tj",
        "0.4 Tc (M\\345l og resultat) Tj",
        "-0.3 Tc 4 Tw (M\\345l og resultat) Tj",
        "[(M\\345l) -700 (og) -700 (resultat)] TJ",
        "[(M) 30 (\\345) -30 (l) -250 (o) 10 (g) -250 (r) 20 (esultat)] TJ",
        "(M\\345l) Tj 20 0 Td (og) Tj 16 0 Td (resultat) Tj",
    ] {
        let content = format!("BT /F1 10 Tf 72 500 Td {line} ET");
        assert_eq!(text(&page(HELVETICA, &content, &[])), "Mål og resultat", "{line}");
    }
}

#[test]
fn a_shadow_is_not_a_second_text() {
    let shadow = "BT 0.5 g /F1 20 Tf 73 499 Td (Tillit) Tj ET BT 0 g /F1 20 Tf 72 500 Td (Tillit) Tj ET";
    assert_eq!(text(&page(HELVETICA, shadow, &[])), "Tillit");
}

#[test]
fn a_soft_hyphen_joins_at_the_end_of_a_line_and_is_gone_from_the_passages() {
    let font = format!("<< {WIN_ANSI} /ToUnicode 6 0 R >>");
    let map = stream("", b"1 beginbfchar <AD> <00AD> endbfchar");
    let content = shown("Dette gjelder styr\\255", 500) + &shown("ing av hele sta\\255ten i dag", 488);
    let document =
        extract::document(&page(&font, &content, &[map]), MediaType::Pdf).expect("a readable file");
    assert_eq!(document.plain_text(), "Dette gjelder styring av hele staten i dag\n");
}

#[test]
fn an_actual_text_spans_several_operators_and_may_be_empty() {
    let content = "BT /F1 10 Tf 72 500 Td /Span << /ActualText <FEFF00540069006C006C00690074> >> BDC \
        (T) Tj 5 0 Td (1l) Tj 5 0 Td (l1t) Tj EMC \
        /Span << /ActualText () >> BDC ( -) Tj EMC ( er alt) Tj ET";
    assert_eq!(text(&page(HELVETICA, content, &[])), "Tillit er alt");
}

#[test]
fn an_alternative_description_is_no_text() {
    let content = "/Figure << /Alt (Et bilde) >> BDC BT /F1 10 Tf 72 500 Td (Tillit) Tj ET EMC";
    assert_eq!(text(&page(HELVETICA, content, &[])), "Tillit");
}

#[test]
fn pages_are_read_as_they_are_turned() {
    // The same line, set so that it runs from left to right on the turned page, 100 points from its left and its top.
    let cases = [
        ("/Rotate 0", "1 0 0 1 100 742"),
        ("/Rotate 90", "0 1 -1 0 100 100"),
        ("/Rotate 180", "-1 0 0 -1 495 100"),
        ("/Rotate 270", "0 -1 1 0 495 742"),
        ("/Rotate -90", "0 -1 1 0 495 742"),
    ];
    for (entry, matrix) in cases {
        let content =
            read(&page_with(entry, HELVETICA, &format!("BT /F1 10 Tf {matrix} Tm (Tillit) Tj ET"), &[]));
        let block = &content.pages[0].blocks[0];
        assert_eq!(block.text, "Tillit", "{entry}");
        assert!((block.area.left - 100.0).abs() < 0.01, "{entry}: {:?}", block.area);
        assert!((90.0..101.0).contains(&block.area.top), "{entry}: {:?}", block.area);
    }
}

#[test]
fn an_inline_image_is_passed_over_whatever_its_bytes_are() {
    let image: &[u8] = b"\xff EI \xfe(\x00 EI\n\x01";
    let header = format!("q BI /W {} /H 1 /BPC 8 /CS /G ID ", image.len());
    let filtered = "BI /W 9 /H 9 /F /Fl ID ";
    for header in [header.as_str(), filtered] {
        let content = [header.as_bytes(), image, b"\nEI Q BT /F1 10 Tf 72 500 Td (Tillit) Tj ET"].concat();
        let more = [stream("", &content)];
        let file = page_with("/Contents 6 0 R", HELVETICA, "", &more);
        assert_eq!(text(&file), "Tillit");
    }
}

/// The codes of `text` when `code` gives one for each character.
fn codes(text: &str, code: impl Fn(char) -> u32) -> String {
    text.chars().map(|character| format!("{:04x}", code(character))).collect()
}

#[test]
fn codes_that_are_unicode_are_read_without_a_map_or_a_program() {
    let shown = codes("hver skog på øya", u32::from);
    assert_eq!(text(&composite("/Identity-H", "/BaseFont /Skogskrift", "", &shown, &[])), "hver skog på øya");
}

#[test]
fn glyph_numbers_of_a_font_of_windows_are_read_without_a_map_or_a_program() {
    let glyph = |character: char| match character {
        'å' => 110,
        'ø' => 161,
        'æ' => 160,
        other => u32::from(other) - 29,
    };
    let shown = codes("Bær på øya", glyph);
    let file = |name: &str| composite("/Identity-H", &format!("/BaseFont /{name}"), "", &shown, &[]);
    assert_eq!(text(&file("ABCDEF+TimesNewRomanPSMT")), "Bær på øya");
    // The glyphs of other fonts stand in other orders.
    assert_eq!(notices(&read(&file("Skogskrift"))), ["text of 1 font cannot be read"]);
}

#[test]
fn what_a_map_leaves_out_the_program_says() {
    let map = "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0001> <0041> endbfchar";
    let program = sfnt(&[(b"post", post(&["aring"]))]);
    let more = [
        b"<< /Type /FontDescriptor /FontFile2 8 0 R >>".to_vec(),
        stream("", &program),
        stream("", map.as_bytes()),
    ];
    let file = composite("/Identity-H", "/ToUnicode 9 0 R", "/FontDescriptor 7 0 R", "000100020003", &more);
    assert_eq!(text(&file), "ABå");
}

#[test]
fn glyphs_without_a_character_are_counted_in_a_notice() {
    let map = "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0001> <0041> endbfchar";
    let file = |count: usize| {
        let shown = format!("0001{}", "0002".repeat(count));
        composite("/Identity-H", "/ToUnicode 7 0 R", "", &shown, &[stream("", map.as_bytes())])
    };
    assert_eq!(notices(&read(&file(15))), Vec::<String>::new());
    assert_eq!(notices(&read(&file(16))), ["16 glyphs have no character: their text is missing"]);
}
