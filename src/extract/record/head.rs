//! The head of a document: its first passages, where a letter names sender and date and a report its title.

use super::dates::{date_in, date_of_line};
use super::designation::{self, own};
use super::kind;
use crate::text::{Designation, Document, Kind, PassageKind, Record};
use regex::Regex;
use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

/// How many passages the head has at most. A choice: room for a letterhead or a title page, not for a chapter.
const PASSAGES_MAX: usize = 40;
/// A longer passage is running text and no line of a head.
const LINE_CHARS_MAX: usize = 250;

/// The first passages of a document.
pub(super) struct DocumentHead<'a> {
    lines: Vec<(PassageKind, &'a str)>,
    /// The last passages, where a letter is signed.
    closing: Vec<&'a str>,
    /// What was left out of the text around it: a page says there when it was published.
    furniture: Vec<&'a str>,
    /// How deep each line stands under headings: of two headings the less deep is the larger one.
    depths: Vec<usize>,
    /// How many of the lines can have the title: those of the first page.
    n_title_lines: usize,
}

/// Lines that can have the title where a document has no pages.
const TITLE_LINES_MAX: usize = 8;

/// The letters of names, for the patterns of this file: Latin ones, with those of Sámi. The classes of all letters of
/// Unicode (`\p{L}`), and bounded repetitions of them, took 250 ms to compile in each process that makes records; these take 5 ms.
const LETTER: &str = "a-zA-ZÀ-ÖØ-öø-ɏ";
const CAPITAL: &str = "A-ZÀ-ÖØ-ÞČĐŊŠŦŽ";

/// `text` as a pattern, in which `LETTER` and `CAPITAL` within a class are those letters.
fn pattern(text: &str) -> Regex {
    Regex::new(&text.replace("LETTER", LETTER).replace("CAPITAL", CAPITAL)).expect("a constant pattern")
}

/// Shorter or longer than this, what a pattern takes for a name is a part of a sentence. The longest name of a ministry
/// with its abbreviation has 75 characters.
const NAME_CHARS: RangeInclusive<usize> = 3..=90;

/// What `pattern` finds in `line` as `name`, where that is as long as a name is.
fn name_in<'l>(pattern: &Regex, line: &'l str) -> Option<&'l str> {
    let name = pattern.captures(line)?.name("name")?.as_str().trim();
    NAME_CHARS.contains(&name.chars().count()).then_some(name)
}

static TILRADING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^Tilråding fr[aå]\s+(?P<name>[^0-9]+?)\s+(?:av\s+|den\s+)?(?P<date>[0-9]{1,2}\.\s?[a-z]+\s[0-9]{4})",
    )
});
static DATE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:(?:Vår |Utgivelses|Utgjevings|Dokument|Utgitt |Publisert )?dato|Date|Datert|Utgitt|Utgjeve|Publisert|Fastsatt|Fastsett|Vedtatt|Vedteke|Møtedato)\b|^Tid(?:spunkt)?:",
    )
});
/// A date further from its label belongs to something else.
const LABEL_DISTANCE_MAX: usize = 90;
/// A line that is place or sender and date: "Oslo, den 28. november 2024", "Eksempel AS 16.1.2024", "10.10.24", "Rapport …
/// november 2011"; a committee's "Oslo, i finanskomiteen, den 11. desember 2012".
static PLACE_AND_DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?P<place>[CAPITAL][LETTER.]*(?: (?:[CAPITAL][LETTER.]*|i|og|på))*)?(?:, i [LETTER ,-]+komit[eé]en)?,? ?(?:den )?(?P<date>[0-9]{1,2}\.\s?(?:[LETTER]+\.? |[0-9]{1,2}[.\s]\s?)(?:[0-9]{4}|[0-9]{2})|[0-9]{1,2}/[0-9]{1,2}[- ][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})\.?$",
    )
});
/// "Eksempeletaten for prøver i Oslo": with more words it is a sentence.
const PLACE_WORDS_MAX: usize = 5;
/// A place and date after the last sentence of a short letter: "… er viktig. Oslo, 11. mars 2026".
static SIGNED_LAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[.!?] [CAPITAL][LETTER]+, (?:den )?(?P<date>[0-9]{1,2}\.\s?(?:[LETTER]+ |[0-9]{1,2}\.\s?)[0-9]{4})\.?$",
    )
});
static MONTH_LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:[LETTER ]*[,:]? )?(?P<date>(?i:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember) (?:19|20)[0-9]{2})$",
    )
});
/// What stands before the month: "Rapport, november 2011", "Oslo, mai 2014". Bytes.
const MONTH_LABEL_BYTES_MAX: usize = 32;
static DEPARTMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:DET KONGELIGE |DET KONGELEGE |Det kongelige |Det kongelege )(?P<royal>[LETTER, -]+(?:departement(?:et)?|DEPARTEMENT(?:ET)?))|(?P<name>[CAPITAL][LETTER, -]+(?:departementet?|DEPARTEMENT(?:ET)?)(?: \([LETTER ]+\))?|Departementet for [LETTER ,-]+(?: \([LETTER ]+\))?|Statsministerens kontor))$",
    )
});
static TO_IN_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i:(?:tildelingsbrev|oppdragsbrev|oppdragsdokument|instruks)(?:et)?)(?i: for (?:økonomi|virksomhet|verksemd)[LETTER, -]*?styring)?(?: nr\. [0-9]+)?(?: (?:for )?(?:19|20)[0-9]{2}(?:\s?[–-]\s?(?:19|20)[0-9]{2})?)?(?:\s*[–—:-]\s*| til | for | FOR | TIL | i | )(?P<name>[CAPITAL][LETTER ,()-]+?)(?:\s+(?:for\s+)?(?:budsjettåret\s+)?(?:19|20)[0-9]{2}.*)?$",
    )
});

