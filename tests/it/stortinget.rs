//! The source `stortinget` against a small export interface of our own on the loopback address, on good days and bad ones.

use crate::acquire::{failures, notices};
use crate::lists::Corpus;
use ordskifte::acquire::Holding;
use ordskifte::text::Kind;

const SOURCE: &str =
    "kind = 'stortinget'\nbase_url = 'SITE'\nyear_from = 2019\npublications = ['innstilling', 'referat']";

const SESSIONS: &str = "<?xml version='1.0'?><sesjoner_oversikt xmlns='http://data.stortinget.no'><innevaerende_sesjon><id>2020-2021</id>\
    </innevaerende_sesjon><sesjoner_liste><sesjon><fra>2020-10-01T00:00:00</fra><id>2020-2021</id></sesjon><sesjon><id>2019-2020</id></sesjon>\
    <sesjon><id>1998-99</id></sesjon><sesjon><id>ny form</id></sesjon></sesjoner_liste></sesjoner_oversikt>";

fn publications(items: &[(&str, &str, &str)]) -> String {
    let item = |(id, title, dates): &(&str, &str, &str)| {
        format!(
            "<publikasjon>{dates}<id>{id}</id><publikasjonformat_liste><string>xml</string></publikasjonformat_liste>\
             <tittel>{title}</tittel></publikasjon>"
        )
    };
    let items: String = items.iter().map(item).collect();
    format!(
        "<?xml version='1.0'?><publikasjoner_oversikt><publikasjoner_liste>{items}</publikasjoner_liste></publikasjoner_oversikt>"
    )
}

const NO_CASES: &str = "<?xml version='1.0'?><saker_oversikt><saker_liste/></saker_oversikt>";

/// Two sessions: a case of the first one whose innstilling is numbered in the second, as a third of the real ones are.
fn service() -> Corpus {
    let cases = "<?xml version='1.0'?><saker_oversikt><saker_liste><sak><dokumentgruppe>melding</dokumentgruppe><emne_liste><emne><id>9</id>\
        </emne></emne_liste><henvisning>Meld. St. 30 (2019-2020), Innst. 191 S (2020-2021)</henvisning><id>80111</id>\
        <tittel>En innovativ \n sektor</tittel></sak></saker_liste></saker_oversikt>";
    let old = "<innstilling><front><innst>Innst. 191 S</innst></front><kapittel><tit>1. Sammendrag</tit><a>Tekst.</a></kapittel></innstilling>";
    let new = "<?xml version='1.0'?><Innstilling><Hovedseksjon><Kapittel><Tittel>Sammendrag</Tittel><A>Tekst.</A></Kapittel></Hovedseksjon></Innstilling>";
    let corpus = Corpus::new(&[
        ("/eksport/sesjoner", SESSIONS),
        ("/eksport/saker?sesjonid=2019-2020", cases),
        ("/eksport/saker?sesjonid=2020-2021", NO_CASES),
        (
            "/eksport/publikasjoner?publikasjontype=innstilling&sesjonid=2019-2020",
            &publications(&[(
                "inns-201920-191s",
                "Innst. 191 S (2019-2020)",
                "<dato>2020-02-02T00:00:00</dato>",
            )]),
        ),
        (
            "/eksport/publikasjoner?publikasjontype=innstilling&sesjonid=2020-2021",
            &publications(&[(
                "inns-202021-191s",
                "Innst. 191 S (2020-2021)",
                "<dato>0001-01-01T00:00:00</dato><tilgjengelig_dato>2021-01-19T00:00:00</tilgjengelig_dato>",
            )]),
        ),
        ("/eksport/publikasjoner?publikasjontype=referat&sesjonid=2019-2020", &publications(&[])),
        ("/eksport/publikasjoner?publikasjontype=referat&sesjonid=2020-2021", &publications(&[])),
    ]);
    corpus.put("/eksport/publikasjon?publikasjonid=inns-201920-191s", &format!("<?xml version='1.0'?>{old}"));
    corpus.put("/eksport/publikasjon?publikasjonid=inns-202021-191s", new);
    corpus
}

fn document(corpus: &Corpus, location: &str) -> Holding {
    corpus.holdings().into_iter().find(|holding| holding.location == location).unwrap()
}

