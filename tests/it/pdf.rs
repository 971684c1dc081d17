//! PDF bytes → text, on files written object by object.

use crate::pdf_objects::written;
use ordskifte::{
    extract::{
        self,
        pdf::{self, BlockKind, Limits},
    },
    text::{Document, MediaType, PassageKind, Rejection},
};

pub(super) fn document(bytes: &[u8]) -> Result<Document, Rejection> {
    extract::document(bytes, MediaType::Pdf)
}

/// A PDF with a page for each content stream; `F1` is Helvetica in WinAnsi, `F2` its bold.
pub(super) fn pdf(contents: &[&str]) -> Vec<u8> {
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

/// Text shown at a place, in points from the lower left corner.
pub(super) fn at(x: u32, y: u32, size: u32, text: &str) -> String {
    format!("BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n")
}

pub(super) fn lines(x: u32, top: u32, texts: &[&str]) -> String {
    (0..).zip(texts).map(|(index, text)| at(x, top - 12 * index, 10, text)).collect()
}

/// Kind and text of all blocks.
pub(super) fn blocks(bytes: &[u8]) -> Vec<(BlockKind, String)> {
    let content = pdf::open(bytes, &Limits::default()).expect("a readable file").content();
    content.pages.into_iter().flat_map(|page| page.blocks).map(|block| (block.kind, block.text)).collect()
}

pub(super) fn text(bytes: &[u8]) -> String {
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
    let document = document(&pdf(&[&content])).expect("a readable file");
    let last = document.passages().last().map(|(_, passage)| passage.clone()).expect("a passage");
    assert_eq!(last.kind, PassageKind::Paragraph);
    assert_eq!(last.section, ["7.1 Tiltak", "7.1.1 Barn"]);
}

#[test]
fn a_file_without_text_is_rejected_with_its_reason() {
    let rejection = document(&pdf(&["0 0 m 10 10 l S"])).expect_err("no text");
    assert_eq!(rejection.reason, "no text layer: 1 page of drawings");
}

#[test]
fn bytes_that_are_no_pdf_are_rejected_as_damaged() {
    let rejection = document(b"not a file at all").expect_err("no PDF");
    assert!(rejection.reason.starts_with("damaged: "), "{}", rejection.reason);
}

#[test]
fn a_file_without_its_end_is_read_with_a_notice() {
    let whole = pdf(&[&at(72, 500, 10, "Tillit")]);
    let end = whole.windows(5).position(|window| window == b"xref\n").expect("a table");
    let document = document(&whole[..end]).expect("a readable file");
    assert_eq!(document.plain_text(), "Tillit\n");
    assert_eq!(document.notices[0].text, "damaged: the cross-reference table was rebuilt");
}

#[test]
fn text_set_upwards_is_words_too() {
    let content =
        "BT /F1 10 Tf 0 1 -1 0 300 200 Tm [(Utgifter) -300 (fordelt) -300 (etter) -300 (departement)] TJ ET";
    assert_eq!(text(&pdf(&[content])), "Utgifter fordelt etter departement");
}

#[test]
fn rows_of_a_table_are_read_across() {
    let left = lines(
        72,
        700,
        &["Andel saker behandlet innen frist", "Andel digitale søknader i alt", "Sykefravær i hele etaten"],
    );
    let right = lines(330, 700, &["80,0 prosent i fjor", "32,8 prosent i fjor", "6,9 prosent i fjor"]);
    let found = blocks(&pdf(&[&(left + &right).replace('ø', "\\370").replace('æ', "\\346")]));
    assert_eq!(
        found[1],
        (BlockKind::TableRow, "Andel digitale søknader i alt\t32,8 prosent i fjor".to_owned())
    );
    assert_eq!(found.len(), 3);
}

#[test]
fn a_heading_over_two_lines_is_one_heading() {
    let head = at(72, 760, 18, "Et enklere og mer") + &at(72, 738, 18, "statsapparat");
    let body = lines(72, 700, &["Staten er summen av mange.", "Dette er en ny setning her."]);
    let found = blocks(&pdf(&[&(head + &body)]));
    assert_eq!(found[0], (BlockKind::Heading, "Et enklere og mer statsapparat".to_owned()));
}

#[test]
fn the_lines_of_a_letterhead_are_passages_of_their_own() {
    let letter = lines(
        72,
        700,
        &[
            "Departementet for arbeid",
            "Etaten for ytelser",
            "Etaten skal i ett og alt holde frist og ramme for hele dette store arbeidet.",
        ],
    );
    let found = text(&pdf(&[&letter]));
    assert_eq!(
        found,
        "Departementet for arbeid\nEtaten for ytelser\n\
         Etaten skal i ett og alt holde frist og ramme for hele dette store arbeidet."
    );
}

#[test]
fn two_pages_are_enough_to_tell_a_head() {
    let page = |number: u32, texts: &[&str]| {
        at(72, 800, 8, "Evaluering av et fors\\370k")
            + &at(500, 800, 8, &number.to_string())
            + &lines(72, 740, texts)
    };
    let one = page(1, &["En side med tekst som er lang nok.", "Den har to linjer."]);
    let two = page(2, &["Neste side har annen tekst enn den.", "Den har ogs\\345 to linjer."]);
    let found = blocks(&pdf(&[&one, &two]));
    let heads: Vec<_> = found.iter().filter(|block| block.0 == BlockKind::RunningHead).collect();
    assert_eq!(heads.len(), 2, "{found:?}");
}

#[test]
fn a_table_of_contents_has_no_leaders() {
    let found = blocks(&pdf(&[&lines(72, 700, &["1.1 Om styring ........................ 12"])]));
    assert_eq!(found, [(BlockKind::ContentsEntry, "1.1 Om styring\t12".to_owned())]);
}

#[test]
fn line_numbers_are_no_text() {
    let texts = [
        "Departementet skal styre ved m\\345l og resul-",
        "tat, og etatene skal rapportere om det de",
        "har gjort i l\\370pet av \\345ret, og hva de ikke",
        "fikk til, med en begrunnelse for det, og",
        "hva som skal til neste gang.",
    ];
    let numbers: String =
        (0..5u32).map(|index| at(50, 700 - 12 * index, 5, &(index + 41).to_string())).collect();
    let found = text(&pdf(&[&(lines(72, 700, &texts) + &numbers)]));
    assert!(found.starts_with("Departementet skal styre ved mål og resultat, og etatene"), "{found}");
}

#[test]
fn a_layer_that_is_off_is_not_read() {
    let content =
        "/OC /Hidden BDC BT /F1 10 Tf 72 700 Td (Utkast) Tj ET EMC BT /F1 10 Tf 72 680 Td (Vedtak) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >> >>"
            .to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> /Properties << /Hidden 6 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /OCG /Name (Utkast) >>".to_owned(),
    ];
    assert_eq!(text(&written(&objects)), "Vedtak");
}

