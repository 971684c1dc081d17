//! Key word in context: each mention with the words around it and its position in the document.

use super::{Error, UnitOfText};
use crate::index::{Segment, Snapshot};
use crate::query::{Mention, Mentions, PASSAGE_STEPS, spend};
use crate::text::{Language, words};

/// Words shown on either side of the key word.
pub(crate) const CONTEXT_WORDS: usize = 10;

/// One line of a concordance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The document, as its index in the snapshot's entries.
    pub(crate) document: u32,
    /// The index of the passage in the document.
    pub(crate) ordinal: u32,
    /// The page of the first word of the key word, from 1. `None` without pages.
    pub(crate) page: Option<u32>,
    /// The number that is printed on that page, where it is known.
    pub(crate) page_label: Option<String>,
    /// The headings above the passage, outermost first.
    pub(crate) section: Vec<String>,
    /// The language of the passage.
    pub(crate) language: Option<Language>,
    /// The text before the key word, at most [`CONTEXT_WORDS`] words of the same passage.
    pub(crate) pre: String,
    /// The key word as it is written.
    pub(crate) keyword: String,
    /// The text after it.
    pub(crate) post: String,
    /// The first character of the key word in the document's plain text, from 0.
    pub(crate) char_start: u32,
    /// One past its last character.
    pub(crate) char_end: u32,
}

/// The mentions of one query in one document, in the order of its text.
pub(crate) struct InDocument<'m> {
    /// The document, as its index in the snapshot's entries.
    pub(crate) document: u32,
    pub(super) passages: Vec<InPassage<'m>>,
}

/// The index of a passage in its document, the index of its segment, and its mentions.
pub(super) type InPassage<'m> = (u32, usize, &'m [Mention]);

impl InDocument<'_> {
    /// Identifies these mentions among others in the same text: for each its passage, first word and number of words.
    pub(crate) fn places(&self) -> impl Iterator<Item = [u32; 3]> {
        self.passages.iter().flat_map(|(ordinal, _, mentions)| {
            mentions.iter().map(move |mention| [*ordinal, mention.position, mention.length])
        })
    }

    /// The form of each mention, by its index in [`Mentions::forms`].
    pub(super) fn forms(&self) -> impl Iterator<Item = u32> {
        self.passages.iter().flat_map(|(_, _, mentions)| mentions.iter().map(|mention| mention.form))
    }

    /// The passages that have these mentions, as units of text.
    pub(crate) fn passages(&self) -> impl Iterator<Item = UnitOfText> {
        self.passages.iter().map(|(ordinal, _, _)| [self.document, *ordinal, 0])
    }

    /// The mentions with their contexts.
    pub(super) fn lines(&self, snapshot: &Snapshot) -> Result<Vec<Context>, Error> {
        let mut lines = Vec::new();
        for (_, segment, mentions) in &self.passages {
            lines.extend(contexts(&snapshot.segments[*segment], mentions)?);
        }
        Ok(lines)
    }
}

/// A passage with mentions: 16 bytes, since a frequent word is in most passages of the corpus.
struct MentionedPassage {
    document: u32,
    ordinal: u32,
    segment: u32,
    /// The index of its first mention among those of the segment.
    start: u32,
}

/// The `mentions` in `snapshot` by document. The passages of one document may be in several segments.
pub(super) fn by_document<'m>(
    snapshot: &Snapshot,
    mentions: &'m Mentions,
) -> Result<impl Iterator<Item = InDocument<'m>> + use<'m>, Error> {
    let mut places = Vec::new();
    for (number, (segment, mentions)) in (0..).zip(snapshot.segments.iter().zip(&mentions.segments)) {
        let mut rows = segment.rows().map_err(Error::reading)?;
        let mut start = 0;
        for of_passage in mentions.chunk_by(|a, b| a.row == b.row) {
            let row = of_passage[0].row;
            let document = rows.at(row).map_err(Error::reading)?.document;
            let ordinal = segment.place(row).map_err(Error::reading)?.ordinal;
            places.push(MentionedPassage { document, ordinal, segment: number, start });
            start += of_passage.len() as u32;
        }
    }
    places.sort_unstable_by_key(|place| (place.document, place.ordinal));
    let mut next = 0;
    Ok(std::iter::from_fn(move || {
        let document = places.get(next)?.document;
        let of_document = places[next..].iter().take_while(|place| place.document == document);
        let passages: Vec<InPassage<'m>> = of_document.map(|place| in_passage(mentions, place)).collect();
        next += passages.len();
        Some(InDocument { document, passages })
    }))
}

fn in_passage<'m>(mentions: &'m Mentions, place: &MentionedPassage) -> InPassage<'m> {
    let segment = place.segment as usize;
    let from_first = &mentions.segments[segment][place.start as usize..];
    let row = from_first[0].row;
    let count = from_first.iter().take_while(|mention| mention.row == row).count();
    (place.ordinal, segment, &from_first[..count])
}

/// The concordance lines of the mentions of one passage.
pub(super) fn contexts(segment: &Segment, mentions: &[Mention]) -> Result<Vec<Context>, Error> {
    let Some(first) = mentions.first() else { return Ok(Vec::new()) };
    spend(PASSAGE_STEPS).map_err(Error::reading)?;
    let passage = segment.passage(first.row)?;
    let row = segment.rows().and_then(|mut rows| rows.at(first.row)).map_err(Error::reading)?;
    let place = segment.place(first.row).map_err(Error::reading)?;
    let text = passage.text.as_str();
    let ranges: Vec<_> = words(text).map(|word| word.range).collect();
    let mut lines = Vec::new();
    for mention in mentions {
        let (from, to) = (mention.position as usize, (mention.position + mention.length) as usize);
        let (Some(first), Some(last)) = (ranges.get(from), ranges.get(to - 1)) else { continue };
        let (start, end) = (first.start, last.end);
        let page = segment.page_of_word(&place, row, mention.position).map_err(Error::reading)?;
        let pre_start = ranges[from.saturating_sub(CONTEXT_WORDS)].start;
        let post_end = ranges[(to + CONTEXT_WORDS).min(ranges.len()) - 1].end;
        // The context ends with the sentence's own punctuation when the passage ends there.
        let post_end = if to + CONTEXT_WORDS >= ranges.len() { text.len() } else { post_end };
        let pre_start = if from <= CONTEXT_WORDS { 0 } else { pre_start };
        let char_start = place.char_start + chars(&text[..start]);
        lines.push(Context {
            document: row.document,
            ordinal: place.ordinal,
            page: page.page,
            page_label: page.label,
            section: passage.section.clone(),
            language: row.language,
            pre: text[pre_start..start].trim_end().to_owned(),
            keyword: text[start..end].to_owned(),
            post: text[end..post_end].trim_start().to_owned(),
            char_start,
            char_end: char_start + chars(&text[start..end]),
        });
    }
    Ok(lines)
}

fn chars(text: &str) -> u32 {
    text.chars().count() as u32
}
