//! What is furniture needs evidence: repetition as text, a page number, smaller type. All PDFs are written here.

use super::pdf::{at, blocks, document, pdf};
use ordskifte::{extract::pdf::BlockKind, text::PassageKind};

/// A file of pages, each of these lines: (baseline, size, text).
fn file(pages: &[Vec<(u32, u32, String)>]) -> Vec<u8> {
    let contents: Vec<String> = pages
        .iter()
        .map(|lines| lines.iter().map(|(y, size, text)| at(72, *y, *size, text)).collect())
        .collect();
    pdf(&contents.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Lines of body text, a step apart; each says another thing.
fn body(top: u32, step: u32, count: u32, page: u32) -> Vec<(u32, u32, String)> {
    const WORDS: [&str; 7] = ["skogen", "havet", "byen", "fjellet", "elva", "veien", "dalen"];
    let word = |at: u32| WORDS[at as usize % WORDS.len()];
    let text = |line: u32| {
        let at = page * 3 + line;
        format!(
            "{} ved {} og {} uten {} etter {}",
            word(at),
            word(at + 2),
            word(at * 2),
            word(at + 5),
            word(at * 3 + 1)
        )
    };
    (0..count).map(|line| (top - step * line, 11, text(line))).collect()
}

/// All text that is not furniture.
fn kept(bytes: &[u8]) -> String {
    let all = blocks(bytes).into_iter().filter(|(kind, _)| !kind.is_furniture());
    all.map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

/// The words of a text in order of the alphabet.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    words.sort_unstable();
    words
}

#[test]
fn no_line_is_lost_at_one_and_a_half_or_double_spacing() {
    for step in [20, 27] {
        let pages: Vec<_> = (1..=5).map(|page| body(770, step, 26, page)).collect();
        let wanted: String = pages.iter().flatten().map(|(_, _, text)| format!("{text} ")).collect();
        assert_eq!(words(&kept(&file(&pages))), words(&wanted), "a line every {step} points");
    }
}

#[test]
fn titles_of_slides_are_text() {
    let title = |page: usize| ["Skogen", "Havet", "Byen", "Fjellet"][page];
    let page = |page: usize| {
        let mut lines = vec![(790, 28, title(page).to_owned())];
        lines.extend(body(500, 40, 3, page as u32));
        lines
    };
    let text = kept(&file(&(0..4).map(page).collect::<Vec<_>>()));
    (0..4).for_each(|page| assert!(text.contains(title(page)), "{} is lost", title(page)));
}

#[test]
fn a_heading_that_goes_on_over_slides_is_text_each_time() {
    let page = |page: u32| [vec![(790, 28, "Vern av skog".to_owned())], body(500, 40, 3, page)].concat();
    let text = kept(&file(&(0..4).map(page).collect::<Vec<_>>()));
    assert_eq!(text.matches("Vern av skog").count(), 4);
}

#[test]
fn a_chapter_on_the_page_of_its_number_keeps_number_and_title() {
    let title = |number: u32| ["Om skogen", "Havet i nord", "Byene", "Fjell og dal"][number as usize - 1];
    let page = |number: u32| {
        let head = at(72, 790, 11, &number.to_string()) + &at(100, 790, 11, title(number));
        head + &body(740, 14, 20, number)
            .iter()
            .map(|(y, size, text)| at(72, *y, *size, text))
            .collect::<String>()
    };
    let contents: Vec<String> = (1..=4).map(page).collect();
    let text = kept(&pdf(&contents.iter().map(String::as_str).collect::<Vec<_>>()));
    for number in 1..=4 {
        let heading = format!("{number} {}", title(number));
        assert!(text.replace('\t', " ").contains(&heading), "{heading} is lost: {text}");
    }
}

#[test]
fn numbered_cards_keep_their_names() {
    let page = |number: u32| [vec![(790, 11, format!("Kort {number}"))], body(700, 14, 6, number)].concat();
    let text = kept(&file(&(1..=4).map(page).collect::<Vec<_>>()));
    (1..=4).for_each(|number| assert!(text.contains(&format!("Kort {number}")), "card {number} is lost"));
}

#[test]
fn the_head_of_a_table_and_its_last_row_are_text_on_each_page() {
    let row = |y: u32, cells: [&str; 3]| {
        [72, 250, 400].iter().zip(cells).map(|(x, cell)| at(*x, y, 10, cell)).collect::<String>()
    };
    let page = |page: u32| {
        let mut content = row(790, ["Tiltak", "Sted", "Omfang"]);
        for line in 0..44 {
            let count = (page * 100 + line * 7).to_string();
            content += &row(776 - line * 16, ["vern", if line % 2 == 0 { "skog" } else { "hav" }, &count]);
        }
        content
    };
    let contents: Vec<String> = (1..=3).map(page).collect();
    let text = kept(&pdf(&contents.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(text.matches("Tiltak").count(), 3);
    assert_eq!(text.matches("vern").count(), 3 * 44);
}

#[test]
fn a_document_of_short_pages_is_no_empty_document() {
    let page =
        |word: &str| vec![(790, 11, word.to_owned()), (60, 11, format!("Mer om {}", word.to_lowercase()))];
    let bytes = file(&["Skog", "Hav", "Fjell", "Elv"].map(page));
    assert_eq!(
        words(&kept(&bytes)),
        words("Skog Hav Fjell Elv Mer Mer Mer Mer om om om om skog hav fjell elv")
    );
}

#[test]
fn a_document_that_repeats_all_of_its_text_keeps_it() {
    let page = vec![(790, 10, "Sperret".to_owned())];
    assert_eq!(words(&kept(&file(&[page.clone(), page.clone(), page]))), ["Sperret"; 3]);
}

#[test]
fn what_repeats_or_steps_with_the_page_is_furniture() {
    let page = |number: u32| {
        let mut lines = vec![(800, 9, "Plan for skogen 2021".to_owned())];
        lines.extend(body(760, 14, 40, number));
        lines.push((40, 9, format!("Utkast {} av 5", number)));
        lines
    };
    let bytes = file(&(1..=5).map(page).collect::<Vec<_>>());
    let text = kept(&bytes);
    assert!(!text.contains("Plan for") && !text.contains("Utkast"), "{text}");
}

#[test]
fn a_head_that_says_the_chapter_again_is_furniture_and_the_heading_is_text() {
    let chapter = |number: u32| ["Skogen i nord", "Havet i vest", "Byene i midten"][number as usize / 2];
    let page = |number: u32| {
        let mut content = at(72, 800, 10, chapter(number));
        if number.is_multiple_of(2) {
            content += &format!("BT /F2 16 Tf 72 740 Td ({}) Tj ET\n", chapter(number));
        }
        content
            + &body(700, 14, 40, number)
                .iter()
                .map(|(y, size, text)| at(72, *y, *size, text))
                .collect::<String>()
    };
    let contents: Vec<String> = (0..6).map(page).collect();
    let text = kept(&pdf(&contents.iter().map(String::as_str).collect::<Vec<_>>()));
    for number in [0, 2, 4] {
        assert_eq!(text.matches(chapter(number)).count(), 1, "{}", chapter(number));
    }
}

#[test]
fn turned_text_that_repeats_is_furniture_and_a_large_watermark_is_text_once() {
    let spine = "BT /F1 8 Tf 0 1 -1 0 30 300 Tm (Skogplan) Tj ET\n";
    let watermark = "BT /F1 60 Tf 0.7 0.7 -0.7 0.7 150 300 Tm (UTKAST) Tj ET\n";
    let page = |number: u32| {
        let lines = body(760, 14, 20, number);
        spine.to_owned()
            + watermark
            + &lines.iter().map(|(y, size, text)| at(72, *y, *size, text)).collect::<String>()
    };
    let contents: Vec<String> = (1..=4).map(page).collect();
    let text = kept(&pdf(&contents.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!((text.matches("Skogplan").count(), text.matches("UTKAST").count()), (0, 1));
}

#[test]
fn the_foot_of_a_letter_is_furniture() {
    let mut first = body(700, 14, 30, 1);
    first.push((40, 8, "Postadresse: Postboks 1, 0001 Skogheim".to_owned()));
    let found = blocks(&file(&[first, body(700, 14, 4, 2)]));
    assert_eq!(found.iter().filter(|(kind, _)| *kind == BlockKind::RunningHead).count(), 1);
}

#[test]
fn furniture_is_in_the_document_and_in_no_count() {
    let page = |number: u32| {
        let mut lines = body(760, 14, 10, number);
        lines.push((40, 9, format!("Side {number}")));
        lines
    };
    let document = document(&file(&(1..=3).map(page).collect::<Vec<_>>())).expect("a readable file");
    assert_eq!(document.furniture_text(), "Side 1\n\u{c}Side 2\n\u{c}Side 3\n");
    assert!(document.passages().all(|(_, passage)| passage.kind != PassageKind::Furniture));
    assert!(!document.plain_text().contains("Side"));
}

/// A page of body text with a word across it, turned by `degrees`.
fn with_watermark(page: u32, degrees: f32) -> String {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let text: String =
        body(740, 14, 20, page).iter().map(|(y, size, text)| at(72, *y, *size, text)).collect();
    format!("BT /F1 80 Tf {cos} {sin} {} {cos} 150 450 Tm (UTKAST) Tj ET\n{text}", -sin)
}

#[test]
fn a_large_word_across_the_pages_is_text_once_at_any_angle() {
    for degrees in [30.0, 45.0, 55.0, -45.0] {
        for count in 1..4 {
            let pages: Vec<String> = (0..count).map(|page| with_watermark(page, degrees)).collect();
            let bytes = pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(kept(&bytes).matches("UTKAST").count(), 1, "{degrees} degrees on {count} pages");
            assert!(kept(&bytes).contains("skogen"), "{degrees} degrees on {count} pages");
        }
    }
}

#[test]
fn a_level_watermark_behind_the_text_of_several_pages_is_text_once() {
    let pages: Vec<String> = (0..3).map(|page| with_watermark(page, 0.0)).collect();
    let bytes = pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(kept(&bytes).matches("UTKAST").count(), 1, "{}", kept(&bytes));
    // A title on one page is text, however large.
    assert!(kept(&pdf(&[&at(72, 500, 80, "Tillit"), &pages[0]])).contains("Tillit"));
}

#[test]
fn line_numbers_on_the_right_and_with_colons_are_no_text() {
    let text: String = body(740, 14, 20, 0).iter().map(|(y, size, text)| at(72, *y, *size, text)).collect();
    let plain = kept(&pdf(&[&text]));
    let right: String = (0..20).map(|line| at(560, 740 - 14 * line, 8, &(line + 1).to_string())).collect();
    assert_eq!(kept(&pdf(&[&(text.clone() + &right)])), plain);
    let colons: String = (0..20).map(|line| at(36, 740 - 14 * line, 8, &format!("{}:", line + 1))).collect();
    assert_eq!(kept(&pdf(&[&(colons + &text)])), plain);
}

#[test]
fn pages_that_are_copies_of_each_other_keep_their_first_and_last_lines() {
    let page = body(790, 18, 42, 1);
    let wanted: String = page.iter().map(|(_, _, text)| format!("{text} ")).collect::<String>().repeat(3);
    assert_eq!(words(&kept(&file(&[page.clone(), page.clone(), page]))), words(&wanted));
}

#[test]
fn a_page_of_boundless_height_is_read() {
    let line = at(72, 10, 10, "Skogen ved havet");
    let bytes = String::from_utf8(pdf(&[&line, &line, &line])).expect("text");
    let bytes = bytes.replace("[0 0 595 842]", "[0 0 595 9000000000]");
    assert!(!kept(bytes.as_bytes()).is_empty());
}

#[test]
fn the_number_of_a_section_goes_with_the_running_head_that_says_its_title() {
    let titles = ["Om skogen", "Havet i nord", "Byene"];
    let page = |index: usize| {
        let section = index / 2;
        let head = at(72, 800, 10, &(section + 4).to_string())
            + &at(90, 800, 10, &titles[section].to_uppercase())
            + &at(440, 800, 10, "Fiktiv etat");
        let heading = format!("BT /F2 10 Tf 72 700 Td ({}) Tj ET\n", titles[section]);
        let body = body(670, 14, 20, index as u32);
        head + &heading + &body.iter().map(|(y, _, text)| at(72, *y, 10, text)).collect::<String>()
    };
    let pages: Vec<String> = (0..6).map(page).collect();
    let text = kept(&pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(!text.contains("Fiktiv etat") && !text.contains("OM SKOGEN"), "{text}");
    titles.iter().for_each(|title| assert_eq!(text.matches(title).count(), 2, "{title}"));
}

#[test]
fn a_page_number_far_from_the_edge_is_one_when_it_steps() {
    let page = |number: u32| {
        let mut lines = body(750, 14, 30, number);
        lines.push((117, 11, number.to_string()));
        lines
    };
    let found = blocks(&file(&(1..=4).map(page).collect::<Vec<_>>()));
    assert_eq!(found.iter().filter(|(kind, _)| *kind == BlockKind::PageNumber).count(), 4);
}

#[test]
fn a_head_beside_the_page_number_that_says_a_heading_is_furniture() {
    let titles = ["Om skogen", "Havet i nord", "Byene", "Fjell og dal", "Elver og vann", "Veiene hit"];
    let page = |index: usize| {
        let number = at(470, 800, 10, &(index + 1).to_string());
        let head = if index == 3 { at(390, 800, 10, &titles[index].to_uppercase()) } else { String::new() };
        let heading = format!("BT /F2 10 Tf 72 740 Td ({}) Tj ET\n", titles[index]);
        let body = body(700, 14, 20, index as u32);
        number + &head + &heading + &body.iter().map(|(y, _, text)| at(72, *y, 10, text)).collect::<String>()
    };
    let pages: Vec<String> = (0..6).map(page).collect();
    let text = kept(&pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(!text.contains("FJELL OG DAL") && text.contains("Fjell og dal"), "{text}");
}

#[test]
fn a_note_with_the_number_of_its_page_is_no_head() {
    let page = |number: u32| {
        let mut lines = body(770, 14, 40, number);
        lines.push((
            80,
            8,
            format!("En merknad om {} i landet", ["fisk", "skog", "vann"][number as usize - 1]),
        ));
        lines
    };
    let contents: Vec<String> = (1..=3)
        .map(|number| {
            let text: String = page(number).iter().map(|(y, size, text)| at(90, *y, *size, text)).collect();
            text + &at(72, 80, 8, &number.to_string())
        })
        .collect();
    let text = kept(&pdf(&contents.iter().map(String::as_str).collect::<Vec<_>>()));
    ["fisk", "skog", "vann"]
        .iter()
        .for_each(|word| assert!(text.contains(&format!("om {word} i landet")), "{text}"));
}

#[test]
fn a_head_close_above_two_columns_is_no_head_of_a_table() {
    // The first line of the left column ends where the head above it does, by chance.
    let page = |number: u32| {
        let head =
            at(72, 790, 10, "2023-2024") + &at(280, 790, 10, "Meld. St. 7") + &at(472, 790, 10, "Om styring");
        let left: String = body(760, 12, 30, number).iter().map(|(y, _, text)| at(72, *y, 9, text)).collect();
        let right: String =
            body(760, 12, 30, number + 9).iter().map(|(y, _, text)| at(300, *y, 9, text)).collect();
        head + &at(72, 772, 10, "2042-3022") + &at(491, 772, 10, "styring") + &left + &right
    };
    let pages: Vec<String> = (1..=3).map(page).collect();
    let text = kept(&pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(!text.contains("Om styring") && !text.contains("2023-2024"), "{text}");
}

#[test]
fn a_page_with_few_lines_has_the_line_numbers_of_the_others() {
    let page = |number: u32| {
        let count = if number == 4 { 2 } else { 12 };
        let text: String =
            body(700, 14, count, number).iter().map(|(y, _, text)| at(90, *y, 10, text)).collect();
        let counts: String =
            (0..count).map(|line| at(60, 700 - 14 * line, 5, &(line + 100 * number).to_string())).collect();
        text + &counts
    };
    let pages: Vec<String> = (1..=4).map(page).collect();
    let found = blocks(&pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(found.iter().filter(|(kind, _)| *kind == BlockKind::LineNumber).count(), 38);
}
