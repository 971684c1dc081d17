//! The imports of the library's code, read as text: which file uses which, and whether there are circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module by its path below the crate: `["extract", "pdf", "lines"]`.
pub type ModulePath = Vec<String>;

/// The modules of the library, one for each file, and their arrows.
pub struct Structure {
    /// The code of each module without comments, strings and unit tests.
    pub code: BTreeMap<ModulePath, String>,
    /// Module → the modules whose items it names. A re-export is not an arrow; a name that comes through one is an arrow
    /// to the file that defines it.
    pub uses: BTreeMap<ModulePath, BTreeSet<ModulePath>>,
}

impl Structure {
    /// Reads `src/`.
    pub fn read() -> Structure {
        let mut code = BTreeMap::new();
        for file in rust_files(Path::new("src")) {
            let text = fs::read_to_string(&file).unwrap();
            code.insert(module_path(&file), without_tests(&without_comments(&text)));
        }
        let exports = code.iter().map(|(module, code)| (module.clone(), exports(code))).collect();
        let resolver = Resolver { modules: code.keys().cloned().collect(), exports };
        let uses = code.iter().map(|(module, code)| (module.clone(), resolver.uses(module, code))).collect();
        Structure { code, uses }
    }

    /// Groups of modules that use each other in a circle, among those that `keep` accepts after `name` shortened them.
    pub fn circles(&self, name: impl Fn(&ModulePath) -> Option<String>) -> Vec<Vec<String>> {
        let mut graph = BTreeMap::<String, BTreeSet<String>>::new();
        for (module, used) in &self.uses {
            let Some(from) = name(module) else { continue };
            let to = used.iter().filter_map(&name).filter(|to| *to != from);
            graph.entry(from.clone()).or_default().extend(to);
        }
        let reach: BTreeMap<&String, BTreeSet<&String>> =
            graph.keys().map(|from| (from, reachable(&graph, from))).collect();
        let mut circles: Vec<Vec<String>> = graph
            .keys()
            .filter(|from| reach[from].contains(from))
            .map(|from| {
                let back = |to: &&String| reach.get(*to).is_some_and(|there| there.contains(from));
                reach[from].iter().copied().filter(back).cloned().collect()
            })
            .collect();
        circles.sort();
        circles.dedup();
        circles
    }
}

/// Every `.rs` file below `folder`.
pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
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

fn reachable<'a>(graph: &'a BTreeMap<String, BTreeSet<String>>, from: &String) -> BTreeSet<&'a String> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&String> = graph[from].iter().collect();
    while let Some(next) = open.pop() {
        if seen.insert(next) {
            open.extend(graph.get(next).into_iter().flatten());
        }
    }
    seen
}

fn module_path(file: &Path) -> ModulePath {
    let inner = file.strip_prefix("src").unwrap().with_extension("");
    let mut path: ModulePath = inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if path.last().is_some_and(|last| last == "mod" || (path.len() == 1 && last == "lib")) {
        path.pop();
    }
    path
}

/// Replaces comments and the contents of string literals by blanks.
fn without_comments(code: &str) -> String {
    let pattern = r##"(?s)//[^\n]*|/\*.*?\*/|b?r#+".*?"#+|b?"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'"##;
    regex::Regex::new(pattern).unwrap().replace_all(code, " ").into_owned()
}

/// Cuts the module of unit tests, which stands last in its file.
fn without_tests(code: &str) -> String {
    code.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned()
}

/// The paths of every `use` statement, those of `pub use` told apart: (is public, segments).
fn use_paths(code: &str) -> Vec<(bool, Vec<String>)> {
    let statement = regex::Regex::new(r"(pub(?:\([a-z ]+\))?\s+)?\buse\s+([^;]+);").unwrap();
    let mut paths = Vec::new();
    for found in statement.captures_iter(code) {
        let is_public = found.get(1).is_some();
        let mut leaves = Vec::new();
        expand_use_tree(&found[2].replace(char::is_whitespace, " "), &mut Vec::new(), &mut leaves);
        paths.extend(leaves.into_iter().map(|leaf| (is_public, leaf)));
    }
    paths
}

/// `a::{b, c::{d, e as f}}` → `a::b`, `a::c::d`, `a::c::e`.
fn expand_use_tree(tree: &str, prefix: &mut Vec<String>, leaves: &mut Vec<Vec<String>>) {
    let depth_before = prefix.len();
    let (path, group) = match tree.find('{') {
        Some(at) => (&tree[..at], Some(tree[at + 1..].trim_end().trim_end_matches('}'))),
        None => (tree, None),
    };
    let segments = path.split("::").map(|part| part.split(" as ").next().unwrap_or_default().trim());
    prefix.extend(segments.filter(|part| !part.is_empty()).map(str::to_owned));
    match group {
        None => leaves.push(prefix.clone()),
        Some(group) => {
            for part in split_at_top_level(group) {
                expand_use_tree(part.trim(), prefix, leaves);
            }
        }
    }
    prefix.truncate(depth_before);
}

fn split_at_top_level(group: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// What a module passes on: name → path within that module.
fn exports(code: &str) -> BTreeMap<String, Vec<String>> {
    let public = use_paths(code).into_iter().filter(|(is_public, _)| *is_public);
    public.filter_map(|(_, path)| Some((path.last()?.clone(), path))).collect()
}

struct Resolver {
    modules: BTreeSet<ModulePath>,
    exports: BTreeMap<ModulePath, BTreeMap<String, Vec<String>>>,
}

impl Resolver {
    fn uses(&self, module: &ModulePath, code: &str) -> BTreeSet<ModulePath> {
        let private = use_paths(code).into_iter().filter(|(is_public, _)| !is_public).map(|(_, path)| path);
        let statement = regex::Regex::new(r"\buse\s+[^;]+;").unwrap();
        // `pub(in crate::acquire)` says who may use the item; it uses nothing itself.
        let visibility = regex::Regex::new(r"\bpub\(in [^)]*\)").unwrap();
        let body = statement.replace_all(code, " ");
        let body = visibility.replace_all(&body, " ");
        let inline = regex::Regex::new(r"\b(?:[A-Za-z_]\w*::)+[A-Za-z_]\w*").unwrap();
        let named =
            inline.find_iter(&body).map(|path| path.as_str().split("::").map(str::to_owned).collect());
        let paths = private.chain(named);
        let used = paths.filter_map(|path| self.resolve(module, &path, 0));
        used.filter(|used| used != module && !used.is_empty()).collect()
    }

    /// The module that defines what `path` names, as seen from `module`. `None` for what is not ours.
    fn resolve(&self, module: &ModulePath, path: &[String], depth: usize) -> Option<ModulePath> {
        let mut at = module.clone();
        let mut rest = path;
        match rest.first()?.as_str() {
            "crate" => (at, rest) = (ModulePath::new(), &rest[1..]),
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
            }
            first if self.modules.contains(&[&at[..], &[first.to_owned()]].concat()) => {}
            _ => return None,
        }
        while let Some(next) = rest.first() {
            let inner = [&at[..], std::slice::from_ref(next)].concat();
            if !self.modules.contains(&inner) {
                break;
            }
            (at, rest) = (inner, &rest[1..]);
        }
        let passed_on = rest.first().and_then(|name| self.exports.get(&at)?.get(name));
        match passed_on {
            Some(target) if depth < 8 => self.resolve(&at, target, depth + 1).or(Some(at)),
            _ => Some(at),
        }
    }
}
