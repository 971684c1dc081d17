//! Queries at the command line: what is counted is what is listed.

use crate::support::{Corpus, SAMPLE, rows};

#[test]
fn every_counted_mention_is_a_line_of_the_concordance() {
    let queries = [
        "innovasjon",
        "samskaping*",
        "tillit* NEAR/5 *ledelse*",
        "[lemma=kommune] THEN/4 innovasjon*",
        "(samskaping* OR *digitalisering*) NOT innovasjon*",
        "*innovasjon* kind:tildelingsbrev",
        "concept:innovasjon year:2015..2020",
        "innovasjn~1",
    ];
    for query in queries {
        let lines = rows(&SAMPLE.run(&["concordance", query, "--format", "json"]));
        let years = rows(&SAMPLE.run(&["trends", query, "--format", "json"]));
        let n: u64 = years.iter().map(|row| row["n"].as_u64().unwrap()).sum();
        assert!(n > 0 && lines.len() as u64 == n, "{query}: {n} counted, {} listed", lines.len());
    }
}

#[test]
fn a_restriction_is_about_numerators_and_denominators() {
    let of = |args: &[&str]| {
        let rows = rows(&SAMPLE.run(&[&["trends", "innovasjon", "--format", "json"], args].concat()));
        let sum = |column: &str| rows.iter().map(|row| row[column].as_u64().unwrap()).sum::<u64>();
        (sum("n"), sum("n_tokens"), sum("n_docs"))
    };
    let (letters, others, all) =
        (of(&["--where", "kind:tildelingsbrev"]), of(&["--where", "NOT kind:tildelingsbrev"]), of(&[]));
    assert_eq!((letters.0 + others.0, letters.1 + others.1, letters.2 + others.2), all);
    assert!(letters.0 > 0 && others.0 > 0);
    let with_word = of(&["--where", "samskaping* year:2010..2020"]);
    assert!(with_word.2 > 0 && with_word.2 < all.2, "{with_word:?}");
}

#[test]
fn a_standardised_rate_has_the_composition_of_the_whole_table() {
    let of =
        |args: &[&str]| rows(&SAMPLE.run(&[&["trends", "innovasjon", "--format", "json"], args].concat()));
    let year = |row: &serde_json::Value| row["year"].as_i64();
    let by_kind = of(&["--by", "year,kind"]);
    let n_tokens = |row: &serde_json::Value| row["n_tokens"].as_u64().unwrap() as f64;
    let mut weights = std::collections::BTreeMap::<String, f64>::new();
    for row in &by_kind {
        *weights.entry(row["kind"].as_str().unwrap().to_owned()).or_default() += n_tokens(row);
    }
    let total: f64 = weights.values().sum();
    let mut n_standardised = 0;
    for row in of(&["--standardise", "kind"]) {
        let parts: Vec<_> =
            by_kind.iter().filter(|part| year(part) == year(&row) && n_tokens(part) > 0.0).collect();
        let weight = |part: &serde_json::Value| weights[part["kind"].as_str().unwrap()];
        let sum: f64 = parts.iter().map(|part| weight(part) * part["per_million"].as_f64().unwrap()).sum();
        let share: f64 = parts.iter().map(|part| weight(part)).sum::<f64>() / total;
        assert!((row["standard_share"].as_f64().unwrap() - share).abs() < 1e-3, "{row}");
        let found = row["per_million_standardised"].as_f64();
        assert_eq!(found.is_some(), !parts.is_empty(), "{row}");
        if let Some(found) = found {
            // The table has three decimals.
            assert!((found - sum / (share * total)).abs() < 0.01, "{row}");
            n_standardised += 1;
        }
    }
    assert!(n_standardised > 10);
    // Of all documents together the composition is the standard: nothing changes.
    let all = &of(&["--by", "source", "--standardise", "kind"])[0];
    assert_eq!(
        (&all["per_million_standardised"], all["standard_share"].as_f64()),
        (&all["per_million"], Some(1.0))
    );
    // Every group of the table has documents enough for an interval.
    let letters = &of(&["--by", "source", "--where", "kind:tildelingsbrev", "--standardise", "kind"])[0];
    let value = |column: &str| letters[column].as_f64().expect(column);
    assert!(value("standardised_lo95") < value("per_million"), "{letters}");
    assert!(value("standardised_hi95") > value("per_million"), "{letters}");
    for (by, standard) in [("year,kind", "kind"), ("year", "year"), ("year", "nothing")] {
        let run = SAMPLE.run(&["trends", "innovasjon", "--by", by, "--standardise", standard]);
        assert!(run.code == 2 && run.err.contains("hint:"), "{standard}: {}", run.err);
    }
}

