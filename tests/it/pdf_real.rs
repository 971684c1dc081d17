//! What real files hold besides plain text in plain fonts: layers, forms, damage, odd fonts. All PDFs are written here.

use super::pdf::{at, document, lines, pdf, text as lines_of};
use super::pdf_objects::{HELVETICA, page, page_with, shown, stream, text};

/// A page of this content, with an image as `Im`.
fn scan(content: &str) -> Vec<u8> {
    let image = stream(
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
        b"\xff",
    );
    let entries = "/Resources << /Font << /F1 4 0 R >> /XObject << /Im 6 0 R >> >>";
    page_with(entries, HELVETICA, &format!("q 595 0 0 842 0 0 cm /Im Do Q {content}"), &[image])
}

/// Files with annotations and with two layers, for whoever wants to damage them.
pub(super) fn samples() -> [Vec<u8>; 2] {
    let field = "/Subtype /Widget /FT /Tx /V (Kari Skog) /Rect [150 495 350 513] /DA (/F1 11 Tf)";
    let stamp = "/Subtype /Stamp /Rect [300 300 400 310] /AP << /N << /On 9 0 R >> >> /AS /On";
    let note = "/Subtype /FreeText /Contents (Fri tekst) /Rect [150 445 350 463] /F 4";
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Matrix [1 0 0 1 5 5] /Resources << /Font << /F1 4 0 R >> >>",
        b"BT /F1 20 Tf 0 0 Td (Godkjent) Tj ET",
    );
    let layer = "3 Tr ".to_owned() + &shown("Skogen ved havet", 500) + "0 Tr " + &shown("Mottatt", 800);
    [annotated(&[field, stamp, note], &[form]), scan(&layer)]
}

#[test]
fn the_text_layer_below_a_visible_stamp_is_read() {
    let layer = "3 Tr ".to_owned() + &shown("Skogen ved havet", 500) + "0 Tr ";
    let bytes = scan(&(layer + &shown("Mottatt", 800)));
    assert_eq!(text(&bytes), "Mottatt Skogen ved havet");
}

#[test]
fn a_layer_that_says_what_is_shown_counts_once() {
    let layer = "3 Tr ".to_owned() + &shown("Skogen", 500) + "0 Tr ";
    assert_eq!(text(&scan(&(layer + &shown("Skogen", 500)))), "Skogen");
}

#[test]
fn a_scan_with_nothing_but_a_stamp_is_rejected() {
    let rejection = document(&scan(&shown("Journalført 3.5.2021", 820))).expect_err("no text");
    assert_eq!(rejection.reason, "no text layer: 1 page of images");
}

#[test]
fn accents_of_their_own_belong_to_the_letter_they_stand_over() {
    // TeX sets the accent, goes back, and sets the letter; capitals have it higher.
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /X /FirstChar 97 /Widths [500 500 500 500] \
                /Encoding << /Differences [98 /ring /aring /dieresis] >> >>";
    let content =
        "BT /F1 10 Tf 72 500 Td [(ba)] TJ ET BT /F1 10 Tf 72 470 Td [(b)500(a)-300(aaaa)-300(d)500(a)] TJ ET";
    assert_eq!(text(&page(font, content, &[])), "˚a å aaaa ä");
}

#[test]
fn bitmap_fonts_of_tex_are_read_by_their_codes() {
    let font = "<< /Type /Font /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FontBBox [0 -20 60 80] /FirstChar 97 \
                /Widths [50 50 50] /CharProcs << /a28 6 0 R /a98 6 0 R /a229 6 0 R >> \
                /Encoding << /Differences [28 /a28 98 /a98 229 /a229] >> >>";
    assert_eq!(text(&page(font, "BT /F1 10 Tf 72 500 Td (b\\345\\034) Tj ET", &[])), "båfi");
}