/// A small generator of numbers that look random: xorshift64*.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound.max(1)
    }
}

/// A copy of `bytes` with up to twenty bytes changed, digits doubled, stretches cut out or repeated.
fn mutated(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=dice.below(20) {
        let at = dice.below(out.len());
        match dice.below(30) {
            0 => out.truncate(at.max(out.len() / 2)),
            1 => {
                let end = (at + dice.below(200)).min(out.len());
                out.drain(at..end);
            }
            2 => {
                let end = (at + dice.below(200)).min(out.len());
                let again = out[at..end].to_vec();
                out.splice(at..at, again);
            }
            // Another object than the file names, often itself.
            4..=6 => {
                let number = out.windows(4).skip(at).position(|four| four == b" 0 R").map(|found| at + found);
                let digit =
                    number.and_then(|end| end.checked_sub(1)).filter(|index| out[*index].is_ascii_digit());
                digit.into_iter().for_each(|index| out[index] = b'1' + dice.below(9) as u8);
            }
            3 => {
                let digit = (at..out.len()).find(|index| out[*index].is_ascii_digit());
                digit.into_iter().for_each(|index| out[index] = b'9');
            }
            _ => out[at] = dice.below(256) as u8,
        }
    }
    out
}

#[test]
fn no_mutation_of_a_sample_makes_it_panic() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    let mut dice = Dice(0x6f72_6473_6b69_6674);
    let mut read = 0;
    for folder in std::fs::read_dir(root).expect("the sample corpus").flatten() {
        let mut paths: Vec<_> =
            std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "pdf"));
        paths.sort();
        for path in paths {
            let bytes = std::fs::read(path).expect("a file");
            for _ in 0..40 {
                read += usize::from(document(&mutated(&bytes, &mut dice)).is_ok());
            }
        }
    }
    for bytes in super::pdf_real::samples().into_iter().chain(super::pdf_real::samples_with_structure()) {
        for _ in 0..300 {
            read += usize::from(document(&mutated(&bytes, &mut dice)).is_ok());
        }
    }
    assert!(read > 400, "only {read} of the mutated samples could still be read");
}