#[test]
fn a_concordance_is_sorted_cut_and_drawn() {
    let run =
        SAMPLE.run(&["concordance", "innovasjon", "--sort", "R1,year", "--width", "2", "--format", "json"]);
    let lines = rows(&run);
    let is_sign = |c: char| !c.is_alphanumeric() && c != '-';
    let first_words: Vec<String> = lines
        .iter()
        .filter_map(|row| {
            row["post"].as_str()?.split(is_sign).find(|word| !word.is_empty()).map(str::to_lowercase)
        })
        .filter(|word| word.chars().all(char::is_alphabetic))
        .collect();
    assert!(first_words.is_sorted(), "{first_words:?}");
    assert!(lines.iter().all(|row| row["pre"].as_str().unwrap_or("").split_whitespace().count() <= 3));
    let drawn = |seed: &str| SAMPLE.run(&["concordance", "innovasjon", "--random", "5", "--seed", seed]);
    assert_eq!(drawn("7").out.lines().count(), 5);
    assert_eq!(drawn("7").out, drawn("7").out);
    assert_ne!(drawn("7").out, drawn("8").out);
    assert!(drawn("7").err.contains(&format!("5 of {} mentions", lines.len())), "{}", drawn("7").err);
}

#[test]
fn a_misspelt_word_or_concept_names_what_the_corpus_has() {
    let search = SAMPLE.run(&["search", "innovasjn"]);
    assert!(search.code == 1 && search.err.contains("hint: the texts have innovasjon ("), "{search:?}");
    let concept = SAMPLE.run(&["trends", "innovasjn"]);
    assert!(concept.code == 2 && concept.err.contains("did you mean innovasjon?"), "{concept:?}");
    let concept = SAMPLE.run(&["search", "concept:samskapning"]);
    assert!(concept.code == 2 && concept.err.contains("did you mean 'samskaping'?"), "{concept:?}");
}

#[test]
fn a_mistake_in_a_query_is_pointed_at() {
    let run = SAMPLE.run(&["search", "tillit NEAR/5 kind:nou"]);
    assert!(run.code == 2 && run.err.contains("at character 15"), "{}", run.err);
    assert!(run.err.contains("\n                ^"), "{}", run.err);
    let run = SAMPLE.run(&["trends", "innovasjon", "--where", "kind:melding"]);
    assert!(run.code == 2 && run.err.contains("the kinds are stortingsmelding"), "{}", run.err);
}

#[test]
fn trends_are_split_by_any_property_and_each_stratum_has_its_denominator() {
    let of =
        |args: &[&str]| rows(&SAMPLE.run(&[&["trends", "innovasjon", "--format", "json"], args].concat()));
    let sums = |rows: &[serde_json::Value]| {
        ["n", "n_tokens", "n_docs"]
            .map(|column| rows.iter().map(|row| row[column].as_u64().unwrap()).sum::<u64>())
    };
    let all = sums(&of(&[]));
    for by in ["kind", "issuer", "addressee", "language", "source", "quarter", "year,kind", "kind,issuer"] {
        let rows = of(&["--by", by]);
        assert_eq!(sums(&rows), all, "{by}");
        assert!(
            by.split(',').all(|name| rows[0].get(if name == "language" { "lang" } else { name }).is_some())
        );
    }
    for axis in ["published", "concerned", "session"] {
        assert_eq!(sums(&of(&["--axis", axis])), all, "{axis}");
    }
    let by_year = of(&["--where", "year:2001..2030 kind:nou"]);
    let years: Vec<u64> = by_year.iter().filter_map(|row| row["year"].as_u64()).collect();
    assert_eq!(years, (2001..=2030).collect::<Vec<_>>());
    let coverage = |row: &serde_json::Value| row["coverage"].as_str().unwrap().to_owned();
    assert!(by_year.iter().all(|row| (coverage(row) == "none") == (row["n_docs"] == 0)));
    // Shares of passages have the passages that documents.csv counts as their denominator.
    let total = |rows: &[serde_json::Value], name: &str| -> u64 {
        rows.iter().map(|row| row[name].as_u64().unwrap()).sum()
    };
    let rows = of(&["--by", "kind"]);
    let documents = SAMPLE.rows("documents.csv").into_iter().filter(|row| row["copy_of"].is_empty());
    let n_passages: u64 = documents.map(|row| row["n_passages"].parse::<u64>().unwrap()).sum();
    assert_eq!(total(&rows, "n_passages"), n_passages);
    let n_with = total(&rows, "n_passages_with");
    assert!(n_with < total(&rows, "n") && n_with > total(&rows, "n_docs_with"), "{n_with}");
    let headings = of(&["--by", "kind", "--where", "passage:heading"]);
    let bodies = of(&["--by", "kind", "--where", "NOT passage:heading"]);
    for name in ["n_passages", "n_passages_with"] {
        assert!(total(&headings, name) > 0, "{name}");
        assert_eq!(total(&headings, name) + total(&bodies, name), total(&rows, name), "{name}");
    }
    let unknown = SAMPLE.run(&["trends", "innovasjon", "--by", "tema"]);
    assert!(unknown.code == 2 && unknown.err.contains("--by takes year, quarter"), "{unknown:?}");
}

