//! The concepts: their patterns, the forms that they count and refuse, with the decisions of people; a pattern tried before it is written.

use super::super::api;
use super::super::params::{Params, path_segments};
use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::route::Question;
use super::super::words::Words;
use super::{Link, Shell, language_name};
use crate::codebook::{Concept, Pattern};
use crate::pipeline::decision;
use crate::results::FormUse;
use crate::text::Count;
use askama::Template;
use std::collections::BTreeSet;

/// Forms of one table, the most frequent ones.
const FORMS_MAX: usize = 300;
/// Forms that a trial names.
const TRIED_FORMS: usize = 12;

struct ConceptLink {
    name: String,
    href: String,
    count: String,
    is_current: bool,
    is_sub: bool,
}

struct FormLine {
    form: String,
    href: String,
    count: String,
    languages: String,
    first: String,
    why: String,
    decision: &'static str,
}

struct FormsTable {
    heading: String,
    counted: String,
    why: String,
    rows: Vec<FormLine>,
}

#[derive(Template)]
#[template(path = "codebook.html")]
struct CodebookPage<'a> {
    w: &'a Words,
    shell: Shell,
    about: String,
    notes: Vec<String>,
    concepts: Vec<ConceptLink>,
    name: String,
    heading: String,
    counted: String,
    trend: String,
    concordance: String,
    note: String,
    patterns: Vec<&'a str>,
    exceptions: Vec<&'a str>,
    parents: Vec<Link>,
    here: String,
    hidden: Vec<(&'static str, String)>,
    tried: String,
    try_result: String,
    would_change: String,
    codebook_sha256: String,
    tables: Vec<FormsTable>,
    is_decidable: bool,
    form_token: String,
    may_edit: bool,
    decided: String,
}

/// The address of the concept `name`.
pub(super) fn href(params: &Params, name: &str) -> String {
    params.to(&format!("/codebook/{}", path_segments(name)))
}

/// `GET /codebook` and `GET /codebook/{concept}`
pub(in super::super) fn codebook(question: &Question) -> Result<Reply, Problem> {
    let (words, results) = (question.words(), &question.view.results);
    let ui = question.params.only(&["ui"]);
    let chosen = match question.rest.as_str() {
        "" => None,
        name => Some(results.concept(name)?),
    };
    let all: Vec<usize> = (0..results.concepts().len()).collect();
    let counts = results.counts(&all)?;
    let totals: Vec<u64> =
        counts.iter().map(|count| count.tallies.iter().map(|tally| tally.n).sum()).collect();
    let tried = question.params.get("try").unwrap_or_default().to_owned();
    let concept = chosen.map(|index| &results.concepts()[index]);
    let forms = chosen.map(|index| results.forms(index)).transpose()?.unwrap_or_default();
    let name = concept.map(|concept| concept.name.clone()).unwrap_or_default();
    let of_name = ui.with("q", &name);
    let page = CodebookPage {
        w: words,
        shell: Shell::new(
            question,
            &concept.map_or("/codebook".to_owned(), |concept| href(&Params::default(), &concept.name)),
            "/codebook",
        ),
        about: words.count("codebook-about", results.concepts().len() as i64),
        notes: saved(question),
        concepts: links(question, &totals, chosen),
        heading: if name.is_empty() { words.t("choose-concept") } else { name.clone() },
        counted: chosen.map(|index| counted(words, &counts[index])).unwrap_or_default(),
        trend: of_name.to("/"),
        concordance: of_name.to("/concordance"),
        note: concept.and_then(|concept| concept.note.clone()).unwrap_or_default(),
        patterns: concept.map(api::own_patterns).unwrap_or_default(),
        exceptions: concept.map(exceptions).unwrap_or_default(),
        parents: concept.map_or_else(Vec::new, |concept| {
            concept.parents.iter().map(|parent| Link::new(parent, href(&ui, parent))).collect()
        }),
        here: if name.is_empty() { "/codebook".to_owned() } else { href(&Params::default(), &name) },
        hidden: question.params.get("ui").map(|code| ("ui", code.to_owned())).into_iter().collect(),
        try_result: match tried.as_str() {
            "" => String::new(),
            text => trial(question, text, chosen.map(|index| totals[index]))?,
        },
        would_change: match (chosen, tried.is_empty()) {
            (Some(index), false) => would_change(question, index, &tried, &forms)?.unwrap_or_default(),
            _ => String::new(),
        },
        codebook_sha256: question.view.config.codebook_sha256.to_string(),
        tried,
        tables: concept.map_or_else(Vec::new, |concept| tables(question, concept, &forms)),
        is_decidable: chosen.is_some(),
        form_token: question.app.form_token.clone(),
        may_edit: question.may_edit,
        decided: concept.map(|concept| decided(words, concept, &forms)).unwrap_or_default(),
        name,
    };
    Ok(Reply::html(page.render()?))
}