/// A page whose font is half as wide as it is high, all glyphs alike; `entries` go into the page's dictionary.
fn even_page(content: &str, entries: &str) -> Vec<u8> {
    let widths = "500 ".repeat(224);
    written(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [4 0 R] >>".to_owned(),
        format!(
            "<< /Type /Font /Subtype /Type1 /BaseFont /Even /Encoding /WinAnsiEncoding \
             /FirstChar 32 /LastChar 255 /Widths [{widths}] >>"
        ),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R {entries} \
             /Resources << /Font << /F1 3 0 R >> >> >>"
        ),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ])
}

/// Each word with its left, upper, right and lower edge, line by line.
fn word_boxes(bytes: &[u8]) -> Vec<Vec<(String, [f32; 4])>> {
    let pages = pdf::open(bytes, &Limits::default()).expect("a readable file").pages_with_lines();
    let lines = pages.flat_map(|page| page.blocks).flat_map(|block| block.lines);
    let round = |edge: f32| (edge * 100.0).round() / 100.0;
    let word = |word: pdf::Word| {
        let area = word.area;
        (word.text, [area.left, area.top, area.right, area.bottom].map(round))
    };
    lines.map(|line| line.words.into_iter().map(word).collect()).collect()
}

fn boxed(words: &[(&str, [f32; 4])]) -> Vec<(String, [f32; 4])> {
    words.iter().map(|(text, area)| ((*text).to_owned(), *area)).collect()
}

#[test]
fn words_stand_where_their_glyphs_do() {
    let content = "BT /F1 10 Tf 72 500 Td (m\\345l og) Tj 0 -12 Td [(vur) 20 (dering) -600 (nu)] TJ ET";
    let wanted = [
        boxed(&[("mål", [72.0, 334.0, 87.0, 344.0]), ("og", [92.0, 334.0, 102.0, 344.0])]),
        boxed(&[("vurdering", [72.0, 346.0, 116.8, 356.0]), ("nu", [122.8, 346.0, 132.8, 356.0])]),
    ];
    assert_eq!(word_boxes(&even_page(content, "")), wanted);
}

#[test]
fn words_of_a_turned_page_stand_where_they_are_shown() {
    let content = "BT /F1 10 Tf 0 1 -1 0 300 100 Tm (m\\345l og) Tj ET";
    let wanted = [boxed(&[("mål", [100.0, 292.0, 115.0, 302.0]), ("og", [120.0, 292.0, 130.0, 302.0])])];
    assert_eq!(word_boxes(&even_page(content, "/Rotate 90")), wanted);
}

#[test]
fn words_that_run_up_the_page_have_upright_boxes() {
    let content = "BT /F1 10 Tf 0 1 -1 0 300 100 Tm (m\\345l og) Tj ET";
    let wanted = [boxed(&[("mål", [292.0, 727.0, 302.0, 742.0]), ("og", [292.0, 712.0, 302.0, 722.0])])];
    assert_eq!(word_boxes(&even_page(content, "")), wanted);
}

#[test]
fn a_note_mark_is_no_word_and_a_line_keeps_its_hyphen() {
    let content = "BT /F1 10 Tf 72 500 Td (Etaten skal effek-) Tj 0 -12 Td (tiviseres) Tj \
                   /F1 6 Tf 4 Ts (1) Tj /F1 10 Tf 0 Ts ( snart) Tj ET";
    let found = word_boxes(&even_page(content, ""));
    let texts: Vec<Vec<&str>> =
        found.iter().map(|line| line.iter().map(|(text, _)| text.as_str()).collect()).collect();
    assert_eq!(texts, [vec!["Etaten", "skal", "effek-"], vec!["tiviseres", "snart"]]);
}

#[test]
fn lines_that_go_on_overleaf_name_their_page() {
    let first = lines(72, 700, &["Departementet legger vekt p\\345", "tillit i hele etaten og med"]);
    let second = lines(72, 700, &["de ansatte. Det gjelder alle."]);
    let file = pdf(&[&first, &second]);
    let page =
        pdf::open(&file, &Limits::default()).expect("a file").pages_with_lines().next().expect("a page");
    let found: Vec<(u32, String)> =
        page.blocks[0].lines.iter().map(|line| (line.page, line.text())).collect();
    let wanted = [
        (1, "Departementet legger vekt på".to_owned()),
        (1, "tillit i hele etaten og med".to_owned()),
        (2, "de ansatte. Det gjelder alle.".to_owned()),
    ];
    assert_eq!(found, wanted);
}

