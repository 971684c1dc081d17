//! Items, cells and columns in the order in which they are read. All PDFs are written here.

use super::pdf::{at, blocks, lines, pdf, text};
use ordskifte::extract::pdf::{self, BlockKind, Limits, Rect, ScannedLine, ScannedPage, ScannedWord};
use std::collections::BTreeMap;

/// Figures flush right at `right`, a digit being 5.56 points wide.
fn flush(right: u32, y: u32, figure: &str) -> String {
    let width: f32 = figure
        .chars()
        .map(|c| match c {
            ',' | ' ' | '.' => 2.78,
            '-' => 3.33,
            _ => 5.56,
        })
        .sum();
    format!("BT /F1 10 Tf {} {y} Td ({figure}) Tj ET\n", right as f32 - width)
}

/// A row of a table 18 points below the one before: a name, and two figures flush right.
fn row(y: u32, name: &str, figures: [&str; 2]) -> String {
    at(72, y, 10, name) + &flush(400, y, figures[0]) + &flush(500, y, figures[1])
}

#[test]
fn items_with_the_same_bullet_are_items_of_their_own() {
    let page = at(72, 700, 10, "Skogen skal i alle deler av landet v\\346re:")
        + &at(72, 688, 10, "\\226")
        + &at(86, 688, 10, "rik p\\345 arter og god \\345 g\\345 i for folk flest")
        + &at(72, 676, 10, "\\226")
        + &at(86, 676, 10, "passe stor og gjerne litt bortenfor alfarvei")
        + &at(86, 664, 10, "der det enn\\345 finnes slike steder")
        + &at(72, 652, 10, "\\226")
        + &at(86, 652, 10, "stille");
    let found = blocks(&pdf(&[&page]));
    let items: Vec<&str> = found
        .iter()
        .filter(|(kind, _)| *kind == BlockKind::ListItem)
        .map(|(_, text)| text.as_str())
        .collect();
    assert_eq!(
        items,
        [
            "rik på arter og god å gå i for folk flest",
            "passe stor og gjerne litt bortenfor alfarvei der det ennå finnes slike steder",
            "stille",
        ]
    );
}

#[test]
fn a_name_of_two_lines_belongs_to_the_row_of_its_figures() {
    let head = flush(400, 730, "2024") + &flush(500, 730, "2025");
    let page = head
        + &row(712, "Gran", ["11,5", "12,5"])
        + &row(694, "Furu", ["13,5", "14,5"])
        + &at(72, 676, 10, "Lauvtr\\346r i skogen p\\345 Vestlandet og")
        + &row(664, "i nord", ["15,5", "16,5"])
        + &at(72, 646, 10, "Busker i hagene, inkl. roser og")
        + &row(634, "Rododendron", ["17,5", "18,5"])
        + &row(616, "Lyng", ["19,5", "20,5"]);
    assert_eq!(
        text(&pdf(&[&page])),
        "2024\t2025\nGran\t11,5\t12,5\nFuru\t13,5\t14,5\nLauvtrær i skogen på Vestlandet og i nord\t15,5\t16,5\n\
         Busker i hagene, inkl. roser og Rododendron\t17,5\t18,5\nLyng\t19,5\t20,5"
    );
}

#[test]
fn a_post_and_a_name_of_two_lines_are_cells_of_one_row() {
    let post = |y: u32, number: &str, name: &str| at(72, y, 10, number) + &at(110, y, 10, name);
    let page = (post(712, "21", "Gran") + &flush(500, 712, "50 000"))
        + &(post(694, "22", "Furu") + &flush(500, 694, "51 000"))
        + &(post(676, "25", "Bj\\370rk i hager som ligger langs") + &at(110, 664, 10, "kysten"))
        + &flush(500, 664, "52 000")
        + &(post(646, "30", "Lauv i hager som ligger innover mot") + &at(110, 634, 10, "fjellet"))
        + &flush(500, 634, "53 000")
        + &(post(616, "31", "Lyng") + &flush(500, 616, "54 000"));
    assert_eq!(
        text(&pdf(&[&page])),
        "21\tGran\t50 000\n22\tFuru\t51 000\n25\tBjørk i hager som ligger langs kysten\t52 000\n\
         30\tLauv i hager som ligger innover mot fjellet\t53 000\n31\tLyng\t54 000"
    );
}

