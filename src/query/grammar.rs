//! The text of a query → its syntax tree. Every syntax error names the character.
//!
//! ```text
//! query     = group { "OR" group }
//! group     = part { [ "AND" ] [ "NOT" ] part }       without an operator: AND, in the same passage
//! part      = unit { ( "NEAR/" | "THEN/" ) reach unit }   THEN only in this order
//! reach     = N | "s" | "p" | N "/s"                  at most N words between them; in one sentence; in one passage
//! unit      = "(" query ")" | phrase | word [ "~1" ] | "concept:" value | field ":" value
//! phrase    = a pattern of the codebook between quotation marks
//! word      = a pattern of one word: tillit  tillit*  *tillit*  [lemma=tillit]  /tillits.*/
//! field     = "kind" | "year" | "issuer" | "issuer_today" | "addressee" | "addressee_today" | "lang" | "designation" | "title"
//!           | "source" | "section" | "passage" | a column of the user's own
//! value     = a word, or anything between quotation marks
//! ```
//!
//! Operators are written in capitals: `and` is a word. Fields are conditions on the document, `section`, `passage` and `source:ocr` on the passage. They
//! restrict the operands that AND joins to them.

use super::condition::{Condition, Field};
use super::near::Reach;
use super::nearest::nearest;
use super::operator::Operator;
use super::tree::{Phrase, Query};
use crate::codebook::{Concept, Cost, Pattern, SyntaxError};

/// Maximum length of a query. Longer input is a mistake or an attack.
const BYTES_MAX: usize = 4_096;
/// Maximum number of words and phrases, far above what a question needs.
const OPERANDS_MAX: usize = 64;
/// Maximum depth of nested parentheses: far above what a question needs, and far below what overflows the stack.
const DEPTH_MAX: usize = 16;
/// Maximum distance for NEAR and THEN: passages are rarely longer.
const REACH_MAX: u32 = 100;
/// Minimum length of a word before `~1`: too many words differ by one letter from a shorter one.
const FUZZY_LETTERS_MIN: usize = 4;
/// Each of them can open and close a phrase, since word processors replace straight quotation marks.
const QUOTATION_MARKS: [char; 6] = ['"', '«', '»', '“', '”', '„'];

/// What a query can refer to by name.
pub(crate) struct Names<'n> {
    pub(crate) concepts: &'n [Concept],
    /// Gives the columns of the user's own. Called when a field is none of the others, because reading them takes time.
    pub(crate) columns: &'n dyn Fn() -> Vec<String>,
}

/// A parsed restriction: a query, a condition on documents, or both.
#[derive(Debug, Clone)]
pub(crate) struct Restriction {
    /// What a document must mention. `None` when the text has only fields.
    pub(crate) query: Option<Query>,
    /// What its fields must be. `None` when the text has no fields.
    pub(crate) condition: Option<Condition>,
}

impl Query {
    /// Parses `text`: `samskaping kommune*`, `"tillitsbasert* ledelse" NEAR/5 kommune* kind:nou`.
    ///
    /// # Errors
    /// Says what is wrong with it, and at which character.
    pub fn parse(text: &str) -> Result<Query, SyntaxError> {
        Query::parse_with(text, &Names { concepts: &[], columns: &Vec::new })
    }

    /// As [`Query::parse`]; concepts and columns are those of `names`.
    ///
    /// # Errors
    /// Says what is wrong with it, and at which character.
    pub(crate) fn parse_with(text: &str, names: &Names<'_>) -> Result<Query, SyntaxError> {
        let Restriction { query, condition } = Restriction::parse(text, names)?;
        let query = query.ok_or_else(|| {
            SyntaxError::new(text, 0, "the query has only fields; add a word or phrase to look for")
        })?;
        Ok(restricted(query, condition))
    }
}

impl Restriction {
    /// Its condition when it is about passages. `None` when it chooses whole documents.
    pub(crate) fn passages(&self) -> Option<&Condition> {
        self.condition.as_ref().filter(|condition| condition.is_about_passages())
    }

    /// Parses `text` as a restriction of documents.
    ///
    /// # Errors
    /// Says what is wrong with it, and at which character.
    pub(crate) fn parse(text: &str, names: &Names<'_>) -> Result<Restriction, SyntaxError> {
        if text.len() > BYTES_MAX {
            let message = format!("the query has {} bytes, more than {BYTES_MAX}", text.len());
            return Err(SyntaxError::of_whole(message));
        }
        let mut parser = Parser { text, rest: text, cost: Cost::default(), n_operands: 0, depth: 0, names };
        if parser.peek().is_none() {
            return Err(SyntaxError::of_whole("the query is empty"));
        }
        let found = parser.query()?;
        match parser.peek() {
            None => Ok(Restriction { query: found.query, condition: found.condition }),
            Some(_) => Err(parser.error("')' closes nothing")),
        }
    }
}

