//! A form → its lemmas, most likely first; a lemma → all its forms, bokmål and nynorsk.
//!
//! The first of these that has the form decides:
//!
//! 1. the hand-made lists of words that follow no rule (`words.rs`);
//! 2. the word list, in bokmål directly, in nynorsk by its endings and the bridges to bokmål (`nynorsk.rs`);
//! 3. a genitive `s` taken off;
//! 4. the last constituent of a compound, looked up in the same way: *kulturutredningene* ends in *utredningene*;
//! 5. endings alone.
//!
//! The sentence is not read: *leie* is one and the same wherever it stands. Names are not distinguished from nouns.

use super::affixes::has_vowel;
use super::bridges;
use super::lexicon::Lexicon;
use super::lexicon::WordClass::{self, Adjective, Noun, Verb};
use super::nynorsk::{self, FEMININE, Genders, MASCULINE, NEUTER};
use super::words::{self, Words};
use crate::text::{Language, normalise};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The written forms that a lemma belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Written {
    /// Bokmål.
    Bokmal,
    /// Nynorsk.
    Nynorsk,
}

/// The evidence for a lemma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The form is in a list, or an inflection of a word in it.
    Lexicon,
    /// The last constituent is.
    Compound,
    /// Only its ending.
    Rule,
}

impl Basis {
    /// The name in tables and on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Basis::Lexicon => "lexicon",
            Basis::Compound => "compound",
            Basis::Rule => "rule",
        }
    }
}

/// The dictionary form of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lemma {
    /// In small letters: nouns indefinite singular, verbs infinitive (in `-e`), adjectives positive; participles have the
    /// lemma of their verb.
    pub lemma: String,
    /// Its class.
    pub class: WordClass,
    /// The written form by whose rules it was found.
    pub(crate) written: Written,
    /// The evidence for it.
    pub basis: Basis,
}

/// The lemmas of `form` in bokmål, then those of nynorsk that are not among them, most likely first; at least one.
pub fn lemmas(form: &str) -> Vec<Lemma> {
    Lemmatizer::embedded().lemmas(form)
}

/// The most likely lemma of `form`; languages other than nynorsk are read as bokmål.
pub fn lemma(form: &str, language: Language) -> Lemma {
    Lemmatizer::embedded().lemma(form, language)
}

/// All forms of `lemma`, bokmål and nynorsk, genitives included, sorted; those of the word that [`super::bridges`] lead to
/// as well. They are for looking up in a vocabulary, so a form that is not used does no harm.
pub fn forms_of(lemma: &str) -> Vec<String> {
    Lemmatizer::embedded().forms_of(lemma)
}

/// The nynorsk words for the bokmål `lemma`, as far as the tables know; empty when its ending is one that only bokmål has
/// and no table has a word for it. `None` when it is written alike in both, as far as is known.
pub(crate) fn counterparts(lemma: &str) -> Option<Vec<String>> {
    const BOKMAL_ONLY: [&str; 6] = ["else", "elsen", "het", "lighet", "tte", "hold"];
    let lemma = normalise(lemma).to_lowercase();
    let known = bridges::nynorsk_by_table(&lemma);
    let is_bokmal = BOKMAL_ONLY.iter().any(|end| lemma.ends_with(end));
    (!known.is_empty() || is_bokmal).then_some(known)
}

/// As [`forms_of`], each form with the lemma that it belongs to.
pub fn inflections(lemma: &str) -> Vec<Inflection> {
    Lemmatizer::embedded().inflections(lemma)
}

/// A lemmatiser with its word list.
pub(crate) struct Lemmatizer<'a> {
    lexicon: &'a Lexicon,
}

impl Lemmatizer<'static> {
    /// With the list that is part of the program.
    pub(crate) fn embedded() -> Lemmatizer<'static> {
        Lemmatizer { lexicon: Lexicon::embedded() }
    }
}