#[test]
fn heads_that_are_flush_right_above_figures_are_cells() {
    let page = flush(400, 742, "Gran")
        + &flush(500, 742, "Endring")
        + &(flush(400, 730, "2024") + "BT /F1 10 Tf 480.56 730 Td (i pst.) Tj ET\n")
        + &row(712, "Innlandet og kysten", ["11,5", "12,5"])
        + &row(694, "Vest", ["1 013,5", "-14,5"])
        + &row(676, "Nord", ["915,5", "6,5"]);
    let found = text(&pdf(&[&page]));
    assert!(found.contains("2024\ti pst."), "{found}");
}

#[test]
fn pairs_that_begin_with_small_letters_are_rows() {
    let pair = |y: u32, left: &str, right: &str| at(72, y, 10, left) + &at(330, y, 10, right);
    let page = pair(712, "skog 41 felt 01", "skog 3041 felt 01")
        + &pair(694, "skog 51 felt 01", "skog 3051 felt 02")
        + &pair(676, "skog 61 felt 21", "skog 4600 felt 02");
    assert_eq!(
        text(&pdf(&[&page])),
        "skog 41 felt 01\tskog 3041 felt 01\nskog 51 felt 01\tskog 3051 felt 02\nskog 61 felt 21\tskog 4600 felt 02"
    );
}

/// Two columns of six lines, the left one ending in `end`, the right one beginning with `start`.
fn columns(end: &str, start: &str) -> String {
    let full = "Linjer av tekst som fyller hele spalten";
    let left =
        [full, "og er skrevet for at det skal bli nok", full, "og som har flere ord enn de trenger", end];
    let right =
        [start, "og som har flere ord enn de trenger", full, "og er skrevet for at det skal bli nok."];
    text(&pdf(&[&(lines(72, 700, &left) + &lines(310, 700, &right))]))
}

#[test]
fn a_sentence_goes_on_in_the_next_column_with_a_name_a_quantity_or_a_month() {
    let cases = [
        ("og gir s\\345 alt det som er igjen til", "Norges skoger og alle dem som er der"),
        ("og gir s\\345 alt det som utgj\\370r", "45,7 pst. av alt som er igjen der"),
        ("slik som det er vist i tabell", "3.12 over alt som er igjen der inne"),
        ("slik det var i tiden 1. januar - 30.", "juni 2025 i alt som er igjen der"),
        ("slik det blir igjen for alle frem til", "2029. Det som er igjen, er der inne"),
    ];
    for (end, start) in cases {
        let found = columns(end, start);
        let whole = format!("{end} {start}").replace("\\345", "å").replace("\\370", "ø");
        assert!(found.contains(&whole), "{found}");
    }
}

#[test]
fn of_half_a_word_and_a_later_open_paragraph_the_later_goes_on() {
    let full = "Linjer av tekst som fyller hele spalten her";
    let first = lines(72, 700, &[full, "og er skrevet for at det skal bli nok om skog-"]);
    let second = lines(
        72,
        700,
        &["Skrifta er ei anna her, og ho held fram nede", full, "som har noen flere ord og ikke"],
    );
    let third = lines(72, 700, &["ender her, men f\\345r en slutt til."]);
    let found = text(&pdf(&[&first, &second, &third]));
    assert!(found.ends_with("flere ord og ikke ender her, men får en slutt til."), "{found}");
}

#[test]
fn what_a_sentence_does_not_ask_for_begins_a_paragraph() {
    let found = columns("og gir s\\345 alt det som er igjen der", "Norges skoger og alle dem som er der");
    assert!(found.contains("igjen der\nNorges skoger"), "{found}");
}