/// "Til Finansdepartementet", also where the committee's words follow at once.
static TO_DEPARTMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^Til (?P<name>(?:[CAPITAL][LETTER, -]+departementet|Departementet for [LETTER ]+?)(?: \([LETTER ]+\))?)(?: [CAPITAL]|$)",
    )
});
/// "Årsrapport 2012 – Etaten for eksempler": who reports.
static OF_IN_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i:årsrapport|årsmelding|årsberetning|annual report)(?:en|a)? (?:(?:for )?(?:19|20)[0-9]{2})(?:\s*[–—:-]\s*| for | frå | fra )(?P<name>[CAPITAL][LETTER ,()-]+)$",
    )
});
/// "NAVs årsrapport 2022".
static WHOSE_REPORT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?P<name>[CAPITAL][LETTER -]+?)s (?i:årsrapport|årsmelding|årsberetning)"));
/// "Fastsatt av Eksempeldepartementet 1. januar 2016".
static LAID_DOWN_BY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?i:fastsatt|fastsett|vedtatt|vedteke) av (?P<name>[CAPITAL][LETTER, -]+?)(?: den)? [0-9]")
});
/// "Innspill fra Eksempelforeningen til utvalget", "Fra: Eksempeldirektoratet".
static FROM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?i:fr[aå]: ?|(?:innspill|innspel|høringssvar|høyringssvar|høringsuttalelse|høyringsfråsegn|uttalelse|merknader|svar|brev|notat) fr[aå] )(?P<name>[CAPITAL][LETTER&. -]+?)(?: (?:til|om|på|ved) .*|[,–(].*)?$",
    )
});
/// A line of an address: where a letter goes to, or comes from.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:Postboks|Pb\.?|Boks) ?[0-9]|^[0-9]{4} [CAPITAL][LETTER]+|^[CAPITAL][LETTER]+(?:gata|gate|veien|vegen|vei|plass) [0-9]|@|^(?i:deres ref|dykkar ref|v[åa]r ref)",
    )
});
/// The name of a public body that is not a ministry.
static AGENCY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:Direktoratet|Rådet|Senteret|Instituttet) for [LETTER ,-]+$|^Statens [LETTER-]*(?:tilsyn|vesen|verk|kasse|senter|råd|institutt|arkiv)$|^(?:[CAPITAL][LETTER, -]*)?(?i:direktoratet|tilsynet|etaten|verket|vesenet|vegvesen|administrasjonen|universitetet|universitet|høgskolen|høgskulen|fylkesmannen|statsforvalteren|rådet|registrene|registeret|instituttet|senteret|arkivet|biblioteket|museet|nemnda|inspektoratet|politiet|domstolen|retten|banken|kassen|fondet|ombudet|kommune|RHF|Statped|Riksrevisjonen)(?: i [CAPITAL][LETTER ]+)?$",
    )
});
/// The year of an imprint: "© Eksempeletaten 2017", "Revidert utgave 2020".
static IMPRINT_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:©|(?i:copyright|revidert|[0-9]{1,2}\. utgave|utgave|utgitt|utgjeve|utgåve)\b)[LETTER© ,.:-]*? ?(?P<date>(?:19|20)[0-9]{2})\.?$",
    )
});
/// The words before the names that sign a letter.
static GREETING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?i:(?:med )?(?:vennlig |venleg |beste? )?(?:hilsen|hilsning|helsing|helsning))\b")
});
/// Name, title, perhaps a second signer, then the body: with more lines between them it is another's name.
const SIGNATURE_LINES_MAX: usize = 7;
/// Passages at the end of a document among which its signature is.
const CLOSING_PASSAGES: usize = 25;

