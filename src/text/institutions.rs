//! The name that a ministry or agency had when a document was written → the name of today's single successor.
//!
//! One dated table. Where an institution was split, closed or merged without one successor, or where our sources are not certain, there
//! is no name of today. Abbreviations are used again for other ministries (AID 2006–2009 and from 2022), so they are never resolved
//! without a year.

/// One name of an institution, with the years in which it was used.
struct InstitutionName {
    /// In its official form.
    name: &'static str,
    /// Another spelling of the same name, or the same as `name`.
    spelling: &'static str,
    /// "" for none.
    abbreviation: &'static str,
    /// `None` when the name is older than the table.
    first: Option<i16>,
    /// `None` when it is still used.
    last: Option<i16>,
    fate: Fate,
}

/// What became of the institution that had a name.
#[derive(Clone, Copy)]
enum Fate {
    /// It has this name today.
    Exists,
    /// It got this name, or became a part of the institution of this name.
    Became(&'static str),
    /// It was split or closed, or its successor is not certain.
    NoSingleSuccessor,
}

use Fate::{Became, Exists, NoSingleSuccessor};

const fn row(
    name: &'static str,
    abbreviation: &'static str,
    first: Option<i16>,
    last: Option<i16>,
    fate: Fate,
) -> InstitutionName {
    InstitutionName { name, spelling: name, abbreviation, first, last, fate }
}

/// Sources: the articles 721 and 869 of Lovdata and that on the cabinet meeting of 11 November 2011, the histories of ministries on
/// regjeringen.no, Store norske leksikon, Wikipedia; read in 2026-11.
const NAMES: [InstitutionName; 51] = [
    row("Statsministerens kontor", "SMK", None, None, Exists),
    row("Finansdepartementet", "FIN", None, None, Exists),
    row("Forsvarsdepartementet", "FD", None, None, Exists),
    row("Samferdselsdepartementet", "SD", None, None, Exists),
    InstitutionName {
        spelling: "Utanriksdepartementet",
        ..row("Utenriksdepartementet", "UD", None, None, Exists)
    },
    row(
        "Justis- og politidepartementet",
        "JD",
        None,
        Some(2011),
        Became("Justis- og beredskapsdepartementet"),
    ),
    row("Justis- og beredskapsdepartementet", "JD", Some(2012), None, Exists),
    // 1 October 2004
    row("Arbeids- og administrasjonsdepartementet", "AAD", None, Some(2004), NoSingleSuccessor),
    row("Sosialdepartementet", "", None, Some(2004), NoSingleSuccessor),
    row("Helsedepartementet", "", None, Some(2004), NoSingleSuccessor),
    row("Helse- og omsorgsdepartementet", "HOD", Some(2004), None, Exists),
    row("Landbruksdepartementet", "LD", None, Some(2004), Became("Landbruks- og matdepartementet")),
    row("Landbruks- og matdepartementet", "LMD", Some(2004), None, Exists),
    row("Fiskeridepartementet", "", None, Some(2004), Became("Fiskeri- og kystdepartementet")),
    row("Fiskeri- og kystdepartementet", "FKD", Some(2004), Some(2013), NoSingleSuccessor),
    // 1 January 2006, 2010 and 2014
    row(
        "Arbeids- og sosialdepartementet",
        "ASD",
        Some(2004),
        Some(2005),
        Became("Arbeids- og inkluderingsdepartementet"),
    ),
    row(
        "Arbeids- og inkluderingsdepartementet",
        "AID",
        Some(2006),
        Some(2009),
        Became("Arbeidsdepartementet"),
    ),
    row("Arbeidsdepartementet", "AD", Some(2010), Some(2013), Became("Arbeids- og sosialdepartementet")),
    row(
        "Arbeids- og sosialdepartementet",
        "ASD",
        Some(2014),
        Some(2021),
        Became("Arbeids- og inkluderingsdepartementet"),
    ),
    row("Arbeids- og inkluderingsdepartementet", "AID", Some(2022), None, Exists),
    row(
        "Moderniseringsdepartementet",
        "MOD",
        Some(2004),
        Some(2005),
        Became("Fornyings- og administrasjonsdepartementet"),
    ),
    row(
        "Fornyings- og administrasjonsdepartementet",
        "FAD",
        Some(2006),
        Some(2009),
        Became("Fornyings-, administrasjons- og kirkedepartementet"),
    ),
    row(
        "Fornyings-, administrasjons- og kirkedepartementet",
        "FAD",
        Some(2010),
        Some(2013),
        Became("Kommunal- og moderniseringsdepartementet"),
    ),
    row(
        "Kommunal- og regionaldepartementet",
        "KRD",
        None,
        Some(2013),
        Became("Kommunal- og moderniseringsdepartementet"),
    ),
    row(
        "Kommunal- og moderniseringsdepartementet",
        "KMD",
        Some(2014),
        Some(2021),
        Became("Kommunal- og distriktsdepartementet"),
    ),
    // The ministry of 2024 took over a part of it, and it goes on under its name and organisation number.
    row("Kommunal- og distriktsdepartementet", "KDD", Some(2022), None, Exists),
    row("Digitaliserings- og forvaltningsdepartementet", "DFD", Some(2024), None, Exists),
    row("Utdannings- og forskningsdepartementet", "UFD", None, Some(2005), Became("Kunnskapsdepartementet")),
    row("Kunnskapsdepartementet", "KD", Some(2006), None, Exists),
    row(
        "Barne- og familiedepartementet",
        "BFD",
        Some(1991),
        Some(2005),
        Became("Barne- og likestillingsdepartementet"),
    ),
    row(
        "Barne- og likestillingsdepartementet",
        "BLD",
        Some(2006),
        Some(2009),
        Became("Barne-, likestillings- og inkluderingsdepartementet"),
    ),
    row(
        "Barne-, likestillings- og inkluderingsdepartementet",
        "BLD",
        Some(2010),
        Some(2016),
        Became("Barne- og likestillingsdepartementet"),
    ),
    row(
        "Barne- og likestillingsdepartementet",
        "BLD",
        Some(2016),
        Some(2019),
        Became("Barne- og familiedepartementet"),
    ),
    row("Barne- og familiedepartementet", "BFD", Some(2019), None, Exists),
    row("Miljøverndepartementet", "MD", None, Some(2013), NoSingleSuccessor),
    row("Klima- og miljødepartementet", "KLD", Some(2014), None, Exists),
    row("Nærings- og handelsdepartementet", "NHD", None, Some(2013), NoSingleSuccessor),
    row("Nærings- og fiskeridepartementet", "NFD", Some(2014), None, Exists),
    row("Kulturdepartementet", "KUD", None, Some(2021), NoSingleSuccessor),
    row("Kultur- og likestillingsdepartementet", "KUD", Some(2022), None, Exists),
    row("Olje- og energidepartementet", "OED", None, Some(2023), Became("Energidepartementet")),
    row("Energidepartementet", "ED", Some(2024), None, Exists),
    // Agencies
    row("Statskonsult", "", None, Some(2007), Became("Direktoratet for forvaltning og IKT")),
    row("E-handelssekretariatet", "", None, Some(2007), Became("Direktoratet for forvaltning og IKT")),
    row("Norge.no", "", None, Some(2007), Became("Direktoratet for forvaltning og IKT")),
    row(
        "Direktoratet for forvaltning og IKT",
        "Difi",
        Some(2008),
        Some(2019),
        Became("Digitaliseringsdirektoratet"),
    ),
    row("Digitaliseringsdirektoratet", "Digdir", Some(2020), None, Exists),
    row("Senter for statlig økonomistyring", "SSØ", None, None, NoSingleSuccessor),
    row("Direktoratet for forvaltning og økonomistyring", "DFØ", None, None, Exists),
    row(
        "Nasjonalt institutt for ernærings- og sjømatforskning",
        "NIFES",
        None,
        Some(2017),
        Became("Havforskningsinstituttet"),
    ),
    row("Havforskningsinstituttet", "HI", None, None, Exists),
];

/// The name of today of the institution that a document calls `name`, or of each of several that are separated by semicolons.
///
/// `label` is the name that the source gives for the institution today, and is the better evidence: after a split it tells which part
/// the document belongs to. `year` is the year of the document. `None` when the table does not know the name, and when there is
/// no single successor.
pub(crate) fn name_today(label: Option<&str>, name: Option<&str>, year: Option<i16>) -> Option<String> {
    if let Some(label) = label.filter(|label| !label.trim().is_empty()) {
        // An old page may be labelled with a name that has been replaced since.
        return if is_known(label) { all_today(label, None) } else { Some(label.trim().to_owned()) };
    }
    all_today(name?, year)
}

fn all_today(names: &str, year: Option<i16>) -> Option<String> {
    let today = names.split(';').map(|name| today(name, year)).collect::<Option<Vec<&str>>>();
    let mut today = today?;
    today.dedup();
    Some(today.join("; "))
}

fn today(name: &str, year: Option<i16>) -> Option<&'static str> {
    let name = compared(name);
    let is_of_year = |row: &InstitutionName| year.is_some_and(|year| row.has(year));
    let named = NAMES.iter().filter(|row| row.is_called(&name));
    // A full name decides also when the date of the document does not agree with it.
    let mut rows: Vec<&InstitutionName> = named.clone().filter(|row| is_of_year(row)).collect();
    if rows.is_empty() {
        rows = named.collect();
    }
    if rows.is_empty() {
        let is_short = |row: &&InstitutionName| row.is_abbreviated(&name) && is_of_year(row);
        rows = NAMES.iter().filter(is_short).collect();
    }
    let today: Option<Vec<&str>> = rows.into_iter().map(successor).collect();
    let today = today?;
    today.first().copied().filter(|first| today.iter().all(|other| other == first))
}

