//! `ordskifte codebook`: checks a codebook, and imports and exports dictionaries of other programs.

use super::args::{CodebookCommand, DictionaryName};
use super::outcome::{CommandError, CommandOutcome};
use crate::acquire::read_settings_text;
use crate::codebook::{Category, Codebook, Concept, DictionaryFormat, Rule, Use, check, export, import};
use crate::config::Config;
use crate::morphology::UNKNOWN_PART;
use crate::pipeline::{self, Corpus};
use crate::results::Results;
use std::io::Write;
use std::path::Path;

/// `ordskifte codebook`
pub fn codebook(
    corpus: &Path,
    command: &CodebookCommand,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    match command {
        CodebookCommand::Check => checked(&super::outcome::load(corpus)?, out),
        CodebookCommand::Import { file } => imported(file, out),
        CodebookCommand::Export { format } => exported(&super::outcome::load(corpus)?, *format, out),
    }
}

fn checked(config: &Config, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let results = pipeline::open_results(&Corpus::new(config))?;
    let findings = check(&config.codebook, &uses(&config.codebook, &results)?);
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    let concepts = config.codebook.concepts.len();
    match findings.len() {
        0 => writeln!(out, "{concepts} concepts, no findings")?,
        n => writeln!(out, "{concepts} concepts, findings: {n}")?,
    }
    Ok(if findings.is_empty() { CommandOutcome::Done } else { CommandOutcome::NeedsAttention })
}

/// What each pattern of each concept matches in `results`.
fn uses(codebook: &Codebook, results: &Results) -> Result<Vec<Vec<Use>>, CommandError> {
    let alone = codebook.concepts.iter().flat_map(|concept| {
        let own = &concept.rules[0];
        own.patterns.iter().map(move |pattern| Concept {
            name: pattern.text.clone(),
            rules: vec![Rule { patterns: vec![pattern.clone()], ..own.clone() }],
            admitted: Vec::new(),
            refused: Vec::new(),
            ..concept.clone()
        })
    });
    let alone: Vec<Concept> = alone.collect();
    let mut used = Vec::new();
    for (concept, forms) in alone.iter().zip(results.forms_of(&alone)?) {
        let counted: Vec<_> = forms.into_iter().filter(|form| form.is_counted).collect();
        let glued = counted.iter().filter(|form| form.why.contains(UNKNOWN_PART));
        used.push(Use {
            pattern: concept.name.clone(),
            unknown_parts: glued.map(|form| form.form.clone()).collect(),
            forms: counted.iter().map(|form| form.form.clone()).collect(),
        });
    }
    let mut used = used.into_iter();
    let of_concept = |concept: &Concept| used.by_ref().take(concept.rules[0].patterns.len()).collect();
    Ok(codebook.concepts.iter().map(of_concept).collect())
}

fn imported(file: &Path, out: &mut dyn Write) -> Result<CommandOutcome, CommandError> {
    let format = match file.extension().and_then(|name| name.to_str()) {
        Some("yml" | "yaml") => DictionaryFormat::Quanteda,
        Some("dic") => DictionaryFormat::Liwc,
        _ => {
            let hint = "give a .yml or .yaml file of quanteda, or a .dic file of LIWC";
            return Err(CommandError::new(
                format!("cannot tell the format of the dictionary {}", file.display()),
                Some(hint.to_owned()),
            ));
        }
    };
    let text = read_settings_text(file)?;
    let toml = import(&text, format).map_err(|reason| {
        CommandError::new(format!("{} is not a dictionary: {reason}", file.display()), None)
    })?;
    // The printed codebook must be valid.
    Codebook::parse(&toml).map_err(|reason| {
        let hint = "change the value in the dictionary; a codebook counts words".to_owned();
        CommandError::new(format!("{} cannot be converted: {reason}", file.display()), Some(hint))
    })?;
    out.write_all(toml.as_bytes())?;
    Ok(CommandOutcome::Done)
}

fn exported(
    config: &Config,
    name: DictionaryName,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let results = pipeline::open_results(&Corpus::new(config))?;
    let own = |concept: &Concept| Concept { rules: vec![concept.rules[0].clone()], ..concept.clone() };
    let concepts: Vec<Concept> = config.codebook.concepts.iter().map(own).collect();
    // Other programs have neither conjuncts without their part nor gaps.
    let is_plain = |form: &String| !form.contains(['(', '*']);
    let mut left_out = 0;
    let mut categories = Vec::new();
    for (concept, count) in concepts.iter().zip(results.counts_of(&concepts)?) {
        let all = count.forms.len();
        let values: Vec<String> = count.forms.into_iter().filter(is_plain).collect();
        left_out += all - values.len();
        categories.push(Category { name: concept.name.clone(), parents: concept.parents.clone(), values });
    }
    let format = match name {
        DictionaryName::Quanteda => DictionaryFormat::Quanteda,
        DictionaryName::Liwc => DictionaryFormat::Liwc,
    };
    out.write_all(export(&categories, format).as_bytes())?;
    if left_out > 0 {
        out.flush()?;
        let text = "forms left out: hanging words with their missing part, and phrases with gaps";
        let _ = writeln!(super::terminal::stderr(), "{left_out} {text}");
    }
    Ok(CommandOutcome::Done)
}
