//! Lines that sites print on every page, recognised by their words; headings of boxes that are not part of a document.

/// Whether a passage is a line that the site prints on every page.
pub(super) fn is_furniture(text: &str) -> bool {
    const LONGEST: usize = 60;
    if text.len() > LONGEST {
        return false;
    }
    if is_credit(text) {
        return true;
    }
    let text = text.to_lowercase();
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != ')');
    LINES.contains(&text) || is_dated_update(text)
}

/// "Av Kari Nordmann", "By JANE DOE and John Doe", "Foto: Ola Nordmann / NTB": names, and nothing else in small letters.
fn is_credit(text: &str) -> bool {
    const STARTS: [&str; 12] = [
        "av ",
        "by ",
        "von ",
        "foto: ",
        "photo: ",
        "tekst: ",
        "text: ",
        "foto ",
        "written by ",
        "skrevet av ",
        "tekst og foto: ",
        "illustrasjon: ",
    ];
    let small = text.to_lowercase();
    let Some(start) = STARTS.iter().find(|start| small.starts_with(*start)) else { return false };
    let Some(names) = text.get(start.len()..) else { return false };
    let words: Vec<&str> = names.split([' ', '/', ',']).filter(|word| !word.is_empty()).collect();
    let is_name = |word: &&str| {
        word.starts_with(char::is_uppercase) && !word.contains(|c: char| c.is_ascii_digit())
            || matches!(*word, "og" | "and" | "und" | "de" | "van" | "von")
    };
    // "Av Stortinget" may be the beginning of a list of bodies; a person has two names or more.
    (2..=6).contains(&words.len()) && words.iter().all(is_name) && !names.ends_with(['.', ':', '?'])
}

/// "Sist oppdatert: 23.10.2012 15:14", "Publisert 3. juli 2024 | Sist endra 4. juli 2024".
fn is_dated_update(text: &str) -> bool {
    const STARTS: [&str; 12] = [
        "sist oppdatert",
        "sist oppdatera",
        "sist endret",
        "sist endra",
        "publisert",
        "oppdatert",
        "last updated",
        "last modified",
        "published",
        "updated",
        "posted on",
        "sist faglig oppdatert",
    ];
    let Some(rest) = STARTS.iter().find_map(|start| text.strip_prefix(start)) else { return false };
    // A date follows and no other text: at most three words with a digit among them.
    let words: Vec<&str> = rest.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 2).collect();
    rest.contains(|c: char| c.is_ascii_digit()) && words.len() <= 4
}

const LINES: [&str; 97] = [
    "til innholdsfortegnelse",
    "til innhaldsliste",
    "til innhaldslista",
    "til forsiden",
    "til framsida",
    "til toppen",
    "til topps",
    "gå til toppen",
    "tilbake til toppen",
    "back to top",
    "to top",
    "vis tabellen i full bredde",
    "vis tabellen i full breidde",
    "last ned bilde",
    "last ned bilete",
    "forstørr bilde",
    "forstørr bilete",
    "lukk fotnote",
    "lukk fotnoten",
    "vis hele innholdsfortegnelsen",
    "vis heile innhaldslista",
    "vis innholdsfortegnelse og søk",
    "vis innhald og søk",
    "skriv ut",
    "hopp til innholdet",
    "hopp til innhald",
    "hopp til hovedinnhold",
    "gå til hovedinnhold",
    "til hovedinnhold",
    "skip to content",
    "skip to main content",
    "fotnoter",
    "fotnotar",
    "footnotes",
    "følg oss",
    "neste",
    "forrige",
    "førre",
    "talere",
    "talarar",
    "forrige sak",
    "neste sak",
    "førre sak",
    "neste spørsmål",
    "forrige spørsmål",
    "førre spørsmål",
    "tilbake til spørretimen",
    "forrige side",
    "førre side",
    "neste side",
    "se video",
    "send inn høringssvar",
    "send inn høyringssvar",
    "meny",
    "menu",
    "søk",
    "search",
    "lukk",
    "close",
    "åpne",
    "vis mer",
    "vis meir",
    "vis mindre",
    "show more",
    "show less",
    "les mer",
    "les meir",
    "read more",
    "del",
    "del på facebook",
    "del på twitter",
    "del på linkedin",
    "del på e-post",
    "tips en venn",
    "share",
    "share this",
    "tweet",
    "print",
    "advertisement",
    "annonse",
    "anzeige",
    "reklame",
    "facebook",
    "twitter",
    "linkedin",
    "kopier lenke",
    "copy link",
    "abonner",
    "logg inn for å skrive kommentarer",
    "log in to post comments",
    "log in or register to post comments",
    "login to post comments",
    "leave a comment",
    "skriv ut siden",
    "fra wikipedia, den frie encyklopedi",
    "frå wikipedia, det frie oppslagsverket",
    "from wikipedia, the free encyclopedia",
];

