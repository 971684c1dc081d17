//! Dictionaries of other programs ↔ codebooks: quanteda's YAML and the `.dic` files of LIWC.
//!
//! Their `*` stands for any letters, so it becomes a regular expression here. An export holds the forms that were matched, not the
//! patterns: the other program then counts what we count, as far as it cuts a text into the same words.

use super::error::DictionaryError;
use saphyr::{LoadableYamlNode, Mapping, Scalar, Yaml, YamlEmitter};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Largest dictionary: 4 MiB. LIWC 2015 has 0.3.
const BYTES_MAX: usize = 4 << 20;
/// Largest depth of categories within categories.
const DEPTH_MAX: usize = 16;

/// The program that a dictionary is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DictionaryFormat {
    /// YAML: categories hold lists of values, or categories.
    Quanteda,
    /// `.dic`: numbered categories between `%` lines, then a word a line with the numbers of its categories.
    Liwc,
}

/// A category of a dictionary: one concept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Category {
    pub(crate) name: String,
    /// The categories that it is in.
    pub(crate) parents: Vec<String>,
    pub(crate) values: Vec<String>,
}

/// The dictionary `text` as a codebook in TOML.
///
/// # Errors
/// Says what is wrong with the dictionary.
pub(crate) fn import(text: &str, format: DictionaryFormat) -> Result<String, DictionaryError> {
    if text.len() > BYTES_MAX {
        return Err(DictionaryError::TooLarge { size_bytes: text.len(), size_bytes_max: BYTES_MAX });
    }
    let text = text.trim_start_matches('\u{feff}');
    let categories = match format {
        DictionaryFormat::Quanteda => of_yaml(text)?,
        DictionaryFormat::Liwc => of_dic(text)?,
    };
    if categories.is_empty() {
        return Err(DictionaryError::Empty);
    }
    Ok(categories.iter().map(concept_table).collect::<Vec<_>>().join("\n"))
}

/// The dictionary that has `categories` in `format`.
pub(crate) fn export(categories: &[Category], format: DictionaryFormat) -> String {
    match format {
        DictionaryFormat::Quanteda => yaml(categories),
        DictionaryFormat::Liwc => dic(categories),
    }
}

/// A category as a table of `codebook.toml`.
fn concept_table(category: &Category) -> String {
    let list = |values: &[String]| {
        let quoted: Vec<String> =
            values.iter().map(|value| toml::Value::String(value.clone()).to_string()).collect();
        format!("[{}]", quoted.join(", "))
    };
    let mut table = format!("[[concept]]\nname = {}\n", toml::Value::String(category.name.clone()));
    if !category.parents.is_empty() {
        let _ = writeln!(table, "parents = {}", list(&category.parents));
    }
    let patterns: Vec<String> = category.values.iter().map(|value| pattern(value)).collect();
    let _ = writeln!(table, "patterns = {}", list(&patterns));
    table
}