#[test]
fn a_bitmap_font_of_tex_with_nothing_but_signs_has_no_letters() {
    let font = "<< /Type /Font /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FontBBox [0 -20 60 80] /FirstChar 136 \
                /Widths [50] /CharProcs << /a136 6 0 R /a167 6 0 R >> \
                /Encoding << /Differences [136 /a136 167 /a167] >> >>";
    assert_eq!(text(&page(font, "BT /F1 10 Tf 72 500 Td (\\210\\247) Tj ET", &[])), "•§");
}

#[test]
fn a_type_3_font_in_other_units_is_no_speck() {
    let font = "<< /Type /Font /Subtype /Type3 /FontMatrix [1 0 0 1 0 0] /FontBBox [0 -10 40 44] /FirstChar 97 \
                /Widths [20 20] /CharProcs << >> /Encoding << /Differences [97 /a /b] >> >>";
    assert_eq!(text(&page(font, "BT /F1 .24 Tf 72 500 Td (abba) Tj ET", &[])), "abba");
}

#[test]
fn a_narrow_figure_is_no_mark_unless_it_is_raised() {
    let font = |name: &str| {
        format!(
            "<< /Type /Font /Subtype /Type1 /BaseFont /X /FirstChar 97 /Widths [500 560 330] \
             /Encoding << /Differences [97 /a /one /{name}] >> >>"
        )
    };
    let content = "BT /F1 10 Tf 72 500 Td (abac) Tj ET";
    assert_eq!(text(&page(&font("one"), content, &[])), "a1a1");
    assert_eq!(text(&page(&font("one.superior"), content, &[])), "a1a");
}

#[test]
fn a_span_with_a_text_of_its_own_needs_no_font_that_names_its_glyphs() {
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /Differences [98 /g98] >> >>";
    let content = "BT /F1 10 Tf 72 500 Td (o) Tj /Span << /ActualText (ff) >> BDC (b) Tj EMC (er) Tj ET";
    assert_eq!(text(&page(font, content, &[])), "offer");
}

#[test]
fn letters_printed_twice_in_turn_count_once_and_a_tight_pair_twice() {
    let twice = "BT /F1 10 Tf 72 500 Td [(s)480(s)(k)480(k)(o)536(o)(g)536(g)] TJ ET";
    assert_eq!(text(&page(HELVETICA, twice, &[])), "skog");
    let tight = "BT /F1 10 Tf 72 500 Td [(sto)(f)240(f)(et)] TJ ET";
    assert_eq!(text(&page(HELVETICA, tight, &[])), "stoffet");
}

#[test]
fn a_raised_figure_behind_a_unit_is_its_power() {
    let content =
        "BT /F1 11 Tf 72 500 Td (skog p\\345 90 km) Tj /F1 7 Tf 4 Ts (2) Tj /F1 11 Tf 0 Ts ( i nord) Tj ET";
    assert_eq!(text(&page(HELVETICA, content, &[])), "skog på 90 km2 i nord");
}

#[test]
fn what_breaks_an_array_of_strings_loses_none_of_them() {
    let content = "BT /F1 10 Tf 72 500 Td [(skog)-(plan)] TJ 0 -20 Td [(hav og )f(fjell)] TJ ET";
    assert_eq!(text(&page(HELVETICA, content, &[])), "skogplan hav og fjell");
}

#[test]
fn words_without_spaces_are_told_by_the_two_humps_of_their_gaps() {
    for gap in [115, 130, 158, 200] {
        let words = ["skogen", "ved", "havet", "er", "vernet"].map(|word| format!("({word})"));
        let content = format!("BT /F1 10 Tf 72 500 Td [{}] TJ ET", words.join(&format!(" -{gap} ")));
        assert_eq!(text(&page(HELVETICA, &content, &[])), "skogen ved havet er vernet", "{gap}");
    }
}

#[test]
fn signs_that_are_not_seen_are_no_part_of_a_word() {
    let map = "1 beginbfchar <62> <200B> endbfchar 1 beginbfchar <63> <00AD> endbfchar";
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /FirstChar 98 /Widths [0 0] \
                /ToUnicode 6 0 R >>";
    let content = "BT /F1 10 Tf 72 500 Td (skogbplan havcvern) Tj ET";
    assert_eq!(text(&page(font, content, &[stream("", map.as_bytes())])), "skogplan havvern");
}

