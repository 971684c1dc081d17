//! Tables as real files set them: ruled grids, contents in two columns, pages on their side. All PDFs are written here.

use super::pdf::{at, blocks, pdf, text};
use ordskifte::extract::pdf::BlockKind;

/// The lines of a grid whose rows part at `levels` and whose cells part at `uprights`.
fn grid(levels: &[u32], uprights: &[u32]) -> String {
    let (left, right) = (uprights[0], uprights[uprights.len() - 1]);
    let (top, bottom) = (levels[0], levels[levels.len() - 1]);
    let level = levels.iter().map(|y| format!("{left} {y} m {right} {y} l S\n"));
    let upright = uprights.iter().map(|x| format!("{x} {bottom} m {x} {top} l S\n"));
    level.chain(upright).collect()
}

/// Lines of a cell, 12 points apart.
fn cell(x: u32, top: u32, texts: &[&str]) -> String {
    (0..).zip(texts).map(|(index, text)| at(x, top - 12 * index, 10, text)).collect()
}

#[test]
fn cells_that_are_centred_in_a_ruled_row_are_cells_of_one_row() {
    let wide = [
        "Skogen skal v\\346re rik p\\345 arter, og den",
        "skal tas vare p\\345 for dem som",
        "kommer etter.",
    ];
    let page = grid(&[700, 676, 630], &[70, 110, 330, 500])
        + &(cell(74, 690, &["Nr."]) + &cell(114, 690, &["Krav til skogen"]) + &cell(334, 690, &["Merknad"]))
        + &(cell(74, 652, &["5.1"]) + &cell(114, 664, &wide))
        + &cell(334, 658, &["Ved hogst gjelder", "egne regler."]);
    assert_eq!(
        text(&pdf(&[&page])),
        "Nr.\tKrav til skogen\tMerknad\n5.1\tSkogen skal være rik på arter, og den skal tas vare på for dem som kommer \
         etter.\tVed hogst gjelder egne regler."
    );
}

#[test]
fn a_word_broken_within_a_ruled_cell_is_joined() {
    let page = grid(&[700, 660], &[70, 170, 330, 500])
        + &(cell(74, 680, &["Tiltak"]) + &cell(174, 686, &["Utbetalings-", "ordningene"]))
        + &cell(334, 680, &["Fra 1. januar"]);
    assert_eq!(text(&pdf(&[&page])), "Tiltak\tUtbetalingsordningene\tFra 1. januar");
}

#[test]
fn rows_that_no_line_parts_stay_rows_within_a_frame() {
    let row = |y: u32, name: &str, value: &str| at(74, y, 10, name) + &at(334, y, 10, value);
    let page = grid(&[700, 640], &[70, 330, 500])
        + &(row(688, "Gran", "12") + &row(674, "Furu", "14") + &row(660, "Bj\\370rk", "16"));
    assert_eq!(text(&pdf(&[&page])), "Gran\t12\nFuru\t14\nBjørk\t16");
}

#[test]
fn columns_of_text_in_a_frame_are_no_cells() {
    let left: Vec<String> =
        (1..=18).map(|line| format!("venstre linje {line} i den f\\370rste spalten her")).collect();
    let right: Vec<String> =
        (1..=18).map(|line| format!("h\\370yre linje {line} i den andre spalten her")).collect();
    let column =
        |x: u32, texts: &[String]| cell(x, 690, &texts.iter().map(String::as_str).collect::<Vec<_>>());
    let found =
        text(&pdf(&[&(grid(&[705, 470], &[70, 300, 530]) + &column(76, &left) + &column(306, &right))]));
    let place = |needle: &str| found.find(needle).expect("it is there");
    assert!(place("venstre linje 18") < place("høyre linje 1 "), "{found}");
    assert!(!found.contains('\t'), "{found}");
}

