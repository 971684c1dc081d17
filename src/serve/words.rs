//! The words of the pages in bokmål, nynorsk and English, from message files; numbers as these languages write them.

use super::problem_words::in_language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// The messages of each language; bokmål has all of them.
const MESSAGES: [(&str, &str); 3] = [
    ("nb", include_str!("messages/nb.ftl")),
    ("nn", include_str!("messages/nn.ftl")),
    ("en", include_str!("messages/en.ftl")),
];

/// Between the thousands of a number: narrow, and no place for a line to end.
const THOUSANDS: char = '\u{202f}';

/// A message of the program, in the language of the page or else in English.
pub(super) struct Said {
    pub(super) text: String,
    /// `nb`, `nn` or `en`.
    pub(super) lang: &'static str,
}

/// The words of one language.
pub(super) struct Words {
    /// `nb`, `nn` or `en`.
    pub(super) code: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The words of all languages, bokmål first.
    pub(super) fn all() -> [Words; 3] {
        MESSAGES.map(|(code, text)| {
            let mut bundle = FluentBundle::new_concurrent(vec![code.parse().expect("it is a code")]);
            // The marks around placed values that protect right-to-left text would be copied with numbers.
            bundle.set_use_isolating(false);
            let resource = FluentResource::try_new(text.to_owned());
            bundle.add_resource_overriding(resource.expect("a test reads the message files"));
            Words { code, bundle }
        })
    }

    /// The message `key`.
    pub(super) fn t(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// What the program says as `english`: why a file is rejected, a finding about a document.
    pub(super) fn said(&self, english: &str) -> Said {
        match in_language(english, self.code) {
            Some(text) => Said { text, lang: self.code },
            None => Said { text: english.to_owned(), lang: "en" },
        }
    }

    /// The message `key` about one thing.
    pub(super) fn about(&self, key: &str, name: &str, value: &str) -> String {
        self.with(key, &[(name, value)])
    }

    /// The message `key` about a number, which chooses between one and many.
    pub(super) fn count(&self, key: &str, n: impl TryInto<i64>) -> String {
        let n = n.try_into().unwrap_or(i64::MAX);
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        args.set("number", FluentValue::from(self.number(n as f64, 0)));
        self.formatted(key, &args)
    }

    /// The message `key` with `values` in it.
    pub(super) fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set((*name).to_owned(), FluentValue::from((*value).to_owned()));
        }
        self.formatted(key, &args)
    }

    fn formatted(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else { return key.to_owned() };
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned()
    }

    /// Whether there is a message `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A number with so many decimals.
    pub(super) fn number(&self, value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("−", digits));
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index) % 3 == 0 && digits.len() > 4 {
                grouped.push(if self.code == "en" { ',' } else { THOUSANDS });
            }
            grouped.push(digit);
        }
        let point = if self.code == "en" { '.' } else { ',' };
        if rest.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}{point}{rest}") }
    }

    /// A whole number.
    pub(super) fn n(&self, value: impl TryInto<i64>) -> String {
        self.number(value.try_into().unwrap_or(i64::MAX) as f64, 0)
    }

    /// `a`, `b` and `c`.
    pub(super) fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.t("and")),
        }
    }

    /// A date as 2026-11-26 in words; as it is when it is no such date.
    pub(super) fn date(&self, iso: &str) -> String {
        let mut parts = iso.splitn(3, '-');
        let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
            return iso.to_owned();
        };
        let name = self.t(&format!("month-{}", month.trim_start_matches('0')));
        let day = day.trim_start_matches('0');
        if self.code == "en" { format!("{day} {name} {year}") } else { format!("{day}. {name} {year}") }
    }
}

/// The words of the language that an address names; bokmål when it names none.
pub(super) fn chosen<'w>(all: &'w [Words; 3], code: Option<&str>) -> &'w Words {
    all.iter().find(|words| Some(words.code) == code).unwrap_or(&all[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn every_language_has_every_message() {
        let keys = |text: &str| -> BTreeSet<String> {
            let resource =
                FluentResource::try_new(text.to_owned()).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
            drop(resource);
            let key = |line: &str| Some(line.split_once(" =")?.0.to_owned());
            text.lines()
                .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
                .filter_map(key)
                .collect()
        };
        let of_bokmal = keys(MESSAGES[0].1);
        for (code, text) in &MESSAGES[1..] {
            let missing: Vec<_> = of_bokmal.symmetric_difference(&keys(text)).cloned().collect();
            assert!(missing.is_empty(), "{code}: {missing:?}");
        }
    }

    #[test]
    fn every_message_that_a_page_names_is_there() {
        let words = &Words::all()[0];
        let called =
            regex::Regex::new(r#"(?:\bw|words|w\(\))\.(?:t|count|about|with)\("([a-z0-9-]+)""#).unwrap();
        let mut n = 0;
        for folder in ["src/serve/templates", "src/serve/pages"] {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let text = fs::read_to_string(&path).unwrap();
                for found in called.captures_iter(&text) {
                    assert!(words.has(&found[1]), "{}: {}", path.display(), &found[1]);
                    n += 1;
                }
            }
        }
        assert!(n > 50, "{n}");
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let [nb, _, en] = Words::all();
        assert_eq!(
            (nb.number(12_345.67, 1), en.number(12_345.67, 1)),
            ("12\u{202f}345,7".to_owned(), "12,345.7".to_owned())
        );
        assert_eq!((nb.n(2_024), nb.number(-0.5, 2)), ("2024".to_owned(), "−0,50".to_owned()));
        assert_eq!(
            (nb.date("2026-11-05"), en.date("2026")),
            ("5. november 2026".to_owned(), "2026".to_owned())
        );
    }
}
