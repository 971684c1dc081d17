//! A word list: inflected form → its lemmas and word classes, most likely first.
//!
//! The embedded list is Norsk Ordbank bokmål (NOTICE), made into a table by `tools/make_lexicon.rs`; the researcher
//! may name a larger one of the same publisher, which is read at run time.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// The class of a word, as far as a word list can tell it without its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordClass {
    /// A noun.
    Noun,
    /// A verb.
    Verb,
    /// An adjective, participles included.
    Adjective,
    /// An adverb.
    Adverb,
    /// A pronoun, determiner, preposition, conjunction or numeral.
    Function,
}

impl WordClass {
    /// The name in tables and on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            WordClass::Noun => "noun",
            WordClass::Verb => "verb",
            WordClass::Adjective => "adjective",
            WordClass::Adverb => "adverb",
            WordClass::Function => "function",
        }
    }

    fn from_byte(byte: u8) -> WordClass {
        match byte {
            0 => WordClass::Noun,
            1 => WordClass::Verb,
            2 => WordClass::Adjective,
            3 => WordClass::Adverb,
            _ => WordClass::Function,
        }
    }
}

/// How a lemma is made of a form, and the class it then has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rewrite {
    /// The class of the lemma.
    pub(crate) class: WordClass,
    /// Bytes to take off the end of the form.
    pub strip: u8,
    /// What is put there.
    pub append: String,
}

impl Rewrite {
    /// The rewrite that makes `lemma` of `form`. `None` when they differ in more than 255 bytes.
    pub fn between(form: &str, lemma: &str, class: WordClass) -> Option<Rewrite> {
        let pairs = form.char_indices().zip(lemma.chars());
        let common = pairs.take_while(|((_, a), b)| a == b).map(|((at, a), _)| at + a.len_utf8()).last();
        let common = common.unwrap_or(0);
        let strip = u8::try_from(form.len() - common).ok()?;
        Some(Rewrite { class, strip, append: lemma[common..].to_owned() })
    }

    pub(crate) fn apply(&self, form: &str) -> String {
        let kept = form.len().saturating_sub(usize::from(self.strip));
        let mut lemma = String::with_capacity(kept + self.append.len());
        lemma.push_str(form.get(..kept).unwrap_or(form));
        lemma.push_str(&self.append);
        lemma
    }
}

/// Forms with their analyses.
pub struct Lexicon {
    /// Form → index into `analyses`.
    forms: fst::Map<Cow<'static, [u8]>>,
    /// What forms can be; many forms share one entry.
    analyses: Vec<Vec<Rewrite>>,
    /// Each rewrite once, with the ending of the lemma that it leaves: to go from a lemma to its forms.
    inverse: Vec<Inverse>,
}

/// A rewrite read backwards: lemma → form.
struct Inverse {
    rewrite: Rewrite,
    form_end: String,
}

static TABLE: &[u8] = include_bytes!("lexicon.bin");