#[test]
fn raised_letters_that_open_notes_are_marks() {
    let raised = |x: u32, y: u32, letter: &str| at(x, y + 4, 6, letter);
    let page = (at(72, 712, 10, "Gran") + &raised(94, 712, "a"))
        + &(at(200, 712, 10, "Unntatt") + &raised(235, 712, "b"))
        + &(at(72, 694, 10, "Furu") + &at(200, 694, 10, "x"))
        + &raised(205, 694, "n")
        + &(raised(72, 640, "a") + &at(82, 640, 8, "Gjelder ikke i nord."))
        + &(raised(72, 630, "b") + &at(82, 630, 8, "Gjelder ikke i vest."));
    let found = text(&pdf(&[&page]));
    assert!(found.contains("Gran\tUnntatt\n"), "{found}");
    assert!(found.contains("xn"), "a letter without a note stays: {found}");
    assert!(found.ends_with("Gjelder ikke i nord.\nGjelder ikke i vest."), "{found}");
}

#[test]
fn the_second_line_of_a_note_may_begin_with_a_capital() {
    let page =
        lines(72, 700, &["Skogen er rik p\\345 arter og god \\345 g\\345 i for folk flest i hele landet."])
            + &(at(72, 644, 5, "1")
                + &at(82, 640, 8, "Gjelder Gran AS, Furu AS, Lauv AS, Lyng AS, Kratt AS, Busk AS og"))
            + &at(82, 631, 8, "AS Hage i byen.")
            + &at(72, 622, 8, "Kilde: Skogen.");
    let found = text(&pdf(&[&page]));
    assert!(found.contains("Busk AS og AS Hage i byen.\nKilde: Skogen."), "{found}");
}

#[test]
fn the_short_last_line_of_a_note_above_two_columns_is_not_the_left_ones() {
    let full = "Linjer av tekst som fyller hele spalten";
    let note = "Gjelder Gran AS, Furu AS, Lauv AS, Lyng AS, Kratt AS, Busk AS, Hekk AS, Tre AS, Mose AS, Lav AS og deler av";
    let page = (at(72, 708, 5, "1") + &at(82, 704, 8, note))
        + &at(82, 695, 8, "AS Hage i byen.")
        + &at(72, 686, 8, "Kilde: Skogen.")
        + &(lines(72, 650, &[full; 6]) + &lines(310, 650, &[full; 6]));
    let found = text(&pdf(&[&page]));
    assert!(found.contains("deler av AS Hage i byen.\nKilde: Skogen."), "{found}");
}

/// A line of a scan of 200 dots an inch.
fn scanned_line(left: f32, y: f32, text: &str) -> ScannedLine {
    let mut at = left;
    let word = |word: &str| {
        let area = Rect { left: at, top: y - 20.0, right: at + 14.0 * word.len() as f32, bottom: y };
        at = area.right + 10.0;
        ScannedWord { text: word.to_owned(), area }
    };
    let words: Vec<ScannedWord> = text.split(' ').map(word).collect();
    let right = words.last().map_or(left, |word| word.area.right);
    let area = Rect { left, top: y - 20.0, right, bottom: y };
    ScannedLine { area, baseline: y, slope: 0.0, size: 30.0, words }
}

/// The text of pages of A4 that are pictures, as OCR read them.
fn scanned_text(pages: Vec<ScannedPage>) -> String {
    // Two strips, as scanners write them, with an edge in the middle of the page.
    let picture = "0 0 595 421 re f 0 421 595 421 re f";
    let contents = vec![picture; pages.len()];
    let bytes = pdf(&contents);
    let scans: BTreeMap<u32, ScannedPage> = (1..).zip(pages).collect();
    let content = pdf::open(&bytes, &Limits::default()).expect("a readable file").content_with(&scans, None);
    let blocks = content.pages.into_iter().flat_map(|page| page.blocks);
    blocks.filter(|block| !block.kind.is_furniture()).map(|block| block.text + "\n").collect()
}

