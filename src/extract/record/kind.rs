//! Words for genres → [`Kind`]: a series, a source's type, a title in bokmål, nynorsk or English.

use crate::text::{Kind, Series};

/// The kind of the documents of a series.
pub(super) fn of_series(series: Series) -> Kind {
    match series {
        Series::MeldSt | Series::StMeld | Series::OtMeld => Kind::Stortingsmelding,
        Series::Prop | Series::StPrp | Series::OtPrp => Kind::Proposisjon,
        Series::Innst | Series::InnstS | Series::InnstO | Series::BudsjettInnstS => Kind::Innstilling,
        Series::Dokument | Series::Lovvedtak => Kind::Dokument,
        Series::Nou => Kind::Nou,
    }
}

/// The kind behind a source's own type, as in `DC.Type`. `None` for types that tell no genre ("Brev").
pub(super) fn of_type(text: &str) -> Option<Kind> {
    let text = text.trim().to_lowercase();
    let kind = match text.as_str() {
        "nou" | "norges offentlige utredninger" | "noregs offentlege utgreiingar" => Kind::Nou,
        "proposisjon" | "proposisjon til stortinget" | "budsjettproposisjon" => Kind::Proposisjon,
        "stortingsmelding" | "melding til stortinget" | "meld. st." => Kind::Stortingsmelding,
        "horing" | "høring" | "høyring" => Kind::Horing,
        "rapport" | "evaluering" | "studie" => Kind::Rapport,
        "tildelingsbrev" => Kind::Tildelingsbrev,
        "årsrapport" | "årsmelding" => Kind::Arsrapport,
        "instruks" => Kind::Instruks,
        "strategi" | "strategi/plan" | "plan" | "planer" => Kind::Strategi,
        "innstilling" => Kind::Innstilling,
        "referat" | "referats" | "referato" | "referatl" | "referath" | "referatsak" | "saksreferat" => {
            Kind::Referat
        }
        // Parts of minutes, each on a page of its own at stortinget.no. They name the documents that were debated.
        "formalia"
        | "voteringer"
        | "voteringar"
        | "votering"
        | "referatforside"
        | "referatsaker"
        | "dagsorden"
        | "sporretime"
        | "spørretime"
        | "sporretimesporsmal"
        | "spørretimespørsmål"
        | "interpellasjon" => Kind::Referat,
        _ => return None,
    };
    Some(kind)
}

/// Word beginnings in titles, the surer first.
const TITLE_WORDS: [(&str, Kind); 36] = [
    ("tildelingsbrev", Kind::Tildelingsbrev),
    ("tildelingsskriv", Kind::Tildelingsbrev),
    ("oppdragsbrev", Kind::Tildelingsbrev),
    ("oppdragsdokument", Kind::Tildelingsbrev),
    ("letter of allocation", Kind::Tildelingsbrev),
    ("allocation letter", Kind::Tildelingsbrev),
    ("årsrapport", Kind::Arsrapport),
    ("aarsrapport", Kind::Arsrapport),
    ("arsrapport", Kind::Arsrapport),
    ("årsmelding", Kind::Arsrapport),
    ("arsmelding", Kind::Arsrapport),
    ("annual report", Kind::Arsrapport),
    ("jahkeraporta", Kind::Arsrapport),
    ("stortinget - møte", Kind::Referat),
    ("møte i europautvalget", Kind::Referat),
    ("åpen høring i", Kind::Referat),
    ("open høyring i", Kind::Referat),
    ("referat", Kind::Referat),
    ("høringsnotat", Kind::Horing),
    ("høring", Kind::Horing),
    ("høyring", Kind::Horing),
    ("public consultation", Kind::Horing),
    ("hovedinstruks", Kind::Instruks),
    ("hovudinstruks", Kind::Instruks),
    ("etatsinstruks", Kind::Instruks),
    ("virksomhetsinstruks", Kind::Instruks),
    ("verksemdsinstruks", Kind::Instruks),
    ("instruks", Kind::Instruks),
    ("evaluering", Kind::Rapport),
    ("evaluation", Kind::Rapport),
    ("rapport", Kind::Rapport),
    ("report", Kind::Rapport),
    ("strategi", Kind::Strategi),
    ("strategy", Kind::Strategi),
    ("handlingsplan", Kind::Strategi),
    ("action plan", Kind::Strategi),
];

/// The kind that a title names. `None` when it names none.
pub(super) fn of_title(text: &str) -> Option<Kind> {
    let text = format!(
        " {}",
        crate::text::normalise(text).to_lowercase().replace(['_', '-', '–', '—', '(', '«'], " ")
    );
    let text = text.replace("  ", " ").replace("stortinget   møte", "stortinget møte");
    TITLE_WORDS
        .iter()
        .find(|(word, _)| text.contains(&format!(" {}", word.replace("- ", ""))))
        .map(|(_, kind)| *kind)
}
