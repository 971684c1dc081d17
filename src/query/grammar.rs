//! A query as it is written → its tree. Words and quoted phrases, joined by operators; at every fault the character.

use super::operator::Operator;
use super::tree::{Phrase, Query};
use crate::codebook::{Cost, Pattern, SyntaxError};

/// A longer query is a mistake or an attack.
const BYTES_MAX: usize = 4_096;
/// More operands than any question has.
const OPERANDS_MAX: usize = 64;
/// Any of them opens and any closes a phrase, as word processors write them.
const QUOTATION_MARKS: [char; 6] = ['"', '«', '»', '“', '”', '„'];

impl Query {
    /// The query that `text` writes down: `samskaping kommune*`, `"tillitsbasert* ledelse"`, `«mål- og resultatstyring»`.
    ///
    /// # Errors
    /// Says what is wrong with it, and at which character.
    pub fn parse(text: &str) -> Result<Query, SyntaxError> {
        if text.len() > BYTES_MAX {
            let message = format!("the query has {} bytes, more than {BYTES_MAX}", text.len());
            return Err(SyntaxError::of_whole(message));
        }
        let mut rest = text.trim_start_matches(is_space);
        if rest.is_empty() {
            return Err(SyntaxError::of_whole("the query is empty"));
        }
        let mut cost = Cost::default();
        let mut query = operand(text, &mut rest, &mut cost)?;
        let mut count = 1;
        loop {
            rest = rest.trim_start_matches(is_space);
            if rest.is_empty() {
                return Ok(query);
            }
            count += 1;
            if count > OPERANDS_MAX {
                let message = format!("more than {OPERANDS_MAX} words and phrases");
                return Err(SyntaxError::new(text, text.len() - rest.len(), message));
            }
            let operator = Operator::written_at(&mut rest);
            query = joined(operator, query, operand(text, &mut rest, &mut cost)?);
        }
    }
}

/// `left` and `right` joined by `operator`.
fn joined(operator: Operator, left: Query, right: Query) -> Query {
    match left {
        Query::Joined(same, mut operands) if same == operator => {
            operands.push(right);
            Query::Joined(same, operands)
        }
        left => Query::Joined(operator, vec![left, right]),
    }
}

/// The word or phrase that `rest`, the end of `text`, begins with; `rest` begins after it then.
fn operand<'t>(text: &'t str, rest: &mut &'t str, cost: &mut Cost) -> Result<Query, SyntaxError> {
    let at = text.len() - rest.len();
    let (pattern_at, length, end) = match rest.strip_prefix(QUOTATION_MARKS) {
        Some(inside) => {
            let length = inside
                .find(QUOTATION_MARKS)
                .ok_or_else(|| SyntaxError::new(text, at, "the quotation mark is not closed"))?;
            let closing = inside[length..].chars().next().map_or(0, char::len_utf8);
            let opening = rest.len() - inside.len();
            (at + opening, length, at + opening + length + closing)
        }
        None => {
            let length = word_length(rest);
            (at, length, at + length)
        }
    };
    *rest = &text[end..];
    phrase(text, pattern_at, length, cost)
}

/// The length of the word at the beginning of `rest`: up to a space or quotation mark, or to the bracket that closes it.
fn word_length(rest: &str) -> usize {
    match rest.find(']').filter(|_| rest.starts_with('[')) {
        Some(bracket) => bracket + 1,
        None => rest.find(|c| is_space(c) || QUOTATION_MARKS.contains(&c)).unwrap_or(rest.len()),
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The phrase of the `length` bytes of `text` from `at` on.
fn phrase(text: &str, at: usize, length: usize, cost: &mut Cost) -> Result<Query, SyntaxError> {
    let pattern = Pattern::parse(&text[at..at + length]).map_err(|error| error.within(text, at))?;
    cost.add(&pattern).map_err(|limit| SyntaxError::new(text, at, limit.to_string()))?;
    Ok(Query::Phrase(Phrase { label: pattern.text.clone(), pattern, is_case_sensitive: false }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_words_and_quoted_phrases() {
        let query = Query::parse("samskaping «mål- og resultatstyring» kommune* [part = \"mål\"]").unwrap();
        let lengths: Vec<usize> = query.clauses().iter().map(|clause| clause.words().len()).collect();
        assert_eq!(lengths, [1, 3, 1, 1]);
        assert_eq!(Query::parse("tillit").unwrap().clauses().len(), 1);
    }

    #[test]
    fn a_hostile_query_is_refused_with_its_reason() {
        let long = "(".repeat(5_000);
        let many = "ord ".repeat(65);
        let costly = "/\\w{20}/ ".repeat(60);
        let cases = [
            ("", "empty"),
            (" \u{1b} ", "empty"),
            ("\"\"", "empty"),
            ("*", "'*' alone"),
            ("/(/", "not a regular expression"),
            ("/a)|(?:b/", "not a regular expression"),
            ("ord \"frase", "not closed"),
            ("ord «frase» »", "not closed"),
            (&long, "5000 bytes"),
            (&many, "more than 64"),
            (&costly, "more than 48 MiB"),
        ];
        for (text, wanted) in cases {
            let error = Query::parse(text).unwrap_err().to_string();
            assert!(error.contains(wanted) && error.len() < 300, "{error}");
        }
    }

    #[test]
    fn an_error_points_at_its_character_in_the_whole_query() {
        let cases = [("måling \"tillit", 8), ("åå \"mål og/eller\"", 9), ("aa  in*nov bb", 7), ("«a» *", 5)];
        for (text, character) in cases {
            assert_eq!(Query::parse(text).unwrap_err().character(), character, "{text}");
        }
    }
}
