//! Concepts and their rules: the values that a codebook consists of.

use super::pattern::Pattern;
use crate::text::Language;

/// What the researcher counts, and how it is written down.
#[derive(Debug, Clone)]
pub struct Concept {
    /// The name in reports and on the command line.
    pub name: String,
    /// What counts as a mention, in the researcher's words.
    pub note: Option<String>,
    /// The wider concepts whose mentions these are too.
    pub parents: Vec<String>,
    /// Its own rule first, then those of the concepts below it. A mention matches any of them; mentions of one concept that
    /// overlap count once: the leftmost, then the longest.
    pub rules: Vec<Rule>,
    /// Forms that a person has admitted.
    pub admitted: Vec<Pattern>,
    /// Forms that a person has refused.
    pub refused: Vec<Pattern>,
}

/// Patterns with their conditions.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The concept that has it.
    pub concept: String,
    /// A mention matches any of them.
    pub patterns: Vec<Pattern>,
    /// And overlaps no match of any of these.
    pub except: Vec<Pattern>,
    /// And stands in a passage of one of these languages; of any when empty.
    pub languages: Vec<Language>,
    /// And is written in upper and lower case as the pattern is.
    pub is_case_sensitive: bool,
}