/// "Avgitt til Eksempeldepartementet 15. mars 2013."
static DELIVERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i:avgitt|gitt|gjeve|overlevert|levert|overrakt)(?: til)? (?P<name>[CAPITAL][^0-9]+?) (?:den )?(?P<date>[0-9]{1,2}\.\s?[LETTER]+ [0-9]{4})",
    )
});
/// "Innstilling fra kommunal- og forvaltningskomiteen om …"
static COMMITTEE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?i:(?:budsjett-)?innstilling fr[aå]) (?P<name>[LETTER ,-]+?komit[eé]en(?: \([LETTER ]+\))?)(?: |$)",
    )
});

/// The month in a line that is label and month.
fn month_at_end(line: &str) -> Option<&str> {
    let month = MONTH_LINE.captures(line)?.name("date")?;
    (month.start() <= MONTH_LABEL_BYTES_MAX).then(|| month.as_str())
}

/// Whether `line` is the name of a ministry.
fn is_department(line: &str) -> bool {
    NAME_CHARS.contains(&line.chars().count()) && DEPARTMENT.is_match(line)
}

/// Whether `line` is the name of a public body that is not a ministry.
fn is_agency(line: &str) -> bool {
    line.starts_with(char::is_uppercase)
        && NAME_CHARS.contains(&line.chars().count())
        && AGENCY.is_match(line)
}

/// Whether one of the next two lines is a post-office box of the ministries: what stands above it is where a letter goes to.
fn is_address_of_ministry(next: &[&str]) -> bool {
    next.iter().take(2).any(|line| line.contains("Postboks") && line.contains("Dep"))
}

/// The agency that a letter goes to where that of the letterhead stands above it: "Eksempeldirektoratet", "Prøvetilsynet", "Postboks 100".
fn addressed_agency<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let [sender, addressee, address, ..] = lines else { return None };
    (is_agency(sender) && is_agency(addressee) && ADDRESS.is_match(address)).then_some(*addressee)
}

/// Whether `line` is the name of an association: "Utdanningsforbundet", not "Innspill fra Eksempelforeningen".
fn is_organisation(line: &str) -> bool {
    const ENDS: [&str; 12] = [
        "forbund",
        "forbundet",
        "forening",
        "foreningen",
        "foreininga",
        "organisasjon",
        "organisasjonen",
        "sambandet",
        "stiftelsen",
        "stiftinga",
        "unionen",
        "alliansen",
    ];
    let has_preposition = line.split(' ').any(|word| matches!(word, "fra" | "frå" | "til" | "om"));
    is_name(line) && !has_preposition && ENDS.iter().any(|end| line.to_lowercase().ends_with(end))
}

/// Whether `line` is the name of a limited company.
fn is_company(line: &str) -> bool {
    is_name(line) && (line.ends_with(" AS") || line.ends_with(" ASA"))
}

/// Lines of a cover on which its publisher is looked for.
const COVER_LINES_MAX: usize = 8;
/// A label of the genre stands at the top: logo, label, number, title.
const LABEL_LINES_MAX: usize = 3;

/// The date in a line that is place and date.
fn date_at_place(line: &str) -> Option<&str> {
    let found = PLACE_AND_DATE.captures(line)?;
    let place = found.name("place").map_or("", |place| place.as_str());
    (place.split(' ').count() <= PLACE_WORDS_MAX).then(|| found.name("date").map(|date| date.as_str()))?
}

impl<'a> DocumentHead<'a> {
    /// The head of `document`.
    pub(super) fn of(document: &'a Document) -> DocumentHead<'a> {
        let passages: Vec<_> = document.passages().take(PASSAGES_MAX).collect();
        let first_page = passages.first().and_then(|(page, _)| page.number);
        let n_title_lines = match first_page {
            Some(_) => passages.iter().take_while(|(page, _)| page.number == first_page).count(),
            None => passages.len().min(TITLE_LINES_MAX),
        };
        let texts: Vec<&str> = document.passages().map(|(_, passage)| passage.text.as_str()).collect();
        let beside = document.pages.iter().take(1).flat_map(|page| &page.passages);
        let furniture = beside.filter(|passage| passage.kind == PassageKind::Furniture);
        DocumentHead {
            closing: texts[texts.len().saturating_sub(CLOSING_PASSAGES)..].to_vec(),
            furniture: furniture.map(|passage| passage.text.as_str()).collect(),
            lines: passages.iter().map(|(_, passage)| (passage.kind, passage.text.as_str())).collect(),
            depths: passages.iter().map(|(_, passage)| passage.section.len()).collect(),
            n_title_lines,
        }
    }

    fn short_lines(&self) -> impl Iterator<Item = &'a str> {
        self.lines.iter().map(|(_, text)| *text).filter(|text| text.chars().count() <= LINE_CHARS_MAX)
    }

