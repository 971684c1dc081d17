//! The source `kudos` against a small Kudos of our own on the loopback address, on good days and bad ones.

use crate::acquire::{VirtualClock, failures, notices, options, run_with};
use crate::fetch::{answer, settings};
use crate::network::Site;
use ordskifte::acquire::fetch::FetchSettings;
use ordskifte::acquire::source::SourceSettings;
use ordskifte::acquire::{AcquireOptions, AcquireSummary, Archive, SourceEvent};
use ordskifte::text::{Digest, Kind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// What the service has, and how it misbehaves.
#[derive(Default)]
struct Service {
    documents: Vec<Value>,
    files: BTreeMap<String, Vec<u8>>,
    per_page_max: usize,
    /// Answers in place of the next ones of the list, first of all.
    bad_answers: Vec<Vec<u8>>,
    ignores_years: bool,
    ignores_page: bool,
    /// Added to `meta.total`.
    n_hidden: usize,
    /// Where a path redirects to.
    redirects: BTreeMap<String, String>,
    /// Pages that still answer when their document is not listed.
    pages: Vec<String>,
}

impl Service {
    fn answer(&mut self, path: &str) -> Vec<u8> {
        if let Some(query) = path.strip_prefix("/api/v0/documents?") {
            if !self.bad_answers.is_empty() {
                return self.bad_answers.remove(0);
            }
            return self.list(query);
        }
        if let Some(target) = self.redirects.get(path) {
            return answer("301 Moved Permanently", &format!("Location: {target}\r\n"), b"");
        }
        match self.files.get(path) {
            Some(bytes) => answer("200 OK", "Content-Type: application/pdf\r\n", bytes),
            None if self.pages.iter().any(|page| page == path) => answer("200 OK", "", b"<html>page</html>"),
            None => answer("404 Not Found", "", b""),
        }
    }

    fn list(&self, query: &str) -> Vec<u8> {
        let query: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
        let per_page = number("per_page").unwrap();
        if per_page > self.per_page_max {
            let text = format!("The per page may not be greater than {}.", self.per_page_max);
            let body = json!({"message": text, "errors": {"per_page": [text]}}).to_string();
            return answer("422 Unprocessable Content", "", body.as_bytes());
        }
        let is_of_year = |document: &&Value| {
            let year = document["publish_date"].as_str().and_then(|date| date[..4].parse().ok());
            self.ignores_years
                || !query.contains_key("published_year_from")
                || year == number("published_year_from")
        };
        let wanted: Vec<&Value> = self.documents.iter().filter(is_of_year).collect();
        let page = if self.ignores_page { 1 } else { number("page").unwrap() };
        let data: Vec<&Value> = wanted.iter().skip((page - 1) * per_page).take(per_page).copied().collect();
        let last_page = wanted.len().div_ceil(per_page).max(1);
        let total = wanted.len() + self.n_hidden;
        let meta =
            json!({"current_page": page, "last_page": last_page, "per_page": per_page, "total": total});
        answer("200 OK", "", json!({"meta": meta, "data": data}).to_string().as_bytes())
    }

    /// Adds a document with one PDF.
    fn add(&mut self, uuid: &str, fields: Value) {
        let bytes = format!("%PDF-1.4 {uuid}\n%%EOF\n").into_bytes();
        let path = format!("/dokument/{uuid}/filer/f{uuid}.pdf");
        let sha256 = Digest::of(&bytes).to_string();
        let mut document = json!({
            "uuid": uuid, "title": format!("Dokument {uuid}"), "type": "Tildelingsbrev", "abstract": null,
            "files": [{"uuid": format!("f{uuid}"), "filename": "brev.pdf", "url": format!("https://kudos.dfo.no{path}"),
                "sha256": sha256, "mimetype": "application/pdf", "is_primary": true}],
            "owners": [{"name": "Eksempeldepartementet"}], "recipients": [], "authoring_actors": [],
        });
        for (name, value) in fields.as_object().unwrap() {
            document[name] = value.clone();
        }
        self.files.insert(path, bytes);
        self.documents.push(document);
    }
}

/// A corpus with Kudos as its source.
struct Corpus {
    root: tempfile::TempDir,
    clock: Arc<VirtualClock>,
    service: Arc<Mutex<Service>>,
    site: Site,
    settings: String,
}

impl Corpus {
    /// With five letters of 2024 and 2025, two of them to the directorate, and a report without a date.
    fn new() -> Corpus {
        let mut service = Service { per_page_max: 50, ..Service::default() };
        let agency = json!([{"name": "Eksempel\u{2010}direktoratet", "org_number": 123_456_789,
            "alternative_names": [{"type": "short_name", "name": "EKS"}]}]);
        service.add(
            "a1",
            json!({"publish_date": "2025-01-10", "concerned_year_from": 2025, "recipients": agency}),
        );
        service.add("a2", json!({"publish_date": "2024-12-20T00:00:00Z", "concerned_year_from": 2025}));
        service.add("a3", json!({"publish_date": "2024-01-10", "recipients": agency}));
        service.add("a4", json!({"publish_date": "2024-02-10"}));
        service.add("a5", json!({"publish_date": "2024-03-10"}));
        service.add("b1", json!({"type": "Årsrapport", "publish_date": null, "owners": agency}));
        Corpus::of(service)
    }

    fn of(service: Service) -> Corpus {
        let (clock, service) = (Arc::<VirtualClock>::default(), Arc::new(Mutex::new(service)));
        let shared = Arc::clone(&service);
        let site = Site::new(&clock, move |path, _| shared.lock().unwrap().answer(path));
        Corpus { root: tempfile::tempdir().unwrap(), clock, service, site, settings: String::new() }
    }

    fn with(self, settings: &str) -> Corpus {
        Corpus { settings: settings.to_owned(), ..self }
    }

    fn service(&self) -> std::sync::MutexGuard<'_, Service> {
        self.service.lock().unwrap()
    }

    fn archive(&self) -> Archive {
        Archive::open(&self.root.path().join("archive")).unwrap()
    }

    fn run(&self, now: &str) -> (AcquireSummary, Vec<SourceEvent>) {
        self.run_as(now, false)
    }

    fn run_as(&self, now: &str, dry_run: bool) -> (AcquireSummary, Vec<SourceEvent>) {
        let text =
            format!("name = 'kudos'\nkind = 'kudos'\nbase_url = '{}'\n{}", self.site.address, self.settings);
        let source: SourceSettings = toml::from_str(&text).unwrap();
        let stop = AtomicBool::new(false);
        let options = AcquireOptions {
            fetch: FetchSettings { size_bytes_max: 1_000_000, ..settings() },
            listings: Some(self.root.path().join("listings")),
            now: format!("{now}T01:00:00Z").parse().unwrap(),
            dry_run,
            ..options(&self.clock, &stop)
        };
        run_with(&mut self.archive(), self.root.path(), &[source], &options)
    }

    fn locations(&self) -> Vec<String> {
        self.archive().holdings().unwrap().into_iter().map(|holding| holding.location).collect()
    }

    fn n_asked(&self, part: &str) -> usize {
        self.site.asked().iter().filter(|(_, path)| path.contains(part)).count()
    }
}

