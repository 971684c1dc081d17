//! A codebook and the matches of its patterns → findings that its owner should check.

use super::{Codebook, Concept, Pattern, Rule, TermPosition, WordPattern};
use std::collections::BTreeSet;
use std::fmt;

/// Something in a codebook that is probably a mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CodebookFinding {
    pub(crate) concept: String,
    /// The pattern, decision or exception; empty when it is the whole concept.
    pub(crate) pattern: String,
    /// What was found, lower case, no full stop.
    pub(crate) text: String,
}

impl fmt::Display for CodebookFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.concept)?;
        if !self.pattern.is_empty() {
            write!(f, "{}: ", self.pattern)?;
        }
        f.write_str(&self.text)
    }
}

/// The matches of one pattern of a concept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Use {
    /// The pattern as written in the codebook.
    pub(crate) pattern: String,
    /// Its forms. Of a phrase, those that stand in a text.
    pub(crate) forms: BTreeSet<String>,
    /// Its forms in which the term stands beside parts that are in no word list.
    pub(crate) unknown_parts: BTreeSet<String>,
}

/// The findings on `codebook`. `uses` has for each concept what each of its own patterns matched, in their order.
pub(crate) fn check(codebook: &Codebook, uses: &[Vec<Use>]) -> Vec<CodebookFinding> {
    let mut findings = Vec::new();
    for (concept, uses) in codebook.concepts.iter().zip(uses) {
        let mut find = |pattern: &str, text: String| {
            findings.push(CodebookFinding {
                concept: concept.name.clone(),
                pattern: pattern.to_owned(),
                text,
            });
        };
        for used in uses {
            if used.forms.is_empty() {
                find(&used.pattern, nothing_matched(concept, &used.pattern));
            }
        }
        for (idle, busy) in idle_patterns(uses) {
            find(idle, format!("matches nothing that '{busy}' does not match too"));
        }
        // A pattern of two letters matches hundreds of forms by accident; they get one finding together.
        let is_tiny =
            |pattern: &str| pattern.chars().filter(|c| c.is_alphanumeric()).count() <= TINY_LETTERS_MAX;
        for used in uses.iter().filter(|used| is_tiny(&used.pattern) && used.pattern.contains('*')) {
            if let Some(text) = tiny_pattern(used) {
                find(&used.pattern, text);
            }
        }
        for (pattern, form) in glued_words(uses).filter(|(pattern, _)| !is_tiny(pattern)) {
            find(
                pattern,
                format!("takes '{form}', whose other parts are no known words: two words glued together?"),
            );
        }
        for (pattern, text) in unbridged(&concept.rules[0], uses) {
            find(&pattern.text, text);
        }
        for pattern in short_terms(&concept.rules[0]).filter(|pattern| !is_tiny(&pattern.text)) {
            find(
                &pattern.text,
                "a term of five letters or fewer stands in many words by accident: add an `except` list"
                    .to_owned(),
            );
        }
    }
    findings.extend(twins(codebook, uses));
    findings
}

/// A pattern with this many letters or fewer gets a single finding.
const TINY_LETTERS_MAX: usize = 2;
/// The number of its forms that are shown.
const EXAMPLES: usize = 2;

/// "takes 450 forms, as its letters stand in many words by accident". `None` when it takes none.
fn tiny_pattern(used: &Use) -> Option<String> {
    let letters = used.pattern.chars().filter(|c| c.is_alphanumeric()).count();
    let longest: Vec<&str> = {
        let mut forms: Vec<&str> = used.forms.iter().map(String::as_str).collect();
        forms.sort_by_key(|form| (std::cmp::Reverse(form.chars().count()), *form));
        forms.into_iter().take(EXAMPLES).collect()
    };
    (!longest.is_empty()).then(|| {
        let count = used.forms.len();
        format!(
            "is {letters} letters; took {count} forms, e.g. {}: write the words out, or a regular expression",
            longest.join(", ")
        )
    })
}

fn nothing_matched(concept: &Concept, pattern: &str) -> String {
    let mut own = concept.rules[0].patterns.iter().filter(|own| own.text == pattern);
    let is_compound = own.any(|pattern| {
        matches!(
            pattern.single_word(),
            Some(WordPattern::Compound(_, TermPosition::Modifier | TermPosition::Any))
        )
    });
    let hint = "; '*' asks for inflections and compounds: for any letters write a regular expression";
    format!("matches nothing in the index{}", if is_compound { hint } else { "" })
}