/// A value of a dictionary as a pattern: a word with `*` or `?` becomes a regular expression.
fn pattern(value: &str) -> String {
    let word = |word: &str| {
        if !word.contains(['*', '?']) {
            return word.to_owned();
        }
        let escaped = regex::escape(word);
        format!("/{}/", escaped.replace("\\*", ".*").replace("\\?", "."))
    };
    value.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

fn of_yaml(text: &str) -> Result<Vec<Category>, DictionaryError> {
    let documents = Yaml::load_from_str(text).map_err(|error| DictionaryError::Yaml(error.to_string()))?;
    let mut categories = Vec::new();
    match documents.first() {
        Some(Yaml::Mapping(mapping)) => add_mapping(mapping, None, 1, &mut categories)?,
        _ => return Err(DictionaryError::NotAMapping),
    }
    Ok(categories)
}

/// Adds the categories of `mapping`, which are in `parent`.
fn add_mapping(
    mapping: &Mapping<'_>,
    parent: Option<&str>,
    depth: usize,
    categories: &mut Vec<Category>,
) -> Result<(), DictionaryError> {
    if depth > DEPTH_MAX {
        return Err(DictionaryError::TooDeep(DEPTH_MAX));
    }
    for (key, content) in mapping {
        let key = scalar(key).ok_or(DictionaryError::NameNotText)?;
        // Quanteda allows the same name in two places, a codebook does not.
        let is_taken = categories.iter().any(|category| category.name == key);
        let name = match parent {
            Some(parent) if is_taken => format!("{parent}.{key}"),
            _ => key,
        };
        let parents = parent.map(str::to_owned).into_iter().collect();
        let place = categories.len();
        categories.push(Category { name: name.clone(), parents, values: Vec::new() });
        let values = add_content(content, &name, depth, categories)?;
        categories[place].values = values;
    }
    Ok(())
}

/// The values that stand directly in `content`; categories in it are added.
fn add_content(
    content: &Yaml<'_>,
    name: &str,
    depth: usize,
    categories: &mut Vec<Category>,
) -> Result<Vec<String>, DictionaryError> {
    match content {
        Yaml::Mapping(inner) => add_mapping(inner, Some(name), depth + 1, categories).map(|()| Vec::new()),
        Yaml::Sequence(items) => {
            let mut values = Vec::new();
            for item in items {
                match item {
                    Yaml::Mapping(inner) => add_mapping(inner, Some(name), depth + 1, categories)?,
                    value => values
                        .push(scalar(value).ok_or_else(|| DictionaryError::ValueNotText(name.to_owned()))?),
                }
            }
            Ok(values)
        }
        value => Ok(scalar(value).into_iter().collect()),
    }
}

/// A scalar as text: a year is a word here.
fn scalar(value: &Yaml<'_>) -> Option<String> {
    match value {
        Yaml::Value(Scalar::String(text)) => Some(text.to_string()),
        Yaml::Value(Scalar::Integer(number)) => Some(number.to_string()),
        Yaml::Value(Scalar::Boolean(value)) => Some(value.to_string()),
        Yaml::Representation(text, ..) => Some(text.to_string()),
        _ => None,
    }
}

fn of_dic(text: &str) -> Result<Vec<Category>, DictionaryError> {
    let mut parts = text.splitn(3, '%');
    let (before, head, words) = (parts.next(), parts.next(), parts.next());
    let (Some(before), Some(head), Some(words)) = (before, head, words) else {
        return Err(DictionaryError::NoHead);
    };
    if !before.trim().is_empty() {
        return Err(DictionaryError::TextBeforeHead);
    }
    let mut categories = Vec::new();
    let mut places = BTreeMap::new();
    for line in head.lines().filter(|line| !line.trim().is_empty()) {
        let (number, name) = line
            .trim()
            .split_once(char::is_whitespace)
            .ok_or_else(|| DictionaryError::NotACategory(line.trim().to_owned()))?;
        places.insert(number.to_owned(), categories.len());
        categories.push(Category { name: name.trim().to_owned(), ..Category::default() });
    }
    for line in words.lines().filter(|line| !line.trim().is_empty()) {
        let mut fields = line.trim().split('\t').map(str::trim);
        let word = fields.next().unwrap_or_default();
        for number in fields.flat_map(str::split_whitespace) {
            let place = places.get(number).ok_or_else(|| DictionaryError::UnknownCategory {
                word: word.to_owned(),
                number: number.to_owned(),
            })?;
            categories[*place].values.push(word.to_owned());
        }
    }
    Ok(categories)
}

fn yaml(categories: &[Category]) -> String {
    let roots = categories.iter().filter(|category| category.parents.is_empty());
    let mut mapping = Mapping::new();
    for root in roots {
        mapping.insert(text(&root.name), node(root, categories, 1));
    }
    let mut out = String::new();
    YamlEmitter::new(&mut out).dump(&Yaml::Mapping(mapping)).expect("writing to a string does not fail");
    out.trim_start_matches("---\n").to_owned() + "\n"
}

/// A category's values, then the categories in it.
fn node<'a>(category: &'a Category, categories: &'a [Category], depth: usize) -> Yaml<'a> {
    let mut items: Vec<Yaml<'a>> = category.values.iter().map(|value| text(value)).collect();
    let children = categories.iter().filter(|child| child.parents.contains(&category.name));
    for child in children.filter(|_| depth < DEPTH_MAX) {
        let mut inner = Mapping::new();
        inner.insert(text(&child.name), node(child, categories, depth + 1));
        items.push(Yaml::Mapping(inner));
    }
    Yaml::Sequence(items)
}

fn text(value: &str) -> Yaml<'_> {
    Yaml::Value(Scalar::String(value.into()))
}