    /// All of the head, a line a passage.
    pub(super) fn text(&self) -> String {
        self.lines.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn first_heading(&self) -> Option<&'a str> {
        self.lines.iter().find(|(kind, _)| *kind == PassageKind::Heading).map(|(_, text)| *text)
    }

    /// The designation that a line of the head begins with; its session may stand on the next line.
    pub(super) fn designation(&self) -> Option<Designation> {
        self.designation_line().map(|(_, designation)| designation)
    }

    fn designation_line(&self) -> Option<(usize, Designation)> {
        let lines = self
            .lines
            .iter()
            .take(12)
            .enumerate()
            .filter(|(_, (_, text))| text.chars().count() <= LINE_CHARS_MAX);
        lines.into_iter().find_map(|(index, (_, text))| {
            let alone = own(text).or_else(|| after_title(text)).filter(|_| !continues_as_sentence(text))?;
            if index > 0 && !self.lines[..index].iter().all(|(_, line)| is_front_matter(line)) {
                return None;
            }
            let next = self.lines.get(index + 1).map(|(_, next)| *next).unwrap_or_default();
            let with_next = own(&format!("{text} {next}")).filter(|_| next.starts_with('('));
            Some((index, if alone.session.is_none() { with_next.unwrap_or(alone) } else { alone }))
        })
    }

    /// The kind that the first line names.
    pub(super) fn kind_of_first_line(&self) -> Option<Kind> {
        kind::of_title(self.lines.first()?.1)
    }

    /// The title without its designation: after the designation's line, or the first heading, or the title in the file's metadata.
    pub(super) fn title(&self, document: &Document) -> Option<String> {
        let after = self.designation_line().and_then(|(index, _)| self.title_after(index));
        let before = self.designation_line().and_then(|(index, _)| self.largest_heading(0..index));
        let of_heading =
            || self.largest_heading(0..self.n_title_lines).or_else(|| self.first_heading_title());
        let of_file = || title_of(document.metadata.title.as_deref()?);
        // The title in the metadata may be more complete than the heading: "Møte 16. juni – Sak nr. 2" under the heading "Møte
        // 16. juni".
        let longer =
            of_file().filter(|title| of_heading().is_some_and(|heading| title.starts_with(&heading)));
        before.or(after).or(longer).or_else(of_heading).or_else(of_file)
    }

    /// The title in the lines from that of the designation on: the largest heading, or else the first line.
    fn title_after(&self, designation: usize) -> Option<String> {
        let end = self.lines.len().min(designation + 6);
        let on_page = designation..end.min(self.n_title_lines.max(designation + 1));
        self.largest_heading(on_page).or_else(|| {
            let lines = self.lines[designation..end].iter().filter(|(_, text)| !is_sentence(text));
            lines.into_iter().find_map(|(_, text)| title_of(text))
        })
    }

    /// The title among the headings of these lines that are not part of a letter's form: of the largest the first. "FOR
    /// BUDSJETTÅRET 2026" stands above the larger "Statsbudsjettet".
    fn largest_heading(&self, lines: Range<usize>) -> Option<String> {
        let titles = lines.filter_map(|index| {
            let (kind, text) = self.lines[index];
            let is_heading = kind == PassageKind::Heading && !is_letter_part(text);
            Some((self.depths[index], title_of(text).filter(|_| is_heading)?))
        });
        titles.min_by_key(|(depth, _)| *depth).map(|(_, title)| title)
    }

    fn first_heading_title(&self) -> Option<String> {
        (0..self.lines.len()).find_map(|index| self.largest_heading(index..index + 1))
    }

    /// The kind that a heading names, a label above the title, or a short line that names a letter or annual report: other genres are
    /// common nouns.
    pub(super) fn kind(&self) -> Option<Kind> {
        let label = self.short_lines().take(LABEL_LINES_MAX).find_map(kind::of_label);
        label.or_else(|| self.kind_of_line())
    }

    fn kind_of_line(&self) -> Option<Kind> {
        let lines = self.lines.iter().take(15).filter(|(_, text)| text.chars().count() <= 120);
        lines.into_iter().find_map(|(line, text)| {
            let is_sure = |kind: &Kind| matches!(kind, Kind::Tildelingsbrev | Kind::Arsrapport);
            kind::of_title(text).filter(|kind| *line == PassageKind::Heading || is_sure(kind))
        })
    }