/// Of the passage that begins on the first page of `contents` the text of each page.
fn texts_by_page(contents: &[&str]) -> Vec<(u32, String)> {
    let document = document(&pdf(contents)).expect("a readable file");
    let passage = &document.pages[0].passages[0];
    let starts = passage.page_starts.iter().map(|start| (start.page, start.char_start as usize));
    let starts: Vec<(u32, usize)> = [(1, 0)].into_iter().chain(starts).collect();
    let end = passage.text.chars().count();
    let ends = starts.iter().skip(1).map(|start| start.1).chain([end]);
    let part = |((page, from), to): (&(u32, usize), usize)| {
        (*page, passage.text.chars().skip(*from).take(to - from).collect())
    };
    starts.iter().zip(ends).map(part).collect()
}

#[test]
fn a_paragraph_that_goes_on_overleaf_says_where_the_page_begins() {
    let first = lines(72, 700, &["Departementet legger vekt p\\345", "tillit og p\\345 inno-"]);
    let second = lines(72, 700, &["vasjon i hele etaten, og p\\345"]);
    let third = lines(72, 700, &["de ansatte."]);
    let wanted = [
        (1, "Departementet legger vekt på tillit og på inno".to_owned()),
        (2, "vasjon i hele etaten, og på ".to_owned()),
        (4, "de ansatte.".to_owned()),
    ];
    assert_eq!(texts_by_page(&[&first, &second, "", &third]), wanted);
}

#[test]
fn the_start_of_a_page_stays_at_its_word_when_the_encoding_is_set_right() {
    let first =
        lines(72, 700, &["Departementet legger vekt p\\303\\245 det som er n\\303\\270dvendig og som"]);
    let second = lines(72, 700, &["m\\303\\245 gj\\303\\270res."]);
    let found = texts_by_page(&[&first, &second]);
    assert_eq!(found[1], (2, "må gjøres.".to_owned()), "{found:?}");
}

#[test]
fn text_alone_has_no_lines() {
    let file = even_page("BT /F1 10 Tf 72 500 Td (Vekt) Tj ET", "");
    let page = pdf::open(&file, &Limits::default()).expect("a file").pages().next().expect("a page");
    assert_eq!(page.blocks[0].text, "Vekt");
    assert!(page.blocks[0].lines.is_empty());
}

#[test]
fn pages_come_one_by_one_and_wait_for_what_goes_on_overleaf() {
    let open = lines(72, 700, &["Departementet legger vekt p\\345", "tillit i hele etaten og med"]);
    let rest = lines(72, 700, &["de ansatte. Det gjelder alle."]);
    let file = pdf(&[&open, "", &rest, &rest]);
    let pages = pdf::open(&file, &Limits::default()).expect("a file").pages();
    let found: Vec<(u32, Vec<String>)> =
        pages.map(|page| (page.number, page.blocks.into_iter().map(|block| block.text).collect())).collect();
    let whole = "Departementet legger vekt på tillit i hele etaten og med de ansatte. Det gjelder alle.";
    let wanted = [
        (1, vec![whole.to_owned()]),
        (2, vec![]),
        (3, vec![]),
        (4, vec!["de ansatte. Det gjelder alle.".to_owned()]),
    ];
    assert_eq!(found, wanted);
}

/// A word with a place of its own.
fn placed(words: &[(u32, &str)], y: u32, size: u32) -> String {
    words.iter().map(|(x, word)| at(*x, y, size, word)).collect()
}

#[test]
fn a_stretched_line_of_a_narrow_column_may_hold_a_dash_or_a_number() {
    for (stretched, wanted) in [
        ([(72, "andre"), (117, "\\226"), (142, "som"), (177, "her")], "andre – som her"),
        ([(72, "i"), (97, "\\345ret"), (137, "2019"), (177, "kom")], "i året 2019 kom"),
    ] {
        let content = [
            &lines(72, 700, &["Departementet legger nye", "og trengte vekter vektet"])[..],
            &placed(&stretched, 676, 10),
            &lines(72, 664, &["dagen etter dagen i stat", "det er sagt i dag tidlig"]),
        ]
        .concat();
        assert_eq!(
            text(&even_page(&content, "")),
            format!(
                "Departementet legger nye og trengte vekter vektet {wanted} dagen etter dagen i stat \
                 det er sagt i dag tidlig"
            )
        );
    }
}