/// An entry of contents: number, title with leaders, page behind a gap.
fn entry(x: u32, y: u32, number: &str, title: &str, page: &str) -> String {
    let number = if number.is_empty() { String::new() } else { at(x, y, 10, number) };
    let dots = ".".repeat(44 - 2 * title.len());
    let end = if page.is_empty() { String::new() } else { at(x + 205, y, 10, page) };
    let title = if page.is_empty() { title.to_owned() } else { format!("{title} {dots}") };
    number + &at(x + 40, y, 10, &title) + &end
}

#[test]
fn contents_in_two_columns_are_read_down_each_and_counted_in_none() {
    let column = |x: u32, first: u32| -> String {
        let entries = [
            ("Innledning", "7"),
            ("Skogen", "8"),
            ("Havet og", ""),
            ("kysten", "9"),
            ("Byene", "12"),
            ("Fjellet", "14"),
        ];
        (0..)
            .zip(entries)
            .map(|(line, (title, page))| {
                let number = if title == "kysten" { String::new() } else { format!("{first}.{}", line + 1) };
                entry(x, 700 - 13 * line, &number, title, page)
            })
            .collect()
    };
    let page = at(260, 760, 16, "Innhold") + &column(60, 1) + &column(310, 2);
    let found = blocks(&pdf(&[&page]));
    let (heads, entries): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(kind, _)| *kind != BlockKind::ContentsEntry);
    assert_eq!(heads, [(BlockKind::Heading, "Innhold".to_owned())]);
    let texts: Vec<&str> = entries.iter().map(|(_, text)| text.as_str()).collect();
    let of = |first: u32| {
        [
            ("1", "Innledning", 7),
            ("2", "Skogen", 8),
            ("3", "Havet og kysten", 9),
            ("5", "Byene", 12),
            ("6", "Fjellet", 14),
        ]
        .map(|(number, title, page)| format!("{first}.{number} {title}\t{page}"))
    };
    assert_eq!(texts, [of(1), of(2)].concat());
}

#[test]
fn an_entry_of_contents_with_two_points_as_leaders_is_one() {
    let lines = [
        (0, "Skogen ............ 7"),
        (1, "Havet ............. 8"),
        (2, "Alt om byene og stedene.. 9"),
        (3, "Fjellet ........... 10"),
        (4, "Elva .............. 12"),
    ];
    let page: String = lines.iter().map(|(line, text)| at(72, 700 - 13 * line, 10, text)).collect();
    let found = blocks(&pdf(&[&page]));
    assert!(found.iter().all(|(kind, _)| *kind == BlockKind::ContentsEntry), "{found:?}");
    assert_eq!(found[2].1, "Alt om byene og stedene\t9");
}

#[test]
fn the_rows_of_a_table_on_its_side_are_text_though_its_heads_repeat() {
    // "Andre" and the names of columns stand at the same place on each page, as heads do.
    let page = |number: usize| {
        let turned =
            |x: usize, y: usize, text: &str| format!("BT /F1 9 Tf 0 1 -1 0 {x} {y} Tm ({text}) Tj ET\n");
        let mut page = at(72, 790, 8, "Skogplan 2025");
        for (column, name) in ["Andre", "Tiltak", "Drift"].into_iter().enumerate() {
            page += &turned(120, 300 + 120 * column, name);
        }
        for row in 0..6 {
            for column in 0..3 {
                page += &turned(138 + 18 * row, 300 + 120 * column, &format!("felt {number}{row}{column}"));
            }
        }
        page
    };
    let contents: Vec<String> = (1..=4).map(page).collect();
    let found = blocks(&pdf(&contents.iter().map(String::as_str).collect::<Vec<_>>()));
    let furniture: Vec<&str> =
        found.iter().filter(|(kind, _)| kind.is_furniture()).map(|(_, text)| text.as_str()).collect();
    assert_eq!(furniture, ["Skogplan 2025"; 4]);
}

#[test]
fn heads_of_a_table_whose_words_are_cut_are_one_row_though_they_end_level() {
    let heads = cell(74, 688, &["Regn-", "skap"])
        + &cell(160, 700, &["Budsjet-", "tets", "stilling"])
        + &cell(300, 700, &["Regn-", "skap", "1. halv\\345r"]);
    let rows = cell(74, 640, &["Helse"]) + &cell(160, 640, &["120"]) + &cell(300, 640, &["130"]);
    assert_eq!(
        text(&pdf(&[&(heads + &rows)])),
        "Regnskap\tBudsjettets stilling\tRegnskap 1. halvår\nHelse\t120\t130"
    );
}

