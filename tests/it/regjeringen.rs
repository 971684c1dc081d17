//! The source `regjeringen` against a small regjeringen.no of our own on the loopback address, on good days and bad ones.

use crate::acquire::{failures, notices};
use crate::lists::Corpus;
use ordskifte::acquire::Holding;
use ordskifte::text::Kind;

const SOURCE: &str = "kind = 'regjeringen'\nbase_url = 'SITE'\nkinds = ['stortingsmelding', 'høring']";

/// The rules that matter here, as the site has them.
const ROBOTS: &str =
    "User-agent: *\nDisallow: /*/?documenttype\nDisallow: /api/*\nDisallow: /no/dokumentarkiv/*\n";

fn item(path: &str, title: &str, date: &str) -> String {
    format!(
        "<li class='listItem'><h2 class='title'><a href='{path}' data-nav=searchResultItem>{title}</a></h2>\
         <div class='info'><span class='date'>{date}</span> <span class='type'>Type</span> \
         <span class='department'>Eksempeldepartementet</span></div></li>"
    )
}

fn list(n_total: usize, items: &[String], next: Option<u32>) -> String {
    let next = next
        .map(|page| format!("<ul class='pagination'><li class='next'><a href='?page={page}'></a></li></ul>"));
    format!(
        "<!doctype html><html lang=nn><head><title>Liste</title></head><body><nav><a href='/no/tema/id1/'>Tema</a></nav><main>\
         <p class=count>Viser 1-20 av {n_total} treff.</p><ul class='listing'>{}</ul>{}</main></body></html>",
        items.concat(),
        next.unwrap_or_default()
    )
}

fn page(kind: &str, title: &str, content: &str, nonce: u32) -> String {
    format!(
        "<!doctype html><html lang=\"nb\"><head><title>{title} - regjeringen.no</title><meta name=\"DC.Title\" content=\"{title}\">\
         <meta name=\"DC.Creator\" content=\"Eksempeldepartementet\"><meta name=\"DC.Date\" content=\"2026-07-03\">\
         <meta name=\"DC.Type\" content=\"{kind}\"><meta name=\"DC.Language\" content=\"nb-NO\">\
         <meta name=\"csp-nonce\" content=\"{nonce}\"></head><body><nav>Meny {nonce}</nav><main id=\"mainContent\">\
         <h1>{title}</h1>{content}<aside>Relatert {nonce}</aside></main><footer>{nonce}</footer></body></html>"
    )
}

const FEED: &str = "<rss version='2.0'><channel></channel></rss>";
const MELDING: &str = "/no/dokumenter/meld.-st.-3-20252026/id3100003/";
const CHAPTERS: &str = "/no/dokumenter/meld.-st.-4-20252026/id3100004/";
const HEARING: &str = "/no/dokumenter/horing-om-eksempler/id3100005/";
const PDF: &str = "/contentassets/00112233445566778899aabbccddeeff/no/pdfs/stm202520260003000dddpdfs.pdf";

/// A melding with a PDF, one of two chapters, and a hearing with a letter in the page and two files.
fn site() -> Corpus {
    let melding = format!(
        "<p>Om meldingen.</p><a href='{PDF}'>Dokumentet i PDF format (1 MB)</a>\
         <a href='/contentassets/00112233445566778899aabbccddeeff/no/word/stm.docx'>Dokumentet i Word format</a>\
         <a href='?ch=1'>1 Innledning</a>"
    );
    let chapters = "<p>Ingress.</p><ul><li><a href='?ch=2'>2 Mål</a></li><li><a href='?ch=1&q=x'>1 Innledning</a></li></ul>";
    let hearing = "<p>Departementet sender forslaget på høring.</p>\
        <a href='/contentassets/aa/horingsnotat.pdf'>Høringsnotat (pdf)</a> <a href='/contentassets/bb/horingsnotat.pdf'>Utkast.pdf</a>";
    let corpus = Corpus::new(&[
        ("/robots.txt", ROBOTS),
        ("/no/rss/Rss/2581966/", FEED),
        (
            "/no/dokument/meldst/id1754/",
            &list(2, &[item(MELDING, "Meld. St. 3 (2025–2026)", "03.07.2026")], Some(2)),
        ),
        (
            "/no/dokument/meldst/id1754/?page=2",
            &list(2, &[item(CHAPTERS, "Meld. St. 4 (2025–2026)", "01.07.2026")], None),
        ),
        ("/no/dokument/hoyringar/id1763/", &list(1, &[item(HEARING, "Høring", "03.07.2026")], None)),
        (MELDING, &page("Melding til Stortinget", "Meld. St. 3 (2025–2026)", &melding, 1)),
        (CHAPTERS, &page("Melding til Stortinget", "Meld. St. 4 (2025–2026)", chapters, 1)),
        (HEARING, &page("Horing", "Høring om eksempler", hearing, 1)),
    ]);
    for (number, text) in [(1, "Innledning"), (2, "Mål")] {
        let path = format!("{CHAPTERS}?ch={number}");
        corpus.put(&path, &page("Melding til Stortinget", "Kapittel", &format!("<h2>{text}</h2>"), 1));
    }
    corpus
}