#[test]
fn a_publication_has_the_title_and_the_documents_of_its_case_in_another_session() {
    let corpus = service();
    let (summary, events) = corpus.run(SOURCE, "2021-02-01");
    assert_eq!((summary.n_new, summary.n_failed), (2, 0), "{events:?}");
    let second = document(&corpus, "inns-202021-191s").metadata;
    assert_eq!(
        (second.kind, second.title.as_deref()),
        (Some(Kind::Innstilling), Some("En innovativ sektor"))
    );
    assert_eq!(second.designation.as_deref(), Some("Innst. 191 S (2020-2021)"));
    assert_eq!(second.published.unwrap().to_string(), "2021-01-19");
    assert_eq!(
        (second.own["case_id"].as_str(), second.own["case_documents"].as_str()),
        ("80111", "Meld. St. 30 (2019-2020)")
    );
    // The same number in the session before is another document.
    let first = document(&corpus, "inns-201920-191s").metadata;
    assert_eq!((first.title, first.own.get("case_id")), (None, None));
    assert!(notices(&events).iter().any(|text| text.contains("the session 'ny form'")), "{events:?}");
    assert_eq!(corpus.n_asked("/eksport/saker?sesjonid=1998-99"), 0);
}

const CASE: &str = "/eksport/sak?sakid=80111";

/// The case with its innstilling, the debate of it, and a debate that is not listed.
const CASE_DETAILS: &str = "<?xml version='1.0'?><detaljert_sak xmlns='http://data.stortinget.no'><id>80111</id><publikasjon_referanse_liste>\
    <publikasjon_referanse><eksport_id>inns-202021-191s</eksport_id><type>innstilling_s</type></publikasjon_referanse>\
    <publikasjon_referanse><eksport_id>refs-202021-01-28</eksport_id><type>referat</type></publikasjon_referanse>\
    <publikasjon_referanse><eksport_id>refs-202021-01-29</eksport_id><type>referat</type></publikasjon_referanse>\
    </publikasjon_referanse_liste></detaljert_sak>";

/// The service with a debate of the case.
fn service_with_debate() -> Corpus {
    let corpus = service();
    corpus.put(
        "/eksport/publikasjoner?publikasjontype=referat&sesjonid=2020-2021",
        &publications(&[(
            "refs-202021-01-28",
            "Møte torsdag 28. januar 2021",
            "<dato>2021-01-28T00:00:00</dato>",
        )]),
    );
    corpus.put(
        "/eksport/publikasjon?publikasjonid=refs-202021-01-28",
        "<?xml version='1.0'?><Forhandlinger><Sak><Tittel>Sak nr. 1</Tittel><A>Innlegg.</A></Sak></Forhandlinger>",
    );
    corpus.put(CASE, CASE_DETAILS);
    corpus
}

#[test]
fn a_debate_an_innstilling_and_a_melding_are_linked_by_their_case() {
    let corpus = service_with_debate();
    let (summary, events) = corpus.run(SOURCE, "2021-02-01");
    assert_eq!((summary.n_new, summary.n_failed), (3, 0), "{events:?}");
    let own = |location: &str, column: &str| document(&corpus, location).metadata.own.get(column).cloned();
    let debate = |column: &str| own("refs-202021-01-28", column);
    assert_eq!(debate("case_id").as_deref(), Some("80111"));
    assert_eq!(
        debate("case_documents").as_deref(),
        Some("Innst. 191 S (2020-2021); Meld. St. 30 (2019-2020)")
    );
    assert_eq!(debate("case_debates").as_deref(), Some("refs-202021-01-29"));
    assert_eq!(
        own("inns-202021-191s", "case_debates").as_deref(),
        Some("refs-202021-01-28; refs-202021-01-29")
    );
    let title = document(&corpus, "refs-202021-01-28").metadata.title;
    assert_eq!(title.as_deref(), Some("Møte torsdag 28. januar 2021"));
    // The number of the session before is another document, and of no case.
    assert_eq!(own("inns-201920-191s", "case_debates"), None);
}

#[test]
fn a_case_is_requested_again_only_after_a_change() {
    let corpus = service_with_debate();
    for day in ["2021-02-01", "2021-02-02"] {
        corpus.run(SOURCE, day);
        assert_eq!(corpus.n_asked(CASE), 1);
    }
    let cases = "<saker_oversikt><sak><henvisning>Meld. St. 30 (2019-2020), Innst. 191 S (2020-2021)</henvisning><id>80111</id>\
        <sist_oppdatert_dato>2021-02-03T00:00:00</sist_oppdatert_dato><tittel>En innovativ sektor</tittel></sak></saker_oversikt>";
    corpus.put("/eksport/saker?sesjonid=2019-2020", cases);
    corpus.run(SOURCE, "2021-02-04");
    assert_eq!(corpus.n_asked(CASE), 2);
}

