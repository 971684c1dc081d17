//! The language of a passage, as a BCP 47 primary tag: `nb`, `nn`, `se`, `sma`, `smj`, `en`, …

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A language by its BCP 47 primary subtag: two or three small letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language([u8; 3]);

impl Language {
    /// Bokmål.
    pub const BOKMAL: Language = Language(*b"nb ");
    /// Nynorsk.
    pub const NYNORSK: Language = Language(*b"nn ");
    pub(crate) const ENGLISH: Language = Language(*b"en ");

    /// The tag in three bytes, filled with spaces.
    pub(crate) fn to_bytes(self) -> [u8; 3] {
        self.0
    }

    /// The language that [`Language::to_bytes`] gave. `None` when these bytes are not a tag.
    pub(crate) fn from_bytes(tag: [u8; 3]) -> Option<Language> {
        let is_tag =
            tag[..2].iter().all(u8::is_ascii_lowercase) && (tag[2] == b' ' || tag[2].is_ascii_lowercase());
        is_tag.then_some(Language(tag))
    }

    /// Whether it is one of the Sámi languages of Norway: Northern, Southern, Lule.
    pub(crate) fn is_sami(self) -> bool {
        matches!(&self.0, b"se " | b"sma" | b"smj")
    }

    /// The tag, `nb` for bokmål.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a tag holds ASCII letters only").trim_end()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code())
    }
}

/// The text is not a language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a language tag of two or three small letters, as nb or sma")]
pub struct NotALanguage(String);

impl FromStr for Language {
    type Err = NotALanguage;

    fn from_str(text: &str) -> Result<Language, NotALanguage> {
        let is_tag = (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase());
        if !is_tag {
            return Err(NotALanguage(text.to_owned()));
        }
        let mut tag = [b' '; 3];
        tag[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Language(tag))
    }
}

impl TryFrom<String> for Language {
    type Error = NotALanguage;

    fn try_from(text: String) -> Result<Language, NotALanguage> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        language.code().to_owned()
    }
}
