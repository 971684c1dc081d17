//! Makes `src/morphology/lexicon.bin`: a word list of forms → the program's table, and the manifest beside it.
//!
//! `cargo run --release --example make_lexicon -- nb_lemma_exc.json.gz text.txt`
//!
//! The list is `spacy_lookups_data/data/nb_lemma_exc.json.gz` of the PyPI package spacy-lookups-data 1.0.5 (Norsk Ordbank
//! bokmål 2005, CC BY 4.0). Of the text only the order of analyses is learnt: which lemma a form has that could have
//! several. Afterwards `UPDATE_GOLDEN=1 cargo test --lib short_nouns` counts `short_nouns.tsv` anew.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use flate2::read::GzDecoder;
use ordskifte::morphology::{Lexicon, Rewrite, WordClass, lemma};
use ordskifte::text::{Language, words};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::{env, error::Error, fs};

type Analyses = BTreeMap<String, Vec<(String, WordClass)>>;

fn main() -> Result<(), Box<dyn Error>> {
    let [list, text] =
        env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "give a list and a text")?;
    let (list, text) = (fs::read(list)?, fs::read(text)?);
    let mut analyses = read_list(&list)?;
    let counts = count_words(&String::from_utf8_lossy(&text));
    // Corrections come last as well: what is restored by regular endings would bring some errors back.
    correct(&mut analyses);
    let restored = cite(&mut analyses) + restore(&mut analyses) + correct(&mut analyses);
    let table = Lexicon::to_table(&ordered(&analyses, &counts));
    fs::write("src/morphology/lexicon.bin", &table)?;
    let manifest = format!(
        "# What lexicon.bin was made of, by tools/make_lexicon.rs.\n\
         [list]\nname = \"nb_lemma_exc.json.gz\"\npackage = \"spacy-lookups-data 1.0.5\"\nlicence = \"CC-BY-4.0\"\n\
         sha256 = \"{}\"\n\n[text]\nuse = \"the order of analyses\"\nsha256 = \"{}\"\n\n\
         [table]\nforms = {}\nbytes = {}\nsha256 = \"{}\"\n",
        digest(&list),
        digest(&text),
        analyses.len(),
        table.len(),
        digest(&table)
    );
    fs::write("src/morphology/lexicon.toml", manifest)?;
    println!("{} forms, {restored} analyses restored, {} bytes", analyses.len(), table.len());
    Ok(())
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Form → lemma and class, in small letters. Phrases are left out.
fn read_list(bytes: &[u8]) -> Result<Analyses, Box<dyn Error>> {
    let mut json = String::new();
    GzDecoder::new(bytes).read_to_string(&mut json)?;
    let classes: BTreeMap<String, BTreeMap<String, Vec<String>>> = serde_json::from_str(&json)?;
    let mut analyses = Analyses::new();
    for (class, forms) in classes {
        let class = match class.as_str() {
            "noun" => WordClass::Noun,
            "verb" => WordClass::Verb,
            "adj" => WordClass::Adjective,
            _ => WordClass::Adverb,
        };
        for (form, lemmas) in forms.iter().filter(|(form, _)| !form.contains(' ')) {
            let entry = analyses.entry(form.to_lowercase()).or_default();
            for lemma in lemmas {
                let analysis = (lemma.to_lowercase(), class);
                if !entry.contains(&analysis) {
                    entry.push(analysis);
                }
            }
        }
    }
    Ok(analyses)
}

/// Errors of the list: form, class, the lemma that it gives, the right one.
const CORRECTIONS: [(&str, WordClass, &str, &str); 31] = [
    ("museet", WordClass::Noun, "muse", "museum"),
    ("museer", WordClass::Noun, "muse", "museum"),
    ("museene", WordClass::Noun, "muse", "museum"),
    ("musea", WordClass::Noun, "muse", "museum"),
    ("bøker", WordClass::Noun, "bøk", "bok"),
    ("bøkene", WordClass::Noun, "bøk", "bok"),
    ("midler", WordClass::Noun, "midler", "middel"),
    ("tenner", WordClass::Noun, "tenner", "tann"),
    ("tennene", WordClass::Noun, "tenner", "tann"),
    ("regler", WordClass::Noun, "regle", "regel"),
    ("reglene", WordClass::Noun, "regle", "regel"),
    ("krefter", WordClass::Noun, "kreft", "kraft"),
    ("kreftene", WordClass::Noun, "kreft", "kraft"),
    ("fedre", WordClass::Noun, "fader", "far"),
    ("fedrene", WordClass::Noun, "fader", "far"),
    ("data", WordClass::Noun, "datum", "data"),
    ("dataene", WordClass::Noun, "datum", "data"),
    ("lett", WordClass::Adjective, "leite", "lett"),
    ("lette", WordClass::Adjective, "leite", "lett"),
    ("lett", WordClass::Verb, "leite", "lete"),
    ("lette", WordClass::Verb, "leite", "lette"),
    ("stilte", WordClass::Verb, "stile", "stille"),
    ("stilt", WordClass::Verb, "stile", "stille"),
    ("stilte", WordClass::Adjective, "stile", "stille"),
    ("stilt", WordClass::Adjective, "stile", "stille"),
    ("krise", WordClass::Noun, "kris", "krise"),
    ("krisen", WordClass::Noun, "kris", "krise"),
    ("kriser", WordClass::Noun, "kris", "krise"),
    ("krisene", WordClass::Noun, "kris", "krise"),
    ("pakken", WordClass::Noun, "pakk", "pakke"),
    ("ryggen", WordClass::Noun, "rygge", "rygg"),
];

