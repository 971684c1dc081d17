//! The researcher's dictionary: concepts, the patterns that stand for them, and what a pattern matches. Pure.
//!
//! A pattern is one or more words, matched without regard to case against the words of one passage. A `*` at the
//! beginning or end of a word stands for any letters, none included: `*innovasjon*` matches *tjenesteinnovasjoner*,
//! `tillitsbasert* ledelse*` matches *tillitsbaserte ledelsesformer*. A hyphen is part of its word: `mål- og
//! resultatstyring` does not match *mål og resultatstyring*.

use crate::text::words;
use serde::Deserialize;

mod pattern;

pub use pattern::{Pattern, WordPattern};

/// A codebook as written: concepts in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codebook {
    /// Each with a name of its own.
    pub concepts: Vec<Concept>,
}

/// What the researcher counts, and how it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// The name in reports and on the command line.
    pub name: String,
    /// What counts as a mention, in the researcher's words.
    pub definition: Option<String>,
    /// A mention matches any of them. Mentions of one concept that overlap count once: the leftmost, then the longest.
    pub patterns: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodebookFile {
    concept: Vec<ConceptTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConceptTable {
    name: String,
    definition: Option<String>,
    patterns: Vec<String>,
}

impl Codebook {
    /// The codebook that the TOML `text` describes: `[[concept]]` tables with `name`, `patterns` and optionally
    /// `definition`.
    ///
    /// # Errors
    /// Says which line, concept or pattern is wrong, and why.
    pub fn parse(text: &str) -> Result<Codebook, String> {
        let file: CodebookFile =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let concepts = file.concept.into_iter().map(concept).collect::<Result<Vec<_>, _>>()?;
        for (index, concept) in concepts.iter().enumerate() {
            if concepts[..index].iter().any(|earlier| earlier.name == concept.name) {
                return Err(format!("concept '{}' is there twice", concept.name));
            }
        }
        Ok(Codebook { concepts })
    }

    /// The concept called `name`, in any case.
    pub fn concept(&self, name: &str) -> Option<&Concept> {
        let wanted = name.to_lowercase();
        self.concepts.iter().find(|concept| concept.name.to_lowercase() == wanted)
    }
}

fn concept(table: ConceptTable) -> Result<Concept, String> {
    if table.name.trim().is_empty() {
        return Err("a concept has no name".to_owned());
    }
    if table.patterns.is_empty() {
        return Err(format!("concept '{}' has no patterns", table.name));
    }
    let patterns = table.patterns.iter().map(|text| {
        Pattern::parse(text).map_err(|reason| format!("concept '{}', pattern '{text}': {reason}", table.name))
    });
    let patterns = patterns.collect::<Result<_, _>>()?;
    Ok(Concept { name: table.name, definition: table.definition, patterns })
}

/// Whether `literal` is one word of the tokenizer, hyphens included.
fn is_one_word(literal: &str) -> bool {
    // A hyphen hangs only before a space: without it "mål-" would be "mål".
    let spaced = format!("{literal} ");
    let mut tokens = words(&spaced);
    tokens.next().is_some_and(|word| word.text == literal) && tokens.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_codebook_keeps_the_order_of_its_concepts() {
        let text = r#"
            [[concept]]
            name = "samskaping"
            patterns = ["samskap*"]
            [[concept]]
            name = "mål- og resultatstyring"
            definition = "MRS"
            patterns = ["mål- og resultatstyring*", "målstyring*"]
        "#;
        let codebook = Codebook::parse(text).unwrap();
        let names: Vec<_> = codebook.concepts.iter().map(|concept| concept.name.as_str()).collect();
        assert_eq!(names, ["samskaping", "mål- og resultatstyring"]);
        assert_eq!(codebook.concept("MÅL- og resultatstyring").unwrap().patterns[0].words.len(), 3);
    }

    #[test]
    fn a_mistake_in_a_codebook_names_its_place() {
        let cases = [
            (
                "[[concept]]\nname = \"a\"\npatterns = [\"in*nov\"]",
                "concept 'a', pattern 'in*nov': '*' stands inside",
            ),
            ("[[concept]]\nname = \"a\"\npatterns = []", "concept 'a' has no patterns"),
            ("[[concept]]\nname = \"a\"\npatern = [\"b\"]", "line 3"),
            (
                "[[concept]]\nname = \"a\"\npatterns = [\"bb\"]\n[[concept]]\nname = \"a\"\npatterns = [\"bb\"]",
                "twice",
            ),
        ];
        for (text, wanted) in cases {
            let error = Codebook::parse(text).unwrap_err();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
