//! Records: designations in all written forms, kinds, dates, and the year of analysis.

use ordskifte::extract::record::{describe, find_all, parse, session_fault};
use ordskifte::text::{Document, Kind, Notice, Page, Passage, PassageKind, Record, SourceMetadata};
use proptest::prelude::*;

#[test]
fn every_written_form_is_the_same_designation() {
    let cases = [
        ("Meld. St. 30 (2019–2020)", "Meld. St. 30 (2019–2020)"),
        ("Meld. St. 30 (2019-2020)", "Meld. St. 30 (2019–2020)"),
        ("Meld. St. 30 (2019 –2020)", "Meld. St. 30 (2019–2020)"),
        ("Meld. St. 30 (2019 – 2020)", "Meld. St. 30 (2019–2020)"),
        ("Meld. St. 30(2019–2020)", "Meld. St. 30 (2019–2020)"),
        ("Meld. St. 30 2019–2020", "Meld. St. 30 (2019–2020)"),
        ("Meld.St. 30", "Meld. St. 30"),
        ("meld.-st.-30-20192020", "Meld. St. 30 (2019–2020)"),
        ("meld-st-12-20122013", "Meld. St. 12 (2012–2013)"),
        ("stm201920200030000dddpdfs.pdf", "Meld. St. 30 (2019–2020)"),
        ("STM200820090009000DDDEPIS", "St.meld. nr. 9 (2008–2009)"),
        ("St.meld. nr. 29 (2000- 2001)", "St.meld. nr. 29 (2000–2001)"),
        ("St. Meld. nr. 29 (2004–2005)", "St.meld. nr. 29 (2004–2005)"),
        ("St.meld. nr. 4 (1988–89)", "St.meld. nr. 4 (1988–1989)"),
        ("St.meld. nr. 4 1999-00", "St.meld. nr. 4 (1999–2000)"),
        ("stmeld-nr-19-2008-2009-", "St.meld. nr. 19 (2008–2009)"),
        ("Stortingsmelding nr. 29 (2004–2005)", "St.meld. nr. 29 (2004–2005)"),
        ("St.meld. 29 (2016–2017)", "Meld. St. 29 (2016–2017)"),
        ("Meld. St. nr. 9 (2011–2012)", "Meld. St. 9 (2011–2012)"),
        ("Melding til Stortinget 7 (2020–2021)", "Meld. St. 7 (2020–2021)"),
        ("St.meld. nr. 12 for 1999–2000", "St.meld. nr. 12 (1999–2000)"),
        ("Prop. 67 L for 2013–2014", "Prop. 67 L (2013–2014)"),
        ("Noregs offentlege utgreiingar 2019: 11", "NOU 2019: 11"),
        ("Stortingsproposisjon nr. 57 (2007–2008)", "St.prp. nr. 57 (2007–2008)"),
        ("Odelstingsproposisjon nr. 12 (1998–99)", "Ot.prp. nr. 12 (1998–1999)"),
        ("Proposisjon til Stortinget 67 L (2013–2014)", "Prop. 67 L (2013–2014)"),
        ("Norges offentlige utredninger 2020: 4", "NOU 2020: 4"),
        ("stortingsmelding nr. 30 (2019–2020)", "Meld. St. 30 (2019–2020)"),
        ("Meld. St. 30: tiltak", "Meld. St. 30"),
        ("Ot.meld. nr. 2 (2000–2001)", "Ot.meld. nr. 2 (2000–2001)"),
        ("St.prp. nr. 1 (2004–2005)", "St.prp. nr. 1 (2004–2005)"),
        ("Ot.prp. nr. 5 (2004–2005)", "Ot.prp. nr. 5 (2004–2005)"),
        ("Prop. 1 S (2024–2025)", "Prop. 1 S (2024–2025)"),
        ("Prop. 1 S Tillegg 1 (2024–2025)", "Prop. 1 S Tillegg 1 (2024–2025)"),
        ("Prop. 53 LS (2019-2020) bokstav B", "Prop. 53 LS (2019–2020)"),
        ("Prop. L 45 (2025-2026)", "Prop. 45 L (2025–2026)"),
        ("prop.-1-s-20242025", "Prop. 1 S (2024–2025)"),
        ("prop.-95-ls-20252026", "Prop. 95 LS (2025–2026)"),
        ("prp201020110103000dddpdfs.pdf", "Prop. 103 (2010–2011)"),
        ("prp202420250001ls0dddpdfs.pdf", "Prop. 1 LS (2024–2025)"),
        ("prp202420250001_kddddpdfs.pdf", "Prop. 1 (2024–2025)"),
        ("Innst. 191 S (2020–2021)", "Innst. 191 S (2020–2021)"),
        ("Innst. 359 L", "Innst. 359 L"),
        ("Innst. S. nr. 210 (2002–2003)", "Innst. S. nr. 210 (2002–2003)"),
        ("Innst. O. nr. 7 (2002-2003)", "Innst. O. nr. 7 (2002–2003)"),
        ("B.innst. S. nr. 8 (2002-2003)", "Budsjett-innst. S. nr. 8 (2002–2003)"),
        ("Budsjett-innst. S. nr. 8", "Budsjett-innst. S. nr. 8"),
        ("inns-201920-191s", "Innst. 191 S (2019–2020)"),
        ("Dokument 8:135 S (2019–2020)", "Dokument 8:135 S (2019–2020)"),
        ("Dok. nr. 8:12 (1999–2000)", "Dokument 8:12 (1999–2000)"),
        ("Dokument 3:7 (2019–2020)", "Dokument 3:7 (2019–2020)"),
        ("Dokument 12 (2019-2020)", "Dokument 12 (2019–2020)"),
        ("dok8-201617-002", "Dokument 8:2 (2016–2017)"),
        ("Lovvedtak 137 (2019–2020)", "Lovvedtak 137 (2019–2020)"),
        ("NOU 2020: 15", "NOU 2020: 15"),
        ("NOU 2020:15", "NOU 2020: 15"),
        ("nou-2020-15", "NOU 2020: 15"),
        ("nou201920190003000dddpdfs.pdf", "NOU 2019: 3"),
    ];
    for (written, wanted) in cases {
        let read = parse(written).map(|designation| designation.to_string());
        assert_eq!(read.as_deref(), Some(wanted), "{written}");
    }
}

