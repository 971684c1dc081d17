//! A page as it is shown: its picture, and its words where they stand.

use crate::pdf::{at, lines, pdf};
use crate::pdf_objects::written;
use crate::support::{SAMPLE, program};
use ordskifte::pipeline::{PageView, Parsers};
use ordskifte::sandbox::Limits;
use ordskifte::text::Rejection;
use resvg::tiny_skia::Pixmap;
use std::path::Path;

fn view_of(bytes: &[u8], number: u32, width: u32) -> Result<PageView, Rejection> {
    let parsers = Parsers::new(program().to_owned(), Limits::default());
    parsers.page_view(bytes, number, width).expect("children start")
}

fn view(bytes: &[u8], number: u32) -> PageView {
    view_of(bytes, number, 1_200).expect("a page")
}

/// The words in whose area the picture has both light and dark, in its left and in its right half when it is more than a letter.
fn inked(view: &PageView) -> Vec<bool> {
    let picture = Pixmap::decode_png(&view.png).expect("PNG");
    let scale = f64::from(picture.width()) / f64::from(view.width_pt);
    let json = serde_json::to_value(view).expect("string keys");
    let is_inked = |word: &serde_json::Value| {
        let side = |name: &str| (word["area"][name].as_f64().expect("a number") * scale) as u32;
        let middle = (side("left") + side("right")) / 2;
        let has_ink = |from: u32, to: u32| {
            let rows = side("top")..side("bottom").min(picture.height());
            let all = rows.flat_map(|y| (from..to.min(picture.width())).map(move |x| (x, y)));
            let greens: Vec<u8> = all.filter_map(|(x, y)| Some(picture.pixel(x, y)?.green())).collect();
            greens.iter().min() < Some(&128) && greens.iter().max() > Some(&200)
        };
        match word["text"].as_str().expect("a word").chars().count() {
            1 => has_ink(side("left"), side("right") + 1),
            _ => has_ink(side("left"), middle) && has_ink(middle, side("right")),
        }
    };
    json["words"].as_array().expect("a list").iter().map(is_inked).collect()
}

/// The words that stand at `range` of a passage, as the page shows them.
fn words_at(view: &PageView, passage: u32, range: std::ops::Range<u32>) -> Vec<&str> {
    let areas = view.areas(passage, range.start, range.end);
    let at = areas.iter().filter_map(|area| view.words.iter().find(|word| word.area == *area));
    at.map(|word| word.text.as_str()).collect()
}

#[test]
fn each_word_of_the_sample_pages_stands_where_its_ink_is() {
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    for name in
        ["nou/nou-2022-30.pdf", "meldinger/meldst-12-2023-2024.pdf", "tildelingsbrev/tildelingsbrev-2022.pdf"]
    {
        let view = view(&std::fs::read(documents.join(name)).expect("a sample"), 2);
        let inked = inked(&view);
        let missed: Vec<&str> = view
            .words
            .iter()
            .zip(&inked)
            .filter(|(_, inked)| !**inked)
            .map(|(word, _)| word.text.as_str())
            .collect();
        assert!(inked.len() > 100, "{name}: {} words", inked.len());
        assert_eq!(missed, [""; 0], "{name}");
    }
}

#[test]
fn a_divided_word_is_marked_on_both_lines() {
    let text = ["Arbeidet med effek-", "tivisering i etaten"];
    let view = view(&pdf(&[&lines(72, 700, &text)]), 1);
    assert_eq!(words_at(&view, 0, 13..27), ["effek-", "tivisering"]);
    assert_eq!(words_at(&view, 0, 0..8), ["Arbeidet"]);
    assert_eq!(words_at(&view, 1, 0..8), [""; 0]);
    assert_eq!(inked(&view), [true; 6]);
}

#[test]
fn a_passage_over_two_pages_is_marked_on_both() {
    let first = lines(72, 700, &["Vi skal arbeide videre med bedre styring av hele den samlede og"]);
    let second = lines(72, 700, &["offentlige forvaltningen i landet."]);
    let bytes = pdf(&[&first, &second]);
    let (one, two) = (view(&bytes, 1), view(&bytes, 2));
    assert_eq!(words_at(&one, 0, 61..74), ["og"]);
    assert_eq!(words_at(&two, 0, 61..74), ["offentlige"]);
}

#[test]
fn a_turned_and_cropped_page_shows_its_words_where_they_stand() {
    let content = at(200, 300, 20, "Samskaping");
    for turn in [0, 90, 180, 270] {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /CropBox [150 100 500 400] /Rotate {turn} \
             /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
        );
        let bytes = written(&[
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
            page,
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        ]);
        let view = view(&bytes, 1);
        let is_upright = turn % 180 == 0;
        assert_eq!((view.width_pt, view.height_pt), if is_upright { (350.0, 300.0) } else { (300.0, 350.0) });
        assert_eq!((view.width_px, view.height_px), if is_upright { (1_200, 1_028) } else { (1_200, 1_400) });
        assert_eq!(inked(&view), [true], "turned by {turn}");
    }
}

#[test]
fn a_page_that_is_not_there_and_a_file_without_pages_are_refused() {
    let bytes = pdf(&[&at(72, 700, 10, "En side")]);
    let reason = |bytes: &[u8], number, width| view_of(bytes, number, width).expect_err("no page").reason;
    assert_eq!(reason(&bytes, 2, 800), "there is no page 2 among 1");
    assert_eq!(reason(b"<html><p>Tekst</p></html>", 1, 800), "the file has no pages to show: it is no PDF");
    let too_wide = reason(&bytes, 1, 20_000);
    assert!(too_wide.starts_with("a picture of 20000 × 28303 pixels is not drawn"), "{too_wide}");
}

#[test]
fn the_page_of_a_rejected_file_is_shown_without_places() {
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    let scan = std::fs::read(documents.join("odd/referat-skannet-2007.pdf")).expect("a sample");
    let view = view(&scan, 1);
    assert!(view.png.len() > 10_000 && view.words.is_empty());
    assert!(view.notices[0].starts_with("no text layer"), "{:?}", view.notices);
}

#[test]
fn the_page_of_a_document_of_the_corpus_is_shown() {
    let args = ["documents", "show", "documents/nou/nou-2022-30.pdf", "--page", "2"];
    let shown = SAMPLE.run(&args);
    assert_eq!((shown.code, shown.err.as_str()), (0, ""), "{}", shown.out);
    let shown: serde_json::Value = serde_json::from_str(&shown.out).expect("JSON");
    let words = shown["words"].as_array().expect("a list");
    let placed: Vec<_> = words.iter().filter(|word| word.get("place").is_some()).collect();
    assert!(placed.len() * 10 > words.len() * 8, "{} of {}", placed.len(), words.len());
    let picture = SAMPLE.path("page.png");
    let drawn =
        SAMPLE.run(&[&args[..], &["--width", "300", "--png", picture.to_str().expect("UTF-8")]].concat());
    assert_eq!((drawn.code, drawn.out.as_str()), (0, ""), "{}", drawn.err);
    assert_eq!(Pixmap::load_png(&picture).expect("PNG").width(), 300);
}
