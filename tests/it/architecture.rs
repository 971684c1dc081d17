//! The table of modules in `src/README.md` against the `use crate::` lines of the code.

use crate::structure::{ModulePath, Structure, rust_files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

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
const DOORS: [(&str, &[&str]); 14] = [
    ("reqwest", &["src/acquire/fetch.rs", "src/acquire/fetch"]),
    ("rusqlite", &["src/acquire/archive/catalogue"]),
    ("lopdf", &["src/extract/pdf"]),
    ("scraper", &["src/extract/html", "src/acquire/source/page.rs"]),
    ("robotxt", &["src/acquire/robots.rs"]),
    ("whatlang", &["src/language"]),
    ("tantivy", &["src/index", "src/query"]),
    ("clap", &["src/cli"]),
    ("indicatif", &["src/cli"]),
    ("axum", &["src/serve"]),
    ("hyper", &["src/serve"]),
    ("askama", &["src/serve"]),
    ("utoipa", &["src/serve"]),
    ("fluent_bundle", &["src/serve"]),
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

/// What a pure module must not name: a file, a clock, a socket, the environment, a process, a thread or the terminal.
const EFFECTS: &str = r"\bstd::(fs|env|net|process|thread|os)\b|\b(Instant|SystemTime|Timestamp|Zoned)::now\b|\b(stdin|stdout|stderr)\(|\bSystemTime\b|\be?print(ln)?!";

/// The modules that invariant 2 of `src/README.md` names as pure.
fn pure_modules() -> BTreeSet<String> {
    let page = fs::read_to_string("src/README.md").unwrap();
    let paragraph = page.split("\n2. ").nth(1).and_then(|rest| rest.split("\n3. ").next()).unwrap();
    paragraph.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn pure_modules_have_no_effects() {
    let effects = regex::Regex::new(EFFECTS).unwrap();
    let pure = pure_modules();
    assert!(pure.len() >= 7, "too few pure modules are named: {pure:?}");
    for (module, code) in &Structure::read().code {
        if module.first().is_some_and(|first| pure.contains(first)) {
            let effect = effects.find(code).map(|found| found.as_str());
            assert_eq!(effect, None, "{} is pure by src/README.md", module.join("::"));
        }
    }
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let circles = Structure::read().circles(|module| module.first().cloned());
    assert!(circles.is_empty(), "circles between modules: {circles:#?}");
}

#[test]
fn no_files_of_a_module_use_each_other_in_a_circle() {
    let name = |module: &ModulePath| Some(module.join("::")).filter(|name| !name.is_empty());
    let circles = Structure::read().circles(name);
    assert!(circles.is_empty(), "circles between files: {circles:#?}");
}

/// The folders of the PDF engine: each may use those before it. The engine itself (`mod.rs`) joins them.
const PDF_FOLDERS: [&str; 6] = ["model", "objects", "font", "content", "declared", "layout"];

#[test]
fn the_folders_of_the_pdf_engine_use_only_those_before_them() {
    let engine = Path::new("src/extract/pdf");
    for file in rust_files(engine) {
        let code = fs::read_to_string(&file).unwrap();
        assert!(!code.contains("crate::"), "{} uses the program around the engine", file.display());
        let folder = file.strip_prefix(engine).unwrap().components().next().unwrap();
        let Some(at) = PDF_FOLDERS.iter().position(|name| folder.as_os_str() == *name) else {
            assert!(file.ends_with("pdf/mod.rs"), "{} stands in no folder", file.display());
            continue;
        };
        for later in &PDF_FOLDERS[at + 1..] {
            let names_it = code.lines().any(|line| {
                let code = line.split("//").next().unwrap_or_default();
                code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
                    .any(|path| path.split("::").any(|part| part == *later) && path.contains("::"))
            });
            assert!(!names_it, "{} uses `{later}`, which comes after `{}`", file.display(), PDF_FOLDERS[at]);
        }
    }
}
