//! Traits of short nouns that only their compounds in the word list tell: `short_nouns.tsv`, counted from the list by the test below.
//!
//! `UPDATE_GOLDEN=1 cargo test --lib short_nouns` makes the table again, after `lexicon.bin` was made again.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A term of so many letters or fewer stands in many other words by accident.
pub(crate) const SHORT_TERM_LETTERS: usize = 5;

/// What the compounds of a short noun tell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    /// The list gives it forms in *-en* and *-er* that are those of a noun in *-e* or of an agent, and its compounds have none:
    /// 112 compounds of *krav* are neuter and none is masculine (*kraven* is of *krave*), 54 of *bank* masculine and none neuter.
    Neuter,
    /// The list has words with an *e* between it and another word, and that *e* is a linking one although a verb or a noun may have it,
    /// too: there is no compound of *verning* and 52 of *vern* (*vern|e|plikt*); there are 48 of *måling* (*måle|enhet*), so *mål* does
    /// not have this trait.
    LinkingE,
    /// It is an adjective, too, and has a linking *s* as a noun: what follows without one is of the adjective. 135 words of the list are
    /// like *rett|s|vesen*; *rettferdig*, *rettlinja* and *rettskriving* are not of the noun.
    AdjectiveJoinsDirectly,
}

impl Trait {
    fn name(self) -> &'static str {
        match self {
            Trait::Neuter => "neuter",
            Trait::LinkingE => "linking_e",
            Trait::AdjectiveJoinsDirectly => "adjective_joins_directly",
        }
    }
}

static TABLE: &str = include_str!("short_nouns.tsv");

/// Whether the noun has the trait.
pub(crate) fn has(noun: &str, wanted: Trait) -> bool {
    static TRAITS: OnceLock<HashMap<&'static str, Vec<&'static str>>> = OnceLock::new();
    let traits = TRAITS.get_or_init(|| {
        let mut traits = HashMap::<_, Vec<_>>::new();
        for (noun, name) in TABLE.lines().filter_map(|line| line.split_once('\t')) {
            traits.entry(noun).or_default().push(name);
        }
        traits
    });
    traits.get(noun).is_some_and(|names| names.contains(&wanted.name()))
}

#[cfg(test)]
mod tests {
    use super::super::affixes::{LATIN_PREFIXES, MODIFIERS};
    use super::super::lexicon::{Lexicon, WordClass};
    use super::*;
    use std::collections::{BTreeMap, HashSet};

    /// The word list as the counts need it.
    struct List {
        lemmas: HashSet<(String, WordClass)>,
        forms: HashSet<(String, String)>,
        /// Nouns by the ends that their last part may be, in order.
        by_end: HashMap<String, Vec<String>>,
        /// Nouns, verbs and adjectives by their beginnings, in order.
        by_beginning: HashMap<String, Vec<String>>,
    }

    impl List {
        fn new(lexicon: &Lexicon) -> List {
            let entries = lexicon.entries();
            let lemmas: HashSet<_> = entries
                .iter()
                .filter(|(form, lemma, class)| form == lemma && *class != WordClass::Adverb)
                .map(|(form, _, class)| (form.clone(), *class))
                .collect();
            let nouns = entries.into_iter().filter(|(.., class)| *class == WordClass::Noun);
            let forms = nouns.map(|(form, lemma, _)| (form, lemma)).collect();
            let (mut by_end, mut by_beginning) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
            let mut sorted: Vec<_> = lemmas.iter().collect();
            sorted.sort();
            for (lemma, class) in sorted {
                let starts = lemma.char_indices().map(|(start, _)| start);
                // The longest end asked for is a short noun and *ing*.
                let letters = lemma.chars().count();
                let ends = starts.clone().skip(3.max(letters.saturating_sub(SHORT_TERM_LETTERS + 3)));
                for start in ends.filter(|_| *class == WordClass::Noun) {
                    by_end.entry(lemma[start..].to_owned()).or_default().push(lemma.clone());
                }
                for end in starts.skip(3).take(SHORT_TERM_LETTERS) {
                    by_beginning.entry(lemma[..end].to_owned()).or_default().push(lemma.clone());
                }
            }
            by_beginning.values_mut().for_each(Vec::dedup);
            List { lemmas, forms, by_end, by_beginning }
        }

        fn is(&self, lemma: &str, class: WordClass) -> bool {
            self.lemmas.contains(&(lemma.to_owned(), class))
        }

        fn is_noun(&self, lemma: &str) -> bool {
            self.is(lemma, WordClass::Noun)
        }

        fn is_lemma(&self, lemma: &str) -> bool {
            [WordClass::Noun, WordClass::Verb, WordClass::Adjective]
                .iter()
                .any(|class| self.is(lemma, *class))
        }

        fn has_form(&self, lemma: &str, ending: &str) -> bool {
            self.forms.contains(&(format!("{lemma}{ending}"), lemma.to_owned()))
        }