#[test]
fn all_documents_come_with_their_records_also_those_without_a_date() {
    let corpus = Corpus::new();
    let (summary, events) = corpus.run("2026-01-02");
    assert_eq!((summary.n_new, summary.n_failed), (6, 0), "{events:?}");
    assert_eq!(notices(&events), Vec::<String>::new());
    assert_eq!(corpus.locations(), ["a1", "a2", "a3", "a4", "a5", "b1"]);
    let letter = corpus.archive().holdings().unwrap().swap_remove(0);
    assert_eq!(letter.public_url, "https://kudos.dfo.no/dokument/a1/filer/fa1.pdf");
    let metadata = letter.metadata;
    assert_eq!((metadata.kind, metadata.year), (Some(Kind::Tildelingsbrev), Some(2025)));
    assert_eq!(metadata.issuer.as_deref(), Some("Eksempeldepartementet"));
    assert_eq!(metadata.addressee.as_deref(), Some("Eksempel-direktoratet"));
    assert_eq!(metadata.published.unwrap().to_string(), "2025-01-10");
    // Each year once, newest first, then all; at least two seconds between two requests.
    let asked: Vec<String> = corpus.site.asked().into_iter().map(|(_, path)| path).collect();
    assert!(
        asked[0].contains("published_year_from=2027&published_year_to=2027&page=1&per_page=50"),
        "{asked:?}"
    );
    assert!(asked[38].ends_with("documents?page=1&per_page=50"), "{asked:?}");
    assert!(corpus.site.times().windows(2).all(|pair| pair[1] - pair[0] >= 2000));
}