/// Patterns whose forms all belong to another pattern of the concept as well, each with that one.
fn idle_patterns(uses: &[Use]) -> Vec<(&str, &str)> {
    let mut idle = Vec::new();
    for (index, used) in uses.iter().enumerate().filter(|(_, used)| !used.forms.is_empty()) {
        let covers = |(other, busy): &(usize, &Use)| {
            let is_equal = busy.forms == used.forms;
            *other != index && used.forms.is_subset(&busy.forms) && (!is_equal || *other < index)
        };
        if let Some((_, busy)) = uses.iter().enumerate().find(covers) {
            idle.push((used.pattern.as_str(), busy.pattern.as_str()));
        }
    }
    idle
}

/// Words that a pattern matched although a part of them is in no word list: often a PDF has lost the space between two words
/// (*sindetaljstyring*). Each with its pattern.
fn glued_words(uses: &[Use]) -> impl Iterator<Item = (&str, &str)> {
    uses.iter().flat_map(|used| {
        let glued = used.unknown_parts.iter();
        glued.map(|form| (used.pattern.as_str(), form.as_str()))
    })
}

/// What `rule` lacks in nynorsk, pattern by pattern: a term with an ending that only bokmål has and no nynorsk word in the tables,
/// or a compound pattern whose nynorsk word is in no pattern. A lemma pattern includes the forms of the nynorsk word.
fn unbridged<'r>(rule: &'r Rule, uses: &[Use]) -> Vec<(&'r Pattern, String)> {
    let is_of_bokmal = rule.languages == [crate::text::Language::BOKMAL];
    let is_taken = |word: &String| uses.iter().any(|used| used.pattern.contains(word.as_str()));
    let finding = |pattern: &'r Pattern| {
        let (term, is_lemma) = match pattern.single_word()? {
            WordPattern::Lemma(term) => (&term.folded, true),
            WordPattern::Compound(term, _) => (&term.folded, false),
            _ => return None,
        };
        let words = crate::morphology::counterparts(term)?;
        match words.as_slice() {
            [] => Some((pattern, "no nynorsk counterpart known".to_owned())),
            [first, ..] if !is_lemma && !words.iter().any(is_taken) => {
                Some((pattern, format!("its nynorsk counterpart '{first}' is in no pattern")))
            }
            _ => None,
        }
    };
    let patterns = rule.patterns.iter().filter(|_| !is_of_bokmal);
    patterns.filter_map(finding).collect()
}

/// The patterns of `rule` that search for a short term in compounds, when the rule has no exceptions.
fn short_terms(rule: &Rule) -> impl Iterator<Item = &Pattern> {
    let is_short = |word: &WordPattern| matches!(word, WordPattern::Compound(term, _) if crate::morphology::Term::new(&term.folded).needs_exceptions());
    let is_open = rule.except.is_empty();
    rule.patterns.iter().filter(move |pattern| is_open && pattern.words().any(is_short))
}

/// Pairs of concepts that match the same forms and of which neither is the parent of the other.
fn twins(codebook: &Codebook, uses: &[Vec<Use>]) -> Vec<CodebookFinding> {
    let forms: Vec<BTreeSet<&String>> =
        uses.iter().map(|uses| uses.iter().flat_map(|used| &used.forms).collect()).collect();
    let mut findings = Vec::new();
    for (index, concept) in codebook.concepts.iter().enumerate() {
        let is_twin = |other: &usize| !forms[index].is_empty() && forms[*other] == forms[index];
        if let Some(other) = (0..index).find(is_twin) {
            let text = format!("matches the same forms as the concept '{}'", codebook.concepts[other].name);
            findings.push(CodebookFinding { concept: concept.name.clone(), pattern: String::new(), text });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(pattern: &str, forms: &[&str]) -> Use {
        Use {
            pattern: pattern.to_owned(),
            forms: forms.iter().map(|form| (*form).to_owned()).collect(),
            ..Use::default()
        }
    }

    #[test]
    fn a_check_finds_idle_empty_short_and_equal_patterns() {
        let codebook = Codebook::parse(
            r#"
            [[concept]]
            name = "styring"
            patterns = ["*styring*", "målstyring", "samskap*"]
            [[concept]]
            name = "plan"
            patterns = ["*plan"]
            [[concept]]
            name = "planlegging"
            patterns = ["/plan.*/"]
            "#,
        )
        .unwrap();
        let uses = vec![
            vec![
                used("*styring*", &["målstyring", "styring"]),
                used("målstyring", &["målstyring"]),
                used("samskap*", &[]),
            ],
            vec![used("*plan", &["plan"])],
            vec![used("/plan.*/", &["plan"])],
        ];
        let found: Vec<String> = check(&codebook, &uses).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "styring: samskap*: matches nothing in the index; '*' asks for inflections and compounds: for any letters write a \
                 regular expression",
                "styring: målstyring: matches nothing that '*styring*' does not match too",
                "plan: *plan: a term of five letters or fewer stands in many words by accident: add an `except` list",
                "planlegging: matches the same forms as the concept 'plan'",
            ]
        );
    }
}
