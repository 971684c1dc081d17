//! The kinds of document: one table, a row per kind, with all its names.
//!
//! Adding a kind is adding a variant and its row.

use super::Series;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The kinds of document, in the administration's own words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Melding til Stortinget: Meld. St., earlier St.meld. and Ot.meld.
    Stortingsmelding,
    /// Prop. S, L and LS, earlier St.prp. and Ot.prp.
    Proposisjon,
    /// Innst. S and L, earlier Innst. S. nr., Innst. O. nr., Budsjett-innst.
    Innstilling,
    /// Norges offentlige utredninger.
    Nou,
    /// A ministry's yearly letter to its agency; also supplementary letters, oppdragsbrev, oppdragsdokument.
    Tildelingsbrev,
    /// A ministry's standing instruction to its agency.
    Instruks,
    /// An agency's annual report.
    Arsrapport,
    /// A report, evaluation or study.
    Rapport,
    /// What is sent out for consultation.
    Horing,
    /// An answer to a consultation.
    Horingssvar,
    /// A strategy or plan.
    Strategi,
    /// Minutes of the Storting and its committees.
    Referat,
    /// Minutes of other bodies.
    Protokoll,
    /// Dokument 3, 8, 12 … of the Storting.
    Dokument,
    /// A memo.
    Notat,
    /// A guide or guidelines.
    Veileder,
    /// A circular.
    Rundskriv,
    /// A law or regulation.
    Lov,
    /// A party's programme.
    Partiprogram,
    /// A press release.
    Pressemelding,
    /// A speech.
    Tale,
    /// None of these, or not known.
    #[default]
    Annet,
    /// A kind that the user has declared.
    Own(OwnKind),
}

/// The name of a kind of the user's own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnKind {
    /// UTF-8, filled up with zeros.
    bytes: [u8; OwnKind::BYTES_MAX],
}

impl OwnKind {
    /// Longest name, in bytes of UTF-8: *spørretimesporsmal* has 19.
    pub(crate) const BYTES_MAX: usize = 32;

    /// The kind called `name`. `None` when it is empty, too long, or has anything but small letters, digits, spaces and
    /// `-_/.`.
    pub(crate) fn new(name: &str) -> Option<OwnKind> {
        let is_allowed = |c: char| c.is_lowercase() || c.is_ascii_digit() || " -_/.".contains(c);
        let is_name = name.trim() == name && !name.is_empty() && name.len() <= OwnKind::BYTES_MAX;
        let mut bytes = [0; OwnKind::BYTES_MAX];
        (is_name && name.chars().all(is_allowed)).then(|| {
            bytes[..name.len()].copy_from_slice(name.as_bytes());
            OwnKind { bytes }
        })
    }

    pub(crate) fn name(&self) -> &str {
        let end = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(OwnKind::BYTES_MAX);
        std::str::from_utf8(&self.bytes[..end]).expect("it was made of a text")
    }
}

impl fmt::Debug for OwnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.name())
    }
}

/// Which year a document's words are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YearRule {
    /// The year it was published.
    Published,
    /// The year that it is about, which its title names.
    Concerned,
    /// The year of its number: "NOU 2020: 15".
    Number,
    /// The year it was published, else that of its number: "Rapport 2014:7".
    PublishedOrNumber,
}

/// A kind and all its names.
pub(crate) struct KindRow {
    pub(crate) kind: Kind,
    /// Its name in configuration, CSV and queries.
    pub(crate) name: &'static str,
    /// The numbered series whose documents are of it.
    pub(crate) series: &'static [Series],
    /// What sources call it in `DC.Type` and the like, in small letters.
    pub(crate) source_types: &'static [&'static str],
    /// Words and phrases that name it in a title, in small letters and with hyphens as spaces. A word is found with its
    /// endings and as the last part of a compound (*hovedinstruksen*); one after `^` only as the first word of a title.
    pub(crate) titles: &'static [&'static str],
    /// The rule for its year.
    pub(crate) year: YearRule,
}

