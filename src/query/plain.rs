//! The mentions of a concept in a text, found by reading the text word by word: no index, no postings, no batches. Slow and plain, so
//! that it can be compared with what the index counts.

use super::operator::Operator;
use super::tree::{Phrase, Query};
use crate::codebook::{Concept, Matcher, Slot, Verdict};
use crate::text::{Language, Word, coordinations, is_counted, words};

/// Counts the mentions of one concept in texts.
pub(crate) struct PlainCounter<'c> {
    query: &'c Query,
    matcher: Matcher<'c>,
}

/// A run of words: the first, one past the last.
type WordRun = (usize, usize);

/// For each word of a text the words of the query that it matches, by their index.
type Matches = Vec<Vec<usize>>;

impl<'c> PlainCounter<'c> {
    /// A counter for `query`, which is that of a concept.
    pub(crate) fn new(query: &'c Query) -> PlainCounter<'c> {
        PlainCounter { query, matcher: Matcher::new(query.words()) }
    }

    /// The query of a concept.
    pub(crate) fn query_of(concept: &Concept) -> Query {
        Query::of_concept(concept)
    }

    /// The mentions in a passage of `language`. `None` when the query has an operator that concepts do not have.
    pub(crate) fn count(&self, text: &str, language: Option<Language>) -> Option<u64> {
        let found: Vec<Word<'_>> = words(text).collect();
        let matches = self.matches(text, &found);
        let has_letters: Vec<bool> = found.iter().map(|word| is_counted(word.text)).collect();
        let mut next = 0;
        let mut runs = self.runs(self.query, &matches, &has_letters, language, &mut next)?;
        runs.sort_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
        let (mut end, mut n) = (0, 0);
        for (start, stop) in runs {
            if start >= end {
                (end, n) = (stop, n + 1);
            }
        }
        Some(n)
    }

    /// What each word matches; a word with a hanging hyphen also what its completed form matches.
    fn matches(&self, text: &str, found: &[Word<'_>]) -> Matches {
        let admitted = |word: &str| {
            let mut indices = Vec::new();
            self.matcher.verdicts(word, |index, verdict| {
                if matches!(verdict, Verdict::Admitted(_)) {
                    indices.push(index);
                }
            });
            indices
        };
        let mut matches: Matches = found.iter().map(|word| admitted(word.text)).collect();
        for (hanging, partner) in coordinations(text, found) {
            let (word, other) = (found[hanging].text, found[partner].text);
            let completed =
                if word.ends_with('-') { format!("{word}({other})") } else { format!("({other}){word}") };
            matches[hanging].extend(admitted(&completed));
        }
        matches
    }

    /// All matches of `query`, whose first word is number `next` of those of the whole query.
    fn runs(
        &self,
        query: &Query,
        matches: &Matches,
        has_letters: &[bool],
        language: Option<Language>,
        next: &mut usize,
    ) -> Option<Vec<WordRun>> {
        let (operator, operands) = match query {
            Query::Phrase(phrase) => return Some(phrase_runs(phrase, matches, next)),
            Query::Joined(operator, operands) => (operator, operands),
        };
        let mut found = Vec::new();
        for operand in operands {
            found.push(self.runs(operand, matches, has_letters, language, next)?);
        }
        Some(match operator {
            Operator::Any => found.concat(),
            Operator::Except => {
                let excepted = found.split_off(1).concat();
                let mut first = found.pop().unwrap_or_default();
                first.retain(|run| !excepted.iter().any(|other| other.0 < run.1 && run.0 < other.1));
                first
            }
            Operator::InLanguages(languages) => {
                let is_wanted = language.is_some_and(|language| languages.contains(&language));
                if is_wanted { found.concat() } else { Vec::new() }
            }
            Operator::Counted => {
                let mut all = found.concat();
                all.retain(|(start, end)| has_letters[*start..*end].contains(&true));
                all
            }
            _ => return None,
        })
    }
}

/// Every start from which the slots of `phrase` follow each other, each with its narrowest gaps.
fn phrase_runs(phrase: &Phrase, matches: &Matches, next: &mut usize) -> Vec<WordRun> {
    let first = *next;
    *next += phrase.pattern.words().count();
    let follow = |start: usize| end_of(&phrase.pattern.slots, first, matches, start);
    (0..matches.len()).filter_map(|start| Some((start, follow(start)?))).collect()
}

/// Where the slots end that begin at word `at`; `word` is the number of the first word among them in the query.
fn end_of(slots: &[Slot], word: usize, matches: &Matches, at: usize) -> Option<usize> {
    match slots.split_first() {
        None => Some(at),
        Some((Slot::Word(_), rest)) => {
            let is_match = matches.get(at).is_some_and(|of| of.contains(&word));
            is_match.then(|| end_of(rest, word + 1, matches, at + 1)).flatten()
        }
        Some((Slot::Gap { min, max }, rest)) => {
            (*min..=*max).find_map(|gap| end_of(rest, word, matches, at + gap as usize))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::Codebook;

    fn count(concept: &str, text: &str, language: Option<Language>) -> u64 {
        let codebook = Codebook::parse(&format!("[[concept]]\nname = \"c\"\n{concept}")).unwrap();
        let query = PlainCounter::query_of(&codebook.concepts[0]);
        PlainCounter::new(&query).count(text, language).unwrap()
    }

    #[test]
    fn a_text_is_counted_word_by_word() {
        let nb = Some(Language::BOKMAL);
        assert_eq!(count("patterns = [\"*styring\"]", "Mål- og resultatstyring, styring.", nb), 3);
        assert_eq!(count("patterns = [\"tillit *{0,2} ledelse\"]", "Tillit og god ledelse", nb), 1);
        let excepted = "patterns = [\"*innovasjon*\"]\nexcept = [\"innovasjon norge\"]";
        assert_eq!(count(excepted, "Innovasjon Norge og innovasjoner", nb), 1);
        assert_eq!(count("patterns = [\"tillit\"]\nlanguages = [\"nn\"]", "tillit", nb), 0);
        assert_eq!(count("patterns = [\"/.*/\"]", "I 2019 kom 3 brev", nb), 3);
        assert_eq!(count("patterns = [\"ny styring\", \"styring\"]", "ny styring, styring", nb), 2);
    }
}
