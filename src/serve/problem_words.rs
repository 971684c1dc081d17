//! What the program says of problems, rejected files and documents in bokmål and nynorsk, found by the English text, as gettext does
//! it: the modules that write it know no languages. A message that is not in the table stays English.

use std::sync::LazyLock;

const TABLE: &str = include_str!("messages/problems.txt");
/// A part of a message is a message too: "parameter q: is missing".
const DEPTH_MAX: usize = 3;

/// A message in three languages. Texts alternate with what changes between them.
struct Message {
    english: Vec<&'static str>,
    bokmal: &'static str,
    nynorsk: &'static str,
}

static MESSAGES: LazyLock<Vec<Message>> = LazyLock::new(|| {
    let blocks = TABLE.split("\n\n").filter(|block| !block.starts_with('#'));
    blocks.filter_map(message).collect()
});

fn message(block: &'static str) -> Option<Message> {
    let mut lines = block.lines();
    let (english, bokmal, nynorsk) = (lines.next()?, lines.next()?, lines.next()?);
    let mut texts = Vec::new();
    let mut rest = english;
    while let Some((text, after)) = (1..=9).find_map(|number| rest.split_once(placeholder(number))) {
        texts.push(text);
        rest = after;
    }
    texts.push(rest);
    Some(Message { english: texts, bokmal, nynorsk })
}

fn placeholder(number: usize) -> &'static str {
    ["{0}", "{1}", "{2}", "{3}", "{4}", "{5}", "{6}", "{7}", "{8}", "{9}"][number]
}

/// `text` in the language `code`: `nb` or `nn`. `None` when it is not in the table, or the language is another.
pub(super) fn in_language(text: &str, code: &str) -> Option<String> {
    if !["nb", "nn"].contains(&code) {
        return None;
    }
    translated(text, code, 0)
}

fn translated(text: &str, code: &str, depth: usize) -> Option<String> {
    let (message, values) =
        MESSAGES.iter().find_map(|message| Some((message, values(text, &message.english)?)))?;
    let mut shown = if code == "nb" { message.bokmal } else { message.nynorsk }.replace("\\n", "\n");
    for (number, value) in (1..).zip(values) {
        let value = if depth < DEPTH_MAX { translated(value, code, depth + 1) } else { None }
            .unwrap_or_else(|| value.to_owned());
        // A value that has such a sign of its own is not filled in.
        shown = shown.replacen(placeholder(number), &value, 1);
    }
    Some(shown)
}

/// What stands in `text` between `texts`.
fn values<'t>(text: &'t str, texts: &[&str]) -> Option<Vec<&'t str>> {
    let unescaped: Vec<String> = texts.iter().map(|text| text.replace("\\n", "\n")).collect();
    let (first, others) = unescaped.split_first()?;
    let mut rest = text.strip_prefix(first.as_str())?;
    let Some((last, middle)) = others.split_last() else { return rest.is_empty().then(Vec::new) };
    let mut values = Vec::new();
    for next in middle {
        let (value, after) = rest.split_once(next.as_str())?;
        values.push(value);
        rest = after;
    }
    values.push(rest.strip_suffix(last.as_str())?);
    Some(values)
}