    /// The department that recommends a melding, the agency on the cover of its report, the committee of an innstilling, who
    /// laid down an instruction, a sender that names itself, or the letterhead. `None` when the head says nothing certain: the
    /// name of a department in a letter is more often where the letter goes to.
    pub(super) fn issuer(&self, record: &Record) -> Option<String> {
        let title = record.title.as_deref();
        let in_title = |pattern: &Regex| name_in(pattern, title?).map(str::to_owned);
        match record.kind {
            Kind::Arsrapport => {
                let named = in_title(&OF_IN_TITLE).or_else(|| in_title(&WHOSE_REPORT));
                return named.or_else(|| self.name_on_cover()).map(|name| in_small_letters(&name));
            }
            // The departments that a NOU names are those that appointed the committee, or the series' list.
            Kind::Nou => return None,
            Kind::Innstilling => {
                let named = in_title(&COMMITTEE).or_else(|| self.name(&COMMITTEE, 6));
                return named.map(|name| in_small_letters(&name));
            }
            _ => {}
        }
        let stated = self.name(&TILRADING, PASSAGES_MAX).or_else(|| self.name(&LAID_DOWN_BY, PASSAGES_MAX));
        let stated = stated.or_else(|| self.name(&FROM, 12)).or_else(|| self.letterhead(record.kind));
        let stated = stated.or_else(|| self.signature()).or_else(|| self.publisher(record));
        stated.map(|name| in_small_letters(&name))
    }

    /// What `pattern` finds as a name in the first `lines_max` short lines.
    fn name(&self, pattern: &Regex, lines_max: usize) -> Option<String> {
        self.short_lines().take(lines_max).find_map(|line| name_in(pattern, line)).map(str::to_owned)
    }

    /// The name under the title of an annual report: a line of a few words that begins with a capital.
    fn name_on_cover(&self) -> Option<String> {
        let lines: Vec<&str> = self.short_lines().take(4).collect();
        let title = lines.iter().position(|line| kind::of_title(line) == Some(Kind::Arsrapport))?;
        let around = lines.iter().enumerate().filter(|(index, _)| *index != title);
        let name =
            around.map(|(_, line)| line.trim()).find(|line| is_name(line) && !ADDRESS.is_match(line))?;
        Some(name.to_owned())
    }

    /// The body on the cover of a report, strategy or guide: above the title, or of these the only one. Of an evaluation the client stands
    /// on the cover, too, so that only a company counts below its title.
    fn publisher(&self, record: &Record) -> Option<String> {
        if !matches!(record.kind, Kind::Rapport | Kind::Strategi | Kind::Veileder | Kind::Dokument) {
            return None;
        }
        let lines: Vec<&str> = self.short_lines().take(COVER_LINES_MAX).collect();
        let is_title = |line: &&str| record.title.as_deref().is_some_and(|title| line.contains(title));
        let above = lines.first().filter(|line| is_agency(line) || is_company(line));
        let above = above.filter(|_| lines.get(1).is_some_and(is_title));
        let only = || {
            let counts = |line: &&&str| is_company(line) || (record.kind != Kind::Rapport && is_agency(line));
            let mut named = lines.iter().filter(counts);
            named.next().filter(|_| named.next().is_none())
        };
        above.or_else(only).map(|name| (*name).to_owned())
    }

    /// The body that signs a letter: its name stands below the greeting and the names of persons.
    fn signature(&self) -> Option<String> {
        let greeting = self.closing.iter().rposition(|line| GREETING.is_match(line))?;
        let signers = self.closing[greeting + 1..].iter().take(SIGNATURE_LINES_MAX);
        let name = signers.into_iter().find(|line| is_agency(line) || is_department(line))?;
        Some((*name).to_owned())
    }

    /// The sender at the top of a letter. A ministry is taken for the sender of the kinds that ministries send, unless an address
    /// follows its name; of other kinds only where its name begins with "Det kongelige" or the address of another body follows.
    fn letterhead(&self, kind: Kind) -> Option<String> {
        let lines: Vec<&str> = self.short_lines().take(8).collect();
        let is_of_ministry = matches!(
            kind,
            Kind::Tildelingsbrev
                | Kind::Instruks
                | Kind::Stortingsmelding
                | Kind::Proposisjon
                | Kind::Horing
                | Kind::Rundskriv
                | Kind::Strategi
                | Kind::Pressemelding
        );
        let goes_to = |index: usize| is_address_of_ministry(&lines[index + 1..]);
        let named = lines.iter().enumerate().find_map(|(index, line)| {
            let found = DEPARTMENT.captures(line)?;
            let is_royal = found.name("royal").is_some();
            let name = found.name("royal").or(found.name("name"))?.as_str().to_owned();
            if !NAME_CHARS.contains(&name.chars().count()) {
                return None;
            }
            ((is_royal || is_of_ministry) && !goes_to(index) && !line.starts_with("Til")).then_some(name)
        });
        let sender = || {
            let [first, second, ..] = lines.as_slice() else { return None };
            let has_own_address = || ADDRESS.is_match(second) && !second.contains("Dep");
            // "Helsedirektoratet" above the ministry that the letter goes to, and its address.
            let is_body = || is_agency(first) || is_organisation(first);
            let is_above_addressee = || is_body() && is_department(second) && goes_to(1);
            let is_sender = is_name(first)
                && !is_department(first)
                && (has_own_address() || is_above_addressee() || addressed_agency(&lines).is_some());
            is_sender.then(|| (*first).to_owned())
        };
        named.or_else(|| if is_of_ministry { None } else { sender() })
    }