#[test]
fn cut_words_as_far_apart_as_those_of_a_stretched_line_are_cells() {
    let account = ["Regn-", "skap", "1. halv\\345r"];
    let heads = cell(74, 690, &["Budsjet-", "tets", "stilling"])
        + &(cell(115, 678, &["End-", "ringer"]) + &cell(161, 690, &account))
        + &(cell(207, 690, &account) + &cell(253, 678, &["End-", "ringer"]));
    let rows: String = [74, 115, 161, 207, 253].map(|x| cell(x, 640, &["120"])).concat();
    let text = text(&pdf(&[&(heads + &rows)]));
    let heads = "Budsjettets stilling\tEndringer\tRegnskap 1. halvår\tRegnskap 1. halvår\tEndringer";
    assert_eq!(text, format!("{heads}\n120\t120\t120\t120\t120"));
}

#[test]
fn cells_of_uneven_length_that_begin_level_are_one_ruled_row() {
    let name = ["Vern av", "skog i", "hele", "landet"];
    let page = grid(&[700, 676, 620], &[70, 130, 190, 250])
        + &(cell(74, 690, &["Tiltak"]) + &cell(134, 690, &["Ansvar"]) + &cell(194, 690, &["Sum"]))
        + &(cell(74, 666, &name)
            + &cell(134, 666, &["Fylket", "og staten"])
            + &cell(194, 666, &["245", "520"]));
    assert_eq!(
        text(&pdf(&[&page])),
        "Tiltak\tAnsvar\tSum\nVern av skog i hele landet\tFylket og staten\t245 520"
    );
}

#[test]
fn cells_that_go_on_in_a_sentence_are_one_ruled_row_though_they_end_level() {
    let page = grid(&[700, 664], &[70, 210, 330, 450])
        + &(cell(74, 688, &["Vi vil verne skogen i", "hele landet"])
            + &cell(214, 688, &["Flere verneplaner", "Mer tilsyn"]))
        + &cell(334, 688, &["Planen skal bli", "ferdig"]);
    assert_eq!(
        text(&pdf(&[&page])),
        "Vi vil verne skogen i hele landet\tFlere verneplaner Mer tilsyn\tPlanen skal bli ferdig"
    );
}

#[test]
fn a_border_filled_between_two_rectangles_is_lines() {
    let border = |x: u32, y: u32, width: u32, height: u32| {
        format!("{x} {y} {width} {height} re {} {} {} {} re f*\n", x + 1, y + 1, width - 2, height - 2)
    };
    let page = border(70, 620, 60, 56)
        + &border(132, 620, 60, 56)
        + &(cell(74, 666, &["Vern av", "skog i", "hele"]) + &cell(136, 666, &["Fylket", "og staten"]));
    assert_eq!(text(&pdf(&[&page])), "Vern av skog i hele\tFylket og staten");
}

#[test]
fn rows_of_long_names_that_nothing_parts_are_rows_beside_their_figures() {
    let row = |number: u32| {
        let y = 740 - 36 * number;
        at(72, y, 10, "Tilskudd til vern av skog som er gammel og")
            + &at(72, y - 12, 10, "som st\\345r i fare for \\345 bli hogd i n\\346r")
            + &at(72, y - 24, 10, "fremtid av dem som eier den i dag.")
            + &(at(320, y, 10, &format!("Fylke {number}")) + &at(420, y, 10, &format!("{number} 500")))
    };
    let page: String = (1..=8).map(row).collect();
    let found = text(&pdf(&[&page]));
    let wanted = "av skog som er gammel og som står i fare for å bli hogd i nær fremtid av dem som eier den i dag.\tFylke 5\t5 500";
    assert!(found.contains(wanted), "{found}");
}