fn document(holdings: &[Holding], location: &str) -> Holding {
    holdings.iter().find(|holding| holding.location == location).unwrap().clone()
}

#[test]
fn a_page_gives_its_pdf_or_its_chapters_or_itself_as_one_document() {
    let corpus = site();
    let (summary, events) = corpus.run(SOURCE, "2026-07-04");
    // Three documents and the two files of the hearing; pages and chapters are archived and not counted.
    assert_eq!((summary.n_new, summary.n_failed), (5, 0), "{events:?}");
    let holdings = corpus.holdings();
    let melding = document(&holdings, "id3100003");
    assert_eq!(melding.metadata.designation.as_deref(), Some("Meld. St. 3 (2025–2026)"));
    assert_eq!(melding.metadata.kind, Some(Kind::Stortingsmelding));
    assert_eq!(melding.metadata.issuer.as_deref(), Some("Eksempeldepartementet"));
    assert_eq!(melding.metadata.own["publication_code"], "stm202520260003000");
    assert_eq!(melding.metadata.own["edition"], "pdf");
    assert_eq!(melding.public_url, format!("https://www.regjeringen.no{PDF}"));
    let composed = document(&holdings, "id3100004");
    assert_eq!(composed.metadata.own["edition"], "chapters");
    let text = String::from_utf8(corpus.archive().payload(&composed.sha256).unwrap()).unwrap();
    let order = ["Ingress.", "<h2>Innledning</h2>", "<h2>Mål</h2>"].map(|part| text.find(part).unwrap());
    assert!(order.is_sorted() && !text.contains("Meny") && !text.contains("Relatert"), "{text}");
    let hearing = document(&holdings, "id3100005");
    assert_eq!(
        (hearing.metadata.kind, hearing.metadata.own["edition"].as_str()),
        (Some(Kind::Horing), "page")
    );
    assert_eq!(hearing.sha256, document(&holdings, "id3100005/side").sha256);
    let attached = document(&holdings, "id3100005/vedlegg/horingsnotat.pdf");
    assert_eq!(attached.metadata.own["part_of"], "id3100005");
    assert_eq!(
        document(&holdings, "id3100005/vedlegg/bb-horingsnotat.pdf").metadata.title.as_deref(),
        Some("Utkast")
    );
    assert_eq!(corpus.archive().verify(&mut |fault| panic!("{fault:?}")).unwrap().n_faults, 0);
}

#[test]
fn a_second_night_reads_the_lists_only_as_far_as_they_have_news() {
    let corpus = site();
    corpus.run(SOURCE, "2026-07-04");
    let n_first = corpus.site_asked();
    let (summary, events) = corpus.run(SOURCE, "2026-07-05");
    assert_eq!((summary.n_new, summary.n_changed, summary.n_failed), (0, 0, 0), "{events:?}");
    // robots.txt, the feed and the first page of each list.
    assert_eq!(corpus.site_asked() - n_first, 4);
    assert_eq!(corpus.n_asked("/no/dokument/meldst/id1754/?page=2"), 1);
}

