//! A codebook on documents of one paragraph each: what counts, what is refused, and what a person can decide.

use crate::support::{Corpus, run};
use std::collections::BTreeMap;
use std::fs;

/// A corpus of HTML documents, one for each text, and a codebook.
fn corpus(texts: &[&str], codebook: &str) -> (Corpus, tempfile::TempDir) {
    let page = |text: &str| {
        format!(
            "<html lang=\"nb\"><head><title>Notat</title></head><body><main><h1>Notat</h1><p>{text}</p></main></body></html>"
        )
    };
    let pages: Vec<(String, String)> =
        (0..).zip(texts).map(|(number, text)| (format!("{number}.html"), page(text))).collect();
    let files: Vec<(&str, &str)> =
        pages.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect();
    let (corpus, folder) = Corpus::of_files(&files);
    fs::write(corpus.path("codebook.toml"), codebook).unwrap();
    corpus.refresh(&[]);
    (corpus, folder)
}

fn concept(name: &str, more: &str) -> String {
    format!("[[concept]]\nname = \"{name}\"\n{more}\n")
}

/// What is counted of a concept: form → mentions.
fn counted(corpus: &Corpus, concept: &str) -> BTreeMap<String, u64> {
    let rows = corpus.rows("forms.csv").into_iter().filter(|row| row["concept"] == concept);
    let mut counted = BTreeMap::new();
    for row in rows {
        *counted.entry(row["form"].clone()).or_default() += row["n"].parse::<u64>().unwrap();
    }
    counted
}

fn told(forms: &BTreeMap<String, u64>) -> String {
    forms.iter().map(|(form, n)| format!("{form} {n}")).collect::<Vec<_>>().join(", ")
}

/// What the patterns of `rule` count in `text`.
fn forms_of(rule: &str, text: &str) -> String {
    let (corpus, _folder) = corpus(&[text], &concept("c", rule));
    told(&counted(&corpus, "c"))
}

#[test]
fn a_star_takes_compounds_and_leaves_accidents() {
    let text = "Tillitsreformen og tillitsbasert ledelse hviler på tillit, ikke mistillit. Fagtilliten er fortrolig.";
    assert_eq!(forms_of("patterns = [\"tillit*\"]", text), "tillit 1, tillitsbasert 1, tillitsreformen 1");
    assert_eq!(forms_of("patterns = [\"*tillit\"]", text), "fagtilliten 1, tillit 1");
}

#[test]
fn a_hanging_word_counts_for_what_it_stands_for() {
    let text = "Etaten har mål- og resultatstyring. Kommunen har innovasjons- og omstillingsarbeid.";
    assert_eq!(forms_of("patterns = [\"*styring\"]", text), "mål-(resultatstyring) 1, resultatstyring 1");
    assert_eq!(forms_of("patterns = [\"innovasjonsarbeid\"]", text), "innovasjons-(omstillingsarbeid) 1");
    assert_eq!(forms_of("patterns = [\"*innovasjon*\"]", text), "innovasjons- 1");
    assert_eq!(forms_of("patterns = [\"*målstyring*\"]", text), "mål-(resultatstyring) 1");
    let right = "De styrker brukerstyring og -medvirkning.";
    assert_eq!(forms_of("patterns = [\"brukermedvirkning\"]", right), "(brukerstyring)-medvirkning 1");
}

#[test]
fn the_phrase_counts_once_where_its_parts_stand() {
    let text = "De har mål- og resultatstyring, altså målstyring.";
    let rule = "patterns = [\"mål- og resultatstyring\", \"*målstyring\", \"*resultatstyring\"]";
    assert_eq!(forms_of(rule, text), "mål- og resultatstyring 1, målstyring 1");
}

#[test]
fn a_phrase_may_have_gaps() {
    let text = "Tillit i ledelsen og tillit til en god ledelse, tillit uten mange nye lag av ledelse.";
    assert_eq!(forms_of("patterns = [\"[lemma=tillit] * [lemma=ledelse]\"]", text), "tillit * ledelsen 1");
    assert_eq!(
        forms_of("patterns = [\"tillit *{0,3} *ledelse\"]", text),
        "tillit * ledelse 1, tillit * ledelsen 1"
    );
}

