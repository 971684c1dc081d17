//! Lemmas and compound members against lists labelled by hand (`tests/morphology`).

use ordskifte::morphology::{
    Basis, Position, Refusal, Term, bridges, forms_of, inflections, lemma, lemmas, member,
};
use ordskifte::text::Language;
use proptest::prelude::*;
use std::fs;

/// The rows of a labelled list, without its head line.
fn rows(name: &str) -> Vec<[String; 3]> {
    let list = fs::read_to_string(format!("tests/morphology/{name}")).unwrap();
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    list.lines().skip(1).map(cells).collect()
}

/// Right, wrongly taken and missed words of the terms that `wanted` admits.
fn score(wanted: impl Fn(&Term) -> bool) -> (usize, Vec<String>, Vec<String>) {
    let (mut right, mut wrong, mut missed) = (0, Vec::new(), Vec::new());
    for [term, word, label] in rows("members.tsv") {
        let term = Term::new(&term);
        if !wanted(&term) {
            continue;
        }
        match (term.member(&word).is_ok(), label == "yes") {
            (true, true) => right += 1,
            (true, false) => wrong.push(word),
            (false, true) => missed.push(word),
            (false, false) => {}
        }
    }
    (right, wrong, missed)
}

#[test]
fn long_terms_are_found_in_their_compounds_and_nowhere_else() {
    let (right, wrong, missed) = score(|term| !term.needs_exceptions());
    assert!(right > 500, "{right} words");
    assert!(wrong.len() * 100 <= right, "wrongly taken: {wrong:?}");
    assert!(missed.len() * 100 <= right, "missed: {missed:?}");
}

/// The labels of `seams.tsv`: a hundred words and more for each of three terms that are the end of other words, and *krav*; then short
/// nouns with their linking letters and the words that only begin like them.
#[test]
fn a_prefix_makes_another_word_at_every_seam() {
    let (mut right, mut wrong, mut missed) = (0, Vec::new(), Vec::new());
    for [term, word, label] in rows("seams.tsv") {
        match (Term::new(&term).member(&word).is_ok(), label == "yes") {
            (true, true) => right += 1,
            (true, false) => wrong.push(word),
            (false, true) => missed.push(word),
            (false, false) => {}
        }
    }
    assert!(right > 150, "{right} words");
    assert_eq!((wrong, missed), (Vec::new(), Vec::new()));
}