/// `query` in the documents of `condition`. Clauses stay apart, since each has its own weight in a search.
fn restricted(query: Query, condition: Option<Condition>) -> Query {
    let Some(condition) = condition else { return query };
    let in_documents = |query| Query::Joined(Operator::In(condition.clone()), vec![query]);
    match query {
        Query::Joined(Operator::All, operands) => {
            Query::Joined(Operator::All, operands.into_iter().map(in_documents).collect())
        }
        query => in_documents(query),
    }
}

/// A parsed part of the text, and the byte at which it begins.
struct ParsedPart {
    query: Option<Query>,
    condition: Option<Condition>,
    at: usize,
}

impl ParsedPart {
    /// The query of this part, as an operand that must have no fields.
    fn words_only(self, text: &str, operator: &str) -> Result<Query, SyntaxError> {
        match self {
            ParsedPart { query: Some(query), condition: None, .. } => Ok(query),
            ParsedPart { at, .. } => {
                Err(SyntaxError::new(text, at, format!("{operator} joins words and phrases, not fields")))
            }
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    /// The part of the text that has not been read yet.
    rest: &'t str,
    cost: Cost,
    n_operands: usize,
    depth: usize,
    names: &'t Names<'t>,
}

impl<'t> Parser<'t> {
    fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.text, self.at(), message)
    }