#[test]
fn other_nonces_are_no_change_and_another_text_is_one() {
    let corpus = site();
    corpus.run(SOURCE, "2026-07-04");
    let with = |text: &str, nonce: u32| page("Horing", "Høring om eksempler", text, nonce);
    let before = corpus.holdings();
    corpus.put(HEARING, &with("<p>Departementet sender forslaget på høring.</p>\
        <a href='/contentassets/aa/horingsnotat.pdf'>Høringsnotat (pdf)</a> <a href='/contentassets/bb/horingsnotat.pdf'>Utkast.pdf</a>", 2));
    let (summary, events) = corpus.run(SOURCE, "2026-07-20");
    assert_eq!((summary.n_new, summary.n_changed), (0, 0), "{events:?}");
    assert_eq!(document(&corpus.holdings(), "id3100005").sha256, document(&before, "id3100005").sha256);
    corpus.put(HEARING, &with("<p>Fristen er utsatt.</p>", 3));
    let (summary, _) = corpus.run(SOURCE, "2026-08-20");
    assert_eq!((summary.n_new, summary.n_changed), (0, 1));
    let after = corpus.holdings();
    let archive = corpus.archive();
    for holdings in [&before, &after] {
        assert!(archive.payload(&document(holdings, "id3100005").sha256).is_ok());
    }
    assert_eq!(archive.verify(&mut |fault| panic!("{fault:?}")).unwrap().n_faults, 0);
}

#[test]
fn a_pdf_that_is_replaced_at_its_address_is_a_new_version_of_the_same_document() {
    let corpus = site();
    corpus.run(SOURCE, "2026-07-04");
    let before = document(&corpus.holdings(), "id3100003").sha256;
    corpus.put(PDF, "%PDF-1.4 corrected edition\n%%EOF\n");
    let (summary, _) = corpus.run(SOURCE, "2026-07-12");
    assert_eq!((summary.n_new, summary.n_changed), (0, 1));
    let after = document(&corpus.holdings(), "id3100003").sha256;
    let archive = corpus.archive();
    assert!(before != after && archive.payload(&before).is_ok() && archive.payload(&after).is_ok());
}

#[test]
fn a_bot_wall_hides_documents_and_takes_none_away() {
    let corpus = site();
    corpus.run(SOURCE, "2026-07-04");
    for path in [MELDING, CHAPTERS, HEARING, "/no/rss/Rss/2581966/"] {
        corpus.put(path, "STATUS 403 Forbidden");
    }
    for day in ["2026-07-12", "2026-07-13", "2026-07-14"] {
        let (summary, events) = corpus.run(SOURCE, day);
        assert_eq!((summary.n_vanished, summary.n_new), (0, 0));
        assert!(failures(&events).iter().any(|(_, cause)| cause.contains("403")), "{events:?}");
    }
    assert!(corpus.holdings().iter().all(|holding| !holding.is_vanished));
}

#[test]
fn a_page_that_is_gone_on_two_dates_takes_its_document_with_it() {
    let corpus = site();
    corpus.run(SOURCE, "2026-07-04");
    corpus.put(MELDING, "STATUS 404 Not Found");
    corpus.put("/no/dokument/meldst/id1754/", &list(1, &[item(CHAPTERS, "Meld. St. 4", "01.07.2026")], None));
    // A page that leads to no document is a failure, not silence.
    let first = corpus.run(SOURCE, "2026-07-12").0;
    assert_eq!((first.n_vanished, first.n_failed), (0, 1));
    assert_eq!(corpus.run(SOURCE, "2026-07-13").0.n_vanished, 1);
    assert!(document(&corpus.holdings(), "id3100003").is_vanished);
    assert!(!document(&corpus.holdings(), "id3100004").is_vanished);
}

#[test]
fn a_run_that_is_cut_off_goes_on_where_it_stopped() {
    let corpus = site();
    let short = format!("budget = {{ requests = 7 }}\n{SOURCE}");
    let mut n_new = 0;
    for day in ["2026-07-04", "2026-07-05", "2026-07-06", "2026-07-07", "2026-07-08"] {
        n_new += corpus.run(&short, day).0.n_new;
    }
    assert_eq!(n_new, 5);
    for path in [MELDING, HEARING, PDF, "/no/dokument/meldst/id1754/?page=2"] {
        assert_eq!(corpus.n_asked(path), 1, "{path}");
    }
}