#[test]
fn the_edges_of_the_strips_of_a_picture_do_not_part_the_columns_of_a_scan() {
    fn column(left: f32, name: &str) -> impl Iterator<Item = ScannedLine> {
        (0..24).map(move |line| {
            scanned_line(left, 300.0 + 70.0 * line as f32, &format!("{name} linje {line} fylles ut"))
        })
    }
    let lines = column(150.0, "venstre").chain(column(900.0, "andre")).collect();
    let found = scanned_text(vec![ScannedPage { width: 1_654.0, is_sideways: false, lines }]);
    let place = |needle: &str| found.find(needle).expect("it is there");
    assert!(place("venstre linje 23") < place("andre linje 0"), "{found}");
}

#[test]
fn a_word_cut_by_its_cell_is_joined_past_the_figure_beside_it() {
    let row =
        |y: f32, name: &str, figure: &str| [scanned_line(200.0, y, name), scanned_line(900.0, y, figure)];
    let mut cut = scanned_line(200.0, 400.0, "Planting i skog og i hage-");
    let end = cut.area.right + 20.0;
    cut.words.extend(scanned_line(end, 400.0, "73 600").words);
    let mut lines = vec![cut, scanned_line(200.0, 440.0, "anlegg")];
    lines.extend(row(300.0, "Hogst i skog", "11 200"));
    lines.extend(row(350.0, "Rydding i skog", "12 300"));
    let found = scanned_text(vec![ScannedPage { width: 1_654.0, is_sideways: false, lines }]);
    assert!(found.contains("Planting i skog og i hageanlegg\t73 600"), "{found}");
}

#[test]
fn a_head_beside_a_misread_page_number_is_a_head() {
    let page = |folio: &str| {
        let head = [scanned_line(200.0, 150.0, "Brev om skogen"), scanned_line(1_450.0, 150.0, folio)];
        let body = (0..6).map(|line| {
            scanned_line(200.0, 300.0 + 50.0 * line as f32, "her er en linje med noen ord om skogen og havet")
        });
        ScannedPage { width: 1_654.0, is_sideways: false, lines: head.into_iter().chain(body).collect() }
    };
    let body_only = || ScannedPage { lines: page("1").lines.into_iter().skip(2).collect(), ..page("1") };
    let found = scanned_text(vec![body_only(), page("N")]);
    assert!(!found.contains("Brev om skogen") && !found.contains('N'), "{found}");
    let first = scanned_text(vec![page("N"), body_only()]);
    assert!(first.contains("Brev om skogen"), "the first page may begin with its title: {first}");
}

/// Text of 80 characters, and a raised number behind it.
fn noted(y: u32, number: &str) -> String {
    let text = "Dette er en linje av teksten p\\345 siden, og den er like lang som de andre linjene her";
    format!("BT /F1 10 Tf 72 {y} Td ({text}) Tj /F1 6 Tf 4 Ts ({number}) Tj 0 Ts ET\n")
}

#[test]
fn notes_in_the_size_of_the_text_are_known_by_their_numbers() {
    let notes =
        at(72, 100, 10, "1. Se omtalen i kapittel tre.") + &at(72, 86, 10, "2. Av disse er ti i nord.");
    let kinds = |page: &str| -> Vec<BlockKind> {
        blocks(&pdf(&[page]))
            .into_iter()
            .map(|(kind, _)| kind)
            .filter(|kind| *kind != BlockKind::Paragraph)
            .collect()
    };
    let raised = noted(700, "1") + &noted(688, "2");
    assert_eq!(kinds(&(raised + &notes)), [BlockKind::Footnote; 2]);
    assert_eq!(kinds(&(noted(700, "1") + &notes)), [BlockKind::ListItem; 2], "nothing has the number 2");
}

#[test]
fn the_end_of_a_word_is_no_bullet() {
    let first = lines(72, 700, &["Departementet legger vekt p\\345 det som skjer i hele Nor-"]);
    let second = lines(72, 700, &["ge. Det er et mangfold av skog og hav i landet."]);
    assert_eq!(
        text(&pdf(&[&first, &second])),
        "Departementet legger vekt på det som skjer i hele Norge. Det er et mangfold av skog og hav i landet."
    );
}