#[test]
fn a_short_line_that_ends_within_a_word_goes_on_below() {
    let page = lines(
        72,
        600,
        &[
            "Vern av skogen gjelder ogs\\345 hele det store fylket i nord",
            "s\\345 som Nord-",
            "Norge, og det er viktig.",
        ],
    );
    assert!(lines_of(&pdf(&[&page])).contains("Nord-Norge"));
}

#[test]
fn an_address_that_ends_in_a_slash_is_whole() {
    let references = [
        "Skog, K. (2019). Om vern av skog i det store fylket i nord og vest.",
        "www.skog.example/vern/",
        "Hav, L. (2020). Om havet.",
    ];
    let found = lines_of(&pdf(&[&lines(72, 600, &references)]));
    assert!(!found.contains("vern/Hav"), "{found}");
}

#[test]
fn the_name_of_a_row_goes_on_behind_its_number() {
    let page = at(80, 600, 10, "1")
        + &at(100, 600, 10, "Skogdrift")
        + &at(420, 600, 10, "1 200")
        + &at(80, 588, 10, "22 Drift av skog og fjell-")
        + &at(100, 576, 10, "omr\\345der")
        + &at(430, 576, 10, "300")
        + &at(80, 564, 10, "23")
        + &at(100, 564, 10, "Hav")
        + &at(430, 564, 10, "400");
    assert!(lines_of(&pdf(&[&page])).contains("fjellområder\t300"), "{}", lines_of(&pdf(&[&page])));
}

#[test]
fn line_numbers_in_the_size_of_the_text_are_no_table() {
    const LINES: [&str; 4] = [
        "Skogen ved havet skal vernes fordi den",
        "gir ly til fugl og dyr i hele",
        "landet og til folk som bor der og som",
        "vil leve av det den gir.",
    ];
    let content: String = (0..24)
        .map(|line| {
            let y = 780 - 14 * line;
            at(40, y, 11, &(line + 1).to_string()) + &at(72, y, 11, LINES[line as usize % 4])
        })
        .collect();
    let text = lines_of(&pdf(&[&content]));
    assert_eq!(text.matches("dyr i hele landet").count(), 6, "{text}");
}

/// A page with annotations, objects from 6 on.
fn annotated(annotations: &[&str], more: &[Vec<u8>]) -> Vec<u8> {
    let numbers: Vec<String> = (6..6 + annotations.len()).map(|number| format!("{number} 0 R")).collect();
    let objects: Vec<Vec<u8>> = annotations
        .iter()
        .map(|entries| format!("<< /Type /Annot {entries} >>").into_bytes())
        .chain(more.to_vec())
        .collect();
    page_with(&format!("/Annots [{}]", numbers.join(" ")), HELVETICA, &shown("Navn:", 500), &objects)
}

#[test]
fn values_of_fields_are_text_as_a_reader_sees_them() {
    let field = "/Subtype /Widget /FT /Tx /V (Kari Skog) /Rect [150 495 350 513]";
    let password = "/Subtype /Widget /FT /Tx /Ff 8192 /V (hemmelig) /Rect [150 395 350 413]";
    let note = "/Subtype /FreeText /Contents (Fri tekst) /Rect [150 445 350 463]";
    assert_eq!(text(&annotated(&[field, password, note], &[])), "Navn: Kari Skog Fri tekst");
    let hidden = field.to_owned() + " /F 2";
    assert_eq!(text(&annotated(&[&hidden], &[])), "Navn:");
    let comment = "/Subtype /Text /Contents (lapp) /Rect [150 445 350 463]";
    assert_eq!(text(&annotated(&[comment], &[])), "Navn:");
}

#[test]
fn a_value_that_is_longer_than_its_field_is_read_to_its_end() {
    let value =
        "Denne verdien er lang og skal brytes over flere linjer fordi den er lengre enn feltet er bredt";
    for rectangle in ["72 400 272 460", "72 400 272 413"] {
        let field = format!("/Subtype /Widget /FT /Tx /V ({value}) /Rect [{rectangle}]");
        assert_eq!(text(&annotated(&[&field], &[])), format!("Navn: {value}"), "{rectangle}");
    }
}