    /// The issuer that the file's metadata name, where it is an institution and the head has its name as well, or where it is
    /// the page of a site, which names the publisher. A file's author alone is a licence or a template:
    /// "Departementenes digitaliseringsorganisasjon".
    pub(super) fn issuer_of_metadata(&self, document: &Document) -> Option<String> {
        let name = institution(document)?;
        let is_page = document.metadata.url.is_some() || document.metadata.document_type.is_some();
        let is_printed = || self.text().to_lowercase().contains(&name.to_lowercase());
        (is_page || is_printed()).then_some(name)
    }

    /// Whom a letter or a NOU is addressed to: a line "Til …", or its title.
    pub(super) fn addressee(&self, record: &Record) -> Option<String> {
        let is_letter = matches!(record.kind, Kind::Tildelingsbrev | Kind::Instruks);
        if record.kind == Kind::Arsrapport {
            return self.name(&DELIVERED, 8);
        }
        if matches!(record.kind, Kind::Annet | Kind::Notat | Kind::Horingssvar) {
            return self.stated_addressee().map(|name| in_small_letters(&name));
        }
        if !is_letter && record.kind != Kind::Nou {
            return None;
        }
        let to_department = || self.lines.iter().find_map(|(_, text)| name_in(&TO_DEPARTMENT, text));
        let line = self.short_lines().take(25).find_map(addressed);
        let line = line.or_else(|| to_department().map(str::to_owned));
        let delivered = || self.name(&DELIVERED, 8).filter(|_| record.kind == Kind::Nou);
        // The address block has the name alone on a line.
        let block = || {
            let mut lines = self.short_lines().take(6).filter(|_| is_letter);
            lines.find(|line| is_agency(line)).map(str::to_owned)
        };
        let in_title = || {
            let title = record.title.as_deref().filter(|_| is_letter)?;
            name_in(&TO_IN_TITLE, title).map(str::to_owned)
        };
        line.or_else(delivered).or_else(in_title).or_else(block).map(|name| in_small_letters(&name))
    }

    /// Whom another letter says it goes to: a line "Til: …", or the ministry above a post-office box of the ministries.
    fn stated_addressee(&self) -> Option<String> {
        let lines: Vec<&str> = self.short_lines().take(12).collect();
        let labelled =
            || lines.iter().filter(|line| line.starts_with("Til:")).find_map(|line| addressed(line));
        let above_address = || {
            let name = lines
                .iter()
                .enumerate()
                .find(|(index, line)| is_department(line) && is_address_of_ministry(&lines[index + 1..]))?;
            Some((*name.1).to_owned())
        };
        let of_agency = || addressed_agency(&lines).map(str::to_owned);
        labelled().or_else(above_address).or_else(of_agency)
    }

    /// The date of the head and where it stood: recommendation, date label, place and date.
    pub(super) fn date(&self, kind: Kind) -> Option<(crate::text::PartialDate, &'static str)> {
        let recommended = self.short_lines().find_map(|line| date_in(&TILRADING.captures(line)?["date"]));
        let delivered = || {
            let line = self.short_lines().take(8).find_map(|line| DELIVERED.captures(line))?;
            date_in(&line["date"]).filter(|_| kind == Kind::Arsrapport)
        };
        let signed = || {
            let placed = |line: &str| date_of_line(date_at_place(line)?);
            let last = |line: &str| date_in(&SIGNED_LAST.captures(line)?["date"]);
            let month = || self.short_lines().take(8).find_map(|line| date_of_line(month_at_end(line)?));
            self.short_lines().find_map(placed).or_else(|| self.short_lines().find_map(last)).or_else(month)
        };
        let label = if matches!(kind, Kind::Tildelingsbrev | Kind::Instruks | Kind::Annet) {
            "letter head"
        } else {
            "page info"
        };
        let found = recommended.map(|date| (date, "tilråding"));
        found
            .or_else(|| Some((self.labelled_date()?, label)))
            .or_else(|| Some((signed()?, "place and date")))
            .or_else(|| Some((delivered()?, "delivery")))
            .or_else(|| Some((self.date_of_page()?, "page info")))
            .or_else(|| Some((self.imprint_year()?, "page info")))
    }