/// What was just saved.
fn saved(question: &Question) -> Vec<String> {
    let words = question.words();
    let decisions = question.params.get("saved").map(|n| words.about("decisions-saved", "n", n));
    let pattern =
        question.params.get("added").map(|pattern| words.about("pattern-saved", "pattern", pattern));
    decisions.into_iter().chain(pattern).collect()
}

/// All concepts with their mentions.
fn links(question: &Question, totals: &[u64], chosen: Option<usize>) -> Vec<ConceptLink> {
    let ui = question.params.only(&["ui"]);
    let link = |(index, concept): (usize, &Concept)| ConceptLink {
        name: concept.name.clone(),
        href: href(&ui, &concept.name),
        count: question.words().n(totals[index] as i64),
        is_current: Some(index) == chosen,
        is_sub: !concept.parents.is_empty(),
    };
    question.view.results.concepts().iter().enumerate().map(link).collect()
}

/// Mentions and documents of a concept.
fn counted(words: &Words, count: &Count) -> String {
    let documents: BTreeSet<u32> = count.tallies.iter().map(|tally| tally.document).collect();
    let n: u64 = count.tallies.iter().map(|tally| tally.n).sum();
    let hits = words.count("n-hits", n as i64);
    format!("{hits} {}", words.count("in-documents", documents.len() as i64))
}

/// How many of the forms of a concept people have decided on.
fn decided(words: &Words, concept: &Concept, forms: &[FormUse]) -> String {
    let n = forms.iter().filter(|used| decision(concept, &used.form).is_some()).count();
    words.with("decided", &[("n", &words.n(n as i64)), ("all", &words.n(forms.len() as i64))])
}

fn exceptions(concept: &Concept) -> Vec<&str> {
    let own = concept.rules.iter().filter(|rule| rule.concept == concept.name);
    own.flat_map(|rule| &rule.except).map(|pattern: &Pattern| pattern.text.as_str()).collect()
}

/// What a pattern would count.
fn trial(question: &Question, text: &str, now: Option<u64>) -> Result<String, Problem> {
    let words = question.words();
    let query = match question.view.query(text) {
        Ok(query) => query,
        // A mistake in the pattern is the answer to the trial.
        Err(problem) if problem.status == 400 => return Ok(problem.in_language(words.code).detail),
        Err(problem) => return Err(problem),
    };
    let counts = question.view.results.counts_of_queries(vec![(text.to_owned(), query)])?;
    let mut forms = std::collections::BTreeMap::<u32, u64>::new();
    for tally in &counts[0].tallies {
        *forms.entry(tally.form).or_default() += tally.n;
    }
    let total: u64 = forms.values().sum();
    let mut named: Vec<(u64, &str)> =
        forms.iter().map(|(form, n)| (*n, counts[0].forms[*form as usize].as_str())).collect();
    named.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let shown: Vec<String> =
        named.iter().take(TRIED_FORMS).map(|(n, form)| format!("{form} {}", words.n(*n as i64))).collect();
    let more = if named.len() > TRIED_FORMS { " …" } else { "" };
    let result = words.with(
        "try-result",
        &[
            ("pattern", text),
            ("forms", &words.count("n-forms", forms.len() as i64)),
            ("hits", &words.count("n-hits", total as i64)),
        ],
    );
    let now =
        now.map(|now| words.about("try-now", "hits", &words.count("n-hits", now as i64))).unwrap_or_default();
    Ok(format!("{result} {now} {}{more}", shown.join(", ")))
}