#[test]
fn what_only_looks_like_a_designation_is_none() {
    for text in [
        "",
        "Dokument 2",
        "propell 5",
        "Innst.",
        "stortingsmelding om innovasjon",
        "kap. 554 post 01",
        "NOU 20",
        "NOU 2020. 3 tiltak",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn all_designations_of_a_sentence_are_found() {
    let found =
        find_all("Prop. 24 S (2019-2020), unntatt kap. 480 og 490, Innst. 191 S (2020-2021) og NOU 2020: 6");
    let names: Vec<String> = found.iter().map(|found| found.designation.to_string()).collect();
    assert_eq!(names, ["Prop. 24 S (2019–2020)", "Innst. 191 S (2020–2021)", "NOU 2020: 6"]);
}

#[test]
fn a_run_of_numbers_names_each_of_them() {
    let found = find_all("Lovvedtak 14-16 (2020-2021)");
    let names: Vec<String> = found.iter().map(|found| found.designation.to_string()).collect();
    assert_eq!(names, ["Lovvedtak 14 (2020–2021)", "Lovvedtak 15 (2020–2021)", "Lovvedtak 16 (2020–2021)"]);
}

#[test]
fn a_wrong_session_is_flagged_and_not_repaired() {
    let designation = parse("Prop. 101 LS (2019-2012)").unwrap();
    assert_eq!(designation.to_string(), "Prop. 101 LS (2019–2012)");
    let fault = "session of Prop. 101 LS (2019–2012) does not end in the year after its first";
    assert_eq!(session_fault(&designation).as_deref(), Some(fault));
}

fn described(lines: &[&str], location: &str) -> (Record, Vec<Notice>) {
    let mut passages: Vec<Passage> =
        lines.iter().map(|text| Passage::new(PassageKind::Paragraph, *text)).collect();
    if let Some(first) = passages.first_mut() {
        first.kind = PassageKind::Heading;
    }
    let document = Document { pages: vec![Page { passages, ..Page::default() }], ..Document::default() };
    describe(&document, &SourceMetadata::default(), location)
}

/// kind | designation | title | issuer | addressee | date (basis) | concerned | year (basis)
fn line(record: &Record) -> String {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or("-".into());
    [
        record.kind.name().to_owned(),
        or_dash(&record.designation.as_ref().map(ToString::to_string)),
        or_dash(&record.title),
        or_dash(&record.issuer),
        or_dash(&record.addressee),
        or_dash(&record.published.as_ref().map(|dated| format!("{} ({})", dated.date, dated.basis))),
        or_dash(&record.concerned.map(|(first, last)| format!("{first}-{last}"))),
        or_dash(&record.year.as_ref().map(|year| format!("{} ({})", year.year, year.basis))),
    ]
    .join(" | ")
}

#[test]
fn a_record_says_who_says_what_to_whom_and_when() {
    let cases: [(&[&str], &str, &str); 10] = [
        (
            &["Et tredje eksempel", "Meld. St. 97 (2011–2012)", "Ingress til meldingen."],
            "x.html",
            "stortingsmelding | Meld. St. 97 (2011–2012) | Et tredje eksempel | - | - | - | - | -",
        ),
        (
            &[
                "Meld. St. 99",
                "(2019–2020)",
                "Melding til Stortinget",
                "Et eksempel",
                "Tilråding fra Departementet for eksempler 12. juni 2020, godkjent i statsråd samme dag.",
            ],
            "x.pdf",
            "stortingsmelding | Meld. St. 99 (2019–2020) | Et eksempel | Departementet for eksempler | - | 2020-06-12 (tilråding) | - | 2020 (published)",
        ),
        (
            &[
                "Meld. St. 98 (2019–2020)",
                "Eit døme",
                "Tilråding frå Dømedepartementet 8. oktober 2019, godkjend i statsråd same dagen.",
            ],
            "x.pdf",
            "stortingsmelding | Meld. St. 98 (2019–2020) | Eit døme | Dømedepartementet | - | 2019-10-08 (tilråding) | - | 2019 (published)",
        ),
        (
            &["Innledning", "Tekst uten dato."],
            "https://x.no/no/dokumenter/meld.-st.-30-20192020/id1/",
            "stortingsmelding | Meld. St. 30 (2019–2020) | Innledning | - | - | - | - | -",
        ),
        (
            &[
                "Tildelingsbrev 2015",
                "Til: Eksempeldirektoratet",
                "Deres ref Vår ref Dato 14/3692 23.03.2015",
            ],
            "x.pdf",
            "tildelingsbrev | - | Tildelingsbrev 2015 | - | Eksempeldirektoratet | 2015-03-23 (letter head) | 2015-2015 | 2015 (concerned)",
        ),
        (
            &["Tildelingsbrev 2016 til Eksempeltilsynet", "Eksempeldepartementet", "Dato 20.12.2015"],
            "x.pdf",
            "tildelingsbrev | - | Tildelingsbrev 2016 til Eksempeltilsynet | Eksempeldepartementet | Eksempeltilsynet | 2015-12-20 (letter head) | 2016-2016 | 2016 (concerned)",
        ),
        (
            &["Årsrapport 2014", "Eksempelverket", "Oslo, 15. mars 2015"],
            "x.pdf",
            "årsrapport | - | Årsrapport 2014 | Eksempelverket | - | 2015-03-15 (place and date) | 2014-2014 | 2014 (concerned)",
        ),
        (
            &["NOU 2020: 99", "Et bedre eksempel", "Til Eksempeldepartementet", "Bergen, 4. desember 2020"],
            "x.pdf",
            "nou | NOU 2020: 99 | Et bedre eksempel | - | Eksempeldepartementet | 2020-12-04 (place and date) | - | 2020 (number)",
        ),
        (
            &[
                "Prop. 1 S (2024–2025)",
                "For budsjettåret 2025",
                "Tilråding fra Eksempeldepartementet 27. september 2024",
            ],
            "x.pdf",
            "proposisjon | Prop. 1 S (2024–2025) | For budsjettåret 2025 | Eksempeldepartementet | - | 2024-09-27 (tilråding) | 2025-2025 | 2024 (published)",
        ),
        (
            &["Strategi for eksempler", "Dato: 03.07.2020"],
            "x.pdf",
            "strategi | - | Strategi for eksempler | - | - | 2020-07-03 (page info) | - | 2020 (published)",
        ),
    ];
    for (lines, location, wanted) in cases {
        assert_eq!(line(&described(lines, location).0), wanted);
    }
}

#[test]
fn a_title_is_the_largest_heading_of_the_first_page_and_never_a_sentence() {
    let title = |passages: &[(PassageKind, &str, usize)]| {
        let passages = passages.iter().map(|(kind, text, depth)| {
            let section = vec!["x".to_owned(); *depth];
            Passage { section, ..Passage::new(*kind, *text) }
        });
        let page = Page { number: Some(1), passages: passages.collect(), ..Page::default() };
        let document = Document { pages: vec![page], ..Document::default() };
        describe(&document, &SourceMetadata::default(), "x.pdf").0.title
    };
    let (heading, text) = (PassageKind::Heading, PassageKind::Paragraph);
    let budget = [
        (heading, "Prop. 99 S", 0),
        (heading, "(2025 – 2026) Proposisjon til Stortinget (forslag til stortingsvedtak)", 1),
        (heading, "FOR BUDSJETTÅRET 2026", 2),
        (heading, "Det store budsjettet", 1),
    ];
    assert_eq!(title(&budget).as_deref(), Some("Det store budsjettet"));
    let report = [(heading, "Rapport 3", 1), (heading, "Tillit i styringen", 0), (heading, "Et notat", 1)];
    assert_eq!(title(&report).as_deref(), Some("Tillit i styringen"));
    let bare = [
        (heading, "Melding til Stortinget 97 (2015–2016)", 0),
        (text, "Dette er den første setningen i meldingen, og den er ikke tittelen på den.", 1),
    ];
    assert_eq!(title(&bare), None);
}

#[test]
fn dates_and_numbers_of_an_imprint_tell_the_year() {
    for (lines, wanted) in [
        (&["Protokoll fra møtet 3. mai 2019", "Til stede: alle"][..], "2019-05-03 (title)"),
        (&["Åpningstale 4. juni 2018", "Kjære alle"], "2018-06-04 (place and date)"),
        (&["Veileder i eksempler", "Eksempeletaten", "Utgitt 11/2016"], "2016-11 (page info)"),
    ] {
        let record = described(lines, "x.html").0;
        let dated = record.published.map(|dated| format!("{} ({})", dated.date, dated.basis));
        assert_eq!(dated.as_deref(), Some(wanted));
    }
    let numbered = described(&["Evaluering av eksempelet", "Eksempel-publikasjon nr. 45/2019"], "x.html").0;
    assert_eq!(numbered.year.map(|year| (year.year, year.basis)), Some((2019, "number".to_owned())));
    let named = described(&["Om en sak", "Tekst uten dato."], "otprp2.html").0;
    assert_eq!(named.designation, None);
}

/// issuer → addressee of a letter.
#[test]
fn the_issuer_is_who_writes_and_not_whom_a_letter_goes_to() {
    let cases: [(&[&str], Option<&str>); 8] = [
        (
            &[
                "Norsk Eksempelforening",
                "Postboks 1, 0101 Oslo",
                "Eksempeldepartementet",
                "Oslo, 3. mars 2025",
                "Høringssvar",
            ],
            Some("Norsk Eksempelforening"),
        ),
        (&["Eksempeldepartementet", "Postboks 8004 Dep", "0030 Oslo", "Innspill til utvalget"], None),
        (
            &["Innspill fra Eksempelforbundet til Prøveutvalget", "Eksempeldepartementet"],
            Some("Eksempelforbundet"),
        ),
        (
            &["Det kongelige eksempeldepartement", "Prøvedirektoratet", "Svar på brev"],
            Some("Eksempeldepartementet"),
        ),
        (&["Notat", "Fra: Prøvedirektoratet", "Til: Eksempeldepartementet"], Some("Prøvedirektoratet")),
        (
            &["Instruks for Prøvetilsynet", "Fastsatt av Eksempeldepartementet 1. januar 2016"],
            Some("Eksempeldepartementet"),
        ),
        (&["UDIs årsrapport 2021"], Some("UDI")),
        (&["Et brev uten avsender", "Vi viser til møtet med Eksempeldepartementet."], None),
    ];
    for (lines, wanted) in cases {
        assert_eq!(described(lines, "x.pdf").0.issuer.as_deref(), wanted, "{lines:?}");
    }
}

#[test]
fn a_files_author_is_no_issuer_unless_the_page_has_the_name_too() {
    let issuer = |line: &str| {
        let passages = vec![
            Passage::new(PassageKind::Heading, "Innspill om eksempler"),
            Passage::new(PassageKind::Paragraph, line),
        ];
        let mut document =
            Document { pages: vec![Page { passages, ..Page::default() }], ..Document::default() };
        document.metadata.creator = Some("Eksempeldirektoratet".into());
        describe(&document, &SourceMetadata::default(), "x.pdf").0.issuer
    };
    assert_eq!(issuer("Vi mener at tjenestene er gode."), None);
    assert_eq!(
        issuer("Eksempeldirektoratet mener at tjenestene er gode.").as_deref(),
        Some("Eksempeldirektoratet")
    );
}

#[test]
fn a_date_is_read_in_every_form_that_a_head_has_it_in() {
    for (text, wanted) in [
        ("Oslo 04.12.2024", "2024-12-04"),
        ("Eksempel AS 16.1.2024", "2024-01-16"),
        ("20.11 2024", "2024-11-20"),
        ("10.10.24", "2024-10-10"),
        ("Trondheim, 18. des 2024", "2024-12-18"),
        ("Oslo, den 28. november 2024", "2024-11-28"),
        ("Utgivelsesdato: 3. mai 2019", "2019-05-03"),
        ("Fastsett av Eksempeldepartementet 1. januar 2016.", "2016-01-01"),
        ("Oslo, i prøvekomiteen, den 11. desember 2012", "2012-12-11"),
        ("November 2011", "2011-11"),
        ("Trondheim 5/6-2018", "2018-06-05"),
        ("Dato: 5/6 2018", "2018-06-05"),
        ("© Eksempeletaten 2017", "2017"),
        ("Revidert utgave 2020", "2020"),
        ("2. utgave, Oslo 2016", "2016"),
        ("Tid: 14.10.2022 kl. 10.00", "2022-10-14"),
        ("Møtedato: 3. mars 2021", "2021-03-03"),
    ] {
        let (record, _) = described(&["Om eksempler", text], "x.pdf");
        assert_eq!(record.published.map(|dated| dated.date.to_string()).as_deref(), Some(wanted), "{text}");
    }
    // A section number is no date.
    let (record, _) = described(&["Om eksempler", "Se punkt 1.2.10 og 10.10.24 i vedlegget."], "x.pdf");
    assert_eq!(record.published, None);
}

#[test]
fn a_year_that_only_the_file_tells_says_so() {
    let passages = vec![Passage::new(PassageKind::Heading, "Om eksempler")];
    let mut document = Document { pages: vec![Page { passages, ..Page::default() }], ..Document::default() };
    document.metadata.created = "2023-05-04".parse().ok();
    let (record, notices) = describe(&document, &SourceMetadata::default(), "x.pdf");
    assert_eq!(record.year.map(|year| (year.year, year.basis)), Some((2023, "file".to_owned())));
    let wanted = "year 2023 is known from the file's metadata only, which may be those of a copy";
    assert_eq!(notices, [Notice::of_document(wanted)]);
}

#[test]
fn a_budget_of_september_is_within_its_session() {
    let lines = ["Prop. 1 S (2023–2024)", "Tilråding fra Eksempeldepartementet 22. september 2023"];
    assert_eq!(described(&lines, "x.pdf").1, []);
}

#[test]
fn a_mention_is_not_an_identity() {
    for lines in [
        ["Innspill til Eksempelutvalget", "St.meld. nr. 11 (2004–2005), om fornying, er viktig."],
        ["Stortinget - Møte mandag den 1. juni 2009", "St.meld. nr. 23 (2008–2009) – Prøvemeldinga"],
        ["Oppfølging av Meld. St. 30 (2019–2020)", "Tekst."],
    ] {
        let (record, _) = described(&lines, "x.pdf");
        assert_eq!(record.designation, None, "{lines:?}");
        assert_ne!(record.kind, Kind::Stortingsmelding);
    }
    let (record, _) =
        described(&["Perspektiver for eksempler — Meld. St. 29 (2016–2017)", "Tekst."], "x.html");
    assert_eq!(record.kind, Kind::Stortingsmelding);
}

#[test]
fn a_sentence_about_a_designation_is_no_identity() {
    for lines in [
        ["Oppfølging i etaten", "Meld. St. 30 (2019–2020) En innovativ eksempelsektor ble lagt fram i fjor."],
        ["Eksempeletaten", "Prop. 12 L (2018–2019) Endringer i loven er på høring nå."],
        ["Brev om budsjettet", "Prop. 1 S (2020–2021)"],
    ] {
        assert_eq!(described(&lines, "x.html").0.designation, None, "{lines:?}");
    }
    let (record, _) =
        described(&["Prop. 12 L (2018–2019) Endringer i eksempelloven m.m.", "Tekst."], "x.html");
    assert_eq!(record.designation.map(|own| own.to_string()).as_deref(), Some("Prop. 12 L (2018–2019)"));
}

/// issuer → addressee of letters that tell both in their own ways.
#[test]
fn a_letter_names_its_sender_and_whom_it_goes_to() {
    let cases: [(&[&str], &str, &str); 8] = [
        (
            &[
                "Eksempeldirektoratet",
                "Prøvedepartementet",
                "Postboks 8112 Dep 0032 OSLO",
                "Deres ref Vår ref 21/123",
                "Rapportering på oppdrag",
            ],
            "Eksempeldirektoratet",
            "Prøvedepartementet",
        ),
        // Two bodies without an address: neither is known to be the sender.
        (&["Eksempeldirektoratet", "Prøvedepartementet", "Rapportering på oppdrag"], "-", "-"),
        (
            &[
                "Innspill",
                "Eksempeltilsynet",
                "Fra: Eksempeltilsynet",
                "Til: Prøvedepartementet, Postboks 8008 Dep, 0030 Oslo",
            ],
            "Eksempeltilsynet",
            "Prøvedepartementet",
        ),
        (
            &[
                "Svar om endringer",
                "Prøve- og eksempeldepartementet",
                "Postboks 8090 Dep",
                "0032 OSLO",
                "Vi viser til brevet.",
                "Med vennlig hilsen",
                "Kari Prøve",
                "avdelingsdirektør",
                "Direktoratet for eksempler",
            ],
            "Direktoratet for eksempler",
            "Prøve- og eksempeldepartementet",
        ),
        (
            &["Svar på brev", "Vi svarer her.", "Med helsing", "Ola Prøve", "Statsforvalteren i Prøvefylket"],
            "Statsforvalteren i Prøvefylket",
            "-",
        ),
        (
            &[
                "Statsbudsjettet for 2023 – tildelingsbrev",
                "Det kongelige eksempeldepartement",
                "Universitetet i Prøveby",
            ],
            "Eksempeldepartementet",
            "Universitetet i Prøveby",
        ),
        (&["Notat", "Til: Styret", "Om mål"], "-", "Styret"),
        (&["Svar på brev", "Med hilsen til alle som kom.", "Vi takker Prøvedirektoratet."], "-", "-"),
    ];
    for (lines, issuer, addressee) in cases {
        let record = described(lines, "x.pdf").0;
        let or_dash = |name: &Option<String>| name.clone().unwrap_or("-".into());
        assert_eq!(
            (or_dash(&record.issuer).as_str(), or_dash(&record.addressee).as_str()),
            (issuer, addressee),
            "{lines:?}"
        );
    }
    let letter = described(&["Prøvedepartementet", "Statsbudsjettet for 2023 – tildelingsbrev"], "x.pdf").0;
    assert_eq!(letter.year.map(|year| (year.year, year.basis)), Some((2023, "concerned".to_owned())));
}

/// kind, issuer and addressee of reports, letters between agencies and papers whose genre is a line of its own.
#[test]
fn a_label_names_the_kind_and_a_cover_the_publisher() {
    let cases: [(&[&str], &str); 11] = [
        (
            &[
                "Prøveforbundet",
                "Finansdepartementet",
                "Postboks 8008 Dep",
                "# Høring – ny lov. Svar fra Prøveforbundet",
            ],
            "høringssvar | Prøveforbundet | Finansdepartementet",
        ),
        (
            &[
                "Prøvedirektoratet",
                "Statens prøvetilsyn",
                "Postboks 100",
                "0101 Oslo",
                "Dato: 14.03.2023",
                "# Svar om datadeling",
            ],
            "annet | Prøvedirektoratet | Statens prøvetilsyn",
        ),
        (
            &["Rundskriv R-4/2011", "Finansdepartementet", "# Fullmakter"],
            "rundskriv | Finansdepartementet | -",
        ),
        (
            &["Notat", "Til: Prøveutvalget", "Fra: Sekretariatet", "# Innretning av arbeidet"],
            "notat | Sekretariatet | Prøveutvalget",
        ),
        (
            &["Veileder", "# Medvirkning i planlegging", "Prøvedirektoratet"],
            "veileder | Prøvedirektoratet | -",
        ),
        (&["Møtereferat", "# Møte mellom Prøvedepartementet og Prøvetilsynet"], "referat | - | -"),
        (
            &["Prøve Analyse AS", "# Evaluering av ordningen", "Utarbeidet for Prøvedepartementet"],
            "rapport | Prøve Analyse AS | -",
        ),
        (
            &["# Evaluering av ordningen", "På oppdrag fra Prøvetilsynet", "Prøve Analyse AS"],
            "rapport | Prøve Analyse AS | -",
        ),
        (&["# Evaluering av ordningen", "Prøvetilsynet"], "rapport | - | -"),
        (&["Universitetet i Prøve", "# Evaluering av reformen"], "rapport | Universitetet i Prøve | -"),
        (
            &["# Strategi 2021–2025", "Prøvetilsynet", "Vedtatt 12. november 2020"],
            "strategi | Prøvetilsynet | -",
        ),
    ];
    for (lines, wanted) in cases {
        let passage = |text: &&str| match text.strip_prefix("# ") {
            Some(heading) => Passage::new(PassageKind::Heading, heading),
            None => Passage::new(PassageKind::Paragraph, *text),
        };
        let page = Page { passages: lines.iter().map(passage).collect(), ..Page::default() };
        let document = Document { pages: vec![page], ..Document::default() };
        let record = describe(&document, &SourceMetadata::default(), "x.pdf").0;
        let (issuer, addressee) = (record.issuer.as_deref(), record.addressee.as_deref());
        let found =
            format!("{} | {} | {}", record.kind.name(), issuer.unwrap_or("-"), addressee.unwrap_or("-"));
        assert_eq!(found, wanted, "{lines:?}");
    }
}

#[test]
fn a_date_beside_the_text_of_a_page_is_that_of_the_page_where_it_is_the_only_one() {
    let published = |furniture: &[&str]| {
        let mut passages = vec![
            Passage::new(PassageKind::Heading, "Om eksempler"),
            Passage::new(PassageKind::Paragraph, "Tekst om eksempler."),
        ];
        passages.extend(furniture.iter().map(|text| Passage::new(PassageKind::Furniture, *text)));
        let document = Document { pages: vec![Page { passages, ..Page::default() }], ..Document::default() };
        let record = describe(&document, &SourceMetadata::default(), "x.html").0;
        record.published.map(|dated| format!("{} ({})", dated.date, dated.basis))
    };
    assert_eq!(published(&["Publisert 02.05.2019"]).as_deref(), Some("2019-05-02 (page info)"));
    assert_eq!(published(&["Høring | Dato: 02.05.2019 | Etaten"]).as_deref(), Some("2019-05-02 (page info)"));
    assert_eq!(published(&["Meny", "Publisert: 2019-05-02"]).as_deref(), Some("2019-05-02 (page info)"));
    assert_eq!(published(&["Publisert 02.05.2019", "Publisert 03.06.2020"]), None);
    assert_eq!(published(&["Sist oppdatert 02.05.2019"]), None);
}

#[test]
fn a_session_alone_leaves_the_year_open_with_a_notice() {
    let (_, notices) = described(&["Meld. St. 30 (2019–2020)", "Tittel"], "x.pdf");
    assert_eq!(notices, [Notice::of_document("year not known: published in the session 2019–2020")]);
}

#[test]
fn a_date_outside_the_session_is_flagged() {
    let lines = ["Meld. St. 30 (2019–2020)", "Tittel", "Dato: 02.11.2020"];
    let (record, notices) = described(&lines, "x.pdf");
    assert_eq!(record.year.map(|year| year.year), Some(2020));
    let wanted = "date 2020-11-02 (page info) is outside the session of Meld. St. 30 (2019–2020)";
    assert_eq!(notices, [Notice::of_document(wanted)]);
}

#[test]
fn the_date_of_a_file_outside_the_session_is_not_believed() {
    let passages = vec![Passage::new(PassageKind::Heading, "Meld. St. 30 (2019–2020)")];
    let mut document = Document { pages: vec![Page { passages, ..Page::default() }], ..Document::default() };
    document.metadata.created = "2023-05-04".parse().ok();
    let (record, notices) = describe(&document, &SourceMetadata::default(), "x.pdf");
    assert_eq!((record.published, record.year), (None, None));
    let wanted = [
        "date 2023-05-04 (file created) is outside the session of Meld. St. 30 (2019–2020)",
        "year not known: published in the session 2019–2020",
    ];
    assert_eq!(notices, wanted.map(Notice::of_document));
}

#[test]
fn a_designation_that_is_only_mentioned_is_not_the_documents_own() {
    let (record, _) =
        described(&["Strategi for eksempler", "Meld. St. 30 (2019–2020) ble lagt fram."], "x.pdf");
    assert_eq!(record.designation, None);
}

#[test]
fn a_letter_that_mentions_a_report_is_no_report() {
    let (record, _) = described(&["Brev om oppfølging", "Vi viser til evaluering og rapport."], "x.pdf");
    assert_eq!(record.kind, Kind::Annet);
}

#[test]
fn the_source_outranks_the_text() {
    let source: SourceMetadata = SourceMetadata {
        kind: Some(Kind::Rapport),
        title: Some("Sann tittel".into()),
        year: Some(2011),
        published: "2012-02".parse().ok(),
        ..SourceMetadata::default()
    };
    let (record, _) = describe(&Document::default(), &source, "tildelingsbrev-2015.pdf");
    assert_eq!(line(&record), "rapport | - | Sann tittel | - | - | 2012-02 (declared) | - | 2011 (declared)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_makes_the_record_panic(text in "(Meld\\. St\\. |NOU |Prop\\. |Til: |Dato |[0-9]{1,8}|\\(|–|æ| |\\PC){0,20}") {
        let _ = described(&[&text, &text], &text);
    }
}