        /// The nouns with three letters or more before `last`.
        fn ending_in<'l>(&'l self, last: &str) -> impl Iterator<Item = &'l String> {
            let letters = last.chars().count();
            let all = self.by_end.get(last).into_iter().flatten();
            all.filter(move |noun| noun.chars().count() >= letters + 3)
        }

        /// How many nouns are a noun of the list, with or without a linking letter, and `last`.
        fn compounds_in(&self, last: &str) -> usize {
            let is_first = |first: &str| {
                self.is_noun(first) || first.strip_suffix(['s', 'e']).is_some_and(|first| self.is_noun(first))
            };
            self.ending_in(last).filter(|noun| is_first(&noun[..noun.len() - last.len()])).count()
        }

        /// How many words begin with `first` and are continued by what `is_rest` admits.
        fn beginning_with(&self, first: &str, is_rest: impl Fn(&str) -> bool) -> usize {
            let all = self.by_beginning.get(first).into_iter().flatten();
            all.map(|word| &word[first.len()..])
                .filter(|rest| rest.chars().count() >= 3 && is_rest(rest))
                .count()
        }
    }

    /// Neuter compounds against masculine ones, where a form in *-en* can be another word's.
    fn is_neuter(list: &List, noun: &str) -> bool {
        let with_e = format!("{noun}e");
        let (neuter, masculine) = (
            list.ending_in(noun).filter(|compound| list.has_form(compound, "et")).count(),
            list.ending_in(noun).filter(|compound| list.has_form(compound, "en")).count(),
        );
        let has_both = list.has_form(noun, "et") && list.has_form(noun, "en");
        let is_of_e_noun = list.is_noun(&with_e) && list.has_form(&with_e, "n");
        // *bruk* has 198 neuter compounds (of farms) and 101 masculine ones (of use): it is both.
        let is_of_agent = list.is_noun(&format!("{noun}er")) && neuter > 10 * masculine;
        has_both && ((is_of_e_noun && neuter > masculine) || is_of_agent)
    }

    /// A verb with a noun in *-ing* claims the *e* where that noun has more than a tenth as many compounds as the short noun (*måling* 48
    /// of 134, *vern* 0 of 52, *lån* 2 of 73, *trykk* 3 of 46); a noun in *-e* unless it has hardly any compound and twenty words show
    /// the *e* (*navn*: 39, *spill*: 63). With fewer than eight such words the *e* is rather an accident
    /// (*skap|e|revne*) or always the verb's (five of *verk|e*).
    fn has_linking_e(list: &List, noun: &str) -> bool {
        let with_e = format!("{noun}e");
        let (compounds, is_neuter) = (list.compounds_in(noun), list.has_form(noun, "et"));
        let is_verb = list.is(&with_e, WordClass::Verb) && list.is_noun(&format!("{noun}ing")) && is_neuter;
        let is_noun = list.is_noun(&with_e);
        let is_prefix = MODIFIERS.contains(&&*with_e) || LATIN_PREFIXES.contains(&&*with_e);
        let n_linked = list.beginning_with(&with_e, |rest| list.is_noun(rest));
        let verb_lacks = list.compounds_in(&format!("{noun}ing")) * 10 <= compounds;
        let noun_lacks = list.compounds_in(&with_e) * 20 <= compounds && n_linked >= 20;
        let is_claimed = (is_verb && !verb_lacks) || (is_noun && !noun_lacks);
        let has_rival = is_verb || is_noun;
        n_linked >= 8 && !is_prefix && !is_claimed && (compounds >= 10 || !has_rival)
    }

    /// Words with a linking *s* must be fifty and more than twice those without.
    fn joins_as_adjective(list: &List, noun: &str) -> bool {
        let with_s = list.beginning_with(&format!("{noun}s"), |rest| {
            list.is_noun(rest) && !list.is_lemma(&format!("s{rest}"))
        });
        let directly = list.beginning_with(noun, |rest| list.is_lemma(rest));
        list.is(noun, WordClass::Adjective) && with_s >= 50 && with_s > 2 * directly
    }

    fn table(list: &List) -> String {
        let mut nouns: Vec<&str> = list
            .lemmas
            .iter()
            .filter(|(_, class)| *class == WordClass::Noun)
            .map(|(lemma, _)| lemma.as_str())
            .filter(|lemma| (3..=SHORT_TERM_LETTERS).contains(&lemma.chars().count()))
            .collect();
        nouns.sort_unstable();
        let mut rows = BTreeMap::new();
        for (order, (of, holds)) in [
            (Trait::Neuter, is_neuter as fn(&List, &str) -> bool),
            (Trait::LinkingE, has_linking_e),
            (Trait::AdjectiveJoinsDirectly, joins_as_adjective),
        ]
        .into_iter()
        .enumerate()
        {
            for noun in nouns.iter().filter(|noun| holds(list, noun)) {
                rows.insert((order, *noun), format!("{noun}\t{}\n", of.name()));
            }
        }
        rows.into_values().collect()
    }

    #[test]
    fn the_table_is_what_the_word_list_counts() {
        let counted = table(&List::new(Lexicon::embedded()));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write("src/morphology/short_nouns.tsv", &counted).unwrap();
            return;
        }
        assert!(counted == TABLE, "run UPDATE_GOLDEN=1 cargo test --lib short_nouns and read the difference");
    }

    #[test]
    fn compounds_tell_the_traits_of_a_short_noun() {
        assert!(has("krav", Trait::Neuter) && !has("bank", Trait::Neuter) && !has("bruk", Trait::Neuter));
        assert!(has("vern", Trait::LinkingE) && has("lån", Trait::LinkingE) && !has("mål", Trait::LinkingE));
        assert!(has("rett", Trait::AdjectiveJoinsDirectly) && !has("lov", Trait::AdjectiveJoinsDirectly));
    }
}