#[test]
fn an_addressee_chooses_its_letters_and_its_reports_by_any_of_its_names() {
    for name in ["Eksempel-direktoratet", "eks", "123 456 789"] {
        let corpus = Corpus::new().with(&format!("addressee = '{name}'\nyear_from = 1990"));
        corpus.run("2026-01-02");
        assert_eq!(corpus.locations(), ["a1", "a3"], "{name}");
        let corpus = Corpus::new().with(&format!("addressees = ['{name}']"));
        corpus.run("2026-01-02");
        assert_eq!(corpus.locations(), ["a1", "a3", "b1"], "{name}");
    }
    let corpus = Corpus::new().with("addressee = 'Eksempeldirektoratet'\nkinds = ['tildelingsbrev']");
    let (_, events) = corpus.run("2026-01-02");
    let wanted = "no document of the chosen kinds and years has an actor called 'Eksempeldirektoratet'";
    assert_eq!(notices(&events), [wanted]);
    let corpus = Corpus::new().with("kinds = ['årsrapport']");
    corpus.run("2026-01-02");
    assert_eq!(corpus.locations(), ["b1"]);
}

#[test]
fn a_second_night_asks_for_no_document_whose_digest_is_held() {
    let corpus = Corpus::new().with("year_from = 2024\nyear_to = 2025");
    corpus.run("2026-01-02");
    let n_files = corpus.n_asked("/filer/");
    assert_eq!(n_files, 5);
    let (summary, _) = corpus.run("2026-01-03");
    assert_eq!(summary, AcquireSummary { n_unchanged: 5, ..AcquireSummary::default() });
    assert_eq!(corpus.n_asked("/filer/"), n_files);
    // A corrected edition at the same address, and a corrected title.
    let edition = b"%PDF-1.4 corrected\n%%EOF\n".to_vec();
    let mut service = corpus.service();
    service.documents[0]["files"][0]["sha256"] = json!(Digest::of(&edition).to_string());
    service.documents[1]["title"] = json!("Ny tittel");
    service.files.insert("/dokument/a1/filer/fa1.pdf".to_owned(), edition);
    drop(service);
    let (summary, _) = corpus.run("2026-01-04");
    assert_eq!(summary, AcquireSummary { n_changed: 2, n_unchanged: 3, ..AcquireSummary::default() });
    assert_eq!(corpus.n_asked("/filer/"), n_files + 1);
    assert_eq!(corpus.archive().holdings().unwrap()[1].metadata.title.as_deref(), Some("Ny tittel"));
}

#[test]
fn a_file_with_another_digest_than_the_declared_one_is_rejected() {
    let corpus = Corpus::new();
    corpus.service().files.insert("/dokument/a4/filer/fa4.pdf".to_owned(), b"%PDF-1.4 x\n%%EOF\n".to_vec());
    let (summary, events) = corpus.run("2026-01-02");
    assert_eq!((summary.n_new, summary.n_failed), (5, 1));
    let (location, reason) = &failures(&events)[0];
    assert!(
        location == "a4" && reason.contains("its SHA-256 is ") && reason.contains("the source declares"),
        "{reason}"
    );
    assert!(!corpus.locations().contains(&"a4".to_owned()));
}