    /// The date that a page has beside its text: "Publisert 02.05.2019". `None` where it has several, as lists of other pages do.
    fn date_of_page(&self) -> Option<crate::text::PartialDate> {
        // "Høring | Dato: 03.07.2026 | Eksempeldepartementet"
        let parts = self.furniture.iter().flat_map(|line| line.split('|')).map(str::trim);
        let labelled = parts.filter_map(|line| {
            let label = DATE_LABEL.find(line).filter(|label| label.start() == 0)?;
            date_of_line(line[label.end()..].trim_start_matches([':', ' ']))
        });
        let mut dates: Vec<_> = labelled.collect();
        dates.dedup();
        (dates.len() == 1).then(|| dates[0])
    }

    fn imprint_year(&self) -> Option<crate::text::PartialDate> {
        let year = self.short_lines().find_map(|line| IMPRINT_YEAR.captures(line)?["date"].parse().ok())?;
        Some(crate::text::PartialDate::from_year(year))
    }

    /// The date after a label "Dato": in its line, or in one of the next where label and value are rows of a table.
    fn labelled_date(&self) -> Option<crate::text::PartialDate> {
        let lines: Vec<&str> = self.short_lines().take(25).collect();
        lines.iter().enumerate().find_map(|(index, line)| {
            let label = DATE_LABEL.find(line)?;
            let rest: String = line[label.end()..].chars().take(LABEL_DISTANCE_MAX).collect();
            let below = || {
                let next = lines[index + 1..].iter().take(3);
                next.take_while(|line| !line.ends_with('.')).find_map(|line| date_in(line))
            };
            date_of_line(&rest).or_else(below)
        })
    }
}

/// The creator that the metadata name, where it is an institution and no person.
fn institution(document: &Document) -> Option<String> {
    const INSTITUTIONS: [&str; 11] = [
        "departement",
        "direktorat",
        "tilsyn",
        "komite",
        "kontor",
        "verket",
        "rådet",
        "etaten",
        "stortinget",
        "ministry",
        "agency",
    ];
    let creator = document.metadata.creator.clone()?;
    let small = creator.to_lowercase();
    let royal = ["det kongelige ", "det kongelege "].into_iter().find(|royal| small.starts_with(royal));
    let name = royal.map_or(creator.as_str(), |royal| &creator[royal.len()..]);
    INSTITUTIONS.iter().any(|word| small.contains(word)).then(|| in_small_letters(name))
}

/// regjeringen.no labels old documents with the departments of today.
pub(super) fn label_doubt(issuer: Option<&str>, document: &Document) -> Option<String> {
    let is_label = document.metadata.url.as_deref().is_some_and(|url| url.contains("regjeringen.no/"));
    issuer
        .filter(|_| is_label)
        .map(|name| format!("issuer «{name}» is the site's label, which may be a later name"))
}

/// Whether `line` is running text rather than a title: words enough for a sentence, and its full stop.
fn is_sentence(line: &str) -> bool {
    line.trim_end().ends_with('.') && line.split_whitespace().count() >= SENTENCE_WORDS_MIN
}

/// "Om lov om endringer i lov 20. juni 2003 nr. 56 m.m." has its full stop from an abbreviation and is a title.
const SENTENCE_WORDS_MIN: usize = 12;

/// Whether `line` belongs to the form of a letter rather than to what it says.
fn is_letter_part(line: &str) -> bool {
    const FORMS: [&str; 14] = [
        "notat",
        "brev",
        "saksframlegg",
        "saksfremlegg",
        "saksbehandler",
        "saksbehandlar",
        "utkast",
        "unntatt offentlighet",
        "unnateke offentlegheit",
        "deres ref",
        "dykkar ref",
        "vår ref",
        "til",
        "fra",
    ];
    let small = line.trim().to_lowercase();
    let is_form = FORMS.iter().any(|form| {
        small.strip_prefix(form).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '.', '/']))
    });
    is_form || is_department(line) || date_at_place(line).is_some() || ADDRESS.is_match(line)
}

/// Whether a line before the designation can be on the cover of a numbered document: it is short, not a sentence, and neither
/// part of a letter's form nor the title of another genre.
fn is_front_matter(line: &str) -> bool {
    const LETTERS: [&str; 10] = [
        "brev",
        "innspill",
        "innspel",
        "svar",
        "merknad",
        "kommentar",
        "uttalelse",
        "oppfølging",
        "vedrørende",
        "ang.",
    ];
    let small = line.trim().to_lowercase();
    line.chars().count() <= COVER_CHARS_MAX
        && !line.trim_end().ends_with('.')
        && !LETTERS.iter().any(|word| small.starts_with(word))
        && kind::of_title(line).is_none()
        && (!is_letter_part(line) || is_department(line))
}

/// Longest line of a cover.
const COVER_CHARS_MAX: usize = 120;