/// The language that the header `Accept-Language` prefers among ours; English without one.
pub(super) fn accepted(header: &str) -> &'static str {
    let mut best = ("en", 0.0);
    for part in header.split(',') {
        let mut parts = part.split(';');
        let tag = parts.next().unwrap_or_default().trim().to_lowercase();
        let quality =
            parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        let code = match tag.split('-').next().unwrap_or_default() {
            "nb" | "no" => "nb",
            "nn" => "nn",
            "en" => "en",
            _ => continue,
        };
        if quality > best.1 {
            best = (code, quality);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::Concept;
    use crate::extract::{document, refusal, sniff};
    use crate::query::Names;
    use crate::results::{parse_query, parse_restriction};

    #[test]
    fn every_mistake_in_a_query_is_said_in_norwegian() {
        let mistakes = [
            "",
            "\"\"",
            "*",
            "/(/",
            "/a)|(?:b/",
            "/[a/",
            "/*a/",
            "/a|b\\/",
            "ord \"frase",
            "ord «frase» »",
            "\"mål og/eller\"",
            "in*nov",
            "«a» *",
            "aa (bb OR cc",
            "aa bb) cc",
            "aa OR",
            "aa AND OR bb",
            "aa NEAR bb",
            "aa THEN/101 bb",
            "aa NEAR/5 kind:nou",
            "aa OR kind:nou",
            "NOT aa",
            "aa kind:melding",
            "aa year:20x5",
            "aa lang:x1y2",
            "aa passage:tekst",
            "aa section:",
            "aa section:a*",
            "åå farge:blå",
            "aa concept:finnes",
            "aa concept:tillid",
            "kind:nou",
            "abc~1 aa",
            "[lemma aa",
            "[x=aa]",
            "a*",
            "aa *{9,1} bb",
            "/\\w{20,200}/",
            "/(?x)a#/",
        ];
        let long = "a".repeat(5_000);
        let many = "ord ".repeat(65);
        let costly = "/\\w{20}/ ".repeat(60);
        let deep = "(".repeat(17);
        let unanchored = format!("/.*{}/ ", "a".repeat(3)).repeat(64) + "/.+b/";
        let phrase = format!("\"{}\"", "a ".repeat(20));
        let long_ones = [&long, &many, &costly, &deep, &unanchored, &phrase].map(String::as_str);
        let concepts: Vec<Concept> =
            crate::codebook::Codebook::parse("[[concept]]\nname = \"tillit\"\npatterns = [\"tillit\"]")
                .unwrap()
                .concepts;
        let names = Names { concepts: &concepts, columns: &|| vec!["tema".to_owned()] };
        for text in mistakes.into_iter().chain(long_ones) {
            let Err(error) = parse_query(text, &names) else { panic!("{text}") };
            for code in ["nb", "nn"] {
                let said = in_language(&error.to_string(), code).unwrap_or_else(|| panic!("{error}"));
                let english = ["query", "word", "not ", " is ", "more than", "closed", "character"];
                let message = said.split("\n").next().unwrap_or_default();
                assert!(!english.iter().any(|english| message.contains(english)), "{text}: {said}");
                // The place stays marked.
                assert_eq!(said.contains('^'), error.to_string().contains('^'));
            }
        }
        assert!(parse_restriction("kind:nou", &names).is_ok());
    }

    #[test]
    fn why_a_file_is_rejected_is_said_in_norwegian() {
        let files: [&[u8]; 8] = [
            b"",
            b"GIF89a\x01\x00\x01\x00",
            b"Rar!\x1a\x07\x01\x00",
            b"{\\rtf1 tekst}",
            b"\x00\x01\x02\x03",
            b"<html><head><title>404</title></head><body></body></html>",
            b"%PDF-1.4\n%%EOF",
            b"PK\x03\x04 cut short",
        ];
        for bytes in files {
            let rejection = match sniff(bytes) {
                Some(media_type) => document(bytes, media_type).err().unwrap_or_else(|| panic!("{bytes:?}")),
                None => refusal(bytes),
            };
            for text in [rejection.reason, rejection.hint] {
                let said =
                    ["nb", "nn"].map(|code| in_language(&text, code).unwrap_or_else(|| panic!("{text}")));
                assert!(!said.iter().any(|said| said.contains("the ") || said.contains(" not ")), "{said:?}");
            }
        }
        let waiting = "no text layer: 3 pages of images; waiting for OCR: 1 of 3 pages are read";
        let said = in_language(waiting, "nb").unwrap();
        assert_eq!(said, "intet tekstlag: 3 sider med bilder; venter på OCR: 1 av 3 sider er lest");
    }

    #[test]
    fn a_place_is_marked_in_both_languages() {
        let Err(error) = parse_query("aa OR", &Names { concepts: &[], columns: &Vec::new }) else {
            panic!("it is a mistake")
        };
        let said = in_language(&error.to_string(), "nn").unwrap();
        assert_eq!(
            said,
            "kan ikkje forstå spørjinga: her manglar eit ord eller ein frase, ved teikn 6\n  aa OR\n       ^"
        );
        assert_eq!(in_language("a disk is full", "nb"), None);
        assert_eq!(in_language("parameter q: is missing", "en"), None);
    }

    #[test]
    fn each_message_has_what_changes_in_every_language() {
        assert!(MESSAGES.len() > 80);
        for message in MESSAGES.iter() {
            for number in 1..message.english.len() {
                let place = placeholder(number);
                assert!(
                    message.bokmal.contains(place) && message.nynorsk.contains(place),
                    "{}",
                    message.bokmal
                );
            }
        }
    }

    #[test]
    fn the_language_of_a_program_is_that_of_its_header() {
        for (header, code) in [
            ("", "en"),
            ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
            ("de,nn;q=0.4,en;q=0.1", "nn"),
            ("no", "nb"),
            ("en;q=0.5,nb;q=0.4", "en"),
        ] {
            assert_eq!(accepted(header), code, "{header}");
        }
    }
}