/// Puts [`CORRECTIONS`] right and says how many there were.
fn correct(analyses: &mut Analyses) -> usize {
    for (form, class, wrong, right) in CORRECTIONS {
        let entry = analyses.entry(form.to_owned()).or_default();
        entry.retain(|analysis| *analysis != (wrong.to_owned(), class));
        if !entry.contains(&(right.to_owned(), class)) {
            entry.insert(0, (right.to_owned(), class));
        }
    }
    CORRECTIONS.len()
}

/// Gives each lemma of a noun or verb its own citation form, which the list may have for another lemma only: *lærer* is
/// there as a plural of *lære*. Says how many.
fn cite(analyses: &mut Analyses) -> usize {
    let mut lemmas: Vec<(String, WordClass)> = analyses
        .values()
        .flatten()
        .filter(|(lemma, class)| {
            matches!(class, WordClass::Noun | WordClass::Verb)
                && !analyses.get(lemma).is_some_and(|all| all.contains(&(lemma.clone(), *class)))
        })
        .cloned()
        .collect();
    lemmas.sort();
    lemmas.dedup();
    for (lemma, class) in &lemmas {
        analyses.entry(lemma.clone()).or_default().push((lemma.clone(), *class));
    }
    lemmas.len()
}

/// Regular endings: of the lemma, of the form.
const REGULAR: [(WordClass, &str, &str); 33] = [
    (WordClass::Noun, "", "en"),
    (WordClass::Noun, "", "et"),
    (WordClass::Noun, "", "a"),
    (WordClass::Noun, "", "er"),
    (WordClass::Noun, "", "ene"),
    (WordClass::Noun, "er", "ere"),
    (WordClass::Noun, "e", "en"),
    (WordClass::Noun, "e", "et"),
    (WordClass::Noun, "e", "a"),
    (WordClass::Noun, "e", "er"),
    (WordClass::Noun, "e", "ene"),
    (WordClass::Noun, "el", "ler"),
    (WordClass::Noun, "el", "lene"),
    (WordClass::Noun, "m", "mmet"),
    (WordClass::Noun, "m", "mmer"),
    (WordClass::Noun, "m", "mmene"),
    (WordClass::Noun, "er", "rer"),
    (WordClass::Noun, "er", "re"),
    (WordClass::Noun, "er", "rene"),
    (WordClass::Verb, "", "r"),
    (WordClass::Verb, "", "s"),
    (WordClass::Verb, "", "dde"),
    (WordClass::Verb, "", "dd"),
    (WordClass::Verb, "e", "et"),
    (WordClass::Verb, "e", "a"),
    (WordClass::Verb, "e", "te"),
    (WordClass::Verb, "e", "t"),
    (WordClass::Verb, "e", "de"),
    (WordClass::Verb, "e", "d"),
    (WordClass::Noun, "er", "erne"),
    (WordClass::Adjective, "", "t"),
    (WordClass::Adjective, "", "tt"),
    (WordClass::Adjective, "", "e"),
];

/// Endings of past participles, on the stem of the infinitive. Present participles with a lemma of their own (*gjeldende*)
/// keep it.
const PARTICIPLES: [&str; 7] = ["t", "te", "et", "ete", "ede", "d", "de"];

/// The list keeps one lemma for a form and class: *saken* is there only as a form of *sake*. Gives regular forms that are
/// in the list for another lemma of the class back to theirs, and says how many.
fn restore(analyses: &mut Analyses) -> usize {
    let mut lost = Vec::new();
    for (lemma, all) in analyses.iter() {
        for (_, class) in all.iter().filter(|(of, _)| of == lemma) {
            for (of, lemma_end, form_end) in REGULAR {
                let Some(stem) = lemma.strip_suffix(lemma_end).filter(|_| of == *class) else { continue };
                let form = format!("{stem}{form_end}");
                let Some(there) = analyses.get(&form) else { continue };
                let has_class = there.iter().any(|(_, other)| other == class);
                if has_class && !there.contains(&(lemma.clone(), *class)) {
                    lost.push((form, (lemma.clone(), *class)));
                }
            }
            let stem = lemma.strip_suffix('e').filter(|_| *class == WordClass::Verb);
            for form in stem.iter().flat_map(|stem| PARTICIPLES.map(|end| format!("{stem}{end}"))) {
                let analysis = (lemma.clone(), WordClass::Adjective);
                let there = analyses.get(&form).is_some_and(|there| {
                    there.iter().any(|(_, class)| *class == WordClass::Adjective)
                        && !there.contains(&analysis)
                });
                if there {
                    lost.push((form, analysis));
                }
            }
        }
    }
    for (form, analysis) in &lost {
        analyses.entry(form.clone()).or_default().push(analysis.clone());
    }
    lost.len()
}