#[test]
fn short_terms_are_found_and_need_exceptions() {
    let (right, wrong, missed) = score(Term::needs_exceptions);
    assert!(right > 15 && missed.is_empty(), "missed: {missed:?}");
    // troverdighet has the letters of verdi, and is a form of another word.
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_term_is_found_in_all_its_forms() {
    let cases = [
        ("virkemiddel", "virkemidlene", Position::Simplex),
        ("kommune", "storkommunar", Position::Last),
        ("detaljstyre", "detaljstyrte", Position::Simplex),
        ("handlingsrom", "handlingsrommene", Position::Simplex),
        ("tillit", "TILLITSREFORMEN", Position::First),
        ("reform", "NAV-reforma", Position::Last),
        ("kontroll", "kontrollov", Position::First),
        ("styring", "fjernstyringsapparat", Position::Middle),
    ];
    for (term, word, position) in cases {
        assert_eq!(member(term, word).unwrap().position, position, "{term} in {word}");
    }
}

#[test]
fn a_refusal_says_what_the_word_is_instead() {
    let reason = |term, word| member(term, word).unwrap_err();
    assert_eq!(reason("tillit", "mistillit"), Refusal::Prefix("mis".to_owned()));
    assert_eq!(reason("reform", "venstreformann").to_string(), "'formann' is another word");
    assert_eq!(reason("reform", "omstilling"), Refusal::Absent);
}

#[test]
fn lemmas_are_those_of_the_hand_checked_list() {
    let wrong: Vec<String> = rows("lemmas.tsv")
        .into_iter()
        .filter_map(|[language, word, wanted]| {
            let found = lemma(&word, language.parse().unwrap()).lemma;
            (found != wanted).then(|| format!("{word}: {found}, not {wanted}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_lemma_says_what_it_rests_on() {
    let basis = |word| lemma(word, Language::BOKMAL).basis;
    assert_eq!(basis("saken"), Basis::Lexicon);
    assert_eq!(basis("tjenesteinnovasjonene"), Basis::Compound);
    assert_eq!(basis("brzt"), Basis::Rule);
}

#[test]
fn a_word_of_both_written_forms_has_the_lemmas_of_both() {
    let found: Vec<String> = lemmas("leia").into_iter().map(|lemma| lemma.lemma).collect();
    assert!(found.contains(&"leie".to_owned()), "{found:?}");
}

#[test]
fn the_forms_of_a_lemma_are_those_of_both_written_forms() {
    let forms = forms_of("tjeneste");
    for form in ["tjeneste", "tjenesten", "tjenestenes", "teneste", "tenestene", "tenesta", "tenester"] {
        assert!(forms.contains(&form.to_owned()), "{form} is not in {forms:?}");
    }
    assert!(forms_of("innovasjon").contains(&"innovasjonane".to_owned()));
    assert!(forms_of("tillitsbasert").contains(&"tillitsbaserte".to_owned()));
    assert!(forms_of("ledelse").contains(&"leiinga".to_owned()));
}

/// Pairs of policy language, labelled by hand: spellings, other words, and compounds of which one or both parts differ.
#[test]
fn a_word_is_found_in_the_other_written_form_from_both_sides() {
    let list = fs::read_to_string("tests/morphology/pairs.tsv").unwrap();
    let pairs: Vec<_> = list.lines().skip(1).filter_map(|line| line.split_once('\t')).collect();
    let leads = |from: &str, to: &str| forms_of(from).iter().any(|form| form == to);
    let unknown: Vec<_> =
        pairs.iter().filter(|(bokmal, nynorsk)| !leads(bokmal, nynorsk) || !leads(nynorsk, bokmal)).collect();
    assert!(pairs.len() > 200, "{} pairs", pairs.len());
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn two_words_of_bokmal_are_no_pair() {
    for (word, other) in
        [("bolle", "bulle"), ("bygning", "bygging"), ("uttale", "uttalelse"), ("helt", "heilt")]
    {
        assert!(!forms_of(word).contains(&other.to_owned()), "{word}, {other}");
    }
}

#[test]
fn a_bridge_leads_somewhere() {
    assert!(bridges().iter().all(|bridge| bridge.bokmal != bridge.nynorsk));
}

#[test]
fn the_committed_table_is_that_of_its_manifest() {
    use sha2::{Digest, Sha256};
    let table = fs::read("src/morphology/lexicon.bin").unwrap();
    let digest: String = Sha256::digest(&table).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(fs::read_to_string("src/morphology/lexicon.toml").unwrap().contains(&digest));
    assert!(table.len() < 2_000_000);
}

#[test]
fn the_two_written_forms_are_treated_alike() {
    for (term, bokmal, nynorsk, wanted) in [
        ("arbeid", "arbeidere", "arbeidarar", false),
        ("arbeid", "arbeiderpartiet", "arbeidarpartiet", false),
        ("arbeid", "medarbeidere", "medarbeidarar", false),
        ("kontroll", "kontrollører", "kontrollørar", false),
        ("reform", "reformer", "reformar", true),
        ("styring", "styringene", "styringane", true),
        ("innovasjon", "tjenesteinnovasjonene", "tenesteinnovasjonane", true),
        ("nettverk", "nettverket", "nettverka", true),
    ] {
        assert_eq!(member(term, bokmal).is_ok(), wanted, "{term} in {bokmal}");
        assert_eq!(member(term, nynorsk).is_ok(), wanted, "{term} in {nynorsk}");
    }
}

#[test]
fn a_form_that_is_another_word_is_not_of_the_lemma() {
    for (lemma, other) in [
        ("økonom", "økonomi"),
        ("part", "parti"),
        ("jul", "juli"),
        ("middel", "middels"),
        ("demokrat", "demokrati"),
        ("bok", "buk"),
        ("bygning", "bygging"),
        ("helt", "heilt"),
    ] {
        assert!(!forms_of(lemma).contains(&other.to_owned()), "{other} of {lemma}");
    }
}

#[test]
fn a_lemma_has_all_its_forms_in_both_written_forms() {
    for (lemma, forms) in [
        ("lærer", "lærer læreren lærere lærerne lærerens lærar læraren lærarar lærarane"),
        ("museum", "museum museet museer museene musea"),
        ("idé", "idé ideen ideer ideene"),
        ("eigar", "eigar eigaren eigarar eigarane"),
        ("arbeidsplass", "arbeidsplassen arbeidsplasser arbeidsplassane"),
        ("undersøking", "undersøkinga undersøkingar undersøkingane"),
        ("effektiv", "effektivt effektive effektivere effektivest effektivare effektivast"),
        ("skrive", "skriver skrev skrevet skriv skreiv"),
        ("byggje", "byggjer bygde bygd"),
        ("verte", "vert vart vorte"),
        ("tilskudd", "tilskuddet tilskudda tilskot tilskotet tilskota"),
        ("bærekraft", "bærekraften berekraft berekrafta"),
    ] {
        let found = forms_of(lemma);
        let missing: Vec<&str> =
            forms.split(' ').filter(|form| !found.contains(&(*form).to_owned())).collect();
        assert!(missing.is_empty(), "{lemma}: {missing:?} not in {found:?}");
    }
}

/// The paradigms of `paradigms.tsv`: the common kinds of inflection and the irregular words that reports use.
#[test]
fn every_paradigm_is_whole_and_leads_back_to_its_lemma() {
    let (mut n_forms, mut missing, mut lost) = (0, Vec::new(), Vec::new());
    for [_, lemma, forms] in rows("paradigms.tsv") {
        let found = forms_of(&lemma);
        for form in forms.split(' ') {
            n_forms += 1;
            if !found.contains(&form.to_owned()) {
                missing.push(format!("{form} of {lemma}"));
            }
            if !lemmas(form).iter().any(|of| of.lemma == lemma) {
                lost.push(format!("{form} of {lemma}: {:?}", lemmas(form)));
            }
        }
    }
    assert!(n_forms > 500, "{n_forms} forms");
    assert_eq!((missing, lost), (Vec::<String>::new(), Vec::<String>::new()), "of {n_forms}");
}

#[test]
fn a_form_says_which_lemma_it_belongs_to() {
    let of = |lemma: &str, form: &str| {
        inflections(lemma).into_iter().find(|found| found.form == form).map(|found| found.of)
    };
    assert_eq!(of("holdning", "haldningar").as_deref(), Some("haldning"));
    assert_eq!(of("holdning", "holdningen").as_deref(), Some("holdning"));
}

proptest! {
    #[test]
    fn any_word_has_a_lemma_and_an_answer(term in "\\PC{0,12}", word in "\\PC{0,40}") {
        prop_assert!(!lemmas(&word).is_empty());
        let _ = member(&term, &word);
        let _ = forms_of(&term);
    }

    #[test]
    fn a_term_is_a_member_of_itself_between_words(term in "[a-zæøå]{3,12}") {
        prop_assert!(member(&term, &term).is_ok());
    }
}