#[test]
fn values_that_are_lists_streams_or_rich_text_are_read() {
    let list = "/Subtype /Widget /FT /Ch /V [(Skog) (Hav)] /Rect [150 440 350 470]";
    assert_eq!(text(&annotated(&[list], &[])), "Navn: Skog Hav");
    let long = "/Subtype /Widget /FT /Tx /V 7 0 R /Rect [150 445 350 463]";
    assert_eq!(text(&annotated(&[long], &[stream("", b"Skogen ved havet")])), "Navn: Skogen ved havet");
    let rich =
        "/Subtype /FreeText /RC (<body><p>Skog &amp; hav</p><p>Fjell</p></body>) /Rect [150 430 350 463]";
    assert_eq!(text(&annotated(&[rich], &[])), "Navn: Skog & hav Fjell");
}

#[test]
fn a_value_without_a_drawn_appearance_is_read_where_the_viewer_must_draw_it() {
    let file = |form: &str| {
        let objects = [
            format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << {form} /Fields [] >> >>"),
            "<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842] >>".into(),
            "<< /Type /Page /Parent 2 0 R /Annots [5 0 R] /Resources << /Font << /F1 4 0 R >> >> >>".into(),
            HELVETICA.into(),
            "<< /Subtype /Widget /FT /Tx /V (Kari Skog) /Rect [150 495 350 513] /AP << /N 6 0 R >> >>".into(),
            "<< /Subtype /Form /BBox [0 0 200 18] /Length 10 >>\nstream\n/Tx BMC EMC\nendstream".into(),
        ];
        super::pdf_objects::written(&objects)
    };
    assert_eq!(text(&file("/NeedAppearances true")), "Kari Skog");
    assert_eq!(text(&file("")), "");
}

/// Files with annotations, forms and layers, for mutations.
pub(super) fn samples_with_structure() -> [Vec<u8>; 4] {
    let fields = annotated(
        &[
            "/Subtype /Widget /FT /Tx /Parent 9 0 R /Rect [150 495 350 513]",
            "/Subtype /Widget /FT /Ch /V [(Skog) (Hav)] /Opt [[(a) (Skog)] (Hav)] /Rect [150 440 350 470]",
            "/Subtype /FreeText /RC (<body><p>Skog &amp; <b>hav</b></p></body>) /DA (/F1 9 Tf) /Rect [150 400 350 420]",
        ],
        &[
            b"<< /FT /Tx /V (Kari) /Kids [6 0 R] /Parent 10 0 R >>".to_vec(),
            b"<< /T (a) /Kids [9 0 R] >>".to_vec(),
        ],
    );
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Matrix [1 0 0 1 0 0] /Resources << /XObject << /X 8 0 R >> \
                /Font << /F1 4 0 R >> >>";
    let stamps = annotated(
        &["/Subtype /Stamp /Rect [300 300 400 310] /AS /On /AP << /N << /On 7 0 R /Off 8 0 R >> >>"],
        &[stream(form, b"BT /F1 20 Tf (Godkjent) Tj ET /X Do"), stream(form, b"q 1 0 0 1 5 5 cm /X Do Q")],
    );
    let content = "/OC /A BDC BT /F1 10 Tf 72 700 Td (Utkast) Tj ET EMC /OC /B BDC BT /F1 10 Tf 72 680 Td (Vedtak) Tj ET EMC";
    let layers = super::pdf_objects::written(&[
        "<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [6 0 R 7 0 R] /D << /BaseState /OFF /ON [7 0 R] /Order [[6 0 R] 7 0 R] \
         /AS [<< /Event /View /OCGs [6 0 R] >>] >> >> >>"
            .to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> \
         /Properties << /A 8 0 R /B 9 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        HELVETICA.to_owned(),
        "<< /Type /OCG /Name (Utkast) >>".to_owned(),
        "<< /Type /OCG /Name (Vedtak) >>".to_owned(),
        "<< /Type /OCMD /OCGs [6 0 R 9 0 R] /P /AllOn /VE [/And [/Not 6 0 R] [/Or 7 0 R 8 0 R]] >>".to_owned(),
        "<< /Type /OCMD /OCGs 7 0 R /VE [/Not [/Not 7 0 R]] >>".to_owned(),
    ]);
    let xfa = super::pdf_objects::written(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA [(a) 6 0 R] /NeedAppearances true /Fields [7 0 R] >> \
         /PageLabels << /Nums [0 << /S /r /St 2 >>] >> /Names << /EmbeddedFiles << /Kids [8 0 R] >> >> >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842] >>",
        "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [7 0 R] /Resources << /Font << /F1 4 0 R >> >> >>",
        HELVETICA,
        "<< /Length 41 >>\nstream\nBT /F1 10 Tf 72 500 Td (Vent litt) Tj ET  \nendstream",
        "<< /Length 3 >>\nstream\n<a>\nendstream",
        "<< /Subtype /Widget /FT /Tx /V 6 0 R /Kids [7 0 R] /Rect [150 495 350 513] /AP << /N 6 0 R >> >>",
        "<< /Names [(a) 7 0 R] /Kids [8 0 R] >>",
    ]);
    [fields, stamps, layers, xfa]
}