#[test]
fn what_repeats_among_body_text_is_body_text() {
    let page = |page: u32| {
        let head = at(72, 800, 10, "Om styring og tillit");
        let first = if page < 3 {
            at(72, 760, 10, "Kap. Post Navn")
        } else {
            at(72, 760, 10, &format!("Det er {}", "ja ".repeat(page as usize)))
        };
        let body: String = (0..30)
            .map(|line| {
                at(
                    72,
                    746 - 14 * line,
                    10,
                    &format!(
                        "Linje {} sier {}",
                        "i".repeat(line as usize % 7 + 1),
                        "o".repeat(page as usize)
                    ),
                )
            })
            .collect();
        head + &first + &body
    };
    let pages: Vec<String> = (0..9).map(page).collect();
    let found = blocks(&pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>()));
    let kinds = |text: &str| -> Vec<BlockKind> {
        found.iter().filter(|(_, found)| found.starts_with(text)).map(|(kind, _)| *kind).collect()
    };
    assert_eq!(kinds("Om styring"), vec![BlockKind::RunningHead; 9]);
    assert!(
        found.iter().filter(|(kind, text)| !kind.is_furniture() && text.contains("Kap. Post Navn")).count()
            == 3
    );
}

/// The texts of the blocks of one kind.
fn of_kind(found: &[(BlockKind, String)], kind: BlockKind) -> Vec<&str> {
    found.iter().filter(|block| block.0 == kind).map(|block| block.1.as_str()).collect()
}

#[test]
fn the_last_rows_of_tables_are_no_furniture() {
    let names = ["Barnehager", "Folkeh\\370yskoler", "Fagskoler", "Museer", "Arkiv", "Bibliotek"];
    let page = |(number, name): (u32, &&str)| {
        let rows = (0..45).map(|row| {
            let figure = format!("{} {}00 000", number + 3, row % 9 + 1);
            placed(&[(72, &(row + number * 7).to_string()), (110, name), (420, &figure)], 750 - 15 * row, 10)
        });
        at(290, 815, 10, &(number + 10).to_string()) + &rows.collect::<String>()
    };
    let pages: Vec<String> = (1..).zip(&names).map(page).collect();
    let found = blocks(&pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(of_kind(&found, BlockKind::PageNumber), ["11", "12", "13", "14", "15", "16"]);
    assert_eq!(of_kind(&found, BlockKind::RunningHead), [""; 0]);
    assert_eq!(
        text(&pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>())).matches("00 000").count(),
        6 * 45
    );
}