#[test]
fn half_a_name_goes_on_overleaf_with_a_capital() {
    let first = lines(72, 700, &["Departementet legger vekt p\\345 en samla politikk for Nord-"]);
    let second = lines(72, 700, &["Tr\\370ndelag og hele kysten av landet nordover."]);
    assert!(text(&pdf(&[&first, &second])).contains("for Nord-Trøndelag og hele"));
}

#[test]
fn a_line_nearer_than_any_row_goes_on_with_the_name_above() {
    let row = |y: u32, name: &str, figure: &str| at(72, y, 10, name) + &flush(400, y, figure);
    let page = row(700, "Driftsutgifter", "11 000")
        + &row(687, "Spesielle driftsutgifter", "12 000")
        + &row(674, "Vern av skog, havet og", "13 000")
        + &at(72, 663, 10, "Statens naturoppsyn")
        + &row(650, "Tilskudd", "14 000")
        + &row(637, "Andre utgifter", "15 000");
    let text = text(&pdf(&[&page]));
    assert!(text.contains("Vern av skog, havet og Statens naturoppsyn\t13 000"), "{text}");
}

#[test]
fn the_second_line_of_a_heading_does_not_go_on_with_its_number() {
    let page = "BT /F1 18 Tf 6 Tc 72 700 Td [(5) -1500 (Vi ser stadig eksempler)] TJ ET\n".to_owned()
        + "BT /F1 18 Tf 6 Tc 72 678 Td (p\\345 at andre har) Tj ET\n";
    let text = text(&pdf(&[&page]));
    let place = |needle: &str| text.find(needle).expect("it is there");
    assert!(place("Vi ser stadig") < place("på at andre"), "{text}");
}

#[test]
fn a_command_in_a_line_of_text_is_no_cell() {
    let end = "hjelper til med det og kan brukes til alt dette her";
    let full = |y: u32| at(72, y, 10, "Den som vil installere programmet n\\345") + &at(242, y, 10, end);
    let page = full(700)
        + &(at(72, 688, 10, "maskinene, som") + "BT /F2 10 Tf 162 688 Td (sammendrag) Tj ET\n")
        + &(at(242, 688, 10, end) + &full(676));
    let text = text(&pdf(&[&page]));
    assert!(!text.contains('\t') && text.contains("maskinene, som sammendrag hjelper til"), "{text}");
}

/// A box of a head and four lines, which stand lower right on the page than left.
fn boxed(x: u32, top: u32, size: u32, head: &str, word: &str) -> String {
    let line = |index: u32| {
        at(x, top - 30 - x / 50 - 12 * index, 10, &format!("fyller {word} linje {index} av hele boksen"))
    };
    at(x, top, size, head) + &(0..4).map(line).collect::<String>()
}

#[test]
fn four_boxes_are_read_row_by_row_where_the_file_shows_them_so() {
    let order = |boxes: &[String]| {
        let text = text(&pdf(&[&boxes.concat()]));
        let mut places: Vec<(usize, &str)> = ["Gran", "Furu", "Alm", "Eik"]
            .into_iter()
            .map(|head| (text.find(head).expect("it is there"), head))
            .collect();
        places.sort_unstable();
        places.into_iter().map(|(_, head)| head).collect::<Vec<_>>()
    };
    let [gran, furu] =
        [(72, "Gran", "Nord"), (320, "Furu", "S\\370r")].map(|(x, head, word)| boxed(x, 700, 12, head, word));
    let [alm, eik] =
        [(72, "Alm", "\\330st"), (320, "Eik", "Vest")].map(|(x, head, word)| boxed(x, 540, 12, head, word));
    assert_eq!(
        order(&[gran.clone(), furu.clone(), alm.clone(), eik.clone()]),
        ["Gran", "Furu", "Alm", "Eik"]
    );
    assert_eq!(order(&[gran, alm, furu, eik]), ["Gran", "Alm", "Furu", "Eik"]);
}

