//! The sources `page_links`, `sitemap` and `feed` against pages and lists of our own on the loopback address.

use crate::acquire::{VirtualClock, failures, notices, options, run_with};
use crate::fetch::{answer, settings};
use crate::network::Site;
use ordskifte::acquire::fetch::FetchSettings;
use ordskifte::acquire::source::SourceSettings;
use ordskifte::acquire::{AcquireOptions, AcquireSummary, Archive, Holding, SourceEvent};
use ordskifte::text::Kind;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// A site whose pages can change, and a corpus with one source on it.
pub struct Corpus {
    root: tempfile::TempDir,
    clock: Arc<VirtualClock>,
    pages: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    site: Site,
}

impl Corpus {
    pub fn new(pages: &[(&str, &str)]) -> Corpus {
        let clock = Arc::<VirtualClock>::default();
        let shared = Arc::<Mutex<BTreeMap<String, Vec<u8>>>>::default();
        let given = Arc::clone(&shared);
        let site = Site::with_robots(&clock, move |path, _| match given.lock().unwrap().get(path) {
            Some(bytes) => given_answer(bytes),
            None if path.to_lowercase().ends_with(".pdf") => {
                answer("200 OK", "", format!("%PDF-1.4 {path}\n%%EOF\n").as_bytes())
            }
            None => answer("404 Not Found", "", b""),
        });
        let corpus = Corpus { root: tempfile::tempdir().unwrap(), clock, pages: shared, site };
        pages.iter().for_each(|(path, text)| corpus.put(path, text));
        corpus
    }

    /// Puts a page; `SITE` in it is the address of the site. A page "STATUS 403 Forbidden" is that answer.
    pub fn put(&self, path: &str, text: &str) {
        let text = text.replace("SITE", &self.site.address);
        self.pages.lock().unwrap().insert(path.to_owned(), text.into_bytes());
    }

    pub fn run(&self, source: &str, now: &str) -> (AcquireSummary, Vec<SourceEvent>) {
        let source = source.replace("SITE", &self.site.address);
        let source: SourceSettings = toml::from_str(&format!("name = 'web'\n{source}")).unwrap();
        let stop = AtomicBool::new(false);
        let options = AcquireOptions {
            fetch: FetchSettings { size_bytes_max: 1_000_000, retries_max: 0, ..settings() },
            listings: Some(self.root.path().join("listings")),
            now: format!("{now}T01:00:00Z").parse().unwrap(),
            ..options(&self.clock, &stop)
        };
        let mut archive = Archive::open(&self.root.path().join("archive")).unwrap();
        run_with(&mut archive, self.root.path(), &[source], &options)
    }

    pub fn archive(&self) -> Archive {
        Archive::open(&self.root.path().join("archive")).unwrap()
    }

    pub fn holdings(&self) -> Vec<Holding> {
        self.archive().holdings().unwrap()
    }

    /// The paths of what is held.
    pub fn paths(&self) -> Vec<String> {
        let address = &self.site.address;
        self.holdings().iter().map(|holding| holding.location.replace(address.as_str(), "")).collect()
    }

    /// How many requests the site had.
    pub fn site_asked(&self) -> usize {
        self.site.asked().len()
    }

    pub fn n_asked(&self, path: &str) -> usize {
        self.site.asked().iter().filter(|(_, asked)| asked == path).count()
    }
}

/// Pages have the media type of what they begin with.
fn given_answer(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    if let Some(status) = text.strip_prefix("STATUS ") {
        return answer(status, "", b"");
    }
    let is_xml =
        ["<?xml", "<rss", "<feed", "<urlset", "<sitemapindex"].iter().any(|start| text.starts_with(start));
    let media_type = match bytes {
        _ if is_xml => "text/xml",
        [b'<', ..] => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    };
    answer("200 OK", &format!("Content-Type: {media_type}\r\n"), bytes)
}

const LETTERS: &str = "kind = 'page_links'\npages = ['SITE/brev']\ndefaults = { kind = 'tildelingsbrev', issuer = 'Departementet' }";

