//! Where the words of a text are: the one tokenizer that counting, indexing and queries share.

use std::ops::Range;

/// Longer tokens are not words (data in base64, a line of a table without its spaces); they are left out.
pub(crate) const WORD_BYTES_MAX: usize = 255;

/// One token: its place in the text and whether it counts as a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// As it is written.
    pub text: &'a str,
    /// Bytes of the token in the text.
    pub(crate) range: Range<usize>,
    /// Whether it counts as a word, see [`is_counted`].
    pub is_counted: bool,
}

/// The tokens of a normalised `text`, in order.
///
/// A token is a run of letters, marks and digits, and with it:
/// - a hyphen or apostrophe between two of them ("e-post", "COVID-19", "regjeringa's"), but no dash or slash;
/// - a hyphen at the end or the beginning of a word, where it stands for a part left out ("mål- og resultatstyring",
///   "bruker- og pårørende", "-medvirkning");
/// - the point of an abbreviation of several parts ("bl.a.", "St.meld.", "f.eks."), but not of one part ("pst.");
/// - between digits a comma or point ("3,5", "1.1.2020", "7.1.1"), and the space that groups thousands ("1 157 532").
///
/// An address is one token with all its signs: of a page, a domain or a mailbox, or the name of a file.
///
/// Signs (§, %, «») are not tokens.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let start = rest + text[rest..].find(char::is_alphanumeric)?;
            let end = token_end(text, start);
            rest = end;
            let start = with_leading_hyphen(text, start);
            let token = &text[start..end];
            if token.len() <= WORD_BYTES_MAX {
                return Some(Word { text: token, range: start..end, is_counted: is_counted(token) });
            }
        }
    })
}

/// Whether a token counts in the denominators (`n_tokens`) and can be a mention: it has a letter and is no address. Other
/// tokens are indexed, so that a search finds them.
pub fn is_counted(token: &str) -> bool {
    token.contains(char::is_alphabetic) && !is_address(token)
}

/// Whether a token names a page, a mailbox or a file, and not a thing: `www.nav.no/tillit`, `post@nav.no`, `rapport.pdf`, or
/// the last part of such an address on a line of its own, `helse-og-omsorg-mot-2030`.
fn is_address(token: &str) -> bool {
    // Most tokens are of letters alone.
    let Some(sign) = token.find(['.', ':', '@', '/', '-']) else { return false };
    let lower = token.to_ascii_lowercase();
    let has_scheme = SCHEMES.iter().any(|scheme| lower.starts_with(scheme));
    has_scheme || is_mailbox(&lower) || begins_with_domain(&lower) || is_file_name(&lower) || {
        token.as_bytes()[sign] == b'-' && is_slug(token)
    }
}

const SCHEMES: [&str; 6] = ["http://", "https://", "ftp://", "mailto:", "www.", "doi:10."];
/// Top-level domains that Norwegian documents name pages of. Others are known by their scheme.
const TOP_LEVEL_DOMAINS: [&str; 14] =
    ["no", "com", "org", "net", "eu", "int", "edu", "gov", "se", "dk", "fi", "uk", "info", "io"];
const FILE_ENDINGS: [&str; 24] = [
    "pdf", "doc", "docx", "docm", "odt", "rtf", "txt", "md", "html", "htm", "aspx", "php", "xml", "json",
    "csv", "xls", "xlsx", "ods", "ppt", "pptx", "zip", "epub", "jpg", "png",
];

fn is_mailbox(token: &str) -> bool {
    token.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
}

/// Whether `token` begins with a domain that ends in a known top-level domain: `regjeringen.no`, `udir.no/laring`.
fn begins_with_domain(token: &str) -> bool {
    let host = token.split(['/', '?', '#', ':']).next().unwrap_or(token);
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    TOP_LEVEL_DOMAINS.contains(&top) && name.split('.').all(is_label) && name.contains(char::is_alphabetic)
}

fn is_file_name(token: &str) -> bool {
    token.rsplit_once('.').is_some_and(|(name, ending)| {
        FILE_ENDINGS.contains(&ending)
            && name.ends_with(|c: char| c.is_alphanumeric() || c == ')' || c == '_')
    })
}