/// LIWC knows no categories in categories: a parent has the words of its children too.
fn dic(categories: &[Category]) -> String {
    let mut words = BTreeMap::<&str, Vec<usize>>::new();
    for (number, category) in (1..).zip(categories) {
        for value in with_descendants(category, categories, 1) {
            let numbers = words.entry(value).or_default();
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
    }
    let mut out = "%\n".to_owned();
    for (number, category) in (1..).zip(categories) {
        let _ = writeln!(out, "{number}\t{}", category.name);
    }
    out.push_str("%\n");
    for (word, numbers) in words {
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "{word}\t{}", numbers.join("\t"));
    }
    out
}

fn with_descendants<'a>(category: &'a Category, categories: &'a [Category], depth: usize) -> Vec<&'a str> {
    let mut values: Vec<&str> = category.values.iter().map(String::as_str).collect();
    let children = categories.iter().filter(|child| child.parents.contains(&category.name));
    for child in children.filter(|_| depth < DEPTH_MAX) {
        values.extend(with_descendants(child, categories, depth + 1));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::Codebook;

    const YAML: &str = "styring:\n  - styring*\n  - målstyring:\n      - målstyring\n      - mål- og resultatstyring\når: [2020, 'e?post']\n";

    #[test]
    fn a_quanteda_dictionary_becomes_a_codebook() {
        let toml = import(YAML, DictionaryFormat::Quanteda).unwrap();
        assert_eq!(
            toml,
            "[[concept]]\nname = \"styring\"\npatterns = [\"/styring.*/\"]\n\n\
             [[concept]]\nname = \"målstyring\"\nparents = [\"styring\"]\npatterns = [\"målstyring\", \"mål- og resultatstyring\"]\n\n\
             [[concept]]\nname = \"år\"\npatterns = [\"2020\", \"/e.post/\"]\n"
        );
        let codebook = Codebook::parse(&toml).unwrap();
        assert_eq!(codebook.concepts[0].rules.len(), 2);
    }

    #[test]
    fn a_liwc_dictionary_becomes_a_codebook() {
        let dic = "%\n1\tstyring\n2\ttillit\n%\nstyring*\t1\ntillitsreform\t1\t2\n";
        let toml = import(dic, DictionaryFormat::Liwc).unwrap();
        let codebook = Codebook::parse(&toml).unwrap();
        let patterns: Vec<Vec<&str>> = codebook
            .concepts
            .iter()
            .map(|concept| concept.rules[0].patterns.iter().map(|p| p.text.as_str()).collect())
            .collect();
        assert_eq!(patterns, [vec!["/styring.*/", "tillitsreform"], vec!["tillitsreform"]]);
    }

    #[test]
    fn what_goes_out_comes_back() {
        let category = |name: &str, parents: &[&str], values: &[&str]| Category {
            name: name.to_owned(),
            parents: parents.iter().map(|name| (*name).to_owned()).collect(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let categories = [
            category("innovasjon", &[], &["innovasjon", "innovasjonar"]),
            category("tjenesteinnovasjon", &["innovasjon"], &["tenesteinnovasjon", "no"]),
        ];
        assert_eq!(of_yaml(&export(&categories, DictionaryFormat::Quanteda)).unwrap(), categories);
        let flat = of_dic(&export(&categories, DictionaryFormat::Liwc)).unwrap();
        assert_eq!(flat[0].values, ["innovasjon", "innovasjonar", "no", "tenesteinnovasjon"]);
        assert_eq!(flat[1].values, ["no", "tenesteinnovasjon"]);
    }

    #[test]
    fn a_text_that_is_not_a_dictionary_is_refused_with_its_reason() {
        for (text, format, wanted) in [
            ("- a\n- b\n", DictionaryFormat::Quanteda, "not a mapping"),
            ("a: [b\n", DictionaryFormat::Quanteda, "line"),
            ("ord\t1\n", DictionaryFormat::Liwc, "'%'"),
            ("%\n1\ta\n%\nord\t2\n", DictionaryFormat::Liwc, "category 2"),
        ] {
            let error = import(text, format).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