#[test]
fn a_headings_number_at_the_top_of_a_page_stays_with_it() {
    let page = |(number, name): (u32, &&str)| {
        at(72, 815, 8, "Om styring og tillit")
            + &placed(&[(72, &format!("{number}.1")), (110, name)], 770, 14)
            + &lines(72, 600, &["Departementet legger vekt p\\345 dette og", "p\\345 mye annet."])
    };
    let pages: Vec<String> = (1..).zip(&["Barn", "Skole", "Museer", "Arkiv"]).map(page).collect();
    let found = blocks(&pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(of_kind(&found, BlockKind::RunningHead), ["Om styring og tillit"; 4]);
    assert!(found.iter().any(|block| block.1.starts_with("3.1") && block.1.ends_with("Museer")), "{found:?}");
}

#[test]
fn a_numeral_above_the_last_lines_is_no_page_number() {
    let content = lines(72, 700, &["Stortinget samtykker i dette."])
        + &at(290, 100, 10, "VII")
        + &at(72, 70, 10, "Stortinget samtykker i mer.")
        + &at(290, 40, 10, "xii");
    let found = blocks(&pdf(&[&content]));
    assert_eq!(of_kind(&found, BlockKind::PageNumber), ["xii"]);
}

#[test]
fn a_page_that_is_marked_as_an_artifact_is_read() {
    let marked = |text: &str| format!("/Artifact BMC\n{text}EMC\n");
    let lone = marked(&at(72, 60, 10, "Teknisk redaksjon"));
    let page =
        lines(72, 700, &["Departementet legger vekt p\\345 dette."]) + &marked(&at(72, 60, 8, "Utkast"));
    let found = blocks(&pdf(&[&lone, &page]));
    assert_eq!(of_kind(&found, BlockKind::RunningHead), ["Utkast"]);
    assert_eq!(of_kind(&found, BlockKind::Paragraph)[0], "Teknisk redaksjon");
}

#[test]
fn a_rows_name_of_two_lines_stands_before_its_figures() {
    let content = placed(&[(72, "Kultur og kirke"), (300, "12 100"), (400, "13 200")], 700, 10)
        + &placed(&[(72, "Forvaltnings- og eiendoms-")], 686, 10)
        + &placed(&[(72, "bedriftene"), (300, "14 300"), (400, "15 400")], 674, 10)
        + &placed(&[(72, "Barn og familie"), (300, "16 500"), (400, "17 600")], 660, 10);
    assert_eq!(
        text(&pdf(&[&content])),
        "Kultur og kirke\t12 100\t13 200\nForvaltnings- og eiendomsbedriftene\t14 300\t15 400\n\
         Barn og familie\t16 500\t17 600"
    );
}

#[test]
fn notes_whose_numbers_hang_are_notes_of_their_own() {
    let body: String = (0..12)
        .map(|line| at(72, 700 - 14 * line, 12, "Departementet legger vekt p\\345 tillit i etaten"))
        .collect();
    let notes = [
        at(72, 160, 9, "11"),
        at(90, 160, 9, "Det g\\345r fram av innstillingen"),
        at(90, 149, 9, "til budsjettet"),
        at(72, 138, 9, "12"),
        at(90, 138, 9, "Det betyr at grunnlaget"),
        at(90, 127, 9, "er til stede"),
    ]
    .concat();
    let found = pdf::open(&pdf(&[&(body + &notes)]), &Limits::default()).expect("a file").content();
    let notes: Vec<(Option<&str>, &str)> = found.pages[0]
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Footnote)
        .map(|block| (block.mark.as_deref(), block.text.as_str()))
        .collect();
    assert_eq!(
        notes,
        [
            (Some("11"), "Det går fram av innstillingen til budsjettet"),
            (Some("12"), "Det betyr at grunnlaget er til stede")
        ]
    );
}

#[test]
fn the_last_word_of_a_stretched_line_belongs_to_its_column() {
    let left = ["departementet legger nye", "vekter p\\345 seg i etat", "og trengte vekter vektet"];
    let right = ["etaten skal legge vekter", "ved tillit og styring n\\345", "for alle som arbeider p\\345"];
    let content = [
        lines(72, 700, &left),
        placed(&[(72, "andre"), (117, "som"), (177, "seg")], 664, 10),
        lines(72, 652, &["dagen etter dagen i stat"]),
        lines(212, 700, &right),
        lines(212, 664, &["dette stedet i etaten n\\345", "som er nye for de ansatt"]),
    ];
    assert_eq!(
        text(&even_page(&content.concat(), "")),
        "departementet legger nye vekter på seg i etat og trengte vekter vektet andre som seg \
         dagen etter dagen i stat etaten skal legge vekter ved tillit og styring nå for alle som arbeider på \
         dette stedet i etaten nå som er nye for de ansatt"
    );
}

/// A line from the left edge of the page's text to the right one.
fn rule(y: u32) -> String {
    format!("72 {y} m 520 {y} l S\n")
}

/// Two columns of `texts` below `top`, at 72 and 306.
fn two_columns(top: u32, left: &[&str], right: &[&str]) -> String {
    lines(72, top, left) + &lines(306, top, right)
}

const LEFT: [&str; 4] = [
    "Utgiftene til tiltakene i denne delen av planen",
    "skal dekkes av rammen som er gitt i tabellen, og",
    "endringer gjennom \\345ret meldes i rapporten som",
    "virksomhetene sender til departementet hvert kvar-",
];
const RIGHT: [&str; 4] = [
    "tal. Departementet vurderer rapportene samlet og",
    "gir tilbakemelding til hver enkelt virksomhet om",
    "det som m\\345 rettes opp i l\\370pet av det samme \\345ret",
    "eller i arbeidet med neste \\345rs tildelingsbrev.",
];

