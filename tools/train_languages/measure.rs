//! How right the table, the calibration, the smoothing and the sentence splitter are.

use crate::corpus::{Corpus, Line};
use crate::table_file::{Calibration, UNCALIBRATED};
use ordskifte::language::table::{CLASSES, CODES, LENGTH_BINS, Table, length_bin};
use ordskifte::text::{Document, Page, Passage, PassageKind, sentences as split};
use std::collections::BTreeMap;
use std::fmt::Write;

/// `sme` is Northern Sámi's three-letter code; ours is the shortest, as BCP 47 wants.
pub fn bcp47(code: &str) -> &str {
    if code == "sme" { "se" } else { code }
}

/// Answers to held-out text.
#[derive(Default)]
pub struct Check {
    /// For each class: sentences, and those that were recognised.
    by_class: [(u32, u32); CLASSES],
    /// Bin of length, margin, right or wrong.
    answers: Vec<(usize, f32, bool)>,
}

impl Check {
    /// What `table` makes of the lines that `judges` says yes to, of their sentences and the beginnings of sentences.
    pub fn add(&mut self, table: &Table, corpus: &Corpus, judges: impl Fn(&Line) -> bool) {
        for line in corpus.lines.iter().filter(|line| judges(line)) {
            self.answer(table, &line.text, line.class);
            for (index, sentence) in line.sentences.iter().enumerate() {
                if let Some(is_right) = self.answer(table, sentence, line.class) {
                    self.by_class[line.class].0 += 1;
                    self.by_class[line.class].1 += u32::from(is_right);
                }
                let words: Vec<&str> = sentence.split(' ').take(1 + index % 6).collect();
                self.answer(table, &words.join(" "), line.class);
            }
        }
    }

    /// Whether `table` recognises `text`. `None` without letters.
    fn answer(&mut self, table: &Table, text: &str, class: usize) -> Option<bool> {
        let scores = table.scores(text);
        let is_right = scores.best() == class;
        (scores.letters > 0).then(|| {
            self.answers.push((length_bin(scores.letters), scores.margin(), is_right));
            is_right
        })
    }

    /// For each bin of length the line of a logistic regression of right answers on the margin.
    pub fn calibration(&self) -> Calibration {
        let mut lines = UNCALIBRATED;
        for (bin, line) in lines.iter_mut().enumerate() {
            let of_bin: Vec<_> = self
                .answers
                .iter()
                .filter(|answer| answer.0 == bin)
                .map(|(_, margin, right)| (*margin, *right))
                .collect();
            *line = logistic_line(&of_bin);
        }
        lines
    }

    /// Lines of TOML: accuracy of sentences by language, and by length of these, of whole lines and of beginnings.
    pub fn toml(&self) -> String {
        let mut text = String::new();
        let seen = (0..CLASSES).filter(|class| self.by_class[*class].0 > 0);
        for class in seen {
            let (texts, right) = self.by_class[class];
            let _ = writeln!(text, "{} = {:.2}", CODES[class], 100.0 * f64::from(right) / f64::from(texts));
        }
        for bin in 0..=LENGTH_BINS.len() {
            let of_bin: Vec<_> = self.answers.iter().filter(|answer| answer.0 == bin).collect();
            let right = of_bin.iter().filter(|answer| answer.2).count();
            let share = 100.0 * right as f64 / of_bin.len().max(1) as f64;
            let _ = writeln!(text, "letters_{} = {share:.2}", bin_name(bin));
        }
        text
    }

    /// The same for the eye.
    pub fn report(&self) -> String {
        self.toml()
    }
}

fn bin_name(bin: usize) -> String {
    let start = if bin == 0 { 0 } else { LENGTH_BINS[bin - 1] };
    LENGTH_BINS.get(bin).map_or(format!("{start}_up"), |end| format!("{start}_{}", end - 1))
}