impl Lemmatizer<'_> {
    /// Whether `form`, in small letters, is in the lists or inflects a word that is, in either written form.
    pub(super) fn knows(&self, form: &str) -> bool {
        self.lexicon.has(form)
            || !self.known(form, Written::Bokmal).is_empty()
            || !self.known(form, Written::Nynorsk).is_empty()
    }

    /// Whether `infinitive` is a verb, in either written form.
    pub(super) fn is_verb(&self, infinitive: &str) -> bool {
        self.is_nynorsk_lemma(infinitive, WordClass::Verb)
    }

    /// Whether the word list has `form`, inflected or not.
    pub(super) fn is_in_list(&self, form: &str) -> bool {
        self.lexicon.has(form)
    }

    /// Whether the hand-made lists have `form`.
    pub(super) fn is_irregular(&self, form: &str) -> bool {
        [Written::Bokmal, Written::Nynorsk].into_iter().any(|written| irregular(written).contains_key(form))
    }

    /// Whether the word list has `word` as a lemma.
    pub(super) fn is_listed_lemma(&self, word: &str) -> bool {
        [Noun, Verb, Adjective].into_iter().any(|class| self.lexicon.has_lemma(word, class))
    }

    /// Whether `word` is a pronoun, preposition, conjunction or the like.
    pub(super) fn is_function_word(&self, word: &str) -> bool {
        [Written::Bokmal, Written::Nynorsk].into_iter().any(|written| {
            irregular(written).get(word).is_some_and(|all| {
                all.iter().any(|(_, class)| matches!(class, WordClass::Function | WordClass::Adverb))
            })
        })
    }

    /// Whether `form` is known, and no form of `lemma`. The agent of a neuter is not its plural: *arbeider* of *arbeid*.
    pub(super) fn is_of_others_only(&self, form: &str, lemma: &str) -> bool {
        let is_agent = (form.ends_with("er") || form.ends_with("ar")) && self.is_nynorsk_lemma(form, Noun);
        if is_agent && self.genders(lemma) == NEUTER {
            return true;
        }
        let base = genitive(form).filter(|_| self.known(form, Written::Bokmal).is_empty()).unwrap_or(form);
        let mut all = self.known(base, Written::Bokmal);
        all.extend(self.known(base, Written::Nynorsk));
        !all.is_empty() && all.iter().all(|known| known.lemma != lemma)
    }

    pub(crate) fn lemmas(&self, form: &str) -> Vec<Lemma> {
        let form = normalise(form).to_lowercase();
        let mut found = self.found(&form, Written::Bokmal);
        for other in self.found(&form, Written::Nynorsk) {
            if !found.iter().any(|known| known.lemma == other.lemma && known.class == other.class) {
                found.push(other);
            }
        }
        found
    }

    pub(crate) fn lemma(&self, form: &str, language: Language) -> Lemma {
        let written = if language == Language::NYNORSK { Written::Nynorsk } else { Written::Bokmal };
        let form = normalise(form).to_lowercase();
        self.found(&form, written).swap_remove(0)
    }

    /// At least one, most likely first.
    fn found(&self, form: &str, written: Written) -> Vec<Lemma> {
        // The last part of a hyphened word is inflected; a hanging hyphen says that it is not a whole word.
        if let Some((first, last)) = form.rsplit_once('-')
            && last.chars().count() >= 2
        {
            let mut lemmas = self.found(last, written);
            lemmas.iter_mut().for_each(|lemma| lemma.lemma = format!("{first}-{}", lemma.lemma));
            return lemmas;
        }
        let known = self.known(form, written);
        if !known.is_empty() {
            return known;
        }
        if let Some(base) = genitive(form) {
            let mut known = self.known(base, written);
            known.retain(|lemma| lemma.class == WordClass::Noun);
            if !known.is_empty() {
                return known;
            }
        }
        let whole = self.compound(form, written);
        let of_genitive = genitive(form).and_then(|base| self.compound(base, written));
        // The longer last constituent: *tillits + reform + s*, not *tillitsreform + ens*.
        let compound = match (whole, of_genitive) {
            (Some(whole), Some(base)) if base.0 < whole.0 => Some(base),
            (whole, base) => whole.or(base),
        };
        compound.map_or_else(|| vec![by_ending(form, written)], |(_, lemmas)| lemmas)
    }

    /// What the lists know of `form`.
    fn known(&self, form: &str, written: Written) -> Vec<Lemma> {
        let make = |lemma: String, class| Lemma { lemma, class, written, basis: Basis::Lexicon };
        if let Some(all) = irregular(written).get(form) {
            return all.iter().map(|(lemma, class)| make((*lemma).to_owned(), *class)).collect();
        }
        let all = match written {
            Written::Bokmal => self.bokmal(form),
            // Both have *effektivere*.
            Written::Nynorsk => {
                Some(self.nynorsk(form)).filter(|all| !all.is_empty()).unwrap_or_else(|| self.bokmal(form))
            }
        };
        all.into_iter().map(|(lemma, class)| make(lemma, class)).collect()
    }

    /// The lemmas of a bokmål form: those of the list, which has no comparatives of adjectives.
    fn bokmal(&self, form: &str) -> Vec<(String, WordClass)> {
        let listed: Vec<_> = self.listed(form);
        if !listed.is_empty() {
            return listed;
        }
        let stems = COMPARISONS.iter().filter_map(|ending| form.strip_suffix(ending));
        let mut lemmas = stems.flat_map(|stem| [Some(stem.to_owned()), uncontracted(stem)]).flatten();
        let lemma = lemmas.find(|lemma| self.lexicon.has_lemma(lemma, Adjective));
        lemma.map(|lemma| (lemma, Adjective)).into_iter().collect()
    }

    /// The lemmas of the lists that `form` is a form of in either written form.
    pub(super) fn known_lemmas(&self, form: &str) -> Vec<String> {
        let known =
            [Written::Bokmal, Written::Nynorsk].into_iter().flat_map(|written| self.known(form, written));
        known.map(|lemma| lemma.lemma).collect()
    }

    /// The analyses of the word list.
    fn listed(&self, form: &str) -> Vec<(String, WordClass)> {
        self.lexicon.analyses(form).iter().map(|rewrite| (rewrite.apply(form), rewrite.class)).collect()
    }

    /// The lemmas of a nynorsk form: itself if it is one, then by its endings, then as bokmål has it.
    fn nynorsk(&self, form: &str) -> Vec<(String, WordClass)> {
        let mut found: Vec<(String, WordClass)> = Vec::new();
        let mut add = |lemma: String, class: WordClass| {
            if !found.iter().any(|(known, of)| *known == lemma && *of == class) {
                found.push((lemma, class));
            }
        };
        for class in [WordClass::Noun, WordClass::Verb, WordClass::Adjective] {
            if self.is_nynorsk_lemma(form, class) {
                add(form.to_owned(), class);
            }
        }
        // Agents end in -ar: what ends in -er is rather the present tense, *høyrer* of *høyre*.
        if let Some(infinitive) = form.strip_suffix('r').filter(|infinitive| infinitive.ends_with('e'))
            && self.is_nynorsk_lemma(infinitive, Verb)
        {
            found.insert(0, (infinitive.to_owned(), Verb));
        }
        let mut add = |lemma: String, class: WordClass| {
            if !found.iter().any(|(known, of)| *known == lemma && *of == class) {
                found.push((lemma, class));
            }
        };
        let (mut plurals, mut others) = (Vec::new(), Vec::new());
        let mut asked = AskedLemmas::default();
        for ending in &nynorsk::ENDINGS {
            let Some(stem) = form.strip_suffix(ending.form).filter(|stem| has_vowel(stem) && stem.len() >= 2)
            else {
                continue;
            };
            let lemma = format!("{stem}{}", ending.lemma);
            if !asked.is_lemma(self, &lemma, ending.class) {
                continue;
            }
            let genders = if ending.class == Noun { self.genders(&lemma) } else { ending.genders };
            if genders & ending.genders == 0 {
                continue;
            }
            // *halda* is rather the infinitive of *halde* than the plural of the neuter *hald*.
            let is_unsure = genders == MASCULINE | FEMININE | NEUTER;
            let is_late = ending.class == Noun
                && ((ending.form == "a" && genders & FEMININE == 0)
                    || (is_unsure && matches!(ending.form, "a" | "ar")));
            if is_late { &mut plurals } else { &mut others }.push((lemma, ending.class));
        }
        others.into_iter().chain(plurals).for_each(|(lemma, class)| add(lemma, class));
        for (lemma, class) in self.listed(form) {
            add(lemma, class);
        }
        if found.len() > 1 {
            let order = self.bokmal_order(form);
            found.sort_by_key(|own| order.iter().position(|other| other == own).unwrap_or(order.len()));
        }
        found
    }

    /// The genders that a noun can have in nynorsk, by its suffix or by the forms that bokmål has of it; all when nothing
    /// tells.
    fn genders(&self, lemma: &str) -> Genders {
        if lemma.ends_with("ing") || lemma.ends_with("heit") || lemma.ends_with("semd") {
            return FEMININE | MASCULINE;
        }
        // An agent, whatever else is spelled so: *brukar* is a user, and in bokmål a part of a bridge.
        if lemma.ends_with("ar") {
            return MASCULINE | NEUTER;
        }
        // A word that a bridge leads to can have another gender: *marknaden*, but *markedet*.
        if !self.lexicon.has_lemma(lemma, Noun) {
            return MASCULINE | FEMININE | NEUTER;
        }
        let bokmal = lemma;
        let stem = bokmal.strip_suffix('e').unwrap_or(bokmal);
        let has = |end: &str| {
            let of_lemma = |form: String| self.listed(&form).contains(&(bokmal.to_owned(), Noun));
            of_lemma(format!("{stem}{end}")) || of_lemma(format!("{bokmal}{end}"))
        };
        let neuter = if has("et") { NEUTER } else { 0 };
        let masculine = if has("en") { MASCULINE } else { 0 };
        // The plural of a neuter ends in -a as well: *barna*.
        let feminine = if has("a") && (neuter == 0 || masculine != 0) { FEMININE } else { 0 };
        match neuter | masculine | feminine {
            0 => MASCULINE | FEMININE | NEUTER,
            genders => genders,
        }
    }

    /// What the form is in bokmål, or the form that corresponds to it there, most likely first: only of bokmål do we know
    /// which lemmas are frequent.
    fn bokmal_order(&self, form: &str) -> Vec<(String, WordClass)> {
        const ENDINGS: [(&str, &str); 9] = [
            ("", ""),
            ("ane", "ene"),
            ("ar", "er"),
            ("a", "en"),
            ("a", "ene"),
            ("a", "et"),
            ("ast", "es"),
            ("ande", "ende"),
            ("are", "ere"),
        ];
        let forms = ENDINGS
            .iter()
            .filter_map(|(nynorsk, bokmal)| Some(form.strip_suffix(nynorsk)?.to_owned() + bokmal));
        let analyses = |form: String| {
            let rewrites = self.lexicon.analyses(&form).iter();
            rewrites.map(|rewrite| (rewrite.apply(&form), rewrite.class)).collect::<Vec<_>>()
        };
        forms.flat_map(analyses).collect()
    }

    fn is_nynorsk_lemma(&self, lemma: &str, class: WordClass) -> bool {
        self.lexicon.has_lemma(lemma, class)
            || bridges::to_bokmal(lemma).any(|other| self.lexicon.has_lemma(&other, class))
    }

    /// The lemmas of a compound by its last constituent: the longest that is known after a possible first part; and where
    /// that starts.
    fn compound(&self, form: &str, written: Written) -> Option<(usize, Vec<Lemma>)> {
        let starts = form.char_indices().map(|(start, _)| start).skip(2);
        for start in starts {
            let (first, last) = form.split_at(start);
            if last.chars().count() < 3 {
                return None;
            }
            if !has_vowel(first) {
                continue;
            }
            let mut known = self.known(last, written);
            // An irregular adjective ends no compound: *gløymer* is not *gløy + mer*.
            let is_irregular = irregular(written).contains_key(last);
            known.retain(|lemma| match lemma.class {
                WordClass::Noun | WordClass::Verb => true,
                WordClass::Adjective => !is_irregular || lemma.lemma == last,
                _ => false,
            });
            if !known.is_empty() {
                known.iter_mut().for_each(|lemma| {
                    lemma.lemma.insert_str(0, first);
                    lemma.basis = Basis::Compound;
                });
                return Some((start, known));
            }
        }
        None
    }

    pub(crate) fn forms_of(&self, lemma: &str) -> Vec<String> {
        let mut forms: Vec<String> = self.inflections(lemma).into_iter().map(|found| found.form).collect();
        forms.sort();
        forms.dedup();
        forms
    }

    pub(crate) fn inflections(&self, lemma: &str) -> Vec<Inflection> {
        let lemma = normalise(lemma).to_lowercase();
        let others =
            bridges::crossings(&lemma).into_iter().filter(|other| self.is_counterpart(&lemma, other));
        let mut found = Vec::new();
        for of in std::iter::once(lemma.clone()).chain(others) {
            let mut forms = Vec::new();
            self.add_forms_of(&of, &mut forms);
            forms.sort();
            forms.dedup();
            found.extend(forms.into_iter().map(|form| Inflection { form, of: of.clone() }));
        }
        found
    }

    /// Whether `other`, which a bridge leads to, is not a bokmål word of its own: *bygging* is not the nynorsk of *bygning*.
    /// Pairs of the tables are believed.
    fn is_counterpart(&self, lemma: &str, other: &str) -> bool {
        let are_both_listed = self.is_listed_lemma(lemma) && self.is_listed_lemma(other);
        !are_both_listed || bridges::is_pair(lemma, other, |rest| self.is_listed_lemma(rest))
    }

    /// The forms of `lemma` itself; of a compound that the list does not have, those of its last constituent.
    pub(super) fn own_forms(&self, lemma: &str) -> Vec<String> {
        let mut forms = Vec::new();
        self.add_forms_of(lemma, &mut forms);
        forms.sort();
        forms.dedup();
        forms
    }

    pub(super) fn is_lemma(&self, lemma: &str) -> bool {
        self.is_listed_lemma(lemma) || bridges::to_bokmal(lemma).any(|other| self.is_listed_lemma(&other))
    }

    fn add_forms_of(&self, lemma: &str, forms: &mut Vec<String>) {
        forms.push(lemma.to_owned());
        for written in [Written::Bokmal, Written::Nynorsk] {
            let own = irregular(written).iter().filter(|(_, all)| all.iter().any(|(of, _)| *of == lemma));
            forms.extend(own.map(|(form, _)| (*form).to_owned()));
        }
        if !self.is_lemma(lemma) {
            self.add_forms_of_unlisted(lemma, forms);
            return;
        }
        self.add_listed_forms(lemma, forms);
        // The list gives the forms of *komité* to *komite*.
        if lemma.ends_with('é') {
            let plain = lemma.replace('é', "e");
            self.add_listed_forms(&plain, forms);
        }
        self.add_nynorsk_forms(lemma, forms);
        if self.lexicon.has_lemma(lemma, Adjective) {
            let shorter = lemma.ends_with("ig") || lemma.ends_with("som");
            let ends = COMPARISONS.iter().filter(|end| shorter || !matches!(**end, "st" | "ste"));
            let stem = contracted(lemma).unwrap_or_else(|| lemma.to_owned());
            forms.extend(ends.chain(&["e"]).map(|end| format!("{stem}{end}")));
            forms.push(format!("{lemma}t"));
        }
    }

    /// The forms of a participle that stands as an adjective (*tillitsbasert*, *tillitsbaserte*), or those of the last
    /// constituent of a compound.
    fn add_forms_of_unlisted(&self, lemma: &str, forms: &mut Vec<String>) {
        if lemma.ends_with('t') {
            forms.push(format!("{lemma}e"));
        }
        let mut starts = lemma.char_indices().map(|(start, _)| start).skip(2);
        let head = starts.find(|start| lemma.len() - start >= 3 && self.is_lemma(&lemma[*start..]));
        let Some((first, last)) = head.map(|start| lemma.split_at(start)) else { return };
        forms.extend(self.own_forms(last).into_iter().map(|form| format!("{first}{form}")));
    }

    fn add_listed_forms(&self, lemma: &str, forms: &mut Vec<String>) {
        for (form, class) in self.lexicon.forms_of(lemma) {
            self.add_form(lemma, form, class, forms);
        }
    }

    fn add_nynorsk_forms(&self, lemma: &str, forms: &mut Vec<String>) {
        let classes = [WordClass::Noun, WordClass::Verb, WordClass::Adjective];
        for class in classes.into_iter().filter(|class| self.is_nynorsk_lemma(lemma, *class)) {
            let genders = self.genders(lemma);
            for ending in nynorsk::ENDINGS.iter().filter(|ending| ending.class == class) {
                let Some(stem) = lemma.strip_suffix(ending.lemma) else { continue };
                if class == Noun && genders & ending.genders == 0 {
                    continue;
                }
                self.add_form(lemma, format!("{stem}{}", ending.form), class, forms);
            }
        }
    }

    /// Adds `form` and, of a noun, its genitive; not what is another noun or adjective by itself: *parti* is not of *part*,
    /// *middels* not of *middel*.
    fn add_form(&self, lemma: &str, form: String, class: WordClass, forms: &mut Vec<String>) {
        let is_other = |form: &str| {
            let is_of_lemma = || self.listed(form).iter().any(|(of, _)| of == lemma);
            let is_word = self.lexicon.has_lemma(form, Noun) || self.lexicon.has_lemma(form, Adjective);
            class == Noun && form != lemma && is_word && !is_of_lemma()
        };
        if class == Noun && !form.ends_with('s') {
            let genitive = format!("{form}s");
            if !is_other(&genitive) {
                forms.push(genitive);
            }
        }
        if !is_other(&form) {
            forms.push(form);
        }
    }
}