/// How the headings of boxes with links, comments and sharing begin, in Norwegian, English and German.
const BOX_STARTS: [&str; 84] = [
    "les også",
    "les mer om",
    "les meir om",
    "relatert",
    "relaterte",
    "beslekte",
    "mest lest",
    "mest lese",
    "mest populær",
    "siste nytt",
    "siste nyheter",
    "flere nyheter",
    "fleire nyheiter",
    "flere saker",
    "andre saker",
    "anbefalt",
    "kanskje er du interessert",
    "related",
    "read also",
    "read next",
    "read more",
    "more from",
    "more on",
    "more stories",
    "recommended",
    "you may also",
    "you might also",
    "most read",
    "most popular",
    "trending",
    "latest news",
    "recent posts",
    "popular posts",
    "up next",
    "del denne",
    "del artikkel",
    "share this",
    "share on",
    "legg igjen",
    "leave a reply",
    "leave a comment",
    "fant du det du",
    "fann du det du",
    "var denne siden",
    "var denne sida",
    "følg oss",
    "follow us",
    "mehr zum thema",
    "lesen sie auch",
    "das könnte sie",
    "mehr auf",
    "mehr zu ",
    "mehr aus",
    "weitere artikel",
    "auch interessant",
    "meistgelesen",
    "à lire aussi",
    "lire aussi",
    "sur le même sujet",
    "articles liés",
    "lea también",
    "te puede interesar",
    "leggi anche",
    "lees ook",
    "läs också",
    "läs mer om",
    "mest läst",
    "læs også",
    "mest læste",
    "more posts",
    "more articles",
    "more news",
    "latest posts",
    "flere innlegg",
    "andre innlegg",
    "flere artikler",
    "andre artikler",
    "andre nyheter",
    "var dette nyttig",
    "hjalp dette deg",
    "was this helpful",
    "was this page",
    "about the author",
    "om forfatteren",
];

/// Headings that name such a box, or the list of contents, as a whole.
const BOX_NAMES: [&str; 16] = [
    "kommentarer",
    "kommentarar",
    "comments",
    "tags",
    "stikkord",
    "emneord",
    "tema",
    "nyhetsbrev",
    "newsletter",
    "innhold",
    "innhald",
    "innholdsfortegnelse",
    "contents",
    "table of contents",
    "snarveier",
    "hurtiglenker",
];

/// Longer texts name no box: all names are shorter, in small letters or not.
pub(super) const BOX_BYTES_MAX: usize = 240;

/// Whether a heading or a first line names a box of links, comments or the like.
pub(super) fn names_a_box(text: &str) -> bool {
    // A heading of the document may begin so, but goes on: "Relaterte virkemidler i sektoren og …".
    const LONGEST: usize = 60;
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if text.len() > BOX_BYTES_MAX {
        return false;
    }
    let text = text.to_lowercase();
    text.len() <= LONGEST && BOX_STARTS.iter().any(|start| text.starts_with(start))
        || BOX_NAMES.contains(&text.trim_end_matches([':', '.', ' ']))
}

/// Whether a heading stands above readers' comments: "3 kommentarer", "Comments (12)", "2 thoughts on «Reformen»", "insgesamt
/// 21 Beiträge".
pub(super) fn names_comments(text: &str) -> bool {
    const LONGEST: usize = 90;
    const NAMES: [&str; 17] = [
        "kommentar",
        "kommentarer",
        "kommentarar",
        "comment",
        "comments",
        "response",
        "responses",
        "thought on",
        "thoughts on",
        "replies",
        "kommentare",
        "beiträge",
        "leserkommentare",
        "commentaire",
        "commentaires",
        "comentarios",
        "reaksjoner",
    ];
    let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if text.len() > LONGEST {
        return false;
    }
    let text = text.strip_prefix("insgesamt ").unwrap_or(&text);
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '(' | ')' | ' ' | '.' | ',' | ':');
    let after = text.trim_start_matches(is_number);
    let has_number_before = after.len() < text.len();
    let name = after.trim_end_matches(is_number);
    let has_number = has_number_before || name.len() < after.len();
    let goes_on = || {
        ["thoughts on ", "thought on ", "responses to ", "response to ", "comments on ", "kommentarer til "]
            .iter()
            .any(|start| after.starts_with(start))
    };
    has_number && NAMES.contains(&name) || has_number_before && goes_on()
}

/// Whether a line points to another page: "Les også: Ny strategi".
pub(super) fn points_elsewhere(text: &str) -> bool {
    const STARTS: [&str; 17] = [
        "tilbake til",
        "back to",
        "zurück",
        "les også",
        "les òg",
        "les mer",
        "les meir",
        "se også",
        "read also",
        "read more",
        "also read",
        "see also",
        "related:",
        "more:",
        "lesen sie auch",
        "mehr:",
        "lire aussi",
    ];
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    STARTS.iter().any(|start| text.starts_with(start))
}