#[test]
fn a_page_of_letters_gives_its_pdfs_with_year_and_addressee() {
    let corpus = Corpus::new(&[
        (
            "/brev",
            "<!doctype html><html><h1>Tildelingsbrev</h1><h2>Eksempeldirektoratet</h2><h3>2024</h3>\
             <a href='/a.pdf?utm_source=x#page=2'>Brev (pdf)</a> <a href='/a.pdf'>Brev</a><a href='/om'>Om</a>\
             <h3>2023</h3><a href='b.PDF'>Tillegg nr. 1</a><h2>Avviklede virksomheter</h2>\
             <a href='/c.pdf'>Tildelingsbrev til Kystetaten 2020 (pdf)</a><ul><li class=next><a href='?page=2'>Neste</a></ul></html>",
        ),
        (
            "/brev?page=2",
            "<html><h1>Tildelingsbrev</h1><a href='/d.pdf'>2019</a><a rel=next href='/brev'>rundt</a></html>",
        ),
    ]);
    let (summary, events) = corpus.run(LETTERS, "2026-01-02");
    assert_eq!((summary.n_new, summary.n_failed), (4, 0), "{events:?}");
    let records: Vec<String> = corpus
        .holdings()
        .into_iter()
        .map(|holding| {
            let metadata = holding.metadata;
            assert_eq!(
                (metadata.kind, metadata.issuer.as_deref()),
                (Some(Kind::Tildelingsbrev), Some("Departementet"))
            );
            format!("{:?} {:?} {:?}", metadata.title, metadata.year, metadata.addressee)
        })
        .collect();
    assert_eq!(
        records,
        [
            r#"Some("Brev") Some(2024) Some("Eksempeldirektoratet")"#,
            r#"Some("Tillegg nr. 1") Some(2023) Some("Eksempeldirektoratet")"#,
            r#"Some("Tildelingsbrev til Kystetaten 2020") Some(2020) Some("Kystetaten")"#,
            r#"None Some(2019) None"#,
        ]
    );
    assert_eq!(corpus.paths(), ["/a.pdf", "/b.PDF", "/c.pdf", "/d.pdf"]);
}

#[test]
fn a_page_that_is_gone_or_empty_is_said_and_takes_nothing_back() {
    let corpus = Corpus::new(&[("/brev", "<html><a href=/a.pdf>Brev</a></html>")]);
    corpus.run(LETTERS, "2026-01-02");
    corpus.put("/brev", "<html><p>Siden er flyttet.</p></html>");
    let (summary, events) = corpus.run(LETTERS, "2026-01-03");
    assert_eq!((summary.n_vanished, summary.n_failed), (0, 0));
    assert!(notices(&events)[0].contains("has no link to a document"), "{events:?}");
    corpus.pages.lock().unwrap().clear();
    let (summary, events) = corpus.run(LETTERS, "2026-01-04");
    assert_eq!((summary.n_vanished, summary.n_failed), (0, 1));
    assert!(failures(&events)[0].1.contains("the server answered 404"), "{events:?}");
    assert_eq!(corpus.paths(), ["/a.pdf"]);
}

const SITEMAP: &str =
    "kind = 'sitemap'\nurl = 'SITE/sitemap.xml'\nchoose = { include = ['/dok/'], exclude = ['/en/'] }";

fn urlset(urls: &[(&str, &str)]) -> String {
    let urls = urls
        .iter()
        .map(|(path, lastmod)| format!("<url><loc>SITE{path}</loc><lastmod>{lastmod}</lastmod></url>"));
    format!("<?xml version=\"1.0\"?>\n<urlset xmlns=\"x\">{}</urlset>", urls.collect::<String>())
}

#[test]
fn an_index_of_sitemaps_is_followed_and_what_has_not_changed_is_not_asked() {
    let index = "<sitemapindex><sitemap><loc>SITE/1.xml</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap>\
        <sitemap><loc>SITE/sitemap.xml</loc></sitemap></sitemapindex>";
    let first =
        urlset(&[("/dok/a.pdf", "2025-01-01"), ("/dok/en/b.pdf", ""), ("/om", ""), ("/dok/a.pdf#x", "")]);
    let corpus = Corpus::new(&[
        ("/sitemap.xml", index),
        ("/1.xml", &first),
        ("/2.xml", &urlset(&[("/dok/c.pdf", ""), ("/dok/d.pdf", "2026-01-02")])),
    ]);
    let (summary, events) = corpus.run(SITEMAP, "2026-01-02");
    assert_eq!((summary.n_new, summary.n_failed), (3, 0), "{events:?}");
    let (summary, _) = corpus.run(SITEMAP, "2026-01-03");
    assert_eq!(summary, AcquireSummary { n_unchanged: 3, ..AcquireSummary::default() });
    let n_asked = ["/dok/a.pdf", "/dok/c.pdf", "/dok/d.pdf"].map(|path| corpus.n_asked(path));
    assert_eq!(n_asked, [1, 2, 2]);
}