#[test]
fn an_exception_takes_away_what_it_overlaps() {
    let text = "Innovasjon Norge støtter innovasjon. Utstyret er ikke styring.";
    let rule = "patterns = [\"*innovasjon*\"]\nexcept = [\"innovasjon norge\"]";
    assert_eq!(forms_of(rule, text), "innovasjon 1");
    let (corpus, _folder) = corpus(&[text], &concept("c", rule));
    let listed = corpus.run(&["forms", "c", "--refused", "--format", "csv"]);
    assert!(listed.out.contains("c,innovasjon norge,,false,1,"), "{}", listed.out);
    assert_eq!(forms_of("patterns = [\"/.*styr.*/\"]\nexcept = [\"/utstyr.*/\"]", text), "styring 1");
}

#[test]
fn case_is_told_apart_on_request() {
    let text = "Nav er en etat, men NAV var et navn, og et nav er midten av et hjul.";
    assert_eq!(forms_of("patterns = [\"NAV\"]", text), "nav 3");
    assert_eq!(forms_of("patterns = [\"NAV\"]\ncase = true", text), "nav 1");
    assert_eq!(forms_of("patterns = [\"/N[Aa][Vv]/\"]\ncase = true", text), "nav 2");
    assert_eq!(forms_of("patterns = [\"/NAV/\"]", text), "nav 3");
}

#[test]
fn a_language_limits_where_a_concept_counts() {
    let bokmal =
        "Direktoratet skal legge til rette for at de ansatte får større handlingsrom i det daglige arbeidet.";
    let english = "The agency shall report on its handlingsrom at the end of the year, and explain how results were reached.";
    let codebook = concept("nb", "patterns = [\"handlingsrom\"]\nlanguages = [\"nb\"]")
        + &concept("en", "patterns = [\"handlingsrom\"]\nlanguages = [\"en\"]")
        + &concept("all", "patterns = [\"handlingsrom\"]");
    let (corpus, _folder) = corpus(&[bokmal, english], &codebook);
    let n = |name| counted(&corpus, name).values().sum::<u64>();
    assert_eq!((n("nb"), n("en"), n("all")), (1, 1, 2));
}

#[test]
fn a_parent_counts_the_union_of_what_is_below_it() {
    let text = "Sosial innovasjon, tjenesteinnovasjon og fornyelse av tjenesten.";
    let codebook = concept("innovasjon", "patterns = [\"*innovasjon\"]")
        + &concept("sosial", "parents = [\"innovasjon\"]\npatterns = [\"sosial innovasjon\"]")
        + &concept("fornyelse", "parents = [\"innovasjon\"]\npatterns = [\"fornyelse\"]");
    let (corpus, _folder) = corpus(&[text], &codebook);
    assert_eq!(
        told(&counted(&corpus, "innovasjon")),
        "fornyelse 1, sosial innovasjon 1, tjenesteinnovasjon 1"
    );
    assert_eq!(told(&counted(&corpus, "sosial")), "sosial innovasjon 1");
}

#[test]
fn a_decision_of_a_person_outranks_the_patterns() {
    let text = "Tillit, tillitsvalgte og mistillit; tillitsreform.";
    let (corpus, _folder) = corpus(&[text], &concept("tillit", "patterns = [\"tillit*\"]"));
    let file = corpus.path("codebook.decisions.csv");
    let review = corpus.run(&["forms", "--review", file.to_str().unwrap()]);
    assert_eq!(review.code, 0, "{}", review.err);
    let decided = fs::read_to_string(&file)
        .unwrap()
        .replace("tillit,tillitsvalgte,,", "tillit,tillitsvalgte,no,")
        .replace("tillit,mistillit,,", "tillit,mistillit,yes,");
    assert!(
        decided.contains("tillitsvalgte,no,true") && decided.contains("mistillit,yes,false"),
        "{decided}"
    );
    fs::write(&file, decided).unwrap();
    let codebook = concept("tillit", "patterns = [\"tillit*\"]");
    fs::write(corpus.path("codebook.toml"), format!("decisions = \"codebook.decisions.csv\"\n{codebook}"))
        .unwrap();
    corpus.refresh(&[]);
    assert_eq!(told(&counted(&corpus, "tillit")), "mistillit 1, tillit 1, tillitsreform 1");
    let again = corpus.run(&["forms", "--review", file.to_str().unwrap()]);
    assert_eq!(again.code, 0, "{}", again.err);
    let kept = fs::read_to_string(&file).unwrap();
    assert!(kept.contains("tillitsvalgte,no,false") && kept.contains("mistillit,yes,true"), "{kept}");
}

