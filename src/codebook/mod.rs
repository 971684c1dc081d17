//! The researcher's coding scheme: concepts, the patterns that stand for them, and which forms a pattern matches. Pure.
//!
//! A pattern is one or more words within one passage. A plain word matches itself; `[lemma=innovasjon]` all its
//! inflections; `*innovasjon`, `innovasjon*` and `*innovasjon*` also the compounds that have it last, first or anywhere,
//! decided by [`crate::morphology`] and not by letters: `tillit*` matches *tillitsreform*, never *mistillit*; `/…/` is a
//! regular expression. A hyphen is part of its word: `mål- og resultatstyring` does not match *mål og resultatstyring*.
//!
//! Patterns are expanded against the vocabulary of the index ([`Matcher`]); what is counted is a list of forms that a
//! person can read, correct and decide on.

mod check;
mod concept;
mod decisions;
mod dictionary;
mod error;
mod limits;
mod matcher;
mod pattern;
mod syntax;

pub(crate) use check::{Use, check};
pub use concept::{Concept, Rule};
pub(crate) use decisions::DECISION_COLUMNS;
pub(crate) use dictionary::{Category, DictionaryFormat, export, import};
pub use error::{DecisionError, Error, LimitError, PatternError};
pub(crate) use limits::Cost;
pub use matcher::{Admission, Matcher, Verdict};
pub(crate) use matcher::{Lookups, MATCHER_VERSION};
pub use pattern::{Expression, Literal, Pattern, TermPosition, WordPattern};
pub(crate) use pattern::{Slot, WordKey};
pub use syntax::SyntaxError;