#[test]
fn a_document_that_is_not_listed_twice_and_whose_page_is_gone_gets_a_tombstone() {
    let corpus = Corpus::new();
    corpus.run("2026-01-02");
    let mut service = corpus.service();
    service.documents.retain(|document| document["uuid"] != "a4" && document["uuid"] != "a5");
    service.pages.push("/dokument/a5".to_owned());
    drop(service);
    for _ in 0..2 {
        let (summary, _) = corpus.run("2026-01-03");
        assert_eq!((summary.n_vanished, corpus.n_asked("/dokument/a4")), (0, 1));
    }
    let (summary, _) = corpus.run("2026-01-04");
    assert_eq!(summary.n_vanished, 1);
    let vanished: Vec<String> = corpus
        .archive()
        .holdings()
        .unwrap()
        .into_iter()
        .filter(|it| it.is_vanished)
        .map(|it| it.location)
        .collect();
    assert_eq!(vanished, ["a4"]);
    let (summary, _) = corpus.run("2026-01-05");
    assert_eq!((summary.n_vanished, summary.n_failed), (0, 0));
}

const UUID: &str = "0a1b2c3d-0000-4000-8000-00000000000a";

#[test]
fn an_old_number_that_redirects_to_a_uuid_is_an_alias_of_its_document() {
    let mut service = Service { per_page_max: 50, ..Service::default() };
    service.add("379135", json!({"publish_date": "2024-01-10"}));
    service.add("a2", json!({"publish_date": "2024-01-10"}));
    let corpus = Corpus::of(service);
    corpus.run("2026-01-02");
    let mut service = corpus.service();
    service.documents.remove(0);
    service.add(UUID, json!({"publish_date": "2024-01-10"}));
    // As the site is: the number redirects, the page answers, and the UUID under the old folder does not.
    service.redirects.insert("/documents/379135".to_owned(), format!("/dokument/{UUID}"));
    service.pages.push(format!("/dokument/{UUID}"));
    drop(service);
    corpus.run("2026-01-03");
    let (summary, events) = corpus.run("2026-01-04");
    assert_eq!((summary.n_vanished, summary.n_failed), (1, 0), "{events:?}");
    assert!(notices(&events).contains(&format!("it has the id {UUID} now")), "{events:?}");
    let holdings = corpus.archive().holdings().unwrap();
    let of = |location: &str| holdings.iter().find(|holding| holding.location == location).unwrap();
    assert_eq!((of("379135").is_vanished, of(UUID).is_vanished, of("a2").is_vanished), (true, false, false));
    assert_eq!(of("379135").metadata.own["kudos_moved_to"], UUID);
    assert_eq!(of(UUID).metadata.own["kudos_id"], UUID);
    let path = format!("/documents/{UUID}");
    assert_eq!(corpus.n_asked(&path), 0);
    assert_eq!(corpus.run("2026-01-05").0.n_vanished, 0);
}

#[test]
fn what_the_service_says_that_it_has_is_kept_and_a_large_loss_is_an_alarm() {
    let corpus = Corpus::new();
    corpus.run("2026-01-02");
    let kept = || -> Value {
        serde_json::from_slice(&std::fs::read(corpus.root.path().join("listings/kudos.json")).unwrap())
            .unwrap()
    };
    let all = json!({"list": "all", "kind": null, "year": null, "n_declared": 6, "n_listed": 6});
    let of_2024 = json!({"list": "2024", "kind": null, "year": 2024, "n_declared": 4, "n_listed": 4});
    let declared = kept()["declared"].as_array().unwrap().clone();
    assert!(declared.contains(&all) && declared.contains(&of_2024), "{declared:?}");
    assert_eq!(kept()["alarms"], json!([]));
    corpus.service().documents.truncate(2);
    let (_, events) = corpus.run("2026-01-03");
    let alarm = "all: the source says that it has 2 documents, and said 6 on 2026-01-02";
    assert!(notices(&events).iter().any(|text| text.starts_with(alarm)), "{events:?}");
    corpus.run("2026-01-04");
    assert!(kept()["alarms"].as_array().unwrap().contains(&json!(alarm)));
}