fn is_known(names: &str) -> bool {
    let is_row = |name: &str| {
        let name = compared(name);
        NAMES.iter().any(|row| row.is_called(&name) || row.is_abbreviated(&name))
    };
    names.split(';').any(is_row)
}

/// The name that the institution of `row` has today.
fn successor(row: &'static InstitutionName) -> Option<&'static str> {
    let mut row = row;
    loop {
        match row.fate {
            Exists => return Some(row.name),
            NoSingleSuccessor => return None,
            Became(name) => {
                let is_next = |next: &&InstitutionName| {
                    next.name == name && next.first.is_none_or(|first| Some(first) >= row.last)
                };
                row = NAMES.iter().find(is_next)?;
            }
        }
    }
}

impl InstitutionName {
    fn has(&self, year: i16) -> bool {
        self.first.is_none_or(|first| first <= year) && self.last.is_none_or(|last| year <= last)
    }

    /// Whether `name`, in its compared form, is this name, alone or with the abbreviation: "direktoratet for forvaltning og ikt (difi)".
    fn is_called(&self, name: &str) -> bool {
        let plain = name.strip_suffix(')').and_then(|name| name.rsplit_once(" ("));
        let name = match plain {
            Some((plain, short)) if self.is_abbreviated(short) => plain,
            _ => name,
        };
        [self.name, self.spelling].iter().any(|known| compared(known) == name)
    }

    fn is_abbreviated(&self, name: &str) -> bool {
        !self.abbreviation.is_empty() && self.abbreviation.to_lowercase() == name
    }
}

/// "Det kongelige Finansdepartement" → "finansdepartementet"
fn compared(name: &str) -> String {
    let small = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace(['–', '‑'], "-");
    let royal = ["det kongelige ", "det kongelege "].iter().find_map(|royal| small.strip_prefix(royal));
    let plain = royal.unwrap_or(&small);
    if plain.ends_with("departement") { format!("{plain}et") } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, year: i16) -> Option<String> {
        name_today(None, Some(name), Some(year))
    }

    #[test]
    fn every_successor_has_a_row_that_begins_when_the_name_before_it_ends() {
        for row in &NAMES {
            assert!(row.last.is_none() || !matches!(row.fate, Exists), "{}", row.name);
            assert!(row.first.zip(row.last).is_none_or(|(first, last)| first <= last), "{}", row.name);
            if let Became(name) = row.fate {
                let last = row.last.expect("a name that was replaced has a last year");
                let begins = |next: &&InstitutionName| {
                    next.name == name && next.first.is_none_or(|first| first == last || first == last + 1)
                };
                assert!(NAMES.iter().any(|next| begins(&next)), "{} became {name}", row.name);
            }
        }
    }

    #[test]
    fn a_name_leads_through_all_its_successors_to_that_of_today() {
        for (name, year, today) in [
            ("Moderniseringsdepartementet", 2005, "Kommunal- og distriktsdepartementet"),
            (
                "Det kongelige fornyings-, administrasjons- og kirkedepartement",
                2012,
                "Kommunal- og distriktsdepartementet",
            ),
            ("Barne- og familiedepartementet", 2003, "Barne- og familiedepartementet"),
            ("Barne- og likestillingsdepartementet", 2007, "Barne- og familiedepartementet"),
            ("Arbeidsdepartementet", 2012, "Arbeids- og inkluderingsdepartementet"),
            ("Olje- og energidepartementet", 2023, "Energidepartementet"),
            ("UTANRIKSDEPARTEMENTET", 1999, "Utenriksdepartementet"),
            ("Statskonsult", 2001, "Digitaliseringsdirektoratet"),
            ("Direktoratet for forvaltning og ikt (Difi)", 2015, "Digitaliseringsdirektoratet"),
        ] {
            assert_eq!(of(name, year).as_deref(), Some(today), "{name} {year}");
        }
    }

    #[test]
    fn a_split_an_uncertain_successor_and_an_unknown_name_have_no_name_of_today() {
        for (name, year) in [
            ("Helsedepartementet", 2003),
            ("Fiskeridepartementet", 2002),
            ("Miljøverndepartementet", 2010),
            ("Kulturdepartementet", 2015),
            ("Senter for statlig økonomistyring", 2009),
            ("Etaten for eksempler", 2015),
            ("Kunnskapsdepartementet; Etaten for eksempler", 2015),
        ] {
            assert_eq!(of(name, year), None, "{name} {year}");
        }
    }

    #[test]
    fn an_abbreviation_is_resolved_by_the_year_and_never_without() {
        let aid = "Arbeids- og inkluderingsdepartementet";
        assert_eq!((of("AID", 2007).as_deref(), of("AID", 2023).as_deref()), (Some(aid), Some(aid)));
        assert_eq!((of("AID", 2015), of("KUD", 2015)), (None, None));
        assert_eq!(of("KUD", 2023).as_deref(), Some("Kultur- og likestillingsdepartementet"));
        assert_eq!(name_today(None, Some("KD"), None), None);
        assert_eq!(
            name_today(None, Some("KMD"), Some(2015)).as_deref(),
            Some("Kommunal- og distriktsdepartementet")
        );
        assert_eq!(
            name_today(None, Some("Energidepartementet"), None).as_deref(),
            Some("Energidepartementet")
        );
    }

    #[test]
    fn the_label_of_the_source_is_the_better_evidence_unless_it_is_an_old_name_itself() {
        let kmd = Some("Kommunal- og moderniseringsdepartementet");
        let label = |label| name_today(Some(label), kmd, Some(2019));
        let dfd = "Digitaliserings- og forvaltningsdepartementet";
        assert_eq!(label(dfd).as_deref(), Some(dfd));
        assert_eq!(label("Olje- og energidepartementet").as_deref(), Some("Energidepartementet"));
        assert_eq!(label("Eksempeldepartementet").as_deref(), Some("Eksempeldepartementet"));
        assert_eq!(label("Miljøverndepartementet"), None);
        assert_eq!(label(" ").as_deref(), Some("Kommunal- og distriktsdepartementet"));
    }

    #[test]
    fn several_institutions_are_resolved_together() {
        let both = of("Kunnskapsdepartementet; Olje- og energidepartementet", 2020);
        assert_eq!(both.as_deref(), Some("Kunnskapsdepartementet; Energidepartementet"));
        assert_eq!(of("Statskonsult; Norge.no", 2006).as_deref(), Some("Digitaliseringsdirektoratet"));
    }
}