/// The answers on possible lemmas of one form: several endings lead to the same one.
#[derive(Default)]
struct AskedLemmas {
    answers: Vec<(String, WordClass, bool)>,
}

impl AskedLemmas {
    fn is_lemma(&mut self, lemmatizer: &Lemmatizer<'_>, lemma: &str, class: WordClass) -> bool {
        if let Some((.., answer)) = self.answers.iter().find(|(of, asked, _)| *asked == class && of == lemma)
        {
            return *answer;
        }
        let answer = lemmatizer.is_nynorsk_lemma(lemma, class);
        self.answers.push((lemma.to_owned(), class, answer));
        answer
    }
}

/// A form of a lemma, or of the word that it corresponds to in the other written form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inflection {
    /// In small letters.
    pub form: String,
    /// The lemma that it is a form of: the one asked for, or one that a bridge leads to.
    pub of: String,
}

/// The stem of an adjective in *-en* before the endings of comparison: *åpn* of *åpen*. The list itself has *enklere* and *sikrere*.
fn contracted(lemma: &str) -> Option<String> {
    Some(format!("{}n", lemma.strip_suffix("en")?))
}

/// The adjective that a stem is [`contracted`] from.
fn uncontracted(stem: &str) -> Option<String> {
    Some(format!("{}en", stem.strip_suffix('n')?))
}