/// The rows of a table with rules across both columns, from its caption on; `top` is the height of the caption.
fn ruled_table(top: u32) -> String {
    let mut page =
        at(72, top, 10, "Tabell 2.1 Rammer") + &at(480, top - 18, 8, "Mill. kroner") + &rule(top - 24);
    page += &(at(350, top - 36, 8, "I fjor") + &at(430, top - 36, 8, "I \\345r") + &rule(top - 42));
    for (index, name) in (0..).zip(["Tilsyn", "Veiledning", "Kontroll", "Utvikling", "Drift"]) {
        let y = top - 54 - 14 * index;
        page += &(at(72, y, 10, name) + &at(350, y, 10, "12,5") + &at(430, y, 10, "14,0"));
    }
    page + &rule(top - 116)
}

const TABLE: &str = "Tabell 2.1 Rammer\nMill. kroner\nI fjor\tI år\nTilsyn\t12,5\t14,0\nVeiledning\t12,5\t14,0\n\
                     Kontroll\t12,5\t14,0\nUtvikling\t12,5\t14,0\nDrift\t12,5\t14,0";
const PARAGRAPH: &str = "Utgiftene til tiltakene i denne delen av planen skal dekkes av rammen som er gitt i tabellen, og endringer \
                         gjennom året meldes i rapporten som virksomhetene sender til departementet hvert kvartal. Departementet \
                         vurderer rapportene samlet og gir tilbakemelding til hver enkelt virksomhet om det som må rettes opp i \
                         løpet av det samme året eller i arbeidet med neste års tildelingsbrev.";

#[test]
fn a_ruled_table_across_both_columns_is_read_with_its_caption_between_them() {
    let page = two_columns(750, &LEFT, &RIGHT) + &ruled_table(680) + &two_columns(520, &LEFT, &RIGHT);
    assert_eq!(text(&pdf(&[&page])), format!("{PARAGRAPH}\n{TABLE}\n{PARAGRAPH}"));
}

#[test]
fn columns_above_a_table_are_read_when_the_table_has_more_rows_than_they_have_lines() {
    let page = two_columns(750, &LEFT, &RIGHT) + &ruled_table(680);
    assert_eq!(text(&pdf(&[&page])), format!("{PARAGRAPH}\n{TABLE}"));
}

#[test]
fn columns_in_a_frame_are_read_before_the_columns_below_it() {
    let frame = "66 690 460 80 re S\n";
    let page = frame.to_owned() + &two_columns(750, &LEFT, &RIGHT) + &two_columns(670, &LEFT, &RIGHT);
    assert_eq!(text(&pdf(&[&page])), format!("{PARAGRAPH}\n{PARAGRAPH}"));
    let shade = "0.9 g 66 690 460 80 re f 0 g\n";
    let page = shade.to_owned() + &two_columns(750, &LEFT, &RIGHT) + &two_columns(670, &LEFT, &RIGHT);
    assert_eq!(text(&pdf(&[&page])), format!("{PARAGRAPH}\n{PARAGRAPH}"));
}

#[test]
fn an_underlined_heading_parts_no_columns() {
    let underline = "72 747 m 300 747 l S\n";
    let page = underline.to_owned() + &two_columns(750, &LEFT, &RIGHT);
    assert_eq!(text(&pdf(&[&page])), PARAGRAPH);
}

#[test]
fn the_note_of_a_table_stays_with_the_table_and_apart_from_its_source() {
    let mark = at(72, 556, 5, "1") + &at(84, 553, 8, "Regnskapet for tilsyn er anslag.");
    let notes = mark + &at(72, 543, 8, "Kilde: Departementet.");
    let page =
        two_columns(750, &LEFT, &RIGHT) + &ruled_table(680) + &notes + &two_columns(500, &LEFT, &RIGHT);
    let wanted =
        format!("{PARAGRAPH}\n{TABLE}\nRegnskapet for tilsyn er anslag.\nKilde: Departementet.\n{PARAGRAPH}");
    assert_eq!(text(&pdf(&[&page])), wanted);
}

#[test]
fn a_stretched_line_with_a_number_is_a_line_beside_full_ones() {
    let words = [(72.0, "Postene"), (128.7, "90\\22699"), (176.5, "omfatter"), (233.2, "summer")];
    let shown = |(x, word): &(f32, &str)| format!("BT /F1 10 Tf {x} 738 Td ({word}) Tj ET\n");
    let stretched: String = words.iter().map(shown).collect();
    let full = "BT /F1 10 Tf 0.66 Tw 72 750 Td (Departementet skal f\\370re tilsyn med hvordan) Tj 0 Tw ET\n";
    let page = full.to_owned() + &stretched + &at(72, 726, 10, "som er satt av til drift.");
    let found = text(&pdf(&[&page]));
    assert!(found.contains("hvordan Postene 90–99 omfatter summer som er satt av"), "{found}");
}