    /// Skips spaces and returns the next character.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches(is_space);
        self.rest.chars().next()
    }

    /// Skips the next word when it is `keyword`; returns whether it was.
    fn takes(&mut self, keyword: &str) -> bool {
        let is_next = self.peek().is_some() && self.next_word() == keyword;
        if is_next {
            self.rest = &self.rest[keyword.len()..];
        }
        is_next
    }

    /// The characters up to a space, quotation mark or parenthesis.
    fn next_word(&self) -> &'t str {
        let ends = |c: char| is_space(c) || QUOTATION_MARKS.contains(&c) || c == '(' || c == ')';
        &self.rest[..self.rest.find(ends).unwrap_or(self.rest.len())]
    }

    fn query(&mut self) -> Result<ParsedPart, SyntaxError> {
        let first = self.group()?;
        if !self.takes("OR") {
            return Ok(first);
        }
        let at = first.at;
        let mut parts = vec![first];
        loop {
            parts.push(self.group()?);
            if !self.takes("OR") {
                break;
            }
        }
        if parts.iter().all(|part| part.query.is_none()) {
            let condition = Condition::Any(parts.into_iter().filter_map(|part| part.condition).collect());
            return Ok(ParsedPart { query: None, condition: Some(condition), at });
        }
        let mut queries = Vec::new();
        for part in parts {
            let Some(query) = part.query else {
                let message = "OR joins words with words or fields with fields; join them by AND";
                return Err(SyntaxError::new(self.text, part.at, message));
            };
            queries.push(restricted(query, part.condition));
        }
        Ok(ParsedPart { query: Some(Query::Joined(Operator::Any, queries)), condition: None, at })
    }

    fn group(&mut self) -> Result<ParsedPart, SyntaxError> {
        self.peek();
        let at = self.at();
        let (mut wanted, mut unwanted, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let is_negated = self.takes("NOT");
            let part = self.part()?;
            match (is_negated, part.query, part.condition) {
                (false, query, condition) => {
                    wanted.extend(query);
                    conditions.extend(condition);
                }
                (true, Some(query), condition) => unwanted.push(restricted(query, condition)),
                (true, None, condition) => {
                    conditions.extend(condition.map(|condition| Condition::Not(Box::new(condition))));
                }
            }
            let is_joined = self.takes("AND");
            let is_end = matches!(self.peek(), None | Some(')')) || self.next_word() == "OR";
            if is_end && !is_joined {
                break;
            }
        }
        if wanted.is_empty() && !unwanted.is_empty() {
            let message = "NOT takes away from what is looked for; put a word or phrase before it";
            return Err(SyntaxError::new(self.text, at, message));
        }
        let query = single_or(Operator::All, wanted).map(|query| match unwanted.is_empty() {
            true => query,
            false => Query::Joined(Operator::Without, [vec![query], unwanted].concat()),
        });
        let condition = match conditions.len() {
            0 | 1 => conditions.pop(),
            _ => Some(Condition::All(conditions)),
        };
        Ok(ParsedPart { query, condition, at })
    }

    fn part(&mut self) -> Result<ParsedPart, SyntaxError> {
        let mut left = self.unit()?;
        while let Some((operator, name)) = self.reach()? {
            let right = self.unit()?.words_only(self.text, name)?;
            let at = left.at;
            let operands = vec![left.words_only(self.text, name)?, right];
            left = ParsedPart { query: Some(Query::Joined(operator, operands)), condition: None, at };
        }
        Ok(left)
    }

    /// NEAR or THEN with its reach, when they come next.
    fn reach(&mut self) -> Result<Option<(Operator, &'static str)>, SyntaxError> {
        if self.peek().is_none() {
            return Ok(None);
        }
        let word = self.next_word();
        let name = match word.split('/').next() {
            Some("NEAR") => "NEAR",
            Some("THEN") => "THEN",
            _ => return Ok(None),
        };
        let Some(reach) = word[name.len()..].strip_prefix('/').and_then(parsed_reach) else {
            return Err(self.error(format!(
                "{name} needs its reach: a number of words from 0 to {REACH_MAX}, s for the same sentence, or both, \
                 as {name}/5, {name}/s or {name}/5/s"
            )));
        };
        self.rest = &self.rest[word.len()..];
        let operator = if name == "NEAR" { Operator::Near(reach) } else { Operator::Then(reach) };
        Ok(Some((operator, name)))
    }

    fn unit(&mut self) -> Result<ParsedPart, SyntaxError> {
        let at_end = self.peek().is_none();
        let at = self.at();
        self.n_operands += 1;
        if self.n_operands > OPERANDS_MAX {
            return Err(self.error(format!("more than {OPERANDS_MAX} words and phrases")));
        }
        let word = self.next_word();
        let is_operator =
            ["AND", "OR", "NOT"].contains(&word) || word.starts_with("NEAR/") || word.starts_with("THEN/");
        if at_end || is_operator || self.rest.starts_with(')') {
            return Err(self.error("a word or phrase is missing here"));
        }
        if self.rest.starts_with('(') {
            return self.parenthesis();
        }
        if let Some((name, value)) = word.split_once(':').filter(|(name, _)| is_name(name)) {
            return self.field(name, value);
        }
        let query = if self.rest.starts_with(QUOTATION_MARKS) {
            let (start, length) = self.quoted()?;
            self.phrase(start, length)?
        } else {
            let length = word_length(self.rest);
            self.rest = &self.rest[length..];
            match self.text[at..at + length].strip_suffix("~1").filter(|word| !word.starts_with('/')) {
                Some(word) => self.fuzzy(word, at)?,
                None => self.phrase(at, length)?,
            }
        };
        Ok(ParsedPart { query: Some(query), condition: None, at })
    }

    fn parenthesis(&mut self) -> Result<ParsedPart, SyntaxError> {
        let opened = self.at();
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.error(format!("more than {DEPTH_MAX} parentheses within each other")));
        }
        self.rest = &self.rest[1..];
        let inside = self.query()?;
        if self.peek() != Some(')') {
            return Err(SyntaxError::new(self.text, opened, "the parenthesis is not closed"));
        }
        self.rest = &self.rest[1..];
        self.depth -= 1;
        Ok(ParsedPart { at: opened, ..inside })
    }

    /// The text between the quotation marks that come next, by its first byte and length.
    fn quoted(&mut self) -> Result<(usize, usize), SyntaxError> {
        let at = self.at();
        let inside = self.rest.strip_prefix(QUOTATION_MARKS).unwrap_or(self.rest);
        let length = inside
            .find(QUOTATION_MARKS)
            .ok_or_else(|| SyntaxError::new(self.text, at, "the quotation mark is not closed"))?;
        let closing = inside[length..].chars().next().map_or(0, char::len_utf8);
        self.rest = &inside[length + closing..];
        Ok((self.text.len() - inside.len(), length))
    }

    /// `name:value` or `name:"value"`, which come next.
    fn field(&mut self, name: &str, value: &'t str) -> Result<ParsedPart, SyntaxError> {
        let at = self.at();
        self.rest = &self.rest[name.len() + 1 + value.len()..];
        let (value_at, value) = match value.is_empty() && self.rest.starts_with(QUOTATION_MARKS) {
            true => {
                let (start, length) = self.quoted()?;
                (start, &self.text[start..start + length])
            }
            false => (at + name.len() + 1, value),
        };
        if name == "concept" {
            let query = self.concept(value, value_at)?;
            return Ok(ParsedPart { query: Some(query), condition: None, at });
        }
        let field = match super::condition::NAMES.contains(&name) {
            true => Field::parse(name, value, self.text, value_at)?,
            false => self.own_field(name, value, at)?,
        };
        Ok(ParsedPart { query: None, condition: Some(Condition::Field(field)), at })
    }

    /// The field of a column of the user's own; its name is written in any case of letters.
    fn own_field(&self, name: &str, value: &str, at: usize) -> Result<Field, SyntaxError> {
        let columns = (self.names.columns)();
        let small = name.to_lowercase();
        let Some(column) = columns.iter().find(|column| column.to_lowercase() == small) else {
            let own = columns.iter().map(|column| format!(", {column}")).collect::<String>();
            let names = super::condition::NAMES.join(", ");
            let message = format!("there is no field of this name; the fields are {names}, concept{own}");
            return Err(SyntaxError::new(self.text, at, message));
        };
        match value.trim() {
            "" => Err(SyntaxError::new(self.text, at, format!("{name}: has no value"))),
            value => Ok(Field::Own(column.clone(), value.to_lowercase())),
        }
    }

    fn concept(&self, name: &str, at: usize) -> Result<Query, SyntaxError> {
        let wanted = name.trim().to_lowercase();
        let found = self.names.concepts.iter().find(|concept| concept.name.to_lowercase() == wanted);
        found.map(Query::of_concept).ok_or_else(|| {
            let near = nearest(name, self.names.concepts.iter().map(|concept| concept.name.as_str()), 1);
            let hint = near.first().map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
            SyntaxError::new(self.text, at, format!("the codebook has no concept of this name{hint}"))
        })
    }

    /// The phrase of the `length` bytes of the text from `at` on.
    fn phrase(&mut self, at: usize, length: usize) -> Result<Query, SyntaxError> {
        let pattern =
            Pattern::parse(&self.text[at..at + length]).map_err(|error| error.within(self.text, at))?;
        self.add(pattern, None, at)
    }

    /// `word` with at most one letter added, missing or another.
    fn fuzzy(&mut self, word: &str, at: usize) -> Result<Query, SyntaxError> {
        let letters: Vec<char> = word.to_lowercase().chars().collect();
        if letters.len() < FUZZY_LETTERS_MIN || !letters.iter().all(|c| c.is_alphanumeric() || *c == '-') {
            let message = format!(
                "~1 follows a single word of at least {FUZZY_LETTERS_MIN} letters, without other signs"
            );
            return Err(SyntaxError::new(self.text, at, message));
        }
        let part = |range: &[char]| range.iter().collect::<String>();
        let with_any =
            |end: usize, start: usize| format!("{}.?{}", part(&letters[..end]), part(&letters[start..]));
        let another_or_none = (0..letters.len()).map(|index| with_any(index, index + 1));
        let one_more = (0..=letters.len()).map(|index| with_any(index, index));
        let expression = another_or_none.chain(one_more).collect::<Vec<_>>().join("|");
        let pattern =
            Pattern::parse(&format!("/{expression}/")).map_err(|error| error.within(self.text, at))?;
        self.add(pattern, Some(format!("{word}~1")), at)
    }

    fn add(&mut self, pattern: Pattern, label: Option<String>, at: usize) -> Result<Query, SyntaxError> {
        self.cost.add(&pattern).map_err(|reason| SyntaxError::new(self.text, at, reason.to_string()))?;
        let label = label.unwrap_or_else(|| pattern.text.clone());
        Ok(Query::Phrase(Phrase { label, pattern, is_case_sensitive: false }))
    }
}

