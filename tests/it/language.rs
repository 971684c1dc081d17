//! Text → language: single texts, passages of a document, the command, and the table that was trained.

use crate::support::run;
use ordskifte::language::{identify, label};
use ordskifte::text::{Document, LanguageBasis, Page, Passage, PassageKind};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A sentence or two in each language, written for this test.
const TEXTS: [(&str, &str); 19] = [
    (
        "nb",
        "Etaten skal følge opp tiltakene og melde tilbake til departementet hvis noe ikke går som avtalt.",
    ),
    (
        "nn",
        "Etaten skal følgje opp tiltaka og melde attende til departementet dersom noko ikkje går som avtalt.",
    ),
    (
        "da",
        "Styrelsen skal følge op på indsatsen og give besked til ministeriet, hvis noget ikke går som aftalt.",
    ),
    (
        "sv",
        "Myndigheten ska följa upp åtgärderna och rapportera till departementet om något inte går som planerat.",
    ),
    (
        "en",
        "The agency shall follow up the measures and tell the ministry if something does not go as agreed.",
    ),
    (
        "se",
        "Sámediggi galgá nannet sámegielaid sajádaga skuvllain ja mánáidgárddiin, ja čuovvulit dáid doaimmaid.",
    ),
    (
        "smj",
        "Sámedigge galggá nannit sámegiela sajev skåvlåjn ja mánájgárdijn, ja dajna bargujn joarkká boahtte jage.",
    ),
    (
        "sma",
        "Saemiedigkie edtja saemien gïelem nænnoestidh skuvline jïh maanagïertine, jïh daejnie barkojne aarhskedh.",
    ),
    (
        "fkv",
        "Kväänin kieli oon tärkeä, ja met häyđymä oppiit sitä koulussa, ette nuoret saattaavat sitä puhhuut.",
    ),
    (
        "fi",
        "Viraston on seurattava toimenpiteitä ja kerrottava ministeriölle, jos jokin ei mene niin kuin sovittiin.",
    ),
    (
        "is",
        "Stofnunin skal fylgja aðgerðunum eftir og láta ráðuneytið vita ef eitthvað fer ekki eins og um var samið.",
    ),
    ("fo", "Stovnurin skal fylgja tiltøkunum og siga landsstýrinum frá, um okkurt ikki gongur sum avtalað."),
    (
        "de",
        "Die Behörde soll die Maßnahmen verfolgen und dem Ministerium melden, wenn etwas nicht wie vereinbart läuft.",
    ),
    (
        "nl",
        "De dienst volgt de maatregelen en meldt het aan het ministerie als iets niet gaat zoals afgesproken.",
    ),
    (
        "fr",
        "Le service suit les mesures et prévient le ministère si quelque chose ne se passe pas comme prévu.",
    ),
    (
        "es",
        "El servicio seguirá las medidas y avisará al ministerio cuando algo no vaya como se había acordado.",
    ),
    (
        "pl",
        "Urząd będzie śledził te działania i powiadomi ministerstwo, jeżeli coś nie pójdzie zgodnie z umową.",
    ),
    ("ru", "Служба следит за мерами и сообщает министерству, если что-то идёт не так, как договорились."),
    (
        "et",
        "Amet peab meetmeid jälgima ja ministeeriumile teatama, kui midagi ei lähe nii nagu kokku lepitud.",
    ),
];

fn code(text: &str) -> Option<String> {
    identify(text).map(|guess| guess.language.to_string())
}

fn text(wanted: &str) -> &'static str {
    TEXTS.iter().find(|(code, _)| *code == wanted).unwrap().1
}

#[test]
fn each_language_is_recognised() {
    for (wanted, text) in TEXTS {
        let found = code(text).unwrap_or_default();
        // Of Faroese the table has seen ten thousand letters only: a single sentence may pass for Icelandic.
        assert!(found == wanted || (wanted, found.as_str()) == ("fo", "is"), "{found}: {text}");
    }
}

#[test]
fn a_short_line_is_guessed_and_one_that_is_good_in_two_languages_with_little_confidence() {
    let cases = [("nb", "Hvor mye koster det?"), ("nn", "Kva kostar det?"), ("da", "Hvad koster det?")];
    for (wanted, line) in cases {
        let guess = identify(line).unwrap();
        assert_eq!(guess.language.code(), wanted, "{line}");
        assert!(guess.confidence > 0.8 && guess.confidence <= 1.0, "{line}: {guess:?}");
    }
    let doubtful = identify("Den gamle fabrikken").unwrap();
    assert!(doubtful.confidence > 0.0 && doubtful.confidence < 0.8, "{doubtful:?}");
}

#[test]
fn figures_and_marks_have_no_language() {
    for text in ["", "12 345 67 890", "– § 4-1 –", "\u{1f600}"] {
        assert_eq!(identify(text), None, "{text:?}");
    }
}

/// A document with a passage for each text.
fn document(texts: &[&str]) -> Document {
    let passages = texts.iter().map(|text| Passage::new(PassageKind::Paragraph, *text)).collect();
    let mut document =
        Document { pages: vec![Page { number: Some(1), label: None, passages }], ..Document::default() };
    label(&mut document);
    document
}

/// The language of each passage, with a + where it is inherited.
fn labels(texts: &[&str]) -> Vec<String> {
    let document = document(texts);
    let label = |passage: &Passage| match (passage.language, passage.language_basis) {
        (Some(language), Some(LanguageBasis::Identified)) => language.to_string(),
        (Some(language), Some(LanguageBasis::Inherited)) => format!("{language}+"),
        (None, None) => "-".to_owned(),
        unequal => panic!("{unequal:?}"),
    };
    document.passages().map(|(_, passage)| label(passage)).collect()
}