#[test]
fn a_list_is_read_as_far_as_the_first_year_and_what_it_lacks_is_said() {
    let corpus = site();
    corpus.put(
        "/no/dokument/meldst/id1754/",
        &list(900, &[item(MELDING, "Meld. St. 3", "03.07.2026")], Some(2)),
    );
    let (_, events) = corpus.run(SOURCE, "2026-07-04");
    let wanted = "it says that it has 900 documents, and lists 2";
    assert!(notices(&events).iter().any(|text| text.contains(wanted)), "{events:?}");
    let corpus = site();
    corpus
        .put("/no/dokument/meldst/id1754/", &list(2, &[item(MELDING, "Meld. St. 3", "03.07.2019")], Some(2)));
    corpus.run(&format!("{SOURCE}\nyear_from = 2020"), "2026-07-04");
    assert_eq!(corpus.n_asked("/no/dokument/meldst/id1754/?page=2"), 0);
    assert_eq!(corpus.n_asked(MELDING), 0);
}

#[test]
fn a_rebuilt_list_page_is_said_and_takes_nothing_back() {
    let corpus = site();
    corpus.run(SOURCE, "2026-07-04");
    corpus.put("/no/dokument/hoyringar/id1763/", "<html><body><main><p>Ny side</p></main></body></html>");
    let (summary, events) = corpus.run(SOURCE, "2026-07-05");
    assert_eq!(summary.n_vanished, 0);
    assert!(failures(&events)[0].1.contains("it lists no documents"), "{events:?}");
    assert_eq!(notices(&events), Vec::<String>::new());
}

#[test]
fn the_sitemap_and_the_feed_have_pages_that_the_lists_lack() {
    let corpus = site();
    let source = format!("{SOURCE}\nsitemap = true");
    corpus.put(
        "/globalassets/sitemap/sitemap.xml",
        "<sitemapindex><sitemap><loc>SITE/sitemap1.xml</loc></sitemap></sitemapindex>",
    );
    corpus.put(
        "/sitemap1.xml",
        "<urlset><url><loc>https://www.regjeringen.no/no/dokumenter/stmeld-nr-9-2008-2009-/id540001/</loc></url>\
         <url><loc>https://www.regjeringen.no/no/dokumenter/rundskriv-x/id540002/</loc></url>\
         <url><loc>https://www.regjeringen.no/en/dokumenter/meld.-st.-3-20252026/id3100003/</loc></url></urlset>",
    );
    corpus.put(
        "/no/rss/Rss/2581966/",
        "<rss><channel><item><link>https://www.regjeringen.no/no/dokumenter/meld.-st.-5-20252026/id3100009/\
        ?utm_source=rss</link><title>Meld. St. 5</title></item></channel></rss>",
    );
    for (path, title) in [
        ("/no/dokumenter/stmeld-nr-9-2008-2009-/id540001/", "St.meld. nr. 9"),
        ("/no/dokumenter/meld.-st.-5-20252026/id3100009/", "Meld. St. 5"),
    ] {
        corpus.put(path, &page("Melding til Stortinget", title, "<p>Tekst.</p>", 1));
    }
    let (summary, events) = corpus.run(&source, "2026-07-04");
    assert_eq!((summary.n_new, summary.n_failed), (7, 0), "{events:?}");
    let holdings = corpus.holdings();
    let old = document(&holdings, "id540001");
    // The label of the page is that of today's department: who issued it is read in the document.
    assert_eq!(old.metadata.own["issuer_today"], "Eksempeldepartementet");
    assert!(holdings.iter().any(|holding| holding.location == "id3100009"));
    assert_eq!(corpus.n_asked("/no/dokumenter/rundskriv-x/id540002/"), 0);
}

#[test]
fn a_page_in_the_feed_keeps_the_kind_that_its_list_gave_it() {
    let corpus = site();
    corpus.run(SOURCE, "2026-07-04");
    let item = format!(
        "<rss><channel><item><link>https://www.regjeringen.no{HEARING}</link></item></channel></rss>"
    );
    corpus.put("/no/rss/Rss/2581966/", &item);
    corpus.put("/no/dokument/hoyringar/id1763/", &list(0, &[], None));
    corpus.run(SOURCE, "2026-07-05");
    assert_eq!(document(&corpus.holdings(), "id3100005/side").metadata.kind, Some(Kind::Horing));
}
