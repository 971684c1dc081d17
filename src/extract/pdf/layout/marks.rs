//! Runs beside larger text → marks of notes; indices and powers go on with that text.

use super::segment::{MARK_HOST_SIZE_MAX, NOTE_INDENT_EM, TextSegment, WORD_GAP_EM};

/// Units whose raised figure is no note mark: "120 m²".
const UNITS: [&str; 8] = ["m", "km", "dm", "cm", "mm", "µm", "s", "hm"];
/// Raised text up to this share of its neighbour's size can be a note mark; browsers raise at 0.833.
const MARK_SIZE_MAX: f32 = 0.86;
/// Small text nearer to its neighbour's size than this is raised only when it stands clearly higher.
const SMALL_SIZE_MAX: f32 = 0.8;
/// In ems: such a mark is raised by a quarter or more; a small figure in a table is not.
const NOTE_RISE_MIN_EM: f32 = 0.2;
/// A longer run beside larger text is no mark or index but a line of its own, in the next column perhaps.
const RAISED_CHARS_MAX: usize = 6;

/// Puts small raised or lowered runs on the baseline of the text they belong to; note marks become marks.
pub(super) fn with_marks(mut runs: Vec<TextSegment>) -> Vec<TextSegment> {
    let letters = note_letters(&runs);
    let hosts: Vec<Option<usize>> = (0..runs.len()).map(|index| host(&runs, index, &letters)).collect();
    for (index, host) in hosts.into_iter().enumerate() {
        let Some(host) = host.and_then(|host| runs.get(host)) else { continue };
        let baseline = host.baseline;
        let is_power = runs.get(index).is_some_and(|run| is_power(host, run));
        let Some(run) = runs.get_mut(index) else { continue };
        let is_raised = run.baseline < baseline;
        run.baseline = baseline;
        if is_raised && (is_mark_text(run) || letters.contains(&run.text)) && !is_power {
            run.mark = Some(std::mem::take(&mut run.text));
            run.lines.clear();
        }
    }
    runs
}

/// Whether a run can be the mark of a note.
fn is_mark_text(run: &TextSegment) -> bool {
    let text = run.text.trim().trim_end_matches([')', '.', ',']);
    let count = text.chars().count();
    (1..=3).contains(&count) && text.chars().all(|c| c.is_ascii_digit() || "*∗†‡§¶‖¹²³".contains(c))
}

/// The letters that mark notes below a table: raised, one in front of each note, from "a" on.
fn note_letters(runs: &[TextSegment]) -> Vec<String> {
    let is_letter = |run: &&TextSegment| matches!(run.text.as_bytes(), [b'a'..=b'z']);
    let opens_note = |letter: &&TextSegment| {
        runs.iter().any(|note| {
            let (rise, indent) = (note.baseline - letter.baseline, note.left - letter.right);
            letter.size <= MARK_SIZE_MAX * note.size
                && (NOTE_RISE_MIN_EM * note.size..0.75 * note.size).contains(&rise)
                && (0.0..NOTE_INDENT_EM * note.size).contains(&indent)
        })
    };
    let openers = runs.iter().filter(is_letter).filter(opens_note);
    let mut letters: Vec<String> = openers.map(|letter| letter.text.clone()).collect();
    letters.sort_unstable();
    letters.dedup();
    let in_order =
        letters.iter().zip('a'..='z').take_while(|(letter, wanted)| letter.starts_with(*wanted)).count();
    letters.truncate(in_order);
    letters
}

/// Whether a raised figure belongs to a unit: "120 m²".
fn is_power(host: &TextSegment, run: &TextSegment) -> bool {
    let unit = host.text.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    UNITS.contains(&unit)
        && ["2", "3"].contains(&run.text.as_str())
        && (run.left - host.right).abs() < WORD_GAP_EM * host.size
}

/// The larger run that a small one is raised or lowered beside.
fn host(runs: &[TextSegment], index: usize, letters: &[String]) -> Option<usize> {
    let is_small =
        |text: &str| text.len() <= 4 * RAISED_CHARS_MAX && text.chars().count() <= RAISED_CHARS_MAX;
    let small = runs.get(index).filter(|run| is_small(&run.text))?;
    // The mark of a note at the foot stands in front of it, at the indentation of its lines.
    let is_note_mark = |other: &TextSegment| {
        let rise = other.baseline - small.baseline;
        (is_mark_text(small) || letters.contains(&small.text))
            && small.right <= other.left
            && rise > NOTE_RISE_MIN_EM * other.size
    };
    let near = |other: &TextSegment| {
        let rise = other.baseline - small.baseline;
        let reach = 0.5 * other.size;
        small.size <= MARK_SIZE_MAX * other.size
            && rise > -0.35 * other.size
            && rise < 0.75 * other.size
            && rise.abs() > if small.size <= SMALL_SIZE_MAX * other.size { 0.03 } else { 0.2 } * other.size
            && small.left < other.right + reach
            && small.right
                > other.left - if is_note_mark(other) { NOTE_INDENT_EM * other.size } else { reach }
    };
    let distance = |other: &TextSegment| {
        let across = (small.left - other.right).max(other.left - small.right).max(0.0);
        across + (other.baseline - small.baseline).abs()
    };
    // The runs are sorted by baseline: only those nearby are looked at.
    let reach = 0.75 * MARK_HOST_SIZE_MAX;
    let start = runs.partition_point(|other| other.baseline < small.baseline - reach);
    let near_runs = runs.iter().enumerate().skip(start);
    let near_runs = near_runs.take_while(|(_, other)| other.baseline < small.baseline + reach);
    let found = near_runs.filter(|(at, other)| *at != index && near(other));
    found.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(at, _)| at)
}