#[test]
fn an_address_that_leaves_the_sitemap_is_gone_when_it_answers_404_on_a_second_date() {
    let both = urlset(&[("/dok/a.pdf", ""), ("/dok/b", "")]);
    let corpus = Corpus::new(&[("/sitemap.xml", &both), ("/dok/b", "<html>b</html>")]);
    corpus.run(SITEMAP, "2026-01-02");
    corpus.put("/sitemap.xml", &urlset(&[]));
    corpus.pages.lock().unwrap().remove("/dok/b");
    assert_eq!(corpus.run(SITEMAP, "2026-01-03").0.n_vanished, 0);
    assert_eq!(corpus.run(SITEMAP, "2026-01-04").0.n_vanished, 1);
    let vanished: Vec<bool> = corpus.holdings().iter().map(|holding| holding.is_vanished).collect();
    assert_eq!(vanished, [false, true]);
}

#[test]
fn a_sitemap_that_is_broken_costs_what_it_lacks_and_no_document() {
    let whole = urlset(&[("/dok/a.pdf", ""), ("/dok/b.pdf", "")]);
    let corpus = Corpus::new(&[("/sitemap.xml", &whole)]);
    corpus.run(SITEMAP, "2026-01-02");
    let cut = &whole[..whole.len() - 30];
    for (text, reason) in [
        (cut, "it is cut short"),
        ("<html>Feil</html>", "it is not a sitemap"),
        ("{}", "it is not a sitemap"),
    ] {
        corpus.put("/sitemap.xml", text);
        for day in ["2026-01-03", "2026-01-04"] {
            let (summary, events) = corpus.run(SITEMAP, day);
            assert_eq!((summary.n_vanished, summary.n_failed), (0, 1));
            assert!(failures(&events)[0].1.contains(reason), "{events:?}");
        }
    }
}

#[test]
fn a_feed_gives_the_pages_of_its_entries_with_title_and_date() {
    let rss = "<?xml version='1.0'?><rss version='2.0'><channel><title>Nytt</title><link>SITE/</link>\
        <item><guid isPermaLink='false'>1</guid><link>SITE/a?utm_source=rss&amp;utm_medium=x</link>\
        <title>A &amp;\n å</title><pubDate>Fri, 03 Jul 2026 08:00:00 +0200</pubDate></item>\
        <item><title>Uten lenke</title></item><item><guid>SITE/b.pdf</guid></item></channel></rss>";
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><link href='/'/><entry><title>C</title>\
        <link rel='self' href='/x'/><link href='/c.pdf'/><updated>2026-02-03T00:00:00Z</updated></entry></feed>";
    let corpus = Corpus::new(&[("/rss", rss), ("/atom", atom), ("/a", "<html>a</html>")]);
    let source = "kind = 'feed'\nurl = 'SITE/rss'\ndefaults = { kind = 'rapport' }";
    let (summary, events) = corpus.run(source, "2026-07-04");
    assert_eq!((summary.n_new, summary.n_failed), (2, 0), "{events:?}");
    assert_eq!(corpus.paths(), ["/a", "/b.pdf"]);
    let metadata = corpus.holdings().swap_remove(0).metadata;
    assert_eq!((metadata.title.as_deref(), metadata.kind), (Some("A & å"), Some(Kind::Rapport)));
    assert_eq!(metadata.published.unwrap().to_string(), "2026-07-03");
    // An entry that leaves the feed stays.
    let (summary, _) = corpus.run(&source.replace("rss", "atom"), "2026-07-05");
    assert_eq!((summary.n_new, summary.n_vanished), (1, 0));
    let (_, events) = corpus.run(&source.replace("rss", "a"), "2026-07-06");
    assert!(failures(&events)[0].1.contains("it is not an RSS or Atom feed"), "{events:?}");
}