/// Offset and slope of P(right) = 1 / (1 + e^-(offset + slope · margin)): the highest likelihood by Newton's method, with a
/// weak pull towards (0, 1), so that a bin without errors has a line too.
fn logistic_line(answers: &[(f32, bool)]) -> (f32, f32) {
    let mut line = (0.0, 1.0);
    let mut cost = line_cost(answers, line);
    for _ in 0..50 {
        let step = newton_step(answers, line);
        // Far from the top a whole step may lead away from it: the half, the quarter … does not.
        let shorter = (0..20)
            .map(|halvings| 0.5f64.powi(halvings))
            .map(|part| (line.0 + part * step.0, line.1 + part * step.1));
        let Some(better) = shorter.into_iter().find(|next| line_cost(answers, *next) < cost) else { break };
        line = better;
        cost = line_cost(answers, line);
    }
    (line.0 as f32, line.1 as f32)
}

/// How hard the line is pulled towards (0, 1), in answers.
const PULL: f64 = 1.0;

/// Half the pull squared, and the log loss of the answers.
fn line_cost(answers: &[(f32, bool)], (offset, slope): (f64, f64)) -> f64 {
    let loss = answers.iter().map(|(margin, is_right)| {
        let x = offset + slope * f64::from(*margin);
        let against = if *is_right { -x } else { x };
        against.max(0.0) + (-against.abs()).exp().ln_1p()
    });
    PULL / 2.0 * (offset.powi(2) + (slope - 1.0).powi(2)) + loss.sum::<f64>()
}

fn newton_step(answers: &[(f32, bool)], (offset, slope): (f64, f64)) -> (f64, f64) {
    let (mut g0, mut g1) = (-PULL * offset, -PULL * (slope - 1.0));
    let (mut h00, mut h01, mut h11) = (PULL, 0.0, PULL);
    for (margin, is_right) in answers {
        let x = f64::from(*margin);
        let p = 1.0 / (1.0 + (-(offset + slope * x)).exp());
        let error = f64::from(u8::from(*is_right)) - p;
        let weight = p * (1.0 - p);
        g0 += error;
        g1 += error * x;
        h00 += weight;
        h01 += weight * x;
        h11 += weight * x * x;
    }
    let determinant = h00 * h11 - h01 * h01;
    ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
}

/// Confidence against accuracy in ten steps of confidence, by length.
pub fn calibration(rows: &[(String, String)]) -> String {
    let table = Table::embedded();
    let mut cells = BTreeMap::<(usize, usize), (f64, f64, f64)>::new();
    for (code, text) in rows {
        let scores = table.scores(text);
        let confidence = f64::from(table.confidence(&scores));
        let is_right = f64::from(u8::from(CODES[scores.best()] == code));
        let step = ((confidence * 10.0) as usize).min(9);
        for bin in [length_bin(scores.letters), ALL] {
            let cell = cells.entry((bin, step)).or_default();
            *cell = (cell.0 + 1.0, cell.1 + confidence, cell.2 + is_right);
        }
    }
    let mut text = String::from("letters  texts  accuracy %  confidence %  expected calibration error %\n");
    for bin in (0..=LENGTH_BINS.len()).chain([ALL]) {
        let of_bin: Vec<_> = cells.range((bin, 0)..(bin, 10)).map(|(_, cell)| *cell).collect();
        let sum = |part: fn(&(f64, f64, f64)) -> f64| of_bin.iter().map(part).sum::<f64>();
        let (count, sure, right) = (sum(|cell| cell.0), sum(|cell| cell.1), sum(|cell| cell.2));
        let error: f64 = of_bin.iter().map(|cell| (cell.1 - cell.2).abs()).sum();
        let name = if bin == ALL { "all".to_owned() } else { bin_name(bin) };
        let percent = |value: f64| 100.0 * value / count.max(1.0);
        let _ = writeln!(
            text,
            "{name:8} {count:5} {:8.2} {:8.2} {:8.2}",
            percent(right),
            percent(sure),
            percent(error)
        );
    }
    text
}

const ALL: usize = usize::MAX;

/// Sentences a document holds when they are joined.
const JOINED: usize = 12;