#[test]
fn a_narrow_gap_parts_the_number_of_a_heading_from_its_title() {
    let content = "BT /F1 10 Tf 72 500 Td [(1.2.1) -120 (Innledning)] TJ ET";
    assert_eq!(text(&pdf(&[content])), "1.2.1 Innledning");
    let content = "BT /F1 10 Tf 72 500 Td [(versjon 2.0) -120 (Beta)] TJ ET";
    assert_eq!(text(&pdf(&[content])), "versjon 2.0Beta");
}

#[test]
fn a_raised_sign_is_a_note_mark_too() {
    let content =
        "BT /F1 10 Tf 72 500 Td (slik planen sier) Tj /F1 6 Tf 4 Ts (\\266) Tj /F1 10 Tf 0 Ts ( i dag) Tj ET";
    assert_eq!(text(&pdf(&[content])), "slik planen sier i dag");
}

/// Ten lines of body text in ten points.
fn page_of_text() -> String {
    lines(72, 700, &["Dette er en linje av teksten p\\345 siden, og den er like lang som alle andre"; 10])
}

#[test]
fn a_small_bold_heading_low_on_the_page_is_no_note() {
    let heading = "BT /F2 9 Tf 72 300 Td (2. Om bruken av skog) Tj ET\n";
    let page = page_of_text() + heading + &lines(72, 280, &["Her sier vi hvordan skogen skal brukes."]);
    assert!(blocks(&pdf(&[&page])).contains(&(BlockKind::Heading, "2. Om bruken av skog".to_owned())));
}

#[test]
fn each_of_two_notes_that_end_without_a_stop_is_a_note() {
    let page = page_of_text()
        + &at(
            72,
            112,
            8,
            "16 Se omtalen i kapittel tre om skog og hav og alt som ellers h\\370rer til dette",
        )
        + &at(72, 102, 8, "17 Av disse er ti i nord");
    let notes: Vec<String> = blocks(&pdf(&[&page]))
        .into_iter()
        .filter(|(kind, _)| *kind == BlockKind::Footnote)
        .map(|(_, text)| text)
        .collect();
    assert_eq!(
        notes,
        [
            "Se omtalen i kapittel tre om skog og hav og alt som ellers hører til dette",
            "Av disse er ti i nord"
        ]
    );
}

#[test]
fn numbers_left_of_all_text_count_its_lines_beside_a_table_too() {
    let texts: Vec<String> = (0..12)
        .map(|line| format!("og dette er linje {line} av teksten som \\345pner med sm\\345 bokstaver"))
        .collect();
    let numbers: String =
        (0..12u32).map(|index| at(40, 700 - 12 * index, 10, &(index + 1).to_string())).collect();
    let rows: String = (0..12u32)
        .map(|index| {
            at(72, 500 - 12 * index, 10, &(1500 + 7 * index).to_string())
                + &at(150, 500 - 12 * index, 10, "Tilskudd")
        })
        .collect();
    let page = lines(72, 700, &texts.iter().map(String::as_str).collect::<Vec<_>>())
        + &numbers
        + &at(40, 510, 10, "13")
        + &rows;
    let found = text(&pdf(&[&page]));
    assert!(
        found.contains("og dette er linje 3 av teksten som åpner med små bokstaver og dette er linje 4"),
        "{found}"
    );
    assert_eq!(blocks(&pdf(&[&page])).iter().filter(|(kind, _)| *kind == BlockKind::LineNumber).count(), 13);
    assert!(found.contains("1507\tTilskudd"), "{found}");
}

#[test]
fn a_dash_at_the_end_of_a_line_is_no_hyphen_whatever_is_lowered_in_it() {
    let line = "BT /F1 10 Tf 72 500 Td (Ordning for CO) Tj /F1 7 Tf -2 Ts (2) Tj /F1 10 Tf 0 Ts ( i industrien -) Tj ET\n";
    let page = line.to_owned() + &at(72, 488, 10, "klima og energi for alle");
    assert!(text(&pdf(&[&page])).contains("industrien - klima og energi"));
}