#[test]
fn a_column_of_the_users_own_is_a_stratum_and_a_field() {
    let page = |text: &str| format!("<html lang=\"nb\"><h1>Rapport</h1><p>{text}</p></html>");
    let (first, second, third) = (page("Mer samskaping og samskaping."), page("Samskaping."), page("Annet."));
    let metadata = "file,year,Tema\na.html,2019,helse\nb.html,2020,Skole og barn\nc.html,2020,\n";
    let files = [
        ("a.html", first.as_str()),
        ("b.html", second.as_str()),
        ("c.html", third.as_str()),
        ("metadata.csv", metadata),
    ];
    let (corpus, _folder) = Corpus::of_files(&files);
    corpus.refresh(&[]);
    let found = rows(&corpus.run(&["trends", "samskaping", "--by", "tema", "--format", "json"]));
    let cells: Vec<(&serde_json::Value, u64)> =
        found.iter().map(|row| (&row["Tema"], row["n"].as_u64().unwrap())).collect();
    let null = serde_json::Value::Null;
    assert_eq!(cells, [(&"Skole og barn".into(), 1), (&"helse".into(), 2), (&null, 0)]);
    for (query, n) in [("Tema:helse", 2), ("tema:\"skole og barn\"", 1), ("NOT tema:helse", 1)] {
        let run = corpus.run(&["concordance", "samskaping", "--where", query, "--format", "json"]);
        assert_eq!(rows(&run).len(), n, "{query}");
    }
    let wrong = corpus.run(&["search", "samskaping farge:rød"]);
    assert!(
        wrong.code == 2 && wrong.err.contains("Tema") && wrong.err.contains("at character 12"),
        "{wrong:?}"
    );
}

#[test]
fn a_restriction_to_passages_is_about_numerators_and_denominators() {
    let of = |query: &str| {
        let run = SAMPLE.run(&["trends", "innovasjon", "--where", query, "--format", "json"]);
        let rows = rows(&run);
        let sum = |column: &str| rows.iter().map(|row| row[column].as_u64().unwrap()).sum::<u64>();
        let lines = SAMPLE.run(&["concordance", "innovasjon", "--where", query, "--format", "json"]);
        let lines: Vec<serde_json::Value> = serde_json::from_str(&lines.out).unwrap();
        assert_eq!(sum("n"), lines.len() as u64, "{query}");
        (sum("n"), sum("n_tokens"))
    };
    let (headings, others, all) = (of("passage:heading"), of("NOT passage:heading"), of("year:1900..2100"));
    assert_eq!((headings.0 + others.0, headings.1 + others.1), all);
    assert!(headings.0 > 0 && headings.1 < others.1 / 5, "{headings:?} {others:?}");
    let sections = of("section:innovasjon");
    assert!(sections.0 > 0 && sections.1 < all.1 / 2, "{sections:?} {all:?}");
    let lines = rows(&SAMPLE.run(&["concordance", "innovasjon* section:innovasjon", "--format", "json"]));
    let is_below =
        |row: &serde_json::Value| row["section"].as_str().unwrap().to_lowercase().contains("innovasjon");
    assert!(!lines.is_empty() && lines.iter().all(is_below));
}

#[test]
fn a_search_ranks_passages_or_documents_and_counts_facets() {
    let passages = SAMPLE.run(&["search", "innovasjon*", "--limit", "5", "--format", "json"]);
    assert!(passages.err.contains("5 of ") && passages.err.contains(" passages"), "{}", passages.err);
    let snippet = rows(&passages)[0]["snippet"].as_str().unwrap().to_owned();
    assert!(snippet.to_lowercase().contains("[innovasjon"), "{snippet}");
    let documents =
        SAMPLE.run(&["search", "innovasjon*", "--by", "document", "--limit", "100", "--format", "json"]);
    let documents = rows(&documents);
    let names: std::collections::BTreeSet<&str> =
        documents.iter().map(|row| row["docname"].as_str().unwrap()).collect();
    assert_eq!(names.len(), documents.len());
    let facets = rows(&SAMPLE.run(&["search", "innovasjon*", "--facets", "--format", "json"]));
    for facet in ["kind", "year", "issuer", "language"] {
        let of = facets.iter().filter(|row| row["facet"] == facet);
        let n_docs: u64 = of.map(|row| row["n_docs"].as_u64().unwrap()).sum();
        assert_eq!(n_docs, documents.len() as u64, "{facet}");
    }
}
