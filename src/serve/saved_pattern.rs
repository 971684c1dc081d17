//! A tried pattern → the codebook. Comments, order and layout of the file stay; it is written only when it is still the one that the page
//! was made from, and when the codebook with the pattern is one.

use super::params::Params;
use super::problem::Problem;
use super::reply::{Reply, back};
use super::route::Question;
use crate::codebook::Codebook;
use crate::config::Config;
use crate::pipeline::replace;
use std::fs;
use toml_edit::{Array, DocumentMut, Item, TableLike, Value};

/// `POST /codebook/{concept}` with `pattern`: adds it to the patterns of the concept.
pub(super) fn save(question: &Question, form: &Params, pattern: &str) -> Result<Reply, Problem> {
    let concept = &question.view.results.concepts()[question.view.results.concept(&question.rest)?];
    // The lock of changes is held: nobody else writes through this server.
    let config = Config::load(&question.app.folder).map_err(|error| Problem::new(409, &error))?;
    let file = fs::canonicalize(&config.codebook_file)?;
    let text = fs::read_to_string(&file)?;
    if form.get("codebook") != Some(config.codebook_sha256.to_string().as_str()) {
        return Err(changed_meanwhile());
    }
    let changed = with_pattern(&text, &concept.name, pattern)?;
    check(&changed, &config)?;
    if fs::read_to_string(&file)? != text {
        return Err(changed_meanwhile());
    }
    replace(&file, changed.as_bytes())?;
    let back = back(form, "/codebook");
    let (path, query) = back.split_once('?').unwrap_or((&back, ""));
    let params = Params::read(query)?.without(&["try", "saved"]);
    Ok(Reply::see_other(params.with("added", pattern).to(path)))
}

fn changed_meanwhile() -> Problem {
    Problem::new(409, "the codebook was changed meanwhile").with_hint("load the page again")
}

/// Refuses a codebook that the next command could not read.
fn check(text: &str, config: &Config) -> Result<(), Problem> {
    let codebook = Codebook::parse(text).map_err(|error| Problem::new(422, error))?;
    if let Some(file) = &config.decisions_file {
        codebook.with_decisions(&fs::read(file)?).map_err(|error| Problem::new(422, error))?;
    }
    Ok(())
}

/// The codebook `text` with `pattern` as the last pattern of `concept`.
fn with_pattern(text: &str, concept: &str, pattern: &str) -> Result<String, Problem> {
    let unreadable = || Problem::new(409, format!("the codebook file has no table of '{concept}'"));
    let mut document: DocumentMut = text.parse().map_err(|_| unreadable())?;
    let concepts = document.get_mut("concept").ok_or_else(unreadable)?;
    let is_it = |table: &dyn TableLike| table.get("name").and_then(Item::as_str) == Some(concept);
    let table: Option<&mut dyn TableLike> = match concepts {
        Item::ArrayOfTables(tables) => {
            tables.iter_mut().map(|table| table as &mut dyn TableLike).find(|table| is_it(*table))
        }
        Item::Value(Value::Array(tables)) => tables
            .iter_mut()
            .filter_map(|value| Some(value.as_inline_table_mut()? as &mut dyn TableLike))
            .find(|table| is_it(*table)),
        _ => None,
    };
    let table = table.ok_or_else(unreadable)?;
    let patterns = table.entry("patterns").or_insert(Item::Value(Value::Array(Array::new())));
    let patterns = patterns.as_array_mut().ok_or_else(unreadable)?;
    if patterns.iter().any(|known| known.as_str() == Some(pattern)) {
        return Err(Problem::new(409, "the concept has this pattern already"));
    }
    add(patterns, pattern);
    let changed = document.to_string();
    Ok(if text.contains("\r\n") { changed.replace("\r\n", "\n").replace('\n', "\r\n") } else { changed })
}

/// Adds a value on a line of its own where the others stand so. Comments stay behind the values that they stand behind.
fn add(patterns: &mut Array, pattern: &str) {
    let mut value = Value::from(pattern);
    let trailing = patterns.trailing().as_str().unwrap_or_default().to_owned();
    if let Some(last) = patterns.iter_mut().last() {
        let before = last.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
        match before.rsplit_once('\n') {
            Some((_, indent)) => {
                let comment = if trailing.contains('#') { trailing.trim_end() } else { "" };
                value.decor_mut().set_prefix(format!("{comment}\n{indent}"));
            }
            None => value.decor_mut().set_prefix(" "),
        }
        let after = last.decor().suffix().and_then(|suffix| suffix.as_str()).unwrap_or_default().to_owned();
        if !after.contains('#') {
            last.decor_mut().set_suffix("");
            value.decor_mut().set_suffix(after);
        }
    }
    if trailing.contains('#') {
        patterns.set_trailing("\n");
    }
    patterns.push_formatted(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_added_and_comments_order_and_layout_stay() {
        let text = "# Mitt opplegg\n\n[[concept]]\nname = \"styring\" # vid\npatterns = [\n    \"*styring\",\n    # sjelden\n    'målstyring*', # etter møtet\n]\n\
                    except = [\"forstyrring\"]\n\n[[concept]] # nr. 2\npatterns = [ \"tillit*\" ]\nname = \"tillit\"\n";
        let changed = with_pattern(text, "styring", "\"mål og\" *styre*").unwrap();
        let wanted = text.replace("# etter møtet\n", "# etter møtet\n    '\"mål og\" *styre*',\n");
        assert_eq!(changed, wanted);
        let changed = with_pattern(text, "tillit", "mistillit").unwrap();
        assert_eq!(changed, text.replace("[ \"tillit*\" ]", "[ \"tillit*\", \"mistillit\" ]"));
        let twice = with_pattern(text, "tillit", "tillit*").unwrap_err();
        assert_eq!((twice.status, twice.detail.as_str()), (409, "the concept has this pattern already"));
        assert_eq!(with_pattern(text, "ledelse", "leder").unwrap_err().status, 409);
    }

    #[test]
    fn other_ways_to_write_a_codebook_are_kept_too() {
        let inline = "concept = [{ name = \"a\", patterns = [\"aa\"] }, { name = \"b\" }]\n";
        let changed = with_pattern(inline, "b", "bb").unwrap();
        assert_eq!(Codebook::parse(&changed).unwrap().concepts[1].rules[0].patterns[0].text, "bb");
        assert!(
            changed.starts_with("concept = [{ name = \"a\", patterns = [\"aa\"] }, { name = \"b\""),
            "{changed}"
        );
        let windows = "[[concept]]\r\nname = \"a\"\r\npatterns = [\r\n  \"aa\",\r\n]\r\n";
        let changed = with_pattern(windows, "a", "bb").unwrap();
        assert_eq!(changed, "[[concept]]\r\nname = \"a\"\r\npatterns = [\r\n  \"aa\",\r\n  \"bb\",\r\n]\r\n");
    }
}