#[test]
fn a_list_with_gaps_gives_no_tombstones_and_says_so() {
    let corpus = Corpus::new();
    corpus.run("2026-01-02");
    let mut service = corpus.service();
    service.documents.remove(3);
    service.n_hidden = 2;
    drop(service);
    for day in ["2026-01-03", "2026-01-04", "2026-01-05"] {
        let (summary, events) = corpus.run(day);
        assert_eq!(summary.n_vanished, 0);
        let notices = notices(&events);
        assert!(notices[0].starts_with("only 5 of the 7 documents"), "{notices:?}");
    }
}

#[test]
fn the_limit_of_a_page_is_learnt_from_the_refusal_and_all_pages_are_read() {
    let corpus = Corpus::new();
    corpus.service().per_page_max = 2;
    let (summary, events) = corpus.run("2026-01-02");
    assert_eq!((summary.n_new, summary.n_failed), (6, 0), "{events:?}");
    assert_eq!(corpus.n_asked("per_page=50"), 1);
    assert_eq!(corpus.n_asked("published_year_from=2024&published_year_to=2024&page=2"), 1);
}

#[test]
fn a_page_that_fails_is_asked_again_at_the_end() {
    let bad: [Vec<u8>; 6] = [
        answer("200 OK", "", b"<html>Vedlikehold</html>"),
        answer("200 OK", "", br#"{"meta":{},"data":null}"#),
        answer("200 OK", "", br#"{"data":[{"uuid":"#),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"data\"".to_vec(),
        answer("404 Not Found", "", b""),
        Vec::new(),
    ];
    for bad in bad {
        let corpus = Corpus::new().with("year_from = 2024\nyear_to = 2025");
        corpus.service().bad_answers.push(bad.clone());
        let (summary, events) = corpus.run("2026-01-02");
        assert_eq!((summary.n_new, summary.n_failed), (5, 0), "{:?}", String::from_utf8_lossy(&bad));
        assert!(failures(&events).is_empty());
    }
}

#[test]
fn a_page_that_fails_twice_is_named_and_makes_the_list_partial() {
    let corpus = Corpus::new();
    corpus.run("2026-01-02");
    let mut service = corpus.service();
    service.documents.retain(|document| document["uuid"] != "a4");
    drop(service);
    for day in ["2026-01-03", "2026-01-04", "2026-01-05"] {
        corpus.service().bad_answers = vec![answer("200 OK", "", b"{}"); 200];
        let (summary, events) = corpus.run(day);
        assert_eq!(summary.n_vanished, 0);
        let is_named = |(location, reason): &(String, String)| {
            location == "2025, page 1" && reason.contains("the answer has no list of documents")
        };
        assert!(failures(&events).iter().any(is_named), "{events:?}");
    }
}

#[test]
fn a_service_that_ignores_the_year_or_the_page_is_noticed() {
    let corpus = Corpus::new();
    corpus.service().ignores_years = true;
    let (summary, _) = corpus.run("2026-01-02");
    assert_eq!((summary.n_new, corpus.n_asked("published_year")), (6, 1));
    let corpus = Corpus::new();
    let mut service = corpus.service();
    (service.ignores_page, service.per_page_max) = (true, 2);
    (0..12).for_each(|number| service.add(&format!("c{number}"), json!({"publish_date": "2024-05-05"})));
    drop(service);
    let (summary, events) = corpus.run("2026-01-02");
    assert!(summary.n_failed > 0 && corpus.n_asked("documents?") < 100);
    assert!(
        failures(&events).iter().any(|(_, reason)| reason.contains("has the same documents")),
        "{events:?}"
    );
}

#[test]
fn a_service_that_cannot_be_asked_by_year_is_read_whole() {
    let refusal =
        br#"{"message":"Unknown parameter published_year_from","allowed_parameters":["page","per_page"]}"#;
    let corpus = Corpus::new();
    corpus.service().bad_answers.push(answer("422 Unprocessable Content", "", refusal));
    let (summary, events) = corpus.run("2026-01-02");
    assert_eq!(summary.n_new, 6);
    assert!(
        notices(&events)[0].starts_with("the service no longer lists by year: {\"message\""),
        "{events:?}"
    );
}

#[test]
fn a_list_that_a_budget_cuts_off_is_read_further_in_the_next_run() {
    let corpus = Corpus::new().with("budget = { requests = 20 }");
    let mut n_runs = 0;
    while corpus.locations().len() < 6 {
        let (summary, events) = corpus.run("2026-01-02");
        assert_eq!(summary.n_failed, 0);
        n_runs += 1;
        let is_read = corpus.root.path().join("listings/kudos").exists();
        assert_eq!(
            notices(&events).iter().any(|text| text.starts_with("the budget of 20 requests")),
            is_read
        );
    }
    // 39 pages of the list, 6 documents; the request for robots.txt in each run is one of its 20.
    assert_eq!(n_runs, 3);
    assert_eq!(corpus.site.asked().len(), 45);
    let paths: std::collections::BTreeSet<String> =
        corpus.site.asked().into_iter().map(|(_, path)| path).collect();
    assert_eq!(paths.len(), 45);
}

#[test]
fn a_dry_run_says_what_would_be_asked_and_asks_nothing() {
    let corpus = Corpus::new().with("year_from = 2024\nyear_to = 2025");
    let (_, events) = corpus.run_as("2026-01-02", true);
    assert!(corpus.site.asked().is_empty());
    let wanted = "at least 2 pages of lists and 0 documents, and what is new, which takes 0 min 6 s or more";
    assert!(format!("{events:?}").contains(wanted), "{events:?}");
}

#[test]
fn a_wall_against_robots_closes_kudos_for_the_night_and_nothing_vanishes() {
    let corpus = Corpus::new();
    corpus.run("2026-01-02");
    for day in ["2026-01-03", "2026-01-04", "2026-01-05"] {
        let before = corpus.site.asked().len();
        corpus.service().bad_answers = vec![answer("403 Forbidden", "", b"<html>wall</html>"); 50];
        let (summary, events) = corpus.run(day);
        assert_eq!((summary.n_vanished, corpus.site.asked().len() - before), (0, 3));
        assert!(failures(&events)[0].1.contains("403"), "{events:?}");
    }
}

#[test]
fn the_shortest_way_gives_the_letters_and_the_reports_of_one_agency() {
    use crate::support::run;
    let corpus = Corpus::new();
    let sample = |name: &str| std::fs::read(format!("corpus/documents/{name}")).unwrap();
    let mut service = corpus.service();
    service.documents.clear();
    let agency = json!([{"name": "Arbeids\u{2010} og velferdsdirektoratet"}]);
    let files = [
        ("a1", sample("tildelingsbrev/tildelingsbrev-2014.pdf")),
        ("a2", sample("arsrapporter/arsrapport-2015.pdf")),
    ];
    service
        .add("a1", json!({"publish_date": "2024-01-10", "concerned_year_from": 2024, "recipients": agency}));
    service.add("a2", json!({"type": "Årsrapport", "owners": agency, "publish_date": "2024-03-01", "concerned_year_from": 2023}));
    service.add("a3", json!({"publish_date": "2024-01-10"}));
    for (index, (uuid, bytes)) in files.into_iter().enumerate() {
        service.documents[index]["files"][0]["sha256"] = json!(Digest::of(&bytes).to_string());
        service.files.insert(format!("/dokument/{uuid}/filer/f{uuid}.pdf"), bytes);
    }
    drop(service);
    let folder = corpus.root.path().join("nav");
    let path = folder.to_str().unwrap();
    let name = "Arbeids- og velferdsdirektoratet";
    let made =
        run(&["init", path, "--sources", "kudos", "--addressee", name, "--contact", "me@university.example"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let settings = std::fs::read_to_string(folder.join("ordskifte.toml")).unwrap();
    let settings = settings
        .replace("# gap_ms = 2000", "gap_ms = 0")
        .replace("# allow_private_hosts = false", "allow_private_hosts = ['127.0.0.1']")
        .replace(
            "# base_url = \"https://kudos.dfo.no/\"",
            &format!("base_url = \"{}\"", corpus.site.address),
        );
    std::fs::write(folder.join("ordskifte.toml"), settings).unwrap();
    let refresh = run(&["refresh", "--corpus", path]);
    assert_eq!(refresh.code, 0, "{}{}", refresh.out, refresh.err);
    assert!(refresh.out.contains("Documents: 2 new"), "{}", refresh.out);
    let documents = std::fs::read_to_string(folder.join("data/reports/documents.csv")).unwrap();
    assert!(
        documents.contains("kudos/a1") && documents.contains("kudos/a2") && !documents.contains("kudos/a3")
    );
    assert!(
        documents.contains("https://kudos.dfo.no/dokument/a1/filer/fa1.pdf") && documents.contains(name),
        "{documents}"
    );
    let again = run(&["refresh", "--corpus", path]);
    assert!(again.out.contains("Nothing changed: 2 documents, 0 rejected"), "{}", again.out);
    assert_eq!(corpus.n_asked("/filer/"), 2);
    let status: Value =
        serde_json::from_str(&run(&["status", "--format", "json", "--corpus", path]).out).unwrap();
    let lists = &status["sources"][0]["lists"];
    let all = json!({"list": "all", "kind": null, "year": null, "declared": 3, "listed": 3, "chosen": 2, "held": 2});
    assert!(lists["declared"].as_array().unwrap().contains(&all), "{lists}");
    let letters = json!({"kind": "tildelingsbrev", "year": 2024, "chosen": 1, "held": 1});
    assert!(lists["by_kind_and_year"].as_array().unwrap().contains(&letters), "{lists}");
    let shown = run(&["status", "--corpus", path]).out;
    assert!(shown.contains("What the sources have") && shown.contains("declared"), "{shown}");
}

#[test]
fn numbers_uuids_and_redirects_are_one_document_also_from_a_list_of_addresses() {
    use crate::support::run;
    let mut service = Service { per_page_max: 50, ..Service::default() };
    service.add(UUID, json!({"publish_date": "2024-01-10", "concerned_year_from": 2024}));
    let bytes = std::fs::read("corpus/documents/tildelingsbrev/tildelingsbrev-2014.pdf").unwrap();
    service.documents[0]["files"][0]["sha256"] = json!(Digest::of(&bytes).to_string());
    service.files.insert(format!("/dokument/{UUID}/filer/f{UUID}.pdf"), bytes);
    service.redirects.insert("/documents/379135".to_owned(), format!("/dokument/{UUID}"));
    let page = "<!DOCTYPE html><html lang='nb'><head><title>Tildelingsbrev</title></head><body><main><h1>Tildelingsbrev</h1>\
        <p>Brevet om samskaping finnes her som fil.</p></main></body></html>";
    service.files.insert(format!("/dokument/{UUID}"), page.as_bytes().to_vec());
    let corpus = Corpus::of(service);
    let folder = corpus.root.path().join("joined");
    let path = folder.to_str().unwrap();
    let made = run(&["init", path, "--sources", "kudos", "--contact", "me@university.example"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let site = &corpus.site.address;
    let settings = std::fs::read_to_string(folder.join("ordskifte.toml")).unwrap();
    let settings = settings
        .replace("# gap_ms = 2000", "gap_ms = 0")
        .replace("# allow_private_hosts = false", "allow_private_hosts = ['127.0.0.1']")
        .replace("# base_url = \"https://kudos.dfo.no/\"", &format!("base_url = \"{site}\""));
    let list = "\n[[source]]\nname = \"links\"\nkind = \"urls\"\nfile = \"links.csv\"\n";
    std::fs::write(folder.join("ordskifte.toml"), settings + list).unwrap();
    let addresses = format!("url\n{site}/documents/379135\n{site}/documents/{UUID}\n");
    std::fs::write(folder.join("links.csv"), addresses).unwrap();
    let refresh = run(&["refresh", "--corpus", path]);
    // The address with the UUID under the old folder answers 404: a row of rejected.csv.
    assert!(refresh.code == 0 && refresh.out.contains("1 rejected"), "{}{}", refresh.out, refresh.err);
    let documents = std::fs::read_to_string(folder.join("data/reports/documents.csv")).unwrap();
    assert_eq!(documents.lines().count(), 3, "{documents}");
    let page = documents.lines().find(|line| line.starts_with("links/")).unwrap();
    assert!(page.contains(&format!(",kudos/{UUID},")), "{page}");
    let show = |name: &str| run(&["documents", "show", name, "--corpus", path]).out;
    let by_id = show(UUID);
    assert!(by_id.contains(&format!("kudos/{UUID}: its text counts")) && by_id.contains("links/"), "{by_id}");
    for name in [
        format!("https://kudos.dfo.no/documents/{UUID}"),
        format!("https://kudos.dfo.no/dokument/{UUID}"),
        format!("{site}/documents/379135"),
    ] {
        assert_eq!(show(&name), by_id, "{name}");
    }
}

/// A tar of these members.
fn tar(members: &[(String, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in members {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[148..156].copy_from_slice(b"        ");
        header[156] = b'0';
        let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
        header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
        bytes.extend([&header[..], content].concat());
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.extend([0; 1024]);
    bytes
}

#[test]
fn the_bulk_release_is_read_from_its_tar_and_table_without_the_network() {
    let root = tempfile::tempdir().unwrap();
    let (first, second): (&[u8], &[u8]) = (b"%PDF-1.4 a", b"%PDF-1.4 b");
    let [a, b, wrong] = [Digest::of(first), Digest::of(second), Digest::of(b"c")];
    let name = |digest: &Digest| format!("{}/{digest}/a.pdf", &digest.to_string()[..3]);
    std::fs::write(
        root.path().join("k.tar"),
        tar(&[(name(&a), first), (name(&b), second), (name(&wrong), b"d")]),
    )
    .unwrap();
    let table = format!(
        "uuid;title;type;publish_date;owners;recipients;concerned_year_from;sha256;filename\n\
         u1;Tildelingsbrev 2024;Tildelingsbrev;2024-01-15;Eksempeldepartementet;Eksempeletaten;2024;{a};a.pdf\n\
         u2;\u{c5}rsrapport 2023;\u{c5}rsrapport;2024-03-01;Eksempeletaten;;2023;{b};a.pdf\n\
         u3;Rapport;Evaluering;2024-03-01;Eksempeletaten;;;{wrong};a.pdf\nu4;Rapport;Evaluering;;;;;{};a.pdf\n",
        Digest::of(b"none")
    );
    std::fs::write(root.path().join("k.csv"), table).unwrap();
    let source = "name = 'kudos'\nkind = 'kudos'\nbulk = { tar = 'k.tar', csv = 'k.csv' }";
    let source: SourceSettings = toml::from_str(source).unwrap();
    let (clock, stop) = (VirtualClock::default(), AtomicBool::new(false));
    let run = || {
        let options = AcquireOptions { offline: true, ..options(&clock, &stop) };
        let mut archive = Archive::open(&root.path().join("archive")).unwrap();
        let (summary, events) = run_with(&mut archive, root.path(), std::slice::from_ref(&source), &options);
        (summary, events, archive.holdings().unwrap())
    };
    let (summary, events, holdings) = run();
    assert_eq!((summary.n_new, summary.n_failed), (2, 2), "{events:?}");
    let causes: Vec<String> = failures(&events).into_iter().map(|(_, cause)| cause).collect();
    assert!(causes.iter().any(|cause| cause.contains("the table declares")), "{causes:?}");
    assert!(causes.iter().any(|cause| cause.contains("the tar does not have its file")), "{causes:?}");
    let letter = &holdings[0];
    assert_eq!((letter.location.as_str(), letter.sha256), ("u1", a));
    assert_eq!(letter.public_url, "https://kudos.dfo.no/dokument/u1");
    assert_eq!((letter.metadata.kind, letter.metadata.year), (Some(Kind::Tildelingsbrev), Some(2024)));
    assert_eq!(letter.metadata.addressee.as_deref(), Some("Eksempeletaten"));
    let (summary, ..) = run();
    assert_eq!((summary.n_new, summary.n_changed, summary.n_unchanged), (0, 0, 2));
}