/// Whether `line` is a name: a few words, the first with a capital, no figures and no end of a sentence.
fn is_name(line: &str) -> bool {
    line.starts_with(char::is_uppercase)
        && (2..=60).contains(&line.chars().count())
        && line.split_whitespace().count() <= 7
        && !line.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | ':' | '?' | '!'))
        && kind::of_title(line).is_none()
}

/// The designation that `text` ends with, after its title and a dash: "Perspektivmeldingen — Meld. St. 29 (2016–2017)".
/// After a preposition it is another document: "Oppfølging av Meld. St. 30".
fn after_title(text: &str) -> Option<Designation> {
    let found = designation::find_all(text).into_iter().last()?;
    let is_last = text[found.range.end..].trim().trim_matches(')').is_empty();
    let before = text[..found.range.start].trim_end();
    let has_session = found.designation.session.is_some();
    (is_last && has_session && before.ends_with(['–', '—', '|', '-'])).then_some(found.designation)
}

fn addressed(line: &str) -> Option<String> {
    let name = line.strip_prefix("Til:").or_else(|| line.strip_prefix("Til "))?.trim();
    let address = [", Postboks", ", Pb", ", postboks"].into_iter().filter_map(|label| name.find(label)).min();
    let name = &name[..address.unwrap_or(name.len())];
    let is_name = name.starts_with(char::is_uppercase)
        && name.chars().count() <= 90
        && !name.ends_with('.')
        && name.split(' ').count() <= 9;
    is_name.then(|| name.to_owned())
}

/// Whether `rest`, after a designation, is a sentence about it: "En innovativ sektor ble lagt fram i fjor." A title has no full
/// stop unless an abbreviation ends it.
fn ends_as_sentence(rest: &str) -> bool {
    const ABBREVIATIONS: [&str; 6] = ["m.m.", "mv.", "m.v.", "osv.", "o.l.", "m.fl."];
    let is_abbreviated = ABBREVIATIONS.iter().any(|abbreviation| rest.ends_with(abbreviation));
    rest.trim_end().ends_with('.') && !is_abbreviated && rest.split_whitespace().count() >= 4
}

/// Whether text goes on after the designation in small letters or as a sentence, so that it only mentions it.
fn continues_as_sentence(text: &str) -> bool {
    let Some(found) = designation::find_all(text).into_iter().next() else { return false };
    let rest = text[found.range.end..].trim_start_matches([',', ' ', ')']);
    rest.starts_with(char::is_lowercase) || ends_as_sentence(rest)
}

/// `text` without a designation at its beginning. `None` when nothing is left that could be a title.
fn title_of(text: &str) -> Option<String> {
    let start = designation::find_all(text)
        .first()
        .filter(|found| found.range.start == 0)
        .map_or(0, |found| found.range.end);
    let title = text[start..].trim_matches([' ', '-', '–', '—', ':', '|', ',', '\t']);
    const GENRES: [&str; 6] = [
        "melding til stortinget",
        "proposisjon til stortinget",
        "norges offentlige utredninger",
        "noregs offentlege utgreiingar",
        "innhold",
        "innhald",
    ];
    let small = title.to_lowercase();
    let unmarked = small.strip_prefix("nou ").unwrap_or(&small);
    let is_genre = small == "nou" || GENRES.iter().any(|genre| unmarked.starts_with(genre));
    let is_session = title.starts_with('(') && (title.ends_with(')') || small.contains("til stortinget"));
    let fits = (3..=300).contains(&title.chars().count());
    (fits && !is_genre && !is_session && !TILRADING.is_match(title)).then(|| title.to_owned())
}

/// Longer names in capitals are written so for emphasis.
const ABBREVIATION_CHARS_MAX: usize = 5;

/// "HELSE- OG OMSORGSDEPARTEMENT" → "Helse- og omsorgsdepartementet"; other names stay.
fn in_small_letters(name: &str) -> String {
    // Abbreviations keep their capitals: NAV, UDI.
    let is_shouted = !name.chars().any(char::is_lowercase) && name.chars().count() > ABBREVIATION_CHARS_MAX;
    let name = if is_shouted { name.to_lowercase() } else { name.to_owned() };
    let name = if name.ends_with("departement") { name + "et" } else { name };
    let mut letters = name.chars();
    let name: String =
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    if is_shouted { with_place(&name) } else { name }
}

/// "Fylkesmannen i hordaland" → "Fylkesmannen i Hordaland": what follows "i" is a place.
fn with_place(name: &str) -> String {
    let Some((body, place)) = name.split_once(" i ") else { return name.to_owned() };
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    let words = place.split(' ').map(|word| if word == "og" { word.to_owned() } else { capital(word) });
    format!("{body} i {}", words.collect::<Vec<_>>().join(" "))
}