#[test]
fn a_review_does_not_write_over_a_file_of_others() {
    let (corpus, _folder) = corpus(&["Tillit."], &concept("tillit", "patterns = [\"tillit\"]"));
    let file = corpus.path("mine.csv");
    fs::write(&file, "mine").unwrap();
    let review = corpus.run(&["forms", "--review", file.to_str().unwrap()]);
    assert_eq!((review.code, fs::read_to_string(&file).unwrap().as_str()), (2, "mine"), "{}", review.err);
}

#[test]
fn each_form_is_listed_with_its_analysis_and_each_near_miss_with_its_reason() {
    let text = "Tillitsreformen bygger på tillit, ikke mistillit.";
    let (corpus, _folder) = corpus(&[text], &concept("tillit", "patterns = [\"tillit*\"]"));
    let listed = corpus.run(&["forms", "tillit", "--format", "csv"]);
    let mut rows = listed.out.lines();
    assert_eq!(
        rows.next(),
        Some("concept,form,decision,is_counted,n,languages,year_first,position,pattern,why")
    );
    let rows: Vec<&str> = rows.collect();
    assert!(rows[0].starts_with("tillit,tillit,,true,1,"), "{rows:?}");
    assert!(rows[1].ends_with(",first,tillit*,tillit + s + reformen"), "{rows:?}");
    assert!(rows[2].starts_with("tillit,mistillit,,false,1,"), "{rows:?}");
    assert!(rows[2].contains("'mis-' before it"), "{rows:?}");
}

#[test]
fn a_check_names_the_patterns_that_match_nothing() {
    let codebook = concept("samskaping", "patterns = [\"samskap*\", \"samskaping\"]");
    let (corpus, _folder) = corpus(&["Samskaping er å skape sammen."], &codebook);
    let check = corpus.run(&["codebook", "check"]);
    assert_eq!(check.code, 1);
    assert!(check.out.contains("samskaping: samskap*: matches nothing in the index"), "{}", check.out);
}

#[test]
fn a_check_names_what_has_no_nynorsk_counterpart() {
    let text = "Ledelse og styring, bærekraft og formål, tilskudd og løpskasse.";
    let findings = |rule: &str| {
        let (corpus, _folder) = corpus(&[text], &concept("c", rule));
        corpus.run(&["codebook", "check"]).out
    };
    // A pattern of letters takes bokmål only: its counterpart is named.
    let found = findings("patterns = [\"*formål*\"]");
    assert!(found.contains("c: *formål*: its nynorsk counterpart 'føremål' is in no pattern"), "{found}");
    // A lemma takes both, and a pattern beside it may have the other word.
    for rule in [
        "patterns = [\"[lemma=tilskudd]\"]",
        "patterns = [\"*formål*\", \"*føremål*\"]",
        "languages = [\"nb\"]\npatterns = [\"*formål*\"]",
        "patterns = [\"*styring*\"]",
    ] {
        let found = findings(rule);
        assert!(!found.contains("nynorsk"), "{rule}: {found}");
    }
    // An ending that only bokmål has, and no word in the tables.
    let found = findings("patterns = [\"*blidelse*\"]");
    assert!(found.contains("no nynorsk counterpart known"), "{found}");
}