#[test]
fn files_with_annotations_forms_and_layers_are_read() {
    let read = samples_with_structure().map(|bytes| text(&bytes));
    assert_eq!(read, ["Navn: Kari Skog Hav Skog & hav", "Navn: Godkjent", "Utkast Vedtak", "Vent litt <a>"]);
}

#[test]
fn the_message_of_a_viewer_that_cannot_show_a_form_is_no_document() {
    let message = [
        "Please wait...",
        "If this message is not eventually replaced with the proper contents of the document, your PDF",
        "viewer may not be able to display this type of document.",
    ];
    let rejection = document(&pdf(&[&lines(72, 700, &message)])).expect_err("a placeholder");
    assert_eq!(rejection.reason, "no text of its own: a form in XFA, which is made by the viewer");
}

#[test]
fn a_stamp_is_drawn_in_its_rectangle() {
    let stamp = "/Subtype /Stamp /Rect [300 300 400 310] /AP << /N 7 0 R >>";
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 4 0 R >> >>",
        b"BT /F1 20 Tf 0 0 Td (Godkjent) Tj ET",
    );
    let content = super::pdf_objects::read(&annotated(&[stamp], &[form]));
    let block = content.pages[0].blocks.iter().find(|block| block.text == "Godkjent").expect("the stamp");
    assert!((block.area.left - 300.0).abs() < 1.0 && (block.font_size - 10.0).abs() < 0.1, "{block:?}");
}

#[test]
fn pages_that_stand_for_something_else_are_no_document() {
    let file = |entries: &str| {
        let objects = [
            format!("<< /Type /Catalog /Pages 2 0 R {entries} >>"),
            "<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842] >>".into(),
            "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".into(),
            HELVETICA.into(),
            "<< /Length 41 >>\nstream\nBT /F1 10 Tf 72 500 Td (Vent litt) Tj ET  \nendstream".into(),
        ];
        super::pdf_objects::written(&objects)
    };
    let xfa = document(&file("/AcroForm << /XFA (x) >> /NeedsRendering true")).expect_err("a form");
    assert_eq!(xfa.reason, "no text of its own: a form in XFA, which is made by the viewer");
    let attached = "/Names << /EmbeddedFiles << /Names [(a) null (b) null] >> >>";
    let portfolio = document(&file(&format!("/Collection << >> {attached}"))).expect_err("a portfolio");
    assert_eq!(portfolio.reason, "no text of its own: a portfolio of 2 attached files");
    let letter = document(&file(attached)).expect("a document");
    assert_eq!(letter.notices[0].text, "2 attached files are not read");
}