#[test]
fn a_passage_of_few_words_inherits_the_language_round_it() {
    assert_eq!(labels(&["Status", text("nn"), "Sum", text("nn")]), ["nn+", "nn", "nn+", "nn"]);
    assert_eq!(labels(&["Status", text("en")]), ["en+", "en"]);
}

#[test]
fn a_few_words_alone_have_no_language_and_figures_never_have() {
    assert_eq!(labels(&["Status"]), ["-"]);
    assert_eq!(labels(&["12 345", text("nb"), "2019–2020"]), ["-", "nb", "-"]);
}

#[test]
fn a_quotation_does_not_turn_its_passage() {
    let quotation = format!(
        "{} Rapporten sier: «The agency has done well.» Det er departementet glad for å høre om. {}",
        text("nb"),
        text("nb")
    );
    assert_eq!(labels(&[&quotation]), ["nb"]);
    let terms = "The Norwegian terms of the reform are tillitsreform, samskaping and samfunnsoppdrag.";
    assert_eq!(labels(&[text("en"), &format!("{} {terms}", text("en")), text("en")]), ["en", "en", "en"]);
}

#[test]
fn a_truly_mixed_passage_has_no_language() {
    let (nb, en) = (text("nb"), text("en"));
    let mixed = format!("{nb} {nb} {en} {en}");
    assert_eq!(labels(&[nb, &mixed, nb]), ["nb", "-", "nb"]);
}

#[test]
fn a_document_in_two_languages_is_told_apart_passage_by_passage() {
    let texts = [text("nb"), text("se"), text("nb"), text("ru"), text("nn"), text("nn")];
    assert_eq!(labels(&texts), ["nb", "se", "nb", "ru", "nn", "nn"]);
    let shares = document(&texts[..3]).language_shares();
    let codes: Vec<&str> = shares.iter().map(|(language, _)| language.code()).collect();
    assert_eq!(codes, ["nb", "se"]);
    assert!((0.6..0.75).contains(&shares[0].1), "{shares:?}");
}

/// The program with `input` on its standard input.
fn piped(args: &[&str], input: &[u8]) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ordskifte"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn each_line_gets_a_line_with_code_and_confidence() {
    let long = "og så videre ".repeat(100_000);
    let input = format!("{}\n\n12 345\n{long}\n{}", text("nb"), text("se"));
    let (exit, out) = piped(&["language", "--lines"], input.as_bytes());
    let codes: Vec<&str> = out.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!((exit, codes.as_slice()), (0, ["nb", "und", "und", "nb", "se"].as_slice()), "{out}");
    let sure: f64 = out.lines().next().unwrap().split('\t').nth(1).unwrap().parse().unwrap();
    assert!(sure > 0.9, "{out}");
}

#[test]
fn a_file_gives_its_languages_with_their_shares() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("begge.txt");
    std::fs::write(&path, format!("{}\n{}\n{}\n", text("nn"), text("nn"), text("en"))).unwrap();
    let found = run(&["language", path.to_str().unwrap()]);
    let codes: Vec<&str> = found.out.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!((found.code, codes.as_slice()), (0, ["nn", "en"].as_slice()), "{}{}", found.out, found.err);
    assert_eq!(piped(&["language"], &std::fs::read(&path).unwrap()), (0, found.out));
}

#[test]
fn a_sample_document_of_each_format_is_told() {
    let cases =
        ["arsrapporter/arsrapport-2018.docx", "meldinger/meldst-28-2019-2020.html", "nou/nou-2009-21.pdf"];
    for name in cases {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents").join(name);
        let found = run(&["language", path.to_str().unwrap()]);
        assert!(found.code == 0 && found.out.starts_with("nb\t"), "{name}: {}{}", found.out, found.err);
    }
}

#[test]
fn what_is_no_text_is_rejected_and_a_missing_file_has_a_hint() {
    assert_eq!(piped(&["language"], b"\xff\xfe\x00\x01"), (1, String::new()));
    assert_eq!(piped(&["language"], b"12 345\n"), (1, String::new()));
    let missing = run(&["language", "finst-ikkje.txt", "--lines"]);
    assert_eq!(missing.code, 2);
    assert!(
        missing.err.contains("cannot read finst-ikkje.txt") && missing.err.contains("hint:"),
        "{}",
        missing.err
    );
}

#[test]
fn the_table_is_small_and_the_one_that_the_manifest_describes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language");
    let table = std::fs::read(folder.join("table.bin")).unwrap();
    assert!(table.len() <= 400_000, "{} bytes", table.len());
    let manifest: toml::Table = std::fs::read_to_string(folder.join("table.toml")).unwrap().parse().unwrap();
    use sha2::Digest;
    let digest = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&table));
    assert_eq!(manifest["table"]["sha256"].as_str(), Some(digest.as_str()));
    assert!(manifest["input"].as_array().unwrap().len() > 20);
}

#[test]
fn a_bare_list_of_names_or_figures_has_no_language() {
    for text in [
        "Kari Nordmann, Ola Nordmann, Per Hansen",
        "Oslo Bergen Trondheim Stavanger",
        "Anne Berit Solheim",
        "12 345 67 89 0,5 3,2",
    ] {
        assert_eq!(identify(text), None, "{text}");
    }
    for (text, wanted) in [
        ("Kari Nordmann bad om ordet og sa noko om kommunane", "nn"),
        ("Etaten Skal Følge Opp Tiltakene Og Melde Tilbake Til Departementet", "nb"),
    ] {
        assert_eq!(identify(text).unwrap().language.code(), wanted, "{text}");
    }
}