/// What the concept at `index`, which has `forms` now, would count with the pattern `text`. `None` when that is no pattern.
fn would_change(
    question: &Question,
    index: usize,
    text: &str,
    forms: &[FormUse],
) -> Result<Option<String>, Problem> {
    let (words, results) = (question.words(), &question.view.results);
    let Ok(pattern) = Pattern::parse(text) else { return Ok(None) };
    let mut concept = results.concepts()[index].clone();
    concept.rules[0].patterns.push(pattern);
    let with_pattern = results.forms_of(&[concept])?.remove(0);
    let hits =
        |forms: &[FormUse]| forms.iter().filter(|used| used.is_counted).map(|used| used.n).sum::<u64>();
    let known: BTreeSet<&str> =
        forms.iter().filter(|used| used.is_counted).map(|used| used.form.as_str()).collect();
    let new: Vec<&FormUse> =
        with_pattern.iter().filter(|used| used.is_counted && !known.contains(used.form.as_str())).collect();
    if new.is_empty() {
        return Ok(Some(words.about("try-no-change", "name", &results.concepts()[index].name)));
    }
    let named = new.iter().take(TRIED_FORMS).map(|used| format!("{} {}", used.form, words.n(used.n as i64)));
    let more = if new.len() > TRIED_FORMS { " …" } else { "" };
    let values = [
        ("name", results.concepts()[index].name.as_str()),
        ("before", &words.n(hits(forms) as i64)),
        ("after", &words.count("n-hits", hits(&with_pattern) as i64)),
        ("forms", &words.count("n-new-forms", new.len() as i64)),
        ("named", &(named.collect::<Vec<_>>().join(", ") + more)),
    ];
    Ok(Some(words.with("try-change", &values)))
}

fn tables(question: &Question, concept: &Concept, forms: &[FormUse]) -> Vec<FormsTable> {
    let words = question.words();
    let (counted, refused): (Vec<&FormUse>, Vec<&FormUse>) = forms.iter().partition(|used| used.is_counted);
    let table = |uses: &[&FormUse], [heading, why, unit]: [&str; 3]| FormsTable {
        heading: words.t(heading),
        counted: format!(
            "{}, {}",
            words.count("n-forms", uses.len() as i64),
            words.count(unit, uses.iter().map(|used| used.n).sum::<u64>() as i64)
        ),
        why: words.t(why),
        rows: uses.iter().take(FORMS_MAX).map(|used| line(question, concept, used)).collect(),
    };
    let mut tables = vec![table(&counted, ["forms-counted", "how-read", "n-hits"])];
    if !refused.is_empty() {
        tables.push(table(&refused, ["near-misses", "why-not", "n-occurrences"]));
    }
    tables
}

fn line(question: &Question, concept: &Concept, used: &FormUse) -> FormLine {
    let words = question.words();
    let languages = used.languages.iter().map(|(language, n)| {
        let code = language.map(|language| language.to_string());
        format!("{} {}", language_name(words, code.as_deref()), words.n(*n as i64))
    });
    let params = question.params.only(&["ui"]);
    let params = match used.is_counted {
        true => params.with("q", &concept.name).and("form", &used.form),
        false => params.with("q", &format!("\"{}\"", used.form)),
    };
    FormLine {
        form: used.form.clone(),
        href: params.to("/concordance"),
        count: words.n(used.n as i64),
        languages: languages.collect::<Vec<_>>().join(", "),
        first: used.year_first.map(|year| year.to_string()).unwrap_or_default(),
        why: used.why.clone(),
        decision: decision(concept, &used.form).unwrap_or_default(),
    }
}