/// Endings of the comparative and superlative of bokmål.
const COMPARISONS: [&str; 5] = ["ere", "est", "este", "st", "ste"];

/// Form → lemmas of the hand-made lists.
fn irregular(written: Written) -> &'static HashMap<&'static str, Vec<(&'static str, WordClass)>> {
    static BOKMAL: OnceLock<HashMap<&'static str, Vec<(&'static str, WordClass)>>> = OnceLock::new();
    static NYNORSK: OnceLock<HashMap<&'static str, Vec<(&'static str, WordClass)>>> = OnceLock::new();
    let index = |lists: &'static [Words]| {
        let mut index = HashMap::<_, Vec<_>>::new();
        for list in lists {
            for (form, lemma) in list.forms() {
                let entry = index.entry(form).or_default();
                if !entry.contains(&(lemma, list.class)) {
                    entry.push((lemma, list.class));
                }
            }
        }
        index
    };
    match written {
        Written::Bokmal => BOKMAL.get_or_init(|| index(&words::BOKMAL)),
        Written::Nynorsk => NYNORSK.get_or_init(|| index(&words::NYNORSK)),
    }
}

/// `form` without its genitive `s`.
fn genitive(form: &str) -> Option<&str> {
    let base = form.strip_suffix("'s").or(form.strip_suffix("’s")).or(form.strip_suffix('s'))?;
    (base.chars().count() >= 2).then_some(base)
}