/// The reach in `5`, `s`, `p`, `5/s` or `5/p`.
fn parsed_reach(text: &str) -> Option<Reach> {
    let (number, unit) = match text.split_once('/') {
        Some((number, unit)) => (Some(number), unit),
        None if matches!(text, "s" | "p") => (None, text),
        None => (Some(text), "p"),
    };
    let words_max = number.map(|number| number.parse::<u32>().ok().filter(|number| *number <= REACH_MAX));
    match unit {
        "s" | "p" if words_max != Some(None) => {
            Some(Reach { words_max: words_max.flatten(), is_in_sentence: unit == "s" })
        }
        _ => None,
    }
}

/// The only one of `queries`, or all of them joined. `None` when there are none.
fn single_or(operator: Operator, mut queries: Vec<Query>) -> Option<Query> {
    match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(Query::Joined(operator, queries)),
    }
}

/// The length of the word at the beginning of `rest`: up to a space, quotation mark or parenthesis, or to the sign that closes it.
fn word_length(rest: &str) -> usize {
    if let Some(bracket) = rest.find(']').filter(|_| rest.starts_with('[')) {
        return bracket + 1;
    }
    let end = rest.find(|c| is_space(c) || QUOTATION_MARKS.contains(&c)).unwrap_or(rest.len());
    match rest[..end].rfind('/').filter(|slash| rest.starts_with('/') && *slash > 0) {
        // A regular expression may have parentheses; those after its end are the query's.
        Some(slash) if rest[slash + 1..end].chars().all(|c| c == ')') => slash + 1,
        _ if rest.starts_with('/') => end,
        _ => rest[..end].find(['(', ')']).unwrap_or(end),
    }
}

