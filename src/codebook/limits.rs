//! Limits on the cost of a codebook or a query, for all of its patterns together.

use super::error::LimitError;
use super::matcher::beginnings;
use super::pattern::{Pattern, WordPattern};
use super::{Concept, Rule};

/// Concepts of a codebook. The largest dictionary that we know has some 200 categories.
const CONCEPTS_MAX: usize = 2_000;
/// Words of all patterns, those that a concept has from the concepts below it and from decisions included. LIWC 2015, a large
/// dictionary, has 25,000 with a word counted in each of its categories.
const WORDS_MAX: usize = 30_000;
/// Compiled size of all regular expressions. A mebibyte takes 10 ms to compile, in small ones and large ones alike: half a
/// second in all.
const REGEX_BYTES_MAX: usize = 48 << 20;
/// Regular expressions that can begin with anything. Each is tried on every word of the vocabulary, and can match
/// them all: 9 ms each over the 5,000 words of the sample corpus, so that this many take six tenths of a second.
const UNANCHORED_MAX: usize = 64;

/// The cost of the patterns so far.
#[derive(Debug, Default)]
pub(crate) struct Cost {
    words: usize,
    regex_bytes: usize,
    unanchored: usize,
}

impl Cost {
    /// Adds the cost of `pattern`.
    ///
    /// # Errors
    /// Says which limit it exceeds.
    pub(crate) fn add(&mut self, pattern: &Pattern) -> Result<(), LimitError> {
        for word in pattern.words() {
            let WordPattern::Regex(expression) = word else { continue };
            self.regex_bytes += expression.size_bytes_max;
            self.unanchored += usize::from(beginnings(&expression.as_written).is_none());
        }
        if self.regex_bytes > REGEX_BYTES_MAX {
            return Err(LimitError::RegexMemory(REGEX_BYTES_MAX >> 20));
        }
        if self.unanchored > UNANCHORED_MAX {
            return Err(LimitError::Unanchored(UNANCHORED_MAX));
        }
        self.add_words(pattern.words().count())
    }

    /// Adds a rule that a concept has from another. An empty one costs as one word.
    pub(super) fn add_rule(&mut self, rule: &Rule) -> Result<(), LimitError> {
        self.add_words(words(&rule.patterns) + words(&rule.except) + 1)
    }

    fn add_words(&mut self, count: usize) -> Result<(), LimitError> {
        self.words += count;
        match self.words > WORDS_MAX {
            true => Err(LimitError::Words(WORDS_MAX)),
            false => Ok(()),
        }
    }
}

/// Refuses a codebook with too many concepts.
pub(super) fn check_number_of_concepts(count: usize) -> Result<(), LimitError> {
    match count > CONCEPTS_MAX {
        true => Err(LimitError::Concepts { count, max: CONCEPTS_MAX }),
        false => Ok(()),
    }
}

/// Refuses concepts whose rules, with the forms refused for each, have too many words.
pub(super) fn check_rules(concepts: &[Concept]) -> Result<(), LimitError> {
    let mut cost = Cost::default();
    for concept in concepts {
        let refused = words(&concept.refused);
        cost.add_words(words(&concept.admitted))?;
        for rule in &concept.rules {
            cost.add_words(words(&rule.patterns) + words(&rule.except) + refused)?;
        }
    }
    Ok(())
}

fn words(patterns: &[Pattern]) -> usize {
    patterns.iter().map(|pattern| pattern.words().count()).sum()
}

#[cfg(test)]
mod tests {
    use crate::codebook::Codebook;

    /// A concept with the pattern that `pattern` makes of each number below `count`.
    fn concept(name: &str, parent: Option<&str>, count: usize, pattern: impl Fn(usize) -> String) -> String {
        let patterns: Vec<String> = (0..count).map(|number| format!("'{}'", pattern(number))).collect();
        let parents = parent.map_or(String::new(), |parent| format!("'{parent}'"));
        format!("[[concept]]\nname = '{name}'\nparents = [{parents}]\npatterns = [{}]\n", patterns.join(","))
    }

    #[test]
    fn a_codebook_that_costs_too_much_is_refused_with_the_limit() {
        let chain = |length: usize| -> String {
            let link = |number: usize| {
                let parent = number.checked_sub(1).map(|above| format!("c{above}"));
                concept(&format!("c{number}"), parent.as_deref(), 1, |_| "aa".to_owned())
            };
            (0..length).map(link).collect()
        };
        let cases = [
            (concept("a", None, 30_001, |number| format!("a{number}")), "more than 30000 words"),
            (concept("a", None, 2_000, |_| ["aa"; 16].join(" ")), "more than 30000 words"),
            (concept("a", None, 65, |number| format!("/.+a{number}/")), "more than 64 regular expressions"),
            (concept("a", None, 49, |number| format!("/{number}[a-z]{{1000}}/")), "more than 48 MiB"),
            (chain(300), "more than 30000 words"),
            (chain(2_001), "2001 concepts, more than 2000"),
        ];
        for (text, wanted) in cases {
            let error = Codebook::parse(&text).unwrap_err().to_string();
            assert!(error.contains(wanted) && error.len() < 300, "{wanted}: {error}");
        }
        // A chain of a hundred concepts, each of which counts what is below it.
        assert!(Codebook::parse(&chain(100)).is_ok());
        assert!(Codebook::parse(&concept("a", None, 1_000, |number| format!("/abc{number}.*/"))).is_ok());
    }

    #[test]
    fn decisions_count_for_each_rule_of_their_concept() {
        let below: String =
            (0..99).map(|number| concept(&format!("b{number}"), Some("a"), 1, |_| "bb".to_owned())).collect();
        let codebook = Codebook::parse(&(concept("a", None, 1, |_| "aa".to_owned()) + &below)).unwrap();
        let decisions = |count: usize| -> String {
            let rows = (0..count).map(|number| format!("a,aa{number},no\n"));
            rows.fold("concept,form,decision\n".to_owned(), |text, row| text + &row)
        };
        assert!(codebook.clone().with_decisions(decisions(200).as_bytes()).is_ok());
        let error = codebook.with_decisions(decisions(400).as_bytes()).unwrap_err().to_string();
        assert!(error.contains("more than 30000 words"), "{error}");
    }
}