impl Lexicon {
    /// The list that is part of the program.
    pub(crate) fn embedded() -> &'static Lexicon {
        static LEXICON: OnceLock<Lexicon> = OnceLock::new();
        LEXICON
            .get_or_init(|| Lexicon::from_table(Cow::Borrowed(TABLE)).expect("the committed table is sound"))
    }

    /// The list that [`Lexicon::to_table`] wrote.
    ///
    /// # Errors
    /// `None` when the bytes are not such a table.
    pub(crate) fn from_table(table: Cow<'static, [u8]>) -> Option<Lexicon> {
        let mut reader = TableReader { bytes: &table, at: 0 };
        let mut analyses = Vec::new();
        for _ in 0..reader.number()? {
            let count = reader.byte()?;
            analyses.push((0..count).map(|_| reader.rewrite()).collect::<Option<Vec<_>>>()?);
        }
        let mut inverse = Vec::new();
        for _ in 0..reader.number()? {
            let rewrite = reader.rewrite()?;
            inverse.push(Inverse { rewrite, form_end: reader.text()? });
        }
        let at = reader.at;
        let forms = match table {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[at..]),
            Cow::Owned(bytes) => Cow::Owned(bytes[at..].to_vec()),
        };
        Some(Lexicon { forms: fst::Map::new(forms).ok()?, analyses, inverse })
    }

    /// The table of `entries`: form → its analyses, most likely first.
    pub fn to_table(entries: &BTreeMap<String, Vec<Rewrite>>) -> Vec<u8> {
        let mut ids = HashMap::new();
        let mut analyses: Vec<&[Rewrite]> = Vec::new();
        let mut inverse = std::collections::BTreeSet::new();
        let mut builder = fst::MapBuilder::memory();
        for (form, rewrites) in entries {
            let id = *ids.entry(rewrites.as_slice()).or_insert_with(|| {
                analyses.push(rewrites);
                analyses.len() - 1
            });
            builder.insert(form, id as u64).expect("a B-tree map is in order");
            for rewrite in rewrites {
                let kept = form.len() - usize::from(rewrite.strip);
                inverse.insert((rewrite.clone(), form[kept..].to_owned()));
            }
        }
        let mut table = Vec::new();
        push_number(&mut table, analyses.len());
        for rewrites in analyses {
            table.push(u8::try_from(rewrites.len()).expect("a form has few lemmas"));
            rewrites.iter().for_each(|rewrite| push_rewrite(&mut table, rewrite));
        }
        push_number(&mut table, inverse.len());
        for (rewrite, form_end) in inverse {
            push_rewrite(&mut table, &rewrite);
            push_text(&mut table, &form_end);
        }
        table.extend(builder.into_inner().expect("memory can be written"));
        table
    }

    /// What `form`, in small letters, can be: most likely first. Empty for unknown forms.
    pub(crate) fn analyses(&self, form: &str) -> &[Rewrite] {
        match self.forms.get(form) {
            Some(id) => self.analyses.get(id as usize).map_or(&[], Vec::as_slice),
            None => &[],
        }
    }

    /// All forms, each with its lemma and class.
    #[cfg(test)]
    pub(crate) fn entries(&self) -> Vec<(String, String, WordClass)> {
        use fst::Streamer;
        let (mut entries, mut stream) = (Vec::new(), self.forms.stream());
        while let Some((form, id)) = stream.next() {
            let form = std::str::from_utf8(form).expect("forms are text");
            let all = self.analyses[id as usize].iter();
            entries.extend(all.map(|rewrite| (form.to_owned(), rewrite.apply(form), rewrite.class)));
        }
        entries
    }

    /// Whether the list has `form`.
    pub(crate) fn has(&self, form: &str) -> bool {
        self.forms.contains_key(form)
    }

    /// Whether `lemma` is there as the lemma of a word of this class.
    pub(crate) fn has_lemma(&self, lemma: &str, class: WordClass) -> bool {
        self.analyses(lemma)
            .iter()
            .any(|rewrite| rewrite.class == class && rewrite.strip == 0 && rewrite.append.is_empty())
    }

    /// All forms of `lemma`, in any class, with the class.
    pub(crate) fn forms_of(&self, lemma: &str) -> Vec<(String, WordClass)> {
        let mut forms = Vec::new();
        for Inverse { rewrite, form_end } in &self.inverse {
            let Some(stem) = lemma.strip_suffix(rewrite.append.as_str()) else { continue };
            let form = format!("{stem}{form_end}");
            if self.analyses(&form).contains(rewrite) {
                forms.push((form, rewrite.class));
            }
        }
        forms
    }
}

fn push_number(table: &mut Vec<u8>, number: usize) {
    table.extend(u32::try_from(number).expect("a table of this size").to_le_bytes());
}

fn push_text(table: &mut Vec<u8>, text: &str) {
    table.push(u8::try_from(text.len()).expect("endings are short"));
    table.extend(text.as_bytes());
}

fn push_rewrite(table: &mut Vec<u8>, rewrite: &Rewrite) {
    table.extend([rewrite.class as u8, rewrite.strip]);
    push_text(table, &rewrite.append);
}

struct TableReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl TableReader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::from(self.byte()?);
        let bytes = self.bytes.get(self.at..self.at + length)?;
        self.at += length;
        String::from_utf8(bytes.to_vec()).ok()
    }

    fn rewrite(&mut self) -> Option<Rewrite> {
        Some(Rewrite { class: WordClass::from_byte(self.byte()?), strip: self.byte()?, append: self.text()? })
    }
}
