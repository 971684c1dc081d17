//! Concepts and their rules, of which a codebook consists.

use super::pattern::Pattern;
use crate::text::Language;

/// What the researcher counts, and the patterns for it.
#[derive(Debug, Clone)]
pub struct Concept {
    /// The name in reports and on the command line.
    pub(crate) name: String,
    /// The researcher's description of what counts as a mention.
    pub note: Option<String>,
    /// The wider concepts that also count its mentions.
    pub(crate) parents: Vec<String>,
    /// Its own rule first, then those of the concepts below it. A mention matches any of them; mentions of one concept that
    /// overlap count once: the leftmost, then the longest.
    pub rules: Vec<Rule>,
    /// Forms that a decision admits.
    pub(crate) admitted: Vec<Pattern>,
    /// Forms that a decision refuses.
    pub(crate) refused: Vec<Pattern>,
}

/// Patterns with their conditions.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The concept that has it.
    pub(crate) concept: String,
    /// A mention matches any of them.
    pub patterns: Vec<Pattern>,
    /// A mention overlaps no match of any of these.
    pub(crate) except: Vec<Pattern>,
    /// A mention stands in a passage of one of these languages; of any language when empty.
    pub(crate) languages: Vec<Language>,
    /// Whether a mention must have the upper and lower case of the pattern.
    pub(crate) is_case_sensitive: bool,
}