/// The table, in the order of the variants; `annet` is the last row.
pub(crate) static KINDS: [KindRow; 22] = [
    KindRow {
        kind: Kind::Stortingsmelding,
        name: "stortingsmelding",
        series: &[Series::MeldSt, Series::StMeld, Series::OtMeld],
        source_types: &["stortingsmelding", "melding til stortinget", "meld. st."],
        titles: &[],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Proposisjon,
        name: "proposisjon",
        series: &[Series::Prop, Series::StPrp, Series::OtPrp],
        source_types: &["proposisjon", "proposisjon til stortinget", "budsjettproposisjon"],
        titles: &[],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Innstilling,
        name: "innstilling",
        series: &[Series::Innst, Series::InnstS, Series::InnstO, Series::BudsjettInnstS],
        source_types: &["innstilling"],
        titles: &[],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Nou,
        name: "nou",
        series: &[Series::Nou],
        source_types: &["nou", "norges offentlige utredninger", "noregs offentlege utgreiingar"],
        titles: &[],
        year: YearRule::Number,
    },
    KindRow {
        kind: Kind::Tildelingsbrev,
        name: "tildelingsbrev",
        series: &[],
        source_types: &["tildelingsbrev"],
        titles: &[
            "tildelingsbrev",
            "tildelingsskriv",
            "oppdragsbrev",
            "oppdragsdokument",
            "letter of allocation",
            "allocation letter",
        ],
        year: YearRule::Concerned,
    },
    KindRow {
        kind: Kind::Instruks,
        name: "instruks",
        series: &[],
        source_types: &["instruks"],
        titles: &["instruks"],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Arsrapport,
        name: "årsrapport",
        series: &[],
        source_types: &["årsrapport", "årsmelding"],
        titles: &[
            "årsrapport",
            "aarsrapport",
            "arsrapport",
            "årsmelding",
            "arsmelding",
            "årsberetning",
            "arsberetning",
            "annual report",
            "jahkeraporta",
        ],
        year: YearRule::Concerned,
    },
    KindRow {
        kind: Kind::Rapport,
        name: "rapport",
        series: &[],
        source_types: &[
            "rapport",
            "evaluering",
            "studie",
            // Types of Kudos.
            "kartlegging",
            "kunnskapsoppsummering",
            "forhåndsutredning",
            "konseptutvalgutredning",
            "områdegjennomgang",
            "statusrapport",
            "riksrevisjonsrapport",
        ],
        titles: &["rapport", "evaluering", "følgeevaluering", "report", "evaluation"],
        year: YearRule::PublishedOrNumber,
    },
    KindRow {
        kind: Kind::Horing,
        name: "høring",
        series: &[],
        source_types: &["horing", "høring", "høyring"],
        titles: &[
            "høringsnotat",
            "høyringsnotat",
            "høringsbrev",
            "høyringsbrev",
            "høring",
            "høyring",
            "public consultation",
        ],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Horingssvar,
        name: "høringssvar",
        series: &[],
        source_types: &["høringssvar", "høyringssvar", "høringsuttalelse", "høyringsfråsegn"],
        titles: &[
            "høringssvar",
            "høyringssvar",
            "høringsuttalelse",
            "høyringsfråsegn",
            "høringsinnspill",
            "høyringsinnspel",
            "svar på høring",
            "svar på høyring",
            "innspill til høring",
            "innspel til høyring",
        ],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Strategi,
        name: "strategi",
        series: &[],
        source_types: &["strategi", "strategi/plan", "plan", "planer"],
        titles: &[
            "strategi",
            "strategy",
            "handlingsplan",
            "action plan",
            "tiltaksplan",
            "virksomhetsplan",
            "verksemdsplan",
        ],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Referat,
        name: "referat",
        series: &[],
        source_types: &[
            "referat",
            "referats",
            "referato",
            "referatl",
            "referath",
            "referatsak",
            "saksreferat",
            // Parts of minutes, each on a page of its own at stortinget.no. They name the documents that were debated.
            "formalia",
            "voteringer",
            "voteringar",
            "votering",
            "referatforside",
            "referatsaker",
            "dagsorden",
            "sporretime",
            "spørretime",
            "sporretimesporsmal",
            "spørretimespørsmål",
            "interpellasjon",
        ],
        titles: &["stortinget møte", "møte i europautvalget", "åpen høring i", "open høyring i", "referat"],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Protokoll,
        name: "protokoll",
        series: &[],
        source_types: &["protokoll", "møteprotokoll"],
        titles: &["^protokoll", "møteprotokoll", "styreprotokoll"],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Dokument,
        name: "dokument",
        series: &[Series::Dokument, Series::Lovvedtak],
        source_types: &["dokument", "representantforslag", "lovvedtak"],
        titles: &[],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Notat,
        name: "notat",
        series: &[],
        source_types: &["notat"],
        titles: &["^notat", "arbeidsnotat", "drøftingsnotat", "policynotat", "^memo"],
        year: YearRule::PublishedOrNumber,
    },
    KindRow {
        kind: Kind::Veileder,
        name: "veileder",
        series: &[],
        source_types: &["veileder", "veiledning", "rettleiar", "retningslinjer"],
        titles: &[
            "veileder",
            "rettleiar",
            "^veiledning",
            "^rettleiing",
            "retningslinjer",
            "håndbok",
            "handbok",
            "^guide",
        ],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Rundskriv,
        name: "rundskriv",
        series: &[],
        source_types: &["rundskriv"],
        titles: &["rundskriv"],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Lov,
        name: "lov",
        series: &[],
        source_types: &["lov", "forskrift", "lov/forskrift"],
        titles: &["^lov om", "^forskrift"],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Partiprogram,
        name: "partiprogram",
        series: &[],
        source_types: &["partiprogram"],
        titles: &[
            "partiprogram",
            "prinsipprogram",
            "prinsippprogram",
            "arbeidsprogram",
            "valgprogram",
            "valprogram",
        ],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Pressemelding,
        name: "pressemelding",
        series: &[],
        source_types: &["pressemelding"],
        titles: &["pressemelding", "press release"],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Tale,
        name: "tale",
        series: &[],
        source_types: &["tale/innlegg", "tale", "innlegg"],
        titles: &["^tale", "åpningstale", "opningstale", "nyttårstale"],
        year: YearRule::Published,
    },
    KindRow {
        kind: Kind::Annet,
        name: "annet",
        series: &[],
        source_types: &[],
        titles: &[],
        year: YearRule::Published,
    },
];

