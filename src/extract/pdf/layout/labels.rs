//! Page numbers that were found on the pages, and the labels that the file declares → the label of each page.
//!
//! What is printed is what a reader cites, so it takes precedence. A page without a number gets one only between two pages whose
//! numbers are as far ahead of the file's pages, as at the start of a chapter. Declared labels are not used at all in a file where they
//! differ from the printed numbers: many producers declare 1, 2, 3 for every file.

use super::furniture::{ahead, printed_number};
use std::collections::HashMap;

/// As many pages must have numbers that are equally far ahead of the file's pages. Two can be chance: years, numbers of
/// sections.
const AGREEING_PAGES_MIN: usize = 3;

/// How the numbers of a run of pages are counted: by how much they are ahead of the page, and how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Counting {
    ahead: i64,
    is_roman: bool,
}

/// A number as it is printed on a page.
#[derive(Debug, Clone)]
struct PrintedNumber {
    text: String,
    counting: Counting,
}

/// The label of each page. `page_numbers` has for each page what was found to be its number; `declared` is empty, or has a label
/// for each page.
pub(crate) fn labels(page_numbers: &[Vec<&str>], declared: Vec<String>) -> Vec<Option<String>> {
    let found: Vec<Vec<PrintedNumber>> = (1..)
        .zip(page_numbers)
        .map(|(page, texts)| texts.iter().filter_map(|text| read(text, page)).collect())
        .collect();
    let mut counts: HashMap<Counting, usize> = HashMap::new();
    for number in found.iter().flatten() {
        *counts.entry(number.counting).or_default() += 1;
    }
    let of_page = |numbers: Vec<PrintedNumber>| {
        let count = |number: &PrintedNumber| counts.get(&number.counting).copied().unwrap_or(0);
        numbers.into_iter().max_by_key(count).filter(|number| count(number) >= AGREEING_PAGES_MIN)
    };
    let printed: Vec<Option<PrintedNumber>> = found.into_iter().map(of_page).collect();
    let differs = printed.iter().zip(&declared).any(|(printed, declared)| {
        printed.as_ref().is_some_and(|printed| !printed.text.eq_ignore_ascii_case(declared))
    });
    let declared = if differs { Vec::new() } else { declared };
    let printed = with_gaps_filled(printed);
    printed
        .into_iter()
        .enumerate()
        .map(|(index, text)| text.or_else(|| declared.get(index).cloned()))
        .collect()
}

fn read(text: &str, page: usize) -> Option<PrintedNumber> {
    let number = printed_number(text)?;
    let is_roman = !number.starts_with(|c: char| c.is_ascii_digit());
    Some(PrintedNumber {
        text: number.to_owned(),
        counting: Counting { ahead: ahead(number, page)?, is_roman },
    })
}

/// The texts of the numbers; pages between two that count alike have theirs too, if it is in digits.
fn with_gaps_filled(printed: Vec<Option<PrintedNumber>>) -> Vec<Option<String>> {
    let mut labels: Vec<Option<String>> = vec![None; printed.len()];
    let mut last: Option<(usize, Counting)> = None;
    for (index, number) in printed.into_iter().enumerate() {
        let Some(PrintedNumber { text, counting }) = number else { continue };
        if let Some((before, _)) = last.filter(|(_, before)| *before == counting && !counting.is_roman) {
            for (between, label) in labels.iter_mut().enumerate().take(index).skip(before + 1) {
                *label = Some((between as i64 + 1 + counting.ahead).to_string());
            }
        }
        labels[index] = Some(text);
        last = Some((index, counting));
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::labels;

    fn shown(pages: &[&[&str]], declared: &[&str]) -> Vec<String> {
        let pages: Vec<Vec<&str>> = pages.iter().map(|texts| texts.to_vec()).collect();
        let declared = declared.iter().map(|label| (*label).to_owned()).collect();
        labels(&pages, declared).into_iter().map(|label| label.unwrap_or_else(|| "?".to_owned())).collect()
    }

    #[test]
    fn the_printed_number_is_the_label_and_pages_between_are_counted() {
        let pages: [&[&str]; 8] =
            [&[], &["ii"], &["iii"], &["iv"], &["– 1 –"], &["2"], &[], &["Side 4 av 4"]];
        assert_eq!(shown(&pages, &[]), ["?", "ii", "iii", "iv", "1", "2", "3", "4"]);
    }

    #[test]
    fn numbers_that_do_not_step_with_the_pages_are_no_labels() {
        assert_eq!(shown(&[&["7"], &["2019"], &["3"], &[]], &[]), ["?"; 4]);
    }

    #[test]
    fn declared_labels_count_where_they_do_not_differ_from_the_printed_numbers() {
        let pages: [&[&str]; 4] = [&[], &["1"], &["2"], &["3"]];
        assert_eq!(shown(&pages, &["Omslag", "1", "2", "3"]), ["Omslag", "1", "2", "3"]);
        assert_eq!(shown(&pages, &["1", "2", "3", "4"]), ["?", "1", "2", "3"]);
        assert_eq!(shown(&[&[], &[]], &["i", "ii"]), ["i", "ii"]);
    }
}