use crate::text::{Language, with_short_lines};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// A codebook as written: concepts in the order of the file.
#[derive(Debug, Clone)]
pub struct Codebook {
    /// Each with a name of its own.
    pub concepts: Vec<Concept>,
    /// The file of decisions on single forms that the codebook names, relative to itself.
    pub(crate) decisions: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodebookFile {
    decisions: Option<String>,
    concept: Vec<ConceptTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConceptTable {
    name: String,
    #[serde(alias = "definition")]
    note: Option<String>,
    #[serde(default)]
    parents: Vec<String>,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    languages: Vec<Language>,
    #[serde(default)]
    case: bool,
}

impl Codebook {
    /// The codebook that the TOML `text` describes: `[[concept]]` tables with `name` and `patterns`, and optionally `note`,
    /// `parents`, `except`, `languages` and `case`.
    ///
    /// # Errors
    /// Says which line, concept or pattern is wrong, and why.
    pub fn parse(text: &str) -> Result<Codebook, Error> {
        let file: CodebookFile =
            toml::from_str(text).map_err(|error| Error::Toml(with_short_lines(&error.to_string())))?;
        limits::check_number_of_concepts(file.concept.len())?;
        let mut cost = Cost::default();
        let tables = file.concept.into_iter().map(|table| concept(table, &mut cost));
        let mut concepts = tables.collect::<Result<Vec<_>, _>>()?;
        check_names(&concepts)?;
        inherit(&mut concepts)?;
        Ok(Codebook { concepts, decisions: file.decisions })
    }

    /// The codebook with the decisions of the CSV file `bytes`: columns concept, form and decision (yes, no or empty).
    ///
    /// # Errors
    /// Says which line is wrong, and why.
    pub(crate) fn with_decisions(mut self, bytes: &[u8]) -> Result<Codebook, Error> {
        decisions::apply(&mut self.concepts, bytes)?;
        limits::check_rules(&self.concepts)?;
        Ok(self)
    }

    /// The concept called `name`, in any case.
    pub(crate) fn concept(&self, name: &str) -> Option<&Concept> {
        let wanted = name.to_lowercase();
        self.concepts.iter().find(|concept| concept.name.to_lowercase() == wanted)
    }
}

/// Refuses two concepts of one name. The command line finds concepts in any case, so that `a` and `A` would hide each other.
fn check_names(concepts: &[Concept]) -> Result<(), Error> {
    let mut known = HashMap::new();
    for Concept { name, .. } in concepts {
        match known.insert(name.to_lowercase(), name) {
            None => {}
            Some(first) if first == name => return Err(Error::DefinedTwice(first.clone())),
            Some(first) => return Err(Error::DifferInCase(first.clone(), name.clone())),
        }
    }
    Ok(())
}

/// The concept of `table`; adds what its patterns cost to `cost`.
fn concept(table: ConceptTable, cost: &mut Cost) -> Result<Concept, Error> {
    if table.name.trim().is_empty() {
        return Err(Error::Nameless);
    }
    let mut parse = |texts: &[String]| {
        let parsed = texts.iter().map(|text| {
            let parsed = Pattern::parse(text).map_err(PatternError::from);
            let within_limits =
                parsed.and_then(|pattern| cost.add(&pattern).map(|()| pattern).map_err(PatternError::from));
            within_limits.map_err(|cause| {
                let (concept, pattern) = (table.name.clone(), text.clone());
                Error::Pattern { concept, pattern, cause }
            })
        });
        parsed.collect::<Result<Vec<_>, _>>()
    };
    let rule = Rule {
        concept: table.name.clone(),
        patterns: parse(&table.patterns)?,
        except: parse(&table.except)?,
        languages: table.languages,
        is_case_sensitive: table.case,
    };
    Ok(Concept {
        name: table.name,
        note: table.note,
        parents: table.parents,
        rules: vec![rule],
        admitted: Vec::new(),
        refused: Vec::new(),
    })
}

/// Gives each concept the rules of all concepts below it.
fn inherit(concepts: &mut [Concept]) -> Result<(), Error> {
    let parents = parents(concepts)?;
    let own: Vec<Rule> = concepts.iter().map(|concept| concept.rules[0].clone()).collect();
    let mut cost = Cost::default();
    for (index, rule) in own.iter().enumerate() {
        for above in ancestors(index, &parents) {
            if above == index {
                return Err(Error::OwnAncestor(rule.concept.clone()));
            }
            cost.add_rule(rule)?;
            concepts[above].rules.push(rule.clone());
        }
    }
    limits::check_rules(concepts)?;
    match concepts.iter().find(|concept| concept.rules.iter().all(|rule| rule.patterns.is_empty())) {
        Some(concept) => Err(Error::NoPatterns(concept.name.clone())),
        None => Ok(()),
    }
}

/// The place of each parent of each concept, each once.
fn parents(concepts: &[Concept]) -> Result<Vec<Vec<usize>>, Error> {
    let places: HashMap<&str, usize> =
        concepts.iter().enumerate().map(|(place, concept)| (concept.name.as_str(), place)).collect();
    let of_concept = |concept: &Concept| {
        let found = concept.parents.iter().map(|name| {
            let unknown = || Error::UnknownParent { concept: concept.name.clone(), parent: name.clone() };
            places.get(name.as_str()).copied().ok_or_else(unknown)
        });
        let mut found = found.collect::<Result<Vec<_>, Error>>()?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    };
    concepts.iter().map(of_concept).collect()
}

/// All concepts above the one at `index`, itself when there is a circle.
fn ancestors(index: usize, parents: &[Vec<usize>]) -> HashSet<usize> {
    let mut found = HashSet::new();
    let mut open = parents[index].clone();
    while let Some(above) = open.pop() {
        if found.insert(above) {
            open.extend(&parents[above]);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_codebook_keeps_the_order_of_its_concepts() {
        let text = r#"
            [[concept]]
            name = "samskaping"
            patterns = ["samskaping*"]
            [[concept]]
            name = "mål- og resultatstyring"
            note = "MRS"
            patterns = ["mål- og *resultatstyring", "målstyring*"]
        "#;
        let codebook = Codebook::parse(text).unwrap();
        let names: Vec<_> = codebook.concepts.iter().map(|concept| concept.name.as_str()).collect();
        assert_eq!(names, ["samskaping", "mål- og resultatstyring"]);
        let concept = codebook.concept("MÅL- og resultatstyring").unwrap();
        assert_eq!(concept.rules[0].patterns[0].slots.len(), 3);
    }

    #[test]
    fn a_concept_has_the_rules_of_all_below_it() {
        let text = r#"
            [[concept]]
            name = "styring"
            [[concept]]
            name = "målstyring"
            parents = ["styring"]
            patterns = ["målstyring"]
            [[concept]]
            name = "MRS"
            parents = ["målstyring"]
            patterns = ["mål- og resultatstyring"]
        "#;
        let codebook = Codebook::parse(text).unwrap();
        let mut owners: Vec<_> =
            codebook.concepts[0].rules.iter().map(|rule| rule.concept.as_str()).collect();
        owners.sort_unstable();
        assert_eq!(owners, ["MRS", "målstyring", "styring"]);
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
            (
                "[[concept]]\nname = \"å\"\npatterns = [\"bb\"]\n[[concept]]\nname = \"Å\"\npatterns = [\"cc\"]",
                "concepts 'å' and 'Å' differ in case only",
            ),
            ("[[concept]]\nname = \"a\"\npatterns = [\"bb\"]\nparents = [\"b\"]", "parent 'b'"),
            ("[[concept]]\nname = \"a\"\npatterns = [\"bb\"]\nparents = [\"a\"]", "its own ancestor"),
        ];
        for (text, wanted) in cases {
            let error = Codebook::parse(text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn decisions_are_read_as_a_spreadsheet_saves_them() {
        let codebook =
            Codebook::parse("[[concept]]\nname = \"styring\"\npatterns = [\"*styring*\"]").unwrap();
        let text = "\u{feff}concept;form;n;decision\r\nstyring;forstyrring;3;no\r\nStyring;styrbar;1;yes\r\nstyring;x;;\r\n";
        let decided = codebook.clone().with_decisions(text.as_bytes()).unwrap();
        let texts = |patterns: &[Pattern]| patterns.iter().map(|p| p.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&decided.concepts[0].refused), ["forstyrring"]);
        assert_eq!(texts(&decided.concepts[0].admitted), ["styrbar"]);
        for (text, wanted) in [
            ("concept,form\na,b", "'decision' is missing"),
            ("concept,form,decision\nstyring,x,kanskje", "line 2: the decision 'kanskje'"),
            ("concept,form,decision\nledelse,x,no", "no concept 'ledelse'"),
        ] {
            let error = codebook.clone().with_decisions(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