impl Kind {
    /// The kind called `name`: one of the table, or else one of the user's own. `None` when it cannot be the name of a kind.
    pub(crate) fn of_name(name: &str) -> Option<Kind> {
        let known = KINDS.iter().find(|row| row.name == name).map(|row| row.kind);
        known.or_else(|| OwnKind::new(name).map(Kind::Own))
    }

    /// Its row of the table; that of `annet` for a kind of the user's own.
    pub(crate) fn row(self) -> &'static KindRow {
        KINDS.iter().find(|row| row.kind == self).unwrap_or(&KINDS[KINDS.len() - 1])
    }

    /// The name used in configuration, CSV and queries.
    pub fn name(&self) -> &str {
        match self {
            Kind::Own(own) => own.name(),
            kind => kind.row().name,
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
        let name = String::deserialize(deserializer)?;
        Kind::of_name(&name).ok_or_else(|| de::Error::custom(NotAKind(name)))
    }
}

/// The text cannot be the name of a kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a kind of document; a kind of your own has at most 32 small letters, digits, spaces and -_/."
)]
pub(crate) struct NotAKind(pub(super) String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name_and_other_names_are_kinds_of_the_users_own() {
        for row in &KINDS {
            assert_eq!(Kind::of_name(row.name), Some(row.kind));
            assert_eq!((row.kind.name(), row.kind.row().kind), (row.name, row.kind));
        }
        let own = Kind::of_name("politisk plattform å").unwrap();
        assert_eq!((own.name(), own.row().kind), ("politisk plattform å", Kind::Annet));
        assert_eq!(serde_json::from_str::<Kind>(&serde_json::to_string(&own).unwrap()).unwrap(), own);
        for name in ["", " brev", "Brev", "a;b", "et langt navn som ingen kan lese over"] {
            assert_eq!(Kind::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_series_and_a_source_type_belong_to_one_kind() {
        let mut types: Vec<&str> = KINDS.iter().flat_map(|row| row.source_types).copied().collect();
        let count = types.len();
        types.sort_unstable();
        types.dedup();
        assert_eq!(types.len(), count);
        let series: usize = KINDS.iter().map(|row| row.series.len()).sum();
        assert_eq!(series, 13);
    }
}
