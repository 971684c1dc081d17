//! Which runs count the lines of a page, beside them.

use super::segment::TextSegment;

/// Line numbers are set in this share of their line's size or smaller: Word and LaTeX's `lineno` set 8 or 7 points beside 11 and 10.
const LINE_NUMBER_SIZE_MAX: f32 = 0.85;
/// Fewer numbers are not taken for line numbers: a page with four lines at least counts 5, 10, 15, 20 or each line.
const LINE_NUMBERS_MIN: usize = 4;
/// Numbers in the size of the text count the lines when there are so many; a list of as many items that begin with small
/// letters, and nothing else on the page, was not seen.
const ALL_LINES_MIN: usize = 10;

/// Finds the small numbers beside the lines: the first or the last of their rows, each a step further than the one above.
pub(super) fn with_line_numbers(mut runs: Vec<TextSegment>) -> Vec<TextSegment> {
    let is_number = |run: &&TextSegment| line_number(run).is_some();
    if runs.iter().filter(is_number).count() < LINE_NUMBERS_MIN {
        return runs;
    }
    let mut rows: Vec<usize> = (0..runs.len()).collect();
    rows.sort_by(|a, b| {
        runs[*a].baseline.total_cmp(&runs[*b].baseline).then(runs[*a].left.total_cmp(&runs[*b].left))
    });
    let is_level = |a: &usize, b: &usize| (runs[*a].baseline - runs[*b].baseline).abs() < 1.0;
    let first = |row: &[usize]| {
        let [first, next, ..] = row else { return None };
        Some((*first, *next, line_number(&runs[*first])?))
    };
    let last = |row: &[usize]| {
        let [first, .., last] = row else { return None };
        Some((*last, *first, line_number(&runs[*last])?))
    };
    let row_count = rows.chunk_by(is_level).count();
    let left: Vec<(usize, usize, u32)> = rows.chunk_by(is_level).filter_map(first).collect();
    let right: Vec<(usize, usize, u32)> = rows.chunk_by(is_level).filter_map(last).collect();
    let found = counting(&left, row_count, &runs)
        .or_else(|| counting(&right, row_count, &runs))
        .or_else(|| in_margin(&left, &runs));
    for index in found.unwrap_or_default() {
        runs[index].is_line_number = true;
    }
    runs
}

/// The number that counts a line: "12", or "12:".
fn line_number(run: &TextSegment) -> Option<u32> {
    run.text.strip_suffix(':').unwrap_or(&run.text).parse().ok()
}

/// Those of `all`, the numbers at one end of the rows with what stands beside them, that count the lines; `None` when they do not.
fn counting(all: &[(usize, usize, u32)], row_count: usize, runs: &[TextSegment]) -> Option<Vec<usize>> {
    let is_small = |at: usize, next: usize| runs[at].size <= LINE_NUMBER_SIZE_MAX * runs[next].size;
    let count_all_lines = count_all_lines(all, row_count, runs);
    let numbers: Vec<(usize, u32)> = all
        .iter()
        .filter(|(at, next, _)| count_all_lines || is_small(*at, *next))
        .map(|(at, _, number)| (*at, *number))
        .collect();
    let steps: Vec<u32> = numbers.windows(2).map(|pair| pair[1].1.wrapping_sub(pair[0].1)).collect();
    let is_counting =
        steps.iter().filter(|step| [1, 2, 5, 10].contains(*step)).count() * 10 >= steps.len() * 8;
    if numbers.len() < LINE_NUMBERS_MIN || !is_counting {
        return None;
    }
    // "4938" that opens a row of a table is none of them.
    let mut rights: Vec<f32> = numbers.iter().map(|(at, _)| runs[*at].right).collect();
    let middle = rights.len() / 2;
    let edge = *rights.select_nth_unstable_by(middle, f32::total_cmp).1;
    let is_in_column = |(at, _): &(usize, u32)| (runs[*at].right - edge).abs() < runs[*at].size;
    Some(numbers.into_iter().filter(is_in_column).map(|(index, _)| index).collect())
}

/// Whether numbers in the size of the text count the lines of a page, and not the items of a list: nearly every row has
/// one, and many of the rows begin in the middle of a sentence.
fn count_all_lines(numbers: &[(usize, usize, u32)], row_count: usize, runs: &[TextSegment]) -> bool {
    numbers.len() * 10 >= row_count * 8 && count_lines(numbers, runs)
}

/// Whether numbers step by one, and many of the rows beside them begin in the middle of a sentence.
fn count_lines(numbers: &[(usize, usize, u32)], runs: &[TextSegment]) -> bool {
    let starts_within =
        |next: &usize| runs.get(*next).is_some_and(|run| run.text.starts_with(char::is_lowercase));
    let within = numbers.iter().filter(|(_, next, _)| starts_within(next)).count();
    let steps = numbers.windows(2).filter(|pair| pair[1].2 == pair[0].2.wrapping_add(1)).count();
    numbers.len() >= ALL_LINES_MIN
        && (steps + 1) * 10 >= numbers.len() * 9
        && within * 10 >= numbers.len() * 3
}

/// The numbers left of all text, beside a line or not, where they count lines: rows of a table between them have none.
fn in_margin(left: &[(usize, usize, u32)], runs: &[TextSegment]) -> Option<Vec<usize>> {
    let is_number = |run: &TextSegment| line_number(run).is_some();
    let text_left = runs.iter().filter(|run| !is_number(run)).map(|run| run.left).fold(f32::MAX, f32::min);
    let is_outside = |index: &usize| runs[*index].right <= text_left && is_number(&runs[*index]);
    let outside: Vec<_> = left.iter().filter(|(at, _, _)| is_outside(at)).copied().collect();
    count_lines(&outside, runs).then(|| (0..runs.len()).filter(is_outside).collect())
}