/// The lemma of an unknown form by its ending.
fn by_ending(form: &str, written: Written) -> Lemma {
    let rules: &[(&str, &str, WordClass)] = match written {
        Written::Bokmal => &BOKMAL_RULES,
        Written::Nynorsk => &NYNORSK_RULES,
    };
    let applied = rules.iter().find_map(|(ending, lemma_end, class)| {
        let stem = form.strip_suffix(ending)?;
        (stem.chars().count() >= 3 && has_vowel(stem)).then(|| (format!("{stem}{lemma_end}"), *class))
    });
    let (lemma, class) = applied.unwrap_or_else(|| (form.to_owned(), WordClass::Noun));
    Lemma { lemma, class, written, basis: Basis::Rule }
}

/// Ending of the form, of the lemma, and class; the first that fits.
static BOKMAL_RULES: [(&str, &str, WordClass); 30] = [
    ("sjonene", "sjon", Noun),
    ("sjoner", "sjon", Noun),
    ("sjonen", "sjon", Noun),
    ("hetene", "het", Noun),
    ("heter", "het", Noun),
    ("heten", "het", Noun),
    ("ingene", "ing", Noun),
    ("inger", "ing", Noun),
    ("ingen", "ing", Noun),
    ("inga", "ing", Noun),
    ("elsene", "else", Noun),
    ("elser", "else", Noun),
    ("elsen", "else", Noun),
    ("erende", "ere", Adjective),
    ("erer", "ere", Verb),
    ("eres", "ere", Verb),
    ("erte", "ere", Verb),
    ("ert", "ere", Verb),
    ("lige", "lig", Adjective),
    ("ligere", "lig", Adjective),
    ("ligste", "lig", Adjective),
    ("iske", "isk", Adjective),
    ("ive", "iv", Adjective),
    ("ale", "al", Adjective),
    ("elle", "ell", Adjective),
    ("erne", "er", Noun),
    ("ene", "", Noun),
    ("et", "", Noun),
    ("en", "", Noun),
    ("er", "", Noun),
];