#[test]
fn a_large_head_at_the_edge_of_a_column_belongs_to_it() {
    let slide = |word: &str| {
        let column = |(x, tree): (u32, &str)| boxed(x, 700, 18, tree, word);
        [(40, "Gran"), (220, "Furu"), (400, "Eik")].map(column).concat()
    };
    let (first, second) = (slide("Nord"), slide("\\330st"));
    let found = text(&pdf(&[&first, &second]));
    let place = |needle: &str| found.find(needle).expect("it is there");
    assert!(
        place("Gran") < place("fyller Nord linje 3") && place("fyller Nord linje 3") < place("Furu"),
        "{found}"
    );
}

#[test]
fn lists_with_heads_in_two_columns_are_columns_though_their_lines_are_level() {
    let list = |x: u32, heads: &[u32], rows: u32, word: &str| -> String {
        (0..rows)
            .filter(|row| !heads.contains(&(row + 1)) || *row == 0)
            .map(|row| match heads.contains(&row) {
                true => format!("BT /F2 10 Tf {x} {} Td ({word} departement {row}:) Tj ET\n", 700 - 12 * row),
                false => at(x, 700 - 12 * row, 10, &format!("{word} utredning nummer {row} om skog og hav")),
            })
            .collect()
    };
    let page = list(72, &[0, 4, 9], 14, "Nordens") + &list(320, &[0, 6, 11], 14, "Vestens");
    let found = text(&pdf(&[&page]));
    let place = |needle: &str| found.find(needle).unwrap_or_else(|| panic!("{needle} in {found}"));
    assert!(place("Nordens utredning nummer 13") < place("Vestens departement 0"), "{found}");
}

#[test]
fn a_sentence_that_begins_with_a_figure_is_no_caption() {
    let first = lines(72, 700, &["Figur 9.2 viser utgifter til kraft over perioden, og skogen i Nord-"]);
    let second = lines(72, 700, &["Norge er tatt med i alle tall."]);
    let found = blocks(&pdf(&[&first, &second]));
    assert_eq!(found.len(), 1, "{found:?}");
    let captions =
        lines(72, 700, &["Figur 9.2 Utgift til kraft"]) + &lines(72, 600, &["Tabell 3: utgift til kraft"]);
    assert!(blocks(&pdf(&[&captions])).iter().all(|(kind, _)| *kind == BlockKind::Caption));
}

#[test]
fn heads_of_two_lines_above_figures_are_one_row() {
    let page = "70 708 m 505 708 l S\n".to_owned()
        + &(at(282, 726, 10, "Saldert")
            + &at(254, 714, 10, "budsjett 2025")
            + &at(366, 726, 10, "Gul bok")
            + &at(380, 714, 10, "2026"))
        + &(at(464, 726, 10, "Endring") + &at(476, 714, 10, "i pst.") + &at(72, 714, 10, "Formål"))
        + &["Gran", "Furu", "Alm", "Eik"]
            .iter()
            .zip(0..)
            .map(|(name, index)| {
                let y = 694 - 18 * index;
                at(72, y, 10, name) + &flush(318, y, "1,5") + &flush(402, y, "2,5") + &flush(500, y, "3,5")
            })
            .collect::<String>();
    let found = text(&pdf(&[&page.replace('å', "\\345")]));
    assert!(
        found.contains("Formål\tSaldert budsjett 2025\tGul bok 2026\tEndring i pst.\nGran\t1,5\t2,5\t3,5"),
        "{found}"
    );
}

#[test]
fn a_note_goes_on_at_the_foot_of_the_next_page() {
    let full = "Linjer av tekst som fyller hele spalten her";
    let first = lines(72, 700, &[full; 6]) + &at(72, 100, 8, "1 Se det som er sagt om vern mot avsko-");
    let second = lines(72, 700, &[full; 6]) + &at(72, 100, 8, "ging i alle land.");
    let found = text(&pdf(&[&first, &second]));
    assert!(found.contains("Se det som er sagt om vern mot avskoging i alle land."), "{found}");
}