/// Whether `text` can be the name of a field.
fn is_name(text: &str) -> bool {
    text.starts_with(char::is_alphabetic) && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
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
        let deep = "(".repeat(4_000);
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
            (&deep, "more than 16 parentheses"),
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
        let cases = [
            ("måling \"tillit", 8),
            ("åå \"mål og/eller\"", 9),
            ("aa  in*nov bb", 7),
            ("«a» *", 5),
            ("aa (bb OR cc", 4),
            ("aa bb) cc", 6),
            ("aa OR", 6),
            ("aa AND OR bb", 8),
            ("aa NEAR bb", 4),
            ("aa NEAR/x bb", 4),
            ("aa NEAR/5/w bb", 4),
            ("aa THEN/s/5 bb", 4),
            ("aa passage:tekst", 12),
            ("aa section:", 12),
            ("aa section:digital*", 12),
            ("aa THEN/101 bb", 4),
            ("aa NEAR/5 kind:nou", 11),
            ("aa OR kind:nou", 7),
            ("NOT aa", 1),
            ("aa kind:melding", 9),
            ("aa year:20x5", 9),
            ("aa year:2020..2010", 9),
            ("åå farge:blå", 4),
            ("aa concept:\"finnes ikke\"", 13),
            ("kind:nou", 1),
            ("abc~1 aa", 1),
        ];
        for (text, character) in cases {
            let error = Query::parse(text).unwrap_err();
            assert_eq!(error.character, character, "{text}: {error}");
        }
    }

    #[test]
    fn operators_bind_as_the_grammar_says() {
        let shape = |text: &str| {
            fn shape(query: &Query) -> String {
                match query {
                    Query::Phrase(phrase) => phrase.label.clone(),
                    Query::Joined(operator, operands) => {
                        let name = format!("{operator:?}");
                        let name = name.split([' ', '(']).next().unwrap_or_default().to_owned();
                        format!("{name}({})", operands.iter().map(shape).collect::<Vec<_>>().join(" "))
                    }
                }
            }
            shape(&Query::parse(text).unwrap())
        };
        let cases = [
            ("aa bb OR cc", "Any(All(aa bb) cc)"),
            ("aa AND bb cc", "All(aa bb cc)"),
            ("aa (bb OR cc)", "All(aa Any(bb cc))"),
            ("aa NOT bb", "Without(aa bb)"),
            ("aa AND NOT bb cc", "Without(All(aa cc) bb)"),
            ("aa NEAR/5 bb THEN/2 cc dd", "All(Then(Near(aa bb) cc) dd)"),
            ("aa bb kind:nou", "All(In(aa) In(bb))"),
            ("(aa kind:nou) OR bb", "Any(In(aa) bb)"),
            ("aa NOT kind:nou", "In(aa)"),
            ("«aa bb» NEAR/0 /c(d|e)/", "Near(aa bb /c(d|e)/)"),
            ("(/c(d|e)/)", "/c(d|e)/"),
            ("aa and bb", "All(aa and bb)"),
            ("aa NEAR/s bb THEN/5/s cc", "Then(Near(aa bb) cc)"),
            ("aa section:mål passage:body", "In(aa)"),
        ];
        for (text, wanted) in cases {
            assert_eq!(shape(text), wanted, "{text}");
        }
    }
}