#[test]
fn a_pattern_of_two_letters_gives_one_finding_and_no_list() {
    let text = "Kirker, kinoer, psykiatri, teknikk, politikk og KI-løsninger i skisporet; kikket på kister.";
    for pattern in ["*ki*", "ki*"] {
        let (corpus, _folder) = corpus(&[text], &concept("c", &format!("patterns = [\"{pattern}\"]")));
        let out = corpus.run(&["codebook", "check"]).out;
        let lines: Vec<&str> = out.lines().filter(|line| line.contains(pattern)).collect();
        assert_eq!(lines.len(), 1, "{out}");
        assert!(lines[0].contains("is 2 letters; took ") && lines[0].contains(" forms, e.g. "), "{out}");
    }
}

#[test]
fn a_hanging_word_completes_with_all_that_the_other_word_has_after_the_seam() {
    for (pattern, text, wanted) in [
        ("*målstyring*", "et mål- og resultatstyringssystem", "mål-(resultatstyringssystem) 1"),
        ("*resultatstyring*", "et mål- og resultatstyringssystem", "resultatstyringssystem 1"),
        (
            "*styringssystem*",
            "mål- og resultatstyringssystem",
            "mål-(resultatstyringssystem) 1, resultatstyringssystem 1",
        ),
        ("*helsetjeneste*", "helse- og omsorgstjenesteloven", "helse-(omsorgstjenesteloven) 1"),
        ("*omsorgstjeneste*", "helse- og omsorgstjenesteloven", "omsorgstjenesteloven 1"),
        ("*planlov*", "plan- og bygningslovens krav", "plan-(bygningslovens) 1"),
        ("*plansak*", "plan- og byggesaksbehandling", "plan-(byggesaksbehandling) 1"),
        (
            "*kvalitetsutvikling*",
            "kvalitets- og tjenesteutviklingsarbeid",
            "kvalitets-(tjenesteutviklingsarbeid) 1",
        ),
        ("*brukermedvirkning*", "bruker- og pårørendemedvirkningen", "bruker-(pårørendemedvirkningen) 1"),
        ("*målstyring*", "mål– og resultatstyring", "mål-(resultatstyring) 1"),
        ("*målstyring*", "mål - og resultatstyring", "mål-(resultatstyring) 1"),
        ("*målstyring*", "mål- og resultatsamtale", ""),
    ] {
        assert_eq!(
            forms_of(&format!("patterns = [\"{pattern}\"]"), &format!("De har {text}.")),
            wanted,
            "{text}"
        );
    }
}

#[test]
fn a_number_with_a_space_in_it_is_one_pattern() {
    let text = "De fikk 1 000 kroner, ikke 1000 eller 21 000.";
    assert_eq!(forms_of("patterns = [\"1 000 kroner\"]", text), "1 000 kroner 1");
}

#[test]
fn a_dictionary_goes_in_and_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("styring.yml");
    fs::write(&file, "styring:\n  - styring*\n  - målstyring: [målstyring, mål- og resultatstyring]\n")
        .unwrap();
    let imported = run(&["codebook", "import", file.to_str().unwrap()]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    let (corpus, _folder) = corpus(&["Styringen er målstyring og mål- og resultatstyring."], &imported.out);
    let exported = corpus.run(&["codebook", "export"]);
    assert_eq!(
        exported.out,
        "styring:\n  - styringen\n  - målstyring:\n      - mål- og resultatstyring\n      - målstyring\n",
        "{}",
        exported.err
    );
    let liwc = corpus.run(&["codebook", "export", "--as", "liwc"]);
    assert_eq!(
        liwc.out,
        "%\n1\tstyring\n2\tmålstyring\n%\nmål- og resultatstyring\t1\t2\nmålstyring\t1\t2\nstyringen\t1\n"
    );
}

#[test]
fn a_query_is_written_as_a_pattern() {
    let (corpus, _folder) = corpus(
        &["Tillitsreformen bygger på tillit.", "De har mistillit."],
        &concept("c", "patterns = [\"x\"]"),
    );
    let found = |query: &str| corpus.run(&["search", query, "--format", "csv"]).out.lines().count() - 1;
    assert_eq!((found("tillit*"), found("mistillit"), found("/.*tillit.*/"), found("TILLIT")), (1, 1, 2, 1));
}
