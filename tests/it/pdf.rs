//! PDF bytes → text, on files written object by object.

use ordskifte::{
    extract::{
        pdf::{self, BlockKind, Limits},
        pdf_document,
    },
    text::PassageKind,
};

/// A PDF with a page for each content stream; `F1` is Helvetica in WinAnsi, `F2` its bold.
fn pdf(contents: &[&str]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut kids = String::new();
    for content in contents {
        let page = objects.len() + 1;
        kids += &format!("{page} 0 R ");
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>",
            page + 1
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    objects[1] = format!("<< /Type /Pages /Count {} /Kids [{kids}] >>", contents.len());
    written(&objects)
}

fn written(objects: &[String]) -> Vec<u8> {
    let mut out = "%PDF-1.7\n".to_owned();
    let mut xref = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        xref += &format!("{:010} 00000 n \n", out.len());
        out += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = out.len();
    out += &xref;
    out += &format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.into_bytes()
}

/// Text shown at a place, in points from the lower left corner.
fn at(x: u32, y: u32, size: u32, text: &str) -> String {
    format!("BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n")
}

fn lines(x: u32, top: u32, texts: &[&str]) -> String {
    (0..).zip(texts).map(|(index, text)| at(x, top - 12 * index, 10, text)).collect()
}

/// Kind and text of all blocks.
fn blocks(bytes: &[u8]) -> Vec<(BlockKind, String)> {
    let content = pdf::open(bytes, &Limits::default()).expect("a readable file").pages();
    content.pages.into_iter().flat_map(|page| page.blocks).map(|block| (block.kind, block.text)).collect()
}

fn text(bytes: &[u8]) -> String {
    blocks(bytes).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

#[test]
fn norwegian_letters_are_read_by_the_fonts_encoding() {
    assert_eq!(
        text(&pdf(&[&at(72, 500, 10, "M\\345l og \\370konomi for \\306rlighet")])),
        "Mål og økonomi for Ærlighet"
    );
}

#[test]
fn the_typesetters_hyphen_goes_and_the_words_own_stays() {
    let cases = [
        (
            ["Vi skal arbeide med effek-", "tivisering av etaten nu"],
            "Vi skal arbeide med effektivisering av etaten nu",
        ),
        (
            ["Dette er omtalt som inno-", "og omstilling av staten"],
            "Dette er omtalt som inno- og omstilling av staten",
        ),
        (
            ["Det gjelder hele Nord-", "Tr\\370ndelag og kysten her"],
            "Det gjelder hele Nord-Trøndelag og kysten her",
        ),
        (["Det gjelder i EU/", "E\\330S og i landet ellers"], "Det gjelder i EU/EØS og i landet ellers"),
    ];
    for (parts, wanted) in cases {
        assert_eq!(text(&pdf(&[&lines(72, 500, &parts)])), wanted);
    }
}

#[test]
fn a_gap_between_glyphs_is_a_space_and_kerning_is_none() {
    let content = "BT /F1 10 Tf 72 500 Td [(m) 20 (\\345l) -300 (og) -280 (resultat) -40 (styring)] TJ ET";
    assert_eq!(text(&pdf(&[content])), "mål og resultatstyring");
}

#[test]
fn a_letter_spaced_heading_is_words() {
    let content = "BT /F1 10 Tf 3 Tc 72 500 Td (INNHOLD) Tj ET";
    assert_eq!(text(&pdf(&[content])), "INNHOLD");
}

#[test]
fn a_raised_mark_is_no_part_of_its_word() {
    let content = "BT /F1 10 Tf 72 500 Td (i perioden 2005) Tj /F1 6 Tf 4 Ts (2) Tj /F1 10 Tf 0 Ts ( ble det kjent) Tj ET";
    assert_eq!(text(&pdf(&[content])), "i perioden 2005 ble det kjent");
}

#[test]
fn columns_are_read_one_after_the_other() {
    let left = [
        "Den forste spalten har noen",
        "linjer som fyller hele bredden",
        "og som leses i rekke og orden",
        "for den andre spalten kommer",
    ];
    let right = [
        "til sin rett paa samme siden",
        "der linjene staar like hoyt og",
        "aldri skal blandes med dem som",
        "staar ved siden av i spalten.",
    ];
    let page = lines(72, 600, &left) + &lines(320, 600, &right);
    assert_eq!(text(&pdf(&[&page])), [left.join(" "), right.join(" ")].join(" "));
}

#[test]
fn running_heads_and_page_numbers_are_told_apart() {
    let pages: Vec<String> = (1..=3)
        .map(|number| {
            at(72, 810, 8, "NOU 2020: 3")
                + &at(72, 600, 10, "Dette er teksten.")
                + &at(290, 30, 8, &number.to_string())
        })
        .collect();
    let found = blocks(&pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>()));
    let page = |number: &str| {
        [
            (BlockKind::Paragraph, "Dette er teksten.".to_owned()),
            (BlockKind::RunningHead, "NOU 2020: 3".to_owned()),
            (BlockKind::PageNumber, number.to_owned()),
        ]
    };
    assert_eq!(found, ["1", "2", "3"].map(page).concat());
}

#[test]
fn text_printed_twice_counts_once() {
    let page = at(72, 500, 10, "Tillit") + &at(72, 500, 10, "Tillit");
    assert_eq!(text(&pdf(&[&page])), "Tillit");
}

#[test]
fn a_section_path_follows_numbered_headings() {
    let content = "BT /F2 14 Tf 72 700 Td (7.1 Tiltak) Tj ET\nBT /F2 12 Tf 72 670 Td (7.1.1 Barn) Tj ET\n"
        .to_owned()
        + &at(72, 640, 10, "Regjeringen vil styrke barnevernet i hele landet.");
    let document = pdf_document::read(&pdf(&[&content])).expect("a readable file");
    let last = document.passages().last().map(|(_, passage)| passage.clone()).expect("a passage");
    assert_eq!(last.kind, PassageKind::Paragraph);
    assert_eq!(last.section, ["7.1 Tiltak", "7.1.1 Barn"]);
}

#[test]
fn a_file_without_text_is_rejected_with_its_reason() {
    let rejection = pdf_document::read(&pdf(&["0 0 m 10 10 l S"])).expect_err("no text");
    assert_eq!(rejection.reason, "no text layer: 1 page of images");
}

#[test]
fn bytes_that_are_no_pdf_are_rejected_as_damaged() {
    let rejection = pdf_document::read(b"not a file at all").expect_err("no PDF");
    assert!(rejection.reason.starts_with("damaged: "), "{}", rejection.reason);
}

#[test]
fn a_file_without_its_end_is_read_with_a_notice() {
    let whole = pdf(&[&at(72, 500, 10, "Tillit")]);
    let end = whole.windows(5).position(|window| window == b"xref\n").expect("a table");
    let document = pdf_document::read(&whole[..end]).expect("a readable file");
    assert_eq!(document.plain_text(), "Tillit\n");
    assert_eq!(document.notices[0].text, "damaged: the cross-reference table was rebuilt");
}

#[test]
fn text_set_upwards_is_words_too() {
    let content =
        "BT /F1 10 Tf 0 1 -1 0 300 200 Tm [(Utgifter) -300 (fordelt) -300 (etter) -300 (departement)] TJ ET";
    assert_eq!(text(&pdf(&[content])), "Utgifter fordelt etter departement");
}