/// How often each word stands in the text, function words left out: *men* is no *men*.
fn count_words(text: &str) -> HashMap<String, f64> {
    let mut counts = HashMap::new();
    for word in words(text) {
        *counts.entry(word.text.to_lowercase()).or_insert(0.0) += 1.0;
    }
    counts.retain(|word, _| {
        !matches!(lemma(word, Language::BOKMAL).class, WordClass::Function | WordClass::Adverb)
    });
    counts
}

/// The analyses of each form, most likely first.
///
/// How often a lemma is meant, and how often a class takes an ending, are estimated together by expectation maximisation
/// over the text: each word is shared out among its analyses by what is believed so far, and the shares are what is
/// believed next. What a form says of itself does not count: *viser* is of *vise* because *viste* is frequent, and not a
/// noun, because *viseren* is not.
fn ordered(analyses: &Analyses, counts: &HashMap<String, f64>) -> BTreeMap<String, Vec<Rewrite>> {
    let mut belief = Belief::default();
    for _ in 0..ROUNDS {
        let mut next = Belief::default();
        for (form, count) in counts {
            let Some(all) = analyses.get(form) else { continue };
            let scores = belief.scores(analyses, form, all);
            let sum: f64 = scores.iter().sum();
            let shares: Vec<f64> = scores.iter().map(|score| count * score / sum).collect();
            next.add(analyses, form, all, shares);
        }
        belief = next;
    }
    let order = |form: &String, all: &Vec<(String, WordClass)>| {
        let mut scored: Vec<_> = belief.scores(analyses, form, all).into_iter().zip(all).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        scored.iter().filter_map(|(_, (lemma, class))| Rewrite::between(form, lemma, *class)).collect()
    };
    analyses.iter().map(|(form, all)| (form.clone(), order(form, all))).collect()
}

const ROUNDS: usize = 12;
/// Weight of a lemma that the text does not have.
const UNSEEN: f64 = 0.05;
/// Policy texts give no orders: a bare stem is hardly ever an imperative. Without it half of all nouns with a verb beside
/// them (*arbeid*, *grunn*) would be one.
const IMPERATIVE: f64 = 0.02;

/// How often lemmas are meant and endings are taken.
#[derive(Default)]
struct Belief {
    lexemes: HashMap<(String, WordClass), f64>,
    endings: HashMap<Rewrite, f64>,
    classes: HashMap<WordClass, f64>,
    shares: HashMap<String, Vec<f64>>,
}

impl Belief {
    fn scores(&self, analyses: &Analyses, form: &str, all: &[(String, WordClass)]) -> Vec<f64> {
        let shares = self.shares.get(form);
        // Analyses of one lexeme (adjective and verb of a participle) stand and fall together.
        let own = |wanted: &(String, WordClass)| -> f64 {
            let of_wanted = all
                .iter()
                .enumerate()
                .filter(|(_, (lemma, class))| lexeme(analyses, lemma, *class) == *wanted);
            of_wanted.map(|(index, _)| shares.map_or(0.0, |shares| shares[index])).sum()
        };
        let score = |(lemma, class): &(String, WordClass)| {
            let Some(rewrite) = Rewrite::between(form, lemma, *class) else { return f64::MIN_POSITIVE };
            let class_total = self.classes.get(class).unwrap_or(&1.0) + 1.0;
            let ending = (self.endings.get(&rewrite).unwrap_or(&0.0) + 0.01) / class_total;
            let lexeme = lexeme(analyses, lemma, *class);
            let others = (self.lexemes.get(&lexeme).unwrap_or(&0.0) - own(&lexeme)).max(0.0) + UNSEEN;
            let is_imperative = *class == WordClass::Verb && rewrite.strip == 0 && rewrite.append == "e";
            others * ending * if is_imperative { IMPERATIVE } else { 1.0 }
        };
        all.iter().map(score).collect()
    }

    fn add(&mut self, analyses: &Analyses, form: &str, all: &[(String, WordClass)], shares: Vec<f64>) {
        for ((lemma, class), share) in all.iter().zip(&shares) {
            *self.lexemes.entry(lexeme(analyses, lemma, *class)).or_default() += share;
            *self.classes.entry(*class).or_default() += share;
            if let Some(rewrite) = Rewrite::between(form, lemma, *class) {
                *self.endings.entry(rewrite).or_default() += share;
            }
        }
        self.shares.insert(form.to_owned(), shares);
    }
}

/// A participle is a form of its verb.
fn lexeme(analyses: &Analyses, lemma: &str, class: WordClass) -> (String, WordClass) {
    let is_verb = || {
        let all = analyses.get(lemma);
        all.is_some_and(|all| all.iter().any(|(of, class)| of == lemma && *class == WordClass::Verb))
    };
    let class = if class == WordClass::Adjective && is_verb() { WordClass::Verb } else { class };
    (lemma.to_owned(), class)
}