const UNIT: &str = "kind = 'forvaltningsdatabasen'\nunits = [7]\nbase_url = 'SITE'";

fn unit(name: &str, content: &str) -> String {
    format!(
        "<!doctype html><html><nav>Enhet #7</nav><h1>{name}</h1><div class='enhetcontent'>{content}</div></html>"
    )
}

#[test]
fn a_unit_of_the_state_gives_its_series_with_year_and_addressee() {
    let letters = "<h3>Tildelingsbrev</h3><ul><li><a href='/filer/tildelingsbrev/a_2024.pdf'>2024 Tildelingsbrev på norsk</a> - \
        <a href='/filer/tildelingsbrev/a_2024_en.pdf'>2024 Tildelingsbrev på engelsk</a></li></ul><a href='/om'>Om</a>";
    let reports =
        "<h3>Årsmeldinger</h3><ul><li><a href='/filer/aarsmeldinger/b.pdf'>2023 Årsmelding på norsk</a></ul>";
    let corpus = Corpus::new(&[
        ("/data/enhet/7/tildelingsbrev", &unit("Eksempeldirektoratet", letters)),
        ("/data/enhet/7/aarsmelding", &unit("Eksempeldirektoratet", reports)),
        (
            "/data/enhet/7/instruks",
            &unit("Eksempeldirektoratet", "<p>Ingen instrukser er registrert for denne enheten.</p>"),
        ),
    ]);
    let (summary, events) = corpus.run(UNIT, "2026-01-02");
    assert_eq!((summary.n_new, summary.n_failed), (2, 0), "{events:?}");
    assert_eq!(corpus.paths(), ["/filer/aarsmeldinger/b.pdf", "/filer/tildelingsbrev/a_2024.pdf"]);
    let [report, letter] =
        <[Holding; 2]>::try_from(corpus.holdings()).unwrap().map(|holding| holding.metadata);
    assert_eq!((report.kind, report.year), (Some(Kind::Arsrapport), Some(2023)));
    assert_eq!((report.issuer.as_deref(), report.addressee), (Some("Eksempeldirektoratet"), None));
    assert_eq!((letter.kind, letter.year), (Some(Kind::Tildelingsbrev), Some(2024)));
    assert_eq!((letter.issuer, letter.addressee.as_deref()), (None, Some("Eksempeldirektoratet")));
    corpus.run(&format!("{UNIT}\nenglish = true\nkinds = ['tildelingsbrev']"), "2026-01-03");
    assert_eq!(corpus.paths().len(), 3);
}

#[test]
fn the_letters_of_the_unit_above_are_not_taken_for_those_of_a_unit() {
    let shown = "<p>Siden viser tildelingsbrev for Direktoratet over.</p><a href='/filer/tildelingsbrev/o.pdf'>2024</a>";
    let corpus = Corpus::new(&[
        ("/data/enhet/7/tildelingsbrev", &unit("Avdelingen", shown)),
        ("/data/enhet/7/aarsmelding", "<html><p>Under arbeid</p></html>"),
    ]);
    let (summary, events) = corpus.run(UNIT, "2026-01-02");
    assert_eq!((summary.n_new, summary.n_failed), (0, 2));
    assert!(
        notices(&events)[0].contains("the page shows tildelingsbrev for Direktoratet over"),
        "{events:?}"
    );
    let reasons = failures(&events);
    assert!(
        reasons[0].1.contains("no heading that names the unit") && reasons[1].1.contains("404"),
        "{reasons:?}"
    );
}

#[test]
fn an_unknown_setting_of_a_source_on_the_network_is_refused() {
    for text in [
        "kind = 'sitemap'\nurl = 'https://a.example/'\nurll = 'x'",
        "kind = 'sitemap'\nurl = 'ftp://a.example/'",
        "kind = 'feed'",
        "kind = 'page_links'\npages = ['a']",
        "kind = 'kudos'\nadressee = 'x'",
        "kind = 'kudos'\nbudget = { request = 3 }",
    ] {
        assert!(toml::from_str::<SourceSettings>(&format!("name = 'x'\n{text}")).is_err(), "{text}");
    }
}