/// Precision and recall of the boundaries when sentences are joined by twelve, by language.
pub fn sentences(rows: &[(String, String)]) -> String {
    let mut by_code = BTreeMap::<&str, Vec<&str>>::new();
    // Shorter lines are headings and labels, which no splitter sees in running text.
    for (code, text) in
        rows.iter().filter(|(_, text)| text.chars().filter(|c| c.is_alphabetic()).count() >= 25)
    {
        by_code.entry(code).or_default().push(text);
    }
    let mut text = String::from("code  precision %  recall %  recall % where a final mark stands\n");
    for (code, lines) in by_code {
        // Lines of several sentences have boundaries that nobody marked: only those of one are sure.
        let (mut found, mut right, mut wanted, mut marked, mut marked_right) = (0, 0, 0, 0, 0);
        for group in lines.chunks(JOINED) {
            let joined = group.join(" ");
            let mut ends = Vec::new();
            let mut at = 0;
            for line in &group[..group.len() - 1] {
                at += line.len();
                ends.push((at, line.trim_end_matches(['»', '"', '”', ')']).ends_with(['.', '!', '?', '…'])));
                at += 1;
            }
            let mut cuts: Vec<usize> = split(&joined).map(|range| range.end).collect();
            cuts.pop();
            found += cuts.len();
            for (end, is_marked) in ends {
                let is_found = cuts.contains(&end);
                wanted += 1;
                right += usize::from(is_found);
                marked += usize::from(is_marked);
                marked_right += usize::from(is_found && is_marked);
            }
        }
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let _ = writeln!(
            text,
            "{code:5} {:8.2} {:8.2} {:8.2}",
            percent(right, found),
            percent(right, wanted),
            percent(marked_right, marked)
        );
    }
    text
}

/// How often the sentences of documents in two languages get the right one: runs of one to three sentences of another
/// language in documents of thirty, each sentence a passage of its own.
pub fn mixed(rows: &[(String, String)]) -> String {
    let mut by_code = BTreeMap::<&str, Vec<&str>>::new();
    for (code, text) in rows {
        by_code.entry(code).or_default().push(text);
    }
    let codes: Vec<&str> = by_code.keys().copied().collect();
    let mut taken = BTreeMap::<&str, usize>::new();
    let mut next = |code: &str| -> (String, String) {
        let (code, lines) = by_code.get_key_value(code).expect("a code of the file");
        let at = taken.entry(code).or_default();
        *at += 1;
        ((*code).to_owned(), lines[*at % lines.len()].to_owned())
    };
    let (mut alone, mut smoothed, mut total, mut minority, mut minority_right) = (0, 0, 0, 0, 0);
    for number in 0..300 {
        let main = codes[number % codes.len()];
        let other = codes[(number / codes.len() + number + 1) % codes.len()];
        let mut lines: Vec<(String, String)> = Vec::new();
        while lines.len() < 30 {
            lines.extend((0..6 + number % 4).map(|_| next(main)));
            if other != main {
                lines.extend((0..1 + (number + lines.len()) % 3).map(|_| next(other)));
            }
        }
        let passages =
            lines.iter().map(|(_, text)| Passage::new(PassageKind::Paragraph, text.as_str())).collect();
        let mut document =
            Document { pages: vec![Page { number: None, label: None, passages }], ..Document::default() };
        ordskifte::language::label(&mut document);
        for ((_, passage), (code, text)) in document.passages().zip(&lines) {
            let is_right = passage.language.is_some_and(|language| language.code() == code);
            let guess = ordskifte::language::identify(text);
            alone += u32::from(guess.is_some_and(|guess| guess.language.code() == code));
            smoothed += u32::from(is_right);
            total += 1;
            minority += u32::from(code != main);
            minority_right += u32::from(is_right && code != main);
        }
    }
    let percent = |part: u32, whole: u32| 100.0 * f64::from(part) / f64::from(whole.max(1));
    format!(
        "sentences {total}: alone {:.2} %, smoothed {:.2} %; of the minority language ({minority}) {:.2} %\n",
        percent(alone, total),
        percent(smoothed, total),
        percent(minority_right, minority)
    )
}
