//! Why a codebook, a file of decisions or a dictionary cannot be used.

use super::syntax::{SyntaxError, shown};
use crate::text::{RowError, SheetError};

/// A mistake in a codebook, or a limit that it exceeds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is not TOML with the keys of a codebook. The message has the line.
    #[error("{0}")]
    Toml(String),
    /// A concept has an empty name.
    #[error("a concept has no name")]
    Nameless,
    /// Two concepts have one name.
    #[error("concept '{0}' is defined twice")]
    DefinedTwice(String),
    /// Two names that the command line cannot tell apart.
    #[error("concepts '{0}' and '{1}' differ in case only")]
    DifferInCase(String, String),
    /// A concept that can match nothing.
    #[error("concept '{0}' has no patterns")]
    NoPatterns(String),
    /// A circle of parents.
    #[error("concept '{0}' is its own ancestor")]
    OwnAncestor(String),
    /// A parent that is not in the codebook.
    #[error("concept '{concept}' names a parent '{parent}' that is not defined")]
    UnknownParent {
        /// The concept that names it.
        concept: String,
        /// The name.
        parent: String,
    },
    /// A pattern that is not one, or costs too much.
    #[error("concept '{}', pattern '{}': {cause}", shown(.concept), shown(.pattern))]
    Pattern {
        /// The concept that has it.
        concept: String,
        /// As it is written.
        pattern: String,
        /// What is wrong with it.
        cause: PatternError,
    },
    /// All of it costs too much.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The file of decisions is not a table with its columns.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A row of the file of decisions.
    #[error("line {line}: {cause}")]
    Decision {
        /// Its line, counted from 1.
        line: u64,
        /// What is wrong with it.
        cause: DecisionError,
    },
}

/// What is wrong with a pattern of a codebook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It cannot be read.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It costs too much, alone or with those before it.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

/// What is wrong with a row of a file of decisions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// The codebook has no such concept.
    #[error("there is no concept '{0}' in the codebook")]
    UnknownConcept(String),
    /// It does not fit the header.
    #[error(transparent)]
    Row(#[from] RowError),
    /// Neither yes nor no.
    #[error("the decision '{0}' is neither yes nor no")]
    NotADecision(String),
}

/// A limit on what a codebook or a query may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Concepts of a codebook.
    #[error("it has {count} concepts, more than {max}")]
    Concepts {
        /// How many it has.
        count: usize,
        /// How many are allowed.
        max: usize,
    },
    /// Words of all patterns.
    #[error(
        "the patterns have more than {0} words, with those that concepts have from others and from decisions"
    )]
    Words(usize),
    /// Memory of the regular expressions, in MiB.
    #[error("the regular expressions need more than {0} MiB of memory together")]
    RegexMemory(usize),
    /// Regular expressions without a beginning to look up.
    #[error("more than {0} regular expressions can begin with anything; write *word* for compounds")]
    Unanchored(usize),
}

/// What is wrong with a dictionary of another program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DictionaryError {
    /// It is too large to be a dictionary.
    #[error("it has {size_bytes} bytes, more than {size_bytes_max}")]
    TooLarge {
        /// Its size.
        size_bytes: usize,
        /// The limit.
        size_bytes_max: usize,
    },
    /// There is nothing in it.
    #[error("it has no categories")]
    Empty,
    /// It is not YAML. The message has the line.
    #[error("{0}")]
    Yaml(String),
    /// It is YAML, but a list or a text.
    #[error("it is not a mapping of categories to values")]
    NotAMapping,
    /// Categories are nested too deeply.
    #[error("categories are nested more than {0} deep")]
    TooDeep(usize),
    /// The name of a category is a list or a mapping.
    #[error("the name of a category is not a text")]
    NameNotText,
    /// A value in the category of this name is a list.
    #[error("a value of '{0}' is not a text")]
    ValueNotText(String),
    /// A `.dic` file without the part that numbers its categories.
    #[error("it has no categories between two lines of '%'")]
    NoHead,
    /// A `.dic` file that begins otherwise.
    #[error("there is text before the first '%'")]
    TextBeforeHead,
    /// A line of the head.
    #[error("'{0}' is not a number and name of a category")]
    NotACategory(String),
    /// A word in a category that the head does not number.
    #[error("'{word}' is in category {number}, which is not defined")]
    UnknownCategory {
        /// The word.
        word: String,
        /// The number.
        number: String,
    },
}
