//! The table of modules in `src/README.md` against the `use crate::` lines of the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Module → the modules that it may use, as the table says.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string("src/README.md").unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        (names(cells[0])[0].clone(), names(cells[cells.len() - 1]).into_iter().collect())
    })
    .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The first module of every path `crate::…` in `code`.
fn used(code: &str) -> BTreeSet<String> {
    let starts = code.match_indices("crate::").map(|(at, word)| &code[at + word.len()..]);
    starts.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let allowed = allowed();
    let mut seen = BTreeSet::new();
    for file in rust_files(Path::new("src")) {
        let inner = file.strip_prefix("src").unwrap();
        let module = inner
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_string_lossy()
            .trim_end_matches(".rs")
            .to_owned();
        if ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let may = allowed.get(&module).unwrap_or_else(|| panic!("src/README.md does not list `{module}`"));
        for name in used(&fs::read_to_string(&file).unwrap()) {
            assert!(
                name == module || may.contains(&name),
                "{} uses `{name}`, which the table does not allow",
                file.display()
            );
        }
        seen.insert(module);
    }
    assert_eq!(seen, allowed.into_keys().collect(), "modules, and rows of the table");
}

/// One door per dependency: crate → the folders or files that may name it.
const DOORS: [(&str, &[&str]); 8] = [
    ("reqwest", &["src/acquire/fetch.rs", "src/acquire/fetch"]),
    ("rusqlite", &["src/acquire/archive/catalogue.rs", "src/acquire/archive/catalogue"]),
    ("lopdf", &["src/extract/pdf"]),
    ("scraper", &["src/extract/html"]),
    ("whatlang", &["src/language"]),
    ("tantivy", &["src/index", "src/query"]),
    ("clap", &["src/cli"]),
    ("indicatif", &["src/cli"]),
];

#[test]
fn each_dependency_has_one_door() {
    for file in rust_files(Path::new("src")) {
        let code = fs::read_to_string(&file).unwrap();
        for (name, doors) in DOORS {
            let names_it = code.lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//")
                    && (line.contains(&format!("{name}::")) || line.contains(&format!("use {name};")))
            });
            let is_door = doors.iter().any(|door| file.starts_with(door));
            assert!(!names_it || is_door, "{} uses {name} beside its door", file.display());
        }
    }
}