#[test]
fn text_whose_letters_stand_for_others_is_not_counted() {
    let shifted = [
        "Nrppxqhqh vndo ohyhuh ehuhgvnds rj wudqvsruw lqqhq iulvwhq iru ghwwh",
        "Vnrjhq yhg kdyhw vndo yhuqhv irugl ghq jlu o| wlo ixjo rj g|u l kho",
    ];
    let unreadable: String = (0..4).map(|at| lines(72, 700 - 30 * at, &shifted)).collect();
    let rejection = document(&pdf(&[&unreadable])).expect_err("nothing to read");
    assert!(rejection.reason.starts_with("text cannot be read: its letters stand for others ("));
    let sound: String = (0..9)
        .map(|at| {
            lines(
                72,
                700 - 30 * at,
                &["Skogen ved havet er vernet i dag.", "Det er viktig for folk som bor der."],
            )
        })
        .collect();
    let document = document(&pdf(&[&sound, &unreadable])).expect("one page can be read");
    assert!(
        document
            .notices
            .iter()
            .any(|notice| notice.page == Some(2) && notice.text.starts_with("text cannot be read"))
    );
    assert!(!document.plain_text().contains("vndo"));
}

#[test]
fn text_in_the_wrong_encoding_is_set_right_with_a_notice() {
    let page = at(72, 500, 10, "Vern av skog p\\303\\245 \\303\\270ya er viktig for folk");
    let document = document(&pdf(&[&page])).expect("a readable file");
    assert_eq!(document.plain_text(), "Vern av skog på øya er viktig for folk\n");
    assert_eq!(document.notices[0].text, "wrong encoding set right in 2 places (Ã¥ for å)");
}

#[test]
fn letters_that_are_signs_of_another_encoding_are_set_right_with_a_notice() {
    let page = lines(
        72,
        500,
        &["Vern av skog p\\214 \\277ya er viktig, og m\\214 v\\276re p\\214 plass f\\277r \\214ret er over."],
    );
    let document = document(&pdf(&[&page])).expect("a readable file");
    assert_eq!(
        document.plain_text(),
        "Vern av skog på øya er viktig, og må være på plass før året er over.\n"
    );
    assert_eq!(document.notices[0].text, "7 letters set right: Mac Roman read as Windows-1252");
}

#[test]
fn a_table_across_two_columns_of_text_is_read_row_by_row() {
    const LEFT: [&str; 4] = [
        "skogen ved havet gir ly til de aller",
        "fleste dyr i landet og til alle folk",
        "som bor der hele livet og som vil leve",
        "av det den gir dem hvert eneste aar, og",
    ];
    const RIGHT: [&str; 4] = [
        "uten at noen tar for mye av det, skal",
        "det som er der fra for av vare lenge",
        "etter oss og alle dem som kommer etter",
        "oss igjen, slik det alltid har vaert der",
    ];
    let text =
        |top: u32, count: usize| lines(72, top, &LEFT.repeat(count)) + &lines(320, top, &RIGHT.repeat(count));
    let row = |y: u32, name: &str, figures: [&str; 2]| {
        at(72, y, 10, name) + &at(400, y, 10, figures[0]) + &at(480, y, 10, figures[1])
    };
    let table = at(400, 614, 10, "Plan")
        + &at(480, 614, 10, "Regnskap")
        + &row(600, "Skogvern i alle de fylkene vi har", ["12,5", "13,0"])
        + &row(586, "Havvern", ["1 200,5", "1 180,0"])
        + &row(572, "Annet", ["7,0", "6,0"])
        + &row(558, "Sum for alle omraader i landet", ["1 219,5", "1 199,0"]);
    let page = text(780, 3) + &table + &text(520, 3);
    // The pages around it show the gutter that cuts this one.
    let found = lines_of(&pdf(&[&text(780, 5), &page, &text(780, 5)]));
    for wanted in
        ["Skogvern i alle de fylkene vi har\t12,5\t13,0", "Sum for alle omraader i landet\t1 219,5\t1 199,0"]
    {
        assert!(found.contains(wanted), "{wanted} is not in {found}");
    }
}