#[test]
fn a_case_that_cannot_be_read_costs_its_links_only() {
    let corpus = service();
    corpus.put(CASE, "STATUS 500 Error");
    let (summary, events) = corpus.run(SOURCE, "2021-02-01");
    assert_eq!((summary.n_new, summary.n_failed), (2, 0), "{events:?}");
    assert!(notices(&events).iter().any(|text| text.contains("1 cases cannot be read")), "{events:?}");
    let second = document(&corpus, "inns-202021-191s").metadata;
    assert_eq!(second.own["case_documents"], "Meld. St. 30 (2019-2020)");
}

#[test]
fn a_new_publication_is_asked_again_soon_and_an_old_one_seldom() {
    let corpus = service();
    corpus.run(SOURCE, "2021-02-01");
    corpus.run(SOURCE, "2021-02-02");
    corpus.put(
        "/eksport/publikasjon?publikasjonid=inns-202021-191s",
        "<?xml version='1.0'?><Innstilling><A>Endelig utgave.</A></Innstilling>",
    );
    let (summary, _) = corpus.run(SOURCE, "2021-02-04");
    assert_eq!((summary.n_changed, summary.n_unchanged), (1, 1));
    assert_eq!(corpus.n_asked("/eksport/publikasjon?publikasjonid=inns-202021-191s"), 2);
    assert_eq!(corpus.n_asked("/eksport/publikasjon?publikasjonid=inns-201920-191s"), 1);
}

#[test]
fn an_error_with_status_200_and_a_page_that_is_not_xml_are_refused() {
    let corpus = service();
    let first = "/eksport/publikasjon?publikasjonid=inns-201920-191s";
    corpus.put(first, "<?xml version='1.0'?><feil><x><feilkode>42</feilkode></x></feil>");
    corpus.put("/eksport/publikasjon?publikasjonid=inns-202021-191s", "<html><body>Feil</body></html>");
    let (summary, events) = corpus.run(SOURCE, "2021-02-01");
    assert_eq!((summary.n_new, summary.n_failed), (0, 2));
    let causes: Vec<String> = failures(&events).into_iter().map(|(_, cause)| cause).collect();
    assert!(causes.iter().any(|cause| cause.contains("error code 42")), "{causes:?}");
    assert!(causes.iter().any(|cause| cause.contains("it is not XML but text/html")), "{causes:?}");
    assert_eq!(corpus.holdings().len(), 0);
}

#[test]
fn a_list_that_is_an_error_takes_nothing_back() {
    let corpus = service();
    corpus.run(SOURCE, "2021-02-01");
    corpus.put(
        "/eksport/publikasjoner?publikasjontype=innstilling&sesjonid=2020-2021",
        "<?xml version='1.0'?><feil><feilkode>1</feilkode></feil>",
    );
    for day in ["2021-02-02", "2021-02-03", "2021-02-04"] {
        let (summary, events) = corpus.run(SOURCE, day);
        assert_eq!(summary.n_vanished, 0);
        assert!(failures(&events)[0].1.contains("it is not a list of publications"), "{events:?}");
    }
    corpus.put("/eksport/sesjoner", "STATUS 500 Error");
    assert_eq!(corpus.run(SOURCE, "2021-02-05").0.n_vanished, 0);
}

#[test]
fn a_publication_that_is_unlisted_and_gone_on_two_dates_is_marked() {
    let corpus = service();
    corpus.run(SOURCE, "2021-02-01");
    corpus.put("/eksport/publikasjoner?publikasjontype=innstilling&sesjonid=2020-2021", &publications(&[]));
    corpus.put("/eksport/publikasjon?publikasjonid=inns-202021-191s", "STATUS 404 Not Found");
    assert_eq!(corpus.run(SOURCE, "2021-02-02").0.n_vanished, 0);
    assert_eq!(corpus.run(SOURCE, "2021-02-03").0.n_vanished, 1);
    assert!(document(&corpus, "inns-202021-191s").is_vanished);
}

#[test]
fn an_unknown_type_of_publication_is_refused_in_the_configuration() {
    let text = "name = 's'\nkind = 'stortinget'\npublications = ['spørsmål']";
    let error = toml::from_str::<ordskifte::acquire::source::SourceSettings>(text).unwrap_err().to_string();
    assert!(
        error.contains("'spørsmål' is not a type of publication: choose among innstilling, dok8"),
        "{error}"
    );
}