/// The readable part of an address: five parts or more in small letters without æ, ø, å. Words of the language that are so long
/// have fewer hyphens, or those letters, or capitals (*på-kryss-og-tvers-holdning*, *Mo-i-Rana-modellen*).
fn is_slug(token: &str) -> bool {
    const PARTS_MIN: usize = 5;
    token.split('-').filter(|part| !part.is_empty()).count() >= PARTS_MIN
        && token.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The end of the address whose first letter or digit is at `start`, after a run of letters and digits that ends at `end`.
/// `None` when there is none.
fn address_end(text: &str, start: usize, end: usize) -> Option<usize> {
    let sign = text[end..].chars().next().filter(|c| matches!(c, '.' | ':' | '@' | '/' | '_' | '-' | '('))?;
    let next = text[end + sign.len_utf8()..].chars().next()?;
    // Ordinary punctuation: a space follows.
    if next.is_whitespace() {
        return None;
    }
    let closes =
        |c: char| c.is_whitespace() || matches!(c, '«' | '»' | '"' | '<' | '>' | '“' | '”' | '|' | '[' | ']');
    let chunk = &text[start..];
    let chunk = &chunk[..chunk.find(closes).unwrap_or(chunk.len())];
    // The signs of the sentence around it; a closing bracket only when it was not opened within.
    let n_open = chunk.matches('(').count();
    let mut n_closed = chunk.matches(')').count();
    let chunk = chunk.trim_end_matches(|c: char| {
        let is_of_sentence = c == ')' && n_closed > n_open;
        n_closed -= usize::from(is_of_sentence);
        is_of_sentence || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'')
    });
    is_address(chunk).then_some(start + chunk.len())
}

/// The end of the token whose first letter or digit is at `start`.
fn token_end(text: &str, start: usize) -> usize {
    let mut end = run_end(text, start);
    if let Some(end) = address_end(text, start, end) {
        return end;
    }
    while let Some(next) = continued(text, start, end) {
        end = run_end(text, next);
    }
    let word = &text[start..end];
    match text.as_bytes().get(end) {
        Some(b'-') if hangs(word, &text[end + 1..]) => end + 1,
        Some(b'.') if is_abbreviation(word) => end + 1,
        _ => end,
    }
}

/// The end of the run of word characters at `start`.
fn run_end(text: &str, start: usize) -> usize {
    // Combining marks that have no composed form ("m̈") belong to their letter.
    let is_word_character = |c: char| c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c);
    text[start..].find(|c| !is_word_character(c)).map_or(text.len(), |offset| start + offset)
}

/// Where the token that began at `start` goes on after the sign at `end`. `None` when it ends there.
fn continued(text: &str, start: usize, end: usize) -> Option<usize> {
    let mut rest = text[end..].chars();
    let sign = rest.next()?;
    let next = rest.next().filter(|next| next.is_alphanumeric())?;
    let token = &text[start..end];
    let goes_on = match sign {
        '-' | '\'' | '’' => true,
        ',' => ends_in_digit(token) && next.is_ascii_digit(),
        '.' if next.is_ascii_digit() => ends_in_digit(token),
        '.' => next.is_lowercase() && is_abbreviation_part(token),
        ' ' => groups_thousands(token, &text[end + 1..]),
        _ => false,
    };
    goes_on.then(|| end + sign.len_utf8())
}

fn ends_in_digit(token: &str) -> bool {
    token.ends_with(|c: char| c.is_ascii_digit())
}

/// Letters before an inner point of an abbreviation: "bl", "St", "f". Up to four: a point after a longer word is a full
/// stop whose space is missing.
fn is_abbreviation_part(token: &str) -> bool {
    let part = token.rsplit('.').next().unwrap_or(token);
    part.chars().all(char::is_alphabetic) && part.chars().count() <= 4
}

fn is_abbreviation(token: &str) -> bool {
    token.contains('.') && token.starts_with(char::is_alphabetic)
}

/// Whether the space between `token` and `rest` groups thousands: one to three digits before it, or groups already; just
/// three after it.
fn groups_thousands(token: &str, rest: &str) -> bool {
    let mut groups = token.split(' ');
    let first = groups.next().is_some_and(|first| first.len() <= 3 && is_number(first));
    let next: usize = rest.bytes().take_while(u8::is_ascii_digit).count();
    first && groups.all(is_number) && next == 3
}