/// As [`BOKMAL_RULES`].
static NYNORSK_RULES: [(&str, &str, WordClass); 32] = [
    ("sjonane", "sjon", Noun),
    ("sjonar", "sjon", Noun),
    ("sjonen", "sjon", Noun),
    ("heitene", "heit", Noun),
    ("heiter", "heit", Noun),
    ("heita", "heit", Noun),
    ("ingane", "ing", Noun),
    ("ingar", "ing", Noun),
    ("inga", "ing", Noun),
    ("semder", "semd", Noun),
    ("semda", "semd", Noun),
    ("leiken", "leik", Noun),
    ("arane", "ar", Noun),
    ("arar", "ar", Noun),
    ("aren", "ar", Noun),
    ("erande", "ere", Adjective),
    ("erer", "ere", Verb),
    ("erast", "ere", Verb),
    ("erte", "ere", Verb),
    ("ert", "ere", Verb),
    ("lege", "leg", Adjective),
    ("legare", "leg", Adjective),
    ("legaste", "leg", Adjective),
    ("iske", "isk", Adjective),
    ("ive", "iv", Adjective),
    ("ale", "al", Adjective),
    ("elle", "ell", Adjective),
    ("ane", "", Noun),
    ("ene", "", Noun),
    ("et", "", Noun),
    ("en", "", Noun),
    ("ar", "", Noun),
];
