//! The forms that a concept counted, each with the analysis that admitted it, and the near misses that it refused.

use super::Error;
use super::count::{count, count_words};
use crate::index::Snapshot;
use crate::query::{ExpandedPhrase, Expansion, Forms};
use crate::text::{Count, Language};
use std::collections::{BTreeMap, BTreeSet};

/// A form that occurs in the texts, and whether a concept counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormUse {
    pub(crate) form: String,
    /// Whether it is counted; otherwise it is a near miss.
    pub(crate) is_counted: bool,
    /// Mentions; of a near miss, occurrences.
    pub(crate) n: u64,
    /// Mentions by language of the passage, the most frequent first. `None` where that is unsure.
    pub(crate) languages: Vec<(Option<Language>, u64)>,
    /// The first year of a document that has it. `None` when no such year is known.
    pub(crate) year_first: Option<i16>,
    /// Where the pattern's term stands in it: simplex, first, middle, last. `None` for phrases and regular expressions.
    pub(crate) position: Option<&'static str>,
    /// The pattern that it matched, or nearly.
    pub(crate) pattern: String,
    /// The analysis that admitted it, or why it was refused.
    pub(crate) why: String,
}

/// The forms of an expanded concept, then its near misses, then the phrases that were excepted; of each the most frequent
/// first.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn forms(snapshot: &Snapshot, expansion: &Expansion) -> Result<Vec<FormUse>, Error> {
    let mut listed = counted(snapshot, expansion)?;
    listed.extend(near_misses(snapshot, expansion)?);
    listed.extend(exceptions(snapshot, expansion)?);
    Ok(listed)
}

fn counted(snapshot: &Snapshot, expansion: &Expansion) -> Result<Vec<FormUse>, Error> {
    let reasons = reasons(expansion);
    let uses = uses(snapshot, &count(snapshot, "", expansion)?)?;
    let listed = uses.into_iter().map(|mut used| {
        used.is_counted = true;
        if let Some((pattern, position, why)) = reasons.get(&used.form) {
            (used.pattern, used.position, used.why) = (pattern.clone(), *position, why.clone());
        } else {
            used.pattern = phrase_pattern(expansion, &used.form).unwrap_or_default();
            used.why = "phrase".to_owned();
        }
        used
    });
    Ok(listed.collect())
}

/// For each of `forms` where the pattern's term stands in it: simplex, first, middle, last. `None` for phrases.
pub(super) fn positions(expansion: &Expansion, forms: &[String]) -> Vec<Option<&'static str>> {
    let reasons = reasons(expansion);
    forms.iter().map(|form| reasons.get(form).and_then(|(_, position, _)| *position)).collect()
}

/// For each single word that is counted: pattern, position and analysis. The first pattern that admits it.
fn reasons(expansion: &Expansion) -> BTreeMap<String, (String, Option<&'static str>, String)> {
    let mut reasons = BTreeMap::new();
    for (pattern, forms) in single_patterns(expansion) {
        for (word, admission) in &forms.admitted {
            let position = admission.position.map(|position| position.name());
            reasons.entry(word.to_lowercase()).or_insert((
                pattern.to_owned(),
                position,
                admission.why.clone(),
            ));
        }
    }
    reasons
}

fn single_patterns(expansion: &Expansion) -> impl Iterator<Item = (&str, &Forms)> {
    let phrases = expansion.counted_phrases();
    phrases.filter_map(|phrase| Some((phrase.label.as_str(), phrase.single_forms()?)))
}

/// The pattern of a phrase whose words admit those of `form`.
fn phrase_pattern(expansion: &Expansion, form: &str) -> Option<String> {
    let words: Vec<&str> = form.split(' ').filter(|word| *word != "*").collect();
    let admits =
        |forms: &Forms, word: &str| forms.admitted.keys().any(|admitted| admitted.to_lowercase() == word);
    let fits = |phrase: &&ExpandedPhrase| {
        let slots: Vec<&Forms> = phrase.words().collect();
        slots.len() == words.len() && slots.iter().zip(&words).all(|(forms, word)| admits(forms, word))
    };
    expansion.counted_phrases().find(fits).map(|phrase| phrase.label.clone())
}

fn near_misses(snapshot: &Snapshot, expansion: &Expansion) -> Result<Vec<FormUse>, Error> {
    let admitted: BTreeSet<&str> = expansion.words();
    let mut refused = BTreeMap::<&str, (&str, &str)>::new();
    for (pattern, forms) in single_patterns(expansion) {
        for (word, why) in &forms.refused {
            if !admitted.contains(word.as_str()) {
                refused.entry(word).or_insert((pattern, why));
            }
        }
    }
    let words: Vec<&str> = refused.keys().copied().collect();
    let reasons: BTreeMap<String, (&str, &str)> =
        refused.into_iter().map(|(word, reason)| (word.to_lowercase(), reason)).collect();
    let uses = uses(snapshot, &count_words(snapshot, "", &words)?)?;
    let listed = uses.into_iter().map(|mut used| {
        if let Some((pattern, why)) = reasons.get(&used.form) {
            (used.pattern, used.why) = ((*pattern).to_owned(), (*why).to_owned());
        }
        used
    });
    Ok(listed.collect())
}

/// The phrases of the exceptions, whether or not they overlap a mention.
fn exceptions(snapshot: &Snapshot, expansion: &Expansion) -> Result<Vec<FormUse>, Error> {
    let uses = uses(snapshot, &count(snapshot, "", &expansion.exceptions())?)?;
    Ok(uses.into_iter().map(|used| FormUse { why: "excepted".to_owned(), ..used }).collect())
}

/// The forms of `count` with their totals, the most frequent first.
fn uses(snapshot: &Snapshot, count: &Count) -> Result<Vec<FormUse>, Error> {
    let strata = snapshot.strata()?;
    let mut languages = vec![BTreeMap::<Option<Language>, u64>::new(); count.forms.len()];
    let mut years = vec![None::<i16>; count.forms.len()];
    for tally in &count.tallies {
        let form = tally.form as usize;
        *languages[form].entry(tally.language).or_default() += tally.n;
        years[form] = [years[form], strata[tally.document as usize].year].into_iter().flatten().min();
    }
    let mut uses: Vec<FormUse> = count
        .forms
        .iter()
        .zip(languages)
        .zip(years)
        .map(|((form, languages), year_first)| {
            let mut languages: Vec<_> = languages.into_iter().collect();
            languages.sort_by_key(|(language, n)| (std::cmp::Reverse(*n), *language));
            FormUse {
                form: form.clone(),
                is_counted: false,
                n: languages.iter().map(|(_, n)| n).sum(),
                languages,
                year_first,
                position: None,
                pattern: String::new(),
                why: String::new(),
            }
        })
        .collect();
    uses.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.form.cmp(&b.form)));
    Ok(uses)
}