fn is_number(group: &str) -> bool {
    group.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the hyphen between `word` and `rest` stands for a part left out: after a letter, before a space or a comma.
fn hangs(word: &str, rest: &str) -> bool {
    let after_letter = word.chars().next_back().is_some_and(char::is_alphabetic);
    after_letter && rest.chars().next().is_some_and(|c| c.is_whitespace() || matches!(c, ',' | '/' | ')'))
}

/// `start`, or the hyphen before it when that opens the token ("-styring" after a space).
fn with_leading_hyphen(text: &str, start: usize) -> usize {
    let before = &text[..start];
    let Some(lead) = before.strip_suffix('-') else { return start };
    let opens = lead.chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '/' | '«'));
    let letter_follows = text[start..].chars().next().is_some_and(char::is_alphabetic);
    if opens && letter_follows { start - 1 } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<&str> {
        words(text).map(|word| word.text).collect()
    }

    #[test]
    fn a_word_keeps_its_hyphens() {
        let cases: [(&str, &[&str]); 14] = [
            ("Mål- og resultatstyring.", &["Mål-", "og", "resultatstyring"]),
            (
                "innovasjons-, omstillings- og FoU-arbeid",
                &["innovasjons-", "omstillings-", "og", "FoU-arbeid"],
            ),
            ("send e-post – nå", &["send", "e-post", "nå"]),
            ("2019–2020 og 2019/2020", &["2019", "2020", "og", "2019", "2020"]),
            ("brukerstyring og -medvirkning", &["brukerstyring", "og", "-medvirkning"]),
            ("«tillitsreformen»", &["tillitsreformen"]),
            ("og/eller", &["og", "eller"]),
            ("regjeringa's tiltak'", &["regjeringa's", "tiltak"]),
            ("COVID-19, § 3-1", &["COVID-19", "3-1"]),
            ("Sámedikki ođasmahttin Ruoŧŧa", &["Sámedikki", "ođasmahttin", "Ruoŧŧa"]),
            ("- punkt -5 grader", &["punkt", "5", "grader"]),
            ("mål-/resultatstyring i EU/EØS", &["mål-", "resultatstyring", "i", "EU", "EØS"]),
            ("tillits\u{308}basert m\u{308}a", &["tillits\u{308}basert", "m\u{308}a"]),
            ("", &[]),
        ];
        for (text, wanted) in cases {
            assert_eq!(tokens(text), wanted, "{text}");
        }
    }

    #[test]
    fn numbers_and_abbreviations_are_one_token() {
        let cases: [(&str, &[&str]); 9] = [
            ("bl.a. St.meld. nr. 30, f.eks.", &["bl.a.", "St.meld.", "nr", "30", "f.eks."]),
            ("Meld. St. 30 (2019–2020)", &["Meld", "St", "30", "2019", "2020"]),
            ("3,5 prosent av 1 157 532", &["3,5", "prosent", "av", "1 157 532"]),
            ("i 2019 157 saker og 1 1000", &["i", "2019", "157", "saker", "og", "1", "1000"]),
            ("1.1.2020 i punkt 7.1.1.", &["1.1.2020", "i", "punkt", "7.1.1"]),
            ("det er slutt.neste, slutt.Neste", &["det", "er", "slutt", "neste", "slutt", "Neste"]),
            ("§ 4-1, 50 %", &["4-1", "50"]),
            ("1,2,3 a,b", &["1,2,3", "a", "b"]),
            ("12 000 000kr", &["12 000 000kr"]),
        ];
        for (text, wanted) in cases {
            assert_eq!(tokens(text), wanted, "{text}");
        }
    }

    #[test]
    fn only_tokens_with_a_letter_count_as_words() {
        let counted = words("12,5 pst. av 1 000 kr i 2024").filter(|word| word.is_counted).count();
        assert_eq!(counted, 4);
    }

    #[test]
    fn an_address_is_one_token_and_no_word() {
        let addresses = [
            "https://www.etaten.example/no/digitalisering-av-helse/id25/?ch=2#samskaping",
            "www.etaten.example/tillit",
            "etaten.no",
            "Etaten.no/om-oss",
            "språkbruk.no/råd",
            "post@etaten.no",
            "fornavn.etternavn@etaten.example",
            "2020-Ki-radiologi.pdf",
            "Rapport_om_innovasjon(2).docx",
            "helse-og-omsorg-mot-digitalisering",
            "doi:10.1000/styring-182",
        ];
        for address in addresses {
            let text = format!("Se {address}. Les ({address}), «{address}»: videre");
            assert_eq!(tokens(&text), ["Se", address, "Les", address, address, "videre"], "{text}");
            assert!(!is_counted(address), "{address}");
        }
    }

    #[test]
    fn a_word_is_no_address() {
        let words = [
            "e-post",
            "-styring",
            "St.meld.",
            "bl.a.",
            "Mo-i-Rana-modellen",
            "på-kryss-og-tvers-holdning",
            "F.eks.",
            "plan-gjøre-sjekke-rette-sirkelen",
            "NAV-kontor",
            "regjeringa's",
            "ansikt-til-ansikt-møte",
        ];
        for word in words {
            assert_eq!((tokens(word), is_counted(word)), (vec![word], true), "{word}");
        }
        assert_eq!(
            tokens("og/eller a:b slutt.neste kl.12"),
            ["og", "eller", "a", "b", "slutt", "neste", "kl", "12"]
        );
    }

    #[test]
    fn ranges_cut_the_token_out_of_the_text() {
        let text = "Å gå – sånn-omtrent og -medvirkning";
        for word in words(text) {
            assert_eq!(&text[word.range.clone()], word.text);
        }
    }

    #[test]
    fn debris_is_no_word() {
        let long = "x".repeat(256);
        assert_eq!(tokens(&format!("før {long} etter")), ["før", "etter"]);
        assert_eq!(tokens(&"ø".repeat(127)).len(), 1);
    }
}
