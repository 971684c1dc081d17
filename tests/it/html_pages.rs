//! Pages of many themes, where `<!--+-->…<!--/-->` encloses the text of the document: how much is kept, how much else.

use ordskifte::extract::document;
use ordskifte::text::MediaType;
use std::collections::HashMap;
use std::fs;

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The words between the marks, tags left out.
fn true_words(html: &str) -> Vec<String> {
    let parts =
        html.split("<!--+-->").skip(1).map(|part| part.split("<!--/-->").next().expect("a closed mark"));
    let mut text = String::new();
    for part in parts {
        let mut in_tag = false;
        for c in part.chars() {
            match c {
                '<' => in_tag = true,
                '>' => (in_tag, _) = (false, text.push(' ')),
                _ if !in_tag => text.push(c),
                _ => {}
            }
        }
        text.push(' ');
    }
    words(&text)
}

/// Precision and recall of `got` against `wanted`, as bags of words.
fn score(got: &[String], wanted: &[String]) -> (f64, f64) {
    let mut left = HashMap::<&str, usize>::new();
    for word in wanted {
        *left.entry(word).or_default() += 1;
    }
    let mut shared = 0;
    for word in got {
        if let Some(count) = left.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            shared += 1;
        }
    }
    (f64::from(shared) / got.len().max(1) as f64, f64::from(shared) / wanted.len() as f64)
}

#[test]
fn pages_of_many_themes_keep_their_text_and_lose_their_furniture() {
    let (mut precision, mut recall, mut count) = (0.0, 0.0, 0.0);
    for entry in fs::read_dir("tests/html/pages").expect("the folder of pages").flatten() {
        let html = fs::read_to_string(entry.path()).expect("a page");
        let text = document(html.as_bytes(), MediaType::Html).expect("a document").plain_text();
        let (page_precision, page_recall) = score(&words(&text), &true_words(&html));
        assert!(page_recall > 0.99, "{} loses text: {page_recall}", entry.path().display());
        (precision, recall, count) = (precision + page_precision, recall + page_recall, count + 1.0);
    }
    assert!(count >= 45.0, "{count} pages");
    assert!(precision / count > 0.975 && recall / count > 0.998, "{} {}", precision / count, recall / count);
}
