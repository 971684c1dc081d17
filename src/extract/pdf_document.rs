//! A PDF's pages of blocks ([`pdf`](super::pdf)) → a [`Document`] of passages, or a rejection.
//!
//! Page furniture and the lines of a table of contents become passages that are not counted. Refuses files that need a
//! password, that are damaged beyond repair, or that have no text besides furniture.

use super::{
    legibility::{self, Legibility},
    ocr_page::OcrPage,
    pdf::{self, Block, BlockKind, BlockSource, Content, Limits, Rect},
    placed_words::{self, PlacedWord, WordPlace},
};
use crate::text::{
    Area, Document, Language, Limit, Metadata, Notice, Page, PageStart, PartialDate, Passage, PassageKind,
    Rejection, TextSource, normalise,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What helps where a page shows text and has none that can be read.
const OCR_HINT: &str =
    "install tesseract (Debian: tesseract-ocr, tesseract-ocr-nor); or ask the issuer for the original";

/// A page whose text layer is missing is named by its number up to so many; beyond, they are counted.
const NAMED_PAGES_MAX: usize = 5;

/// "Elektronisk godkjent 12.01.2023, ref. 23/145" has five words; two such lines and a case number have more.
const STAMP_WORDS_MAX: usize = 20;
/// What the page says that stands for an XFA form.
const VIEWER_MESSAGE: &str = "If this message is not eventually replaced with the proper contents";
/// The message fills one page; a long document that quotes it has more.
const MESSAGE_PAGES_MAX: usize = 2;
/// How many damaged forms a notice shows.
const FORMS_SHOWN: usize = 5;
/// The share of the page's height at each end in which stamps of journals and signatures stand.
const STAMP_MARGIN_SHARE: f32 = 0.13;

/// Reads a PDF from its bytes.
///
/// A file that can be read in part is read, with a notice that begins with "damaged".
pub fn read(bytes: &[u8]) -> Result<Document, Rejection> {
    read_scanned(bytes, &OcrPages::new(), 0)
}

/// The pages that OCR has read.
pub(crate) type OcrPages = BTreeMap<u32, OcrPage>;

/// The same with the text of `ocr` on the pages that OCR has read. Pages of a mean confidence below `confidence_min` are not counted.
pub(super) fn read_scanned(bytes: &[u8], ocr: &OcrPages, confidence_min: u8) -> Result<Document, Rejection> {
    let file = pdf::open(bytes, &Limits::default()).map_err(rejection)?;
    let content = file.content_with(&scans(ocr), None);
    document(&file, &content, ocr, confidence_min)
}

fn scans(ocr: &OcrPages) -> BTreeMap<u32, pdf::ScannedPage> {
    ocr.iter().map(|(number, page)| (*number, page.scanned())).collect()
}

/// The same as [`read_scanned`], and the words of page `number`, counted from 1, where they stand. The words of a file that is
/// rejected have no place in its text.
pub(super) fn read_with_words(
    bytes: &[u8],
    ocr: &OcrPages,
    confidence_min: u8,
    number: u32,
) -> (Result<Document, Rejection>, PageWords) {
    let file = match pdf::open(bytes, &Limits::default()) {
        Ok(file) => file,
        Err(error) => return (Err(rejection(error)), PageWords::default()),
    };
    let content = file.content_with(&scans(ocr), Some(number));
    let document = document(&file, &content, ocr, confidence_min);
    let no_pages = Vec::new();
    let pages = document.as_ref().map_or(&no_pages, |document| &document.pages);
    let mut words = page_words(&content, pages, number);
    if let Some(page) = ocr.get(&number) {
        words.set_as_shown(page);
    }
    (document, words)
}

/// Which pages of a PDF OCR can read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OcrSurvey {
    /// Those without legible text, counted from 1.
    pub(crate) without_text: Vec<u32>,
    /// Those whose text is a hidden layer.
    pub(crate) with_layer: Vec<u32>,
}

/// Which pages of the PDF in `bytes` OCR can read; none of a file that cannot be opened or is not the document.
pub(super) fn survey(bytes: &[u8]) -> OcrSurvey {
    let Ok(file) = pdf::open(bytes, &Limits::default()) else { return OcrSurvey::default() };
    let content = file.content();
    if file.placeholder().is_some() || is_viewer_message(&content) {
        return OcrSurvey::default();
    }
    let illegible = illegible_pages(&pages(&content));
    let without_text = pages_without_legible_text(&content, &illegible, &OcrPages::new());
    let has_layer = |page: &&pdf::PdfPage| has_layer(page) && !without_text.contains(&page.number);
    let with_layer = content.pages.iter().filter(has_layer).map(|page| page.number).collect();
    OcrSurvey { without_text, with_layer }
}

/// The pages that show something and have no text, or none that can be read, and that OCR has not read.
fn pages_without_legible_text(content: &Content, illegible: &[bool], ocr: &OcrPages) -> Vec<u32> {
    let is_wanted = |(page, is_illegible): &(&pdf::PdfPage, &bool)| {
        let is_textless = page.blocks.iter().all(|block| block.kind.is_furniture());
        let shows = page.has_image || page.has_drawing;
        !ocr.contains_key(&page.number) && (is_textless && shows || is_stamped_scan(page) || **is_illegible)
    };
    content.pages.iter().zip(illegible).filter(is_wanted).map(|(page, _)| page.number).collect()
}

fn has_layer(page: &pdf::PdfPage) -> bool {
    page.blocks.iter().any(|block| block.source == BlockSource::InvisibleLayer)
}

/// The words of a page and its size in points, both as it is shown.
#[derive(Debug, Default)]
pub(super) struct PageWords {
    pub(super) width_pt: f32,
    pub(super) height_pt: f32,
    pub(super) words: Vec<PlacedWord>,
}

impl PageWords {
    /// Sets the words of a page that was turned to be read where they are shown.
    fn set_as_shown(&mut self, page: &OcrPage) {
        let size = (self.width_pt, self.height_pt);
        for word in &mut self.words {
            let Area { left, top, right, bottom } = word.area;
            word.area = area(page.as_shown(Rect { left, top, right, bottom }, size));
        }
        if page.scanned().is_sideways {
            (self.width_pt, self.height_pt) = (self.height_pt, self.width_pt);
        }
    }
}

/// The words of page `number`. A passage is made of each block that has text, in order.
fn page_words(content: &Content, pages: &[Page], number: u32) -> PageWords {
    let Some(page) = content.pages.iter().find(|page| page.number == number) else {
        return PageWords::default();
    };
    let mut words = Vec::new();
    let mut n_counted = 0;
    for (index, shown) in content.pages.iter().enumerate() {
        let mut passages = pages.get(index).map_or(&[][..], |page| &page.passages).iter();
        for block in shown.blocks.iter().filter(|block| !passage_text(block).is_empty()) {
            let counted = passages.next().filter(|passage| passage.kind != PassageKind::Furniture);
            words.extend(words_of(block, counted.map(|passage| (n_counted, passage)), number));
            n_counted += u32::from(counted.is_some());
        }
    }
    PageWords { width_pt: page.width, height_pt: page.height, words }
}

/// The words of `block` on page `number`, placed in the passage that was made of it, with its index. Furniture has none.
fn words_of(block: &Block, counted: Option<(u32, &Passage)>, number: u32) -> Vec<PlacedWord> {
    let lines = block.lines.iter().filter(|line| line.page == number);
    let words: Vec<&pdf::Word> = lines.flat_map(|line| &line.words).collect();
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let place = |passage: u32, (char_start, char_end)| WordPlace { passage, char_start, char_end };
    let places: Vec<Option<WordPlace>> = match counted {
        Some((index, passage)) => {
            let start = passage.page_starts.iter().find(|start| start.page == number);
            let found = placed_words::find(&texts, passage, start.map_or(0, |start| start.char_start));
            found.into_iter().map(|found| found.map(|characters| place(index, characters))).collect()
        }
        None => vec![None; words.len()],
    };
    let placed = |(word, place): (&pdf::Word, _)| PlacedWord {
        text: normalise(&word.text),
        area: area(word.area),
        place,
    };
    words.into_iter().zip(places).map(placed).collect()
}

/// What the blocks of the pages make.
fn document(
    file: &pdf::Pdf<'_>,
    content: &Content,
    ocr: &OcrPages,
    confidence_min: u8,
) -> Result<Document, Rejection> {
    if let Some(placeholder) = file.placeholder() {
        return Err(not_the_document(placeholder, file.attachment_count()));
    }
    if is_viewer_message(content) {
        return Err(not_the_document(pdf::Placeholder::XfaForm, 0));
    }
    let mut pages = pages(content);
    let damages = set_right(&mut pages);
    let of_ocr = mark_ocr(&mut pages, content, ocr, confidence_min);
    let illegible = illegible_pages(&pages);
    let pages_for_ocr = pages_without_legible_text(content, &illegible, ocr);
    let n_for_ocr = pages_for_ocr.len() as u32;
    let of_illegible = set_apart_illegible(&mut pages, &illegible, n_for_ocr)?;
    let is_textless = |page: &Page| page.counted().next().is_none();
    let is_unread = |shown: &pdf::PdfPage| is_stamped_scan(shown) && !ocr.contains_key(&shown.number);
    if pages.iter().zip(&content.pages).all(|(page, shown)| is_textless(page) || is_unread(shown)) {
        return Err(if ocr.is_empty() {
            without_text(content, n_for_ocr)
        } else {
            nothing_read(ocr, confidence_min)
        });
    }
    let mut notices: Vec<Notice> = content
        .notices
        .iter()
        .map(|notice| Notice { page: notice.page, text: notice.text.clone() })
        .collect();
    notices.extend(pages_without_text(content, ocr));
    notices.extend(damages);
    notices.extend(of_ocr);
    notices.extend(of_illegible);
    notices.extend(attachments(file.attachment_count()));
    Ok(Document { metadata: metadata(file.metadata()), pages, notices, pages_for_ocr })
}

/// Marks the passages that come from OCR, with their confidence, and takes pages of a low one out of the text. Says which pages
/// were read, how surely, and what was mended.
fn mark_ocr(pages: &mut [Page], content: &Content, ocr: &OcrPages, confidence_min: u8) -> Vec<Notice> {
    let mut notices = Vec::new();
    let (mut read, mut confidences, mut n_mended) = (0, 0.0, 0);
    for (page, shown) in pages.iter_mut().zip(&content.pages) {
        let Some(found) = ocr.get(&shown.number) else {
            if has_layer(shown) {
                page.passages.iter_mut().for_each(|passage| passage.source = Some(TextSource::Ocr));
            }
            continue;
        };
        let of_page = found.confidence();
        for passage in &mut page.passages {
            let area =
                passage.area.map(|Area { left, top, right, bottom }| Rect { left, top, right, bottom });
            let of_area = area.and_then(|area| found.confidence_in(area, shown.width));
            passage.source = Some(TextSource::Ocr);
            passage.confidence = of_area.or(of_page).map(|confidence| confidence.round() as u8);
            passage.area = area.map(|read| self::area(found.as_shown(read, (shown.width, shown.height))));
        }
        let mut note = |text: String| notices.push(Notice::of_page(shown.number, text));
        match (&found.failure, of_page) {
            (Some(failure), _) => note(format!("not read by OCR: {failure}")),
            (None, None) => note("OCR found no text".to_owned()),
            (None, Some(confidence)) if confidence < f32::from(confidence_min) => {
                page.passages.iter_mut().for_each(|passage| passage.kind = PassageKind::Furniture);
                note(format!(
                    "text read by OCR is not counted: its confidence of {confidence:.0} is below {confidence_min}"
                ));
            }
            (None, Some(confidence)) => {
                (read, confidences) = (read + 1, confidences + confidence);
                n_mended += found.n_mended;
            }
        }
    }
    if read > 0 {
        let noun = if read == 1 { "page" } else { "pages" };
        let mean = confidences / read as f32;
        notices.push(Notice::of_document(format!("text of {read} {noun} read by OCR, confidence {mean:.0}")));
    }
    if n_mended > 0 {
        notices.push(Notice::of_document(format!(
            "{n_mended} signs read by OCR set right ($ for §, letters for bullets)"
        )));
    }
    notices
}

fn nothing_read(ocr: &OcrPages, confidence_min: u8) -> Rejection {
    let n = ocr.len();
    let noun = if n == 1 { "page" } else { "pages" };
    Rejection::new(
        format!("no text layer, and OCR of {n} {noun} found no text of a confidence of {confidence_min}"),
        "look at it in a viewer; ask the issuer for the original if it shows text there",
    )
}

/// Whether the pages say that the viewer cannot show the form that they stand for: many files with such a page do not declare it.
fn is_viewer_message(content: &Content) -> bool {
    let blocks = || content.pages.iter().flat_map(|page| &page.blocks);
    content.pages.len() <= MESSAGE_PAGES_MAX && blocks().any(|block| block.text.contains(VIEWER_MESSAGE))
}

fn not_the_document(placeholder: pdf::Placeholder, attachment_count: usize) -> Rejection {
    match placeholder {
        pdf::Placeholder::XfaForm => Rejection::new(
            "no text of its own: a form in XFA, which is made by the viewer",
            "print the form to a PDF, or ask the issuer for one",
        ),
        pdf::Placeholder::Portfolio => Rejection::new(
            format!("no text of its own: a portfolio of {attachment_count} attached files"),
            "save the attached files and add them",
        ),
    }
}

fn attachments(count: usize) -> Option<Notice> {
    let noun = if count == 1 { "attached file is" } else { "attached files are" };
    (count > 0).then(|| Notice::of_document(format!("{count} {noun} not read")))
}

/// Repairs text whose encoding was taken for another, and signs that surely stand for a ligature; says what it did, and
/// which signs do not belong where they stand.
fn set_right(pages: &mut [Page]) -> Vec<Notice> {
    let mut notices: Vec<Notice> = set_encoding_right(pages).into_iter().collect();
    notices.extend(set_letters_right(pages));
    let texts = pages.iter().flat_map(|page| page.counted()).map(|passage| passage.text.as_str());
    for wrong in legibility::wrong_signs(texts) {
        let (sign, count) = (wrong.sign, wrong.count);
        let forms = wrong.forms.iter().take(FORMS_SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
        notices.push(Notice::of_document(match wrong.ligature {
            Some(ligature) => {
                for passage in pages.iter_mut().flat_map(|page| &mut page.passages) {
                    passage.rewrite(|text| legibility::righted(text, sign, ligature));
                }
                format!("'{sign}' set right to '{ligature}' in {count} words: {forms}")
            }
            None => format!("'{sign}' stands within {count} words where it does not belong: {forms}"),
        }));
    }
    notices
}

fn set_encoding_right(pages: &mut [Page]) -> Option<Notice> {
    let mut count = 0;
    for passage in pages.iter_mut().flat_map(|page| &mut page.passages) {
        if let Some((_, places)) = legibility::without_mojibake(&passage.text) {
            passage.rewrite(|text| legibility::without_mojibake(text).map(|(text, _)| text));
            count += places;
        }
    }
    (count > 0).then(|| Notice::of_document(format!("wrong encoding set right in {count} places (Ã¥ for å)")))
}

/// Repairs text whose æ, ø and å became signs of another encoding.
fn set_letters_right(pages: &mut [Page]) -> Option<Notice> {
    let texts = pages.iter().flat_map(|page| page.counted()).map(|passage| passage.text.as_str());
    let wrong = legibility::wrong_encoding(texts)?;
    let mut count = 0;
    for passage in pages.iter_mut().flat_map(|page| &mut page.passages) {
        let n_letters = wrong.righted(&passage.text).1;
        if n_letters > 0 {
            passage.rewrite(|text| Some(wrong.righted(text).0));
            count += n_letters;
        }
    }
    Some(Notice::of_document(format!("{count} letters set right: {}", wrong.name)))
}

/// Which pages have letters that stand for others; all with text when that is certain of the document only.
fn illegible_pages(pages: &[Page]) -> Vec<bool> {
    let mut whole = Legibility::default();
    let is_illegible = |page: &Page| {
        let mut found = Legibility::default();
        page.counted().for_each(|passage| found.add(&passage.text));
        page.counted().for_each(|passage| whole.add(&passage.text));
        found.is_illegible()
    };
    let illegible: Vec<bool> = pages.iter().map(is_illegible).collect();
    let has_legible =
        || pages.iter().zip(&illegible).any(|(page, no)| !no && page.counted().next().is_some());
    if whole.is_illegible() || illegible.contains(&true) && !has_legible() {
        return pages.iter().map(|page| page.counted().next().is_some()).collect();
    }
    illegible
}

/// Takes `illegible` pages out of the text; a document of such pages alone is rejected.
fn set_apart_illegible(
    pages: &mut [Page],
    illegible: &[bool],
    n_for_ocr: u32,
) -> Result<Vec<Notice>, Rejection> {
    let mut notices = Vec::new();
    let mut whole = Legibility::default();
    let has_legible = pages.iter().zip(illegible).any(|(page, no)| !no && page.counted().next().is_some());
    for (page, _) in pages.iter_mut().zip(illegible).filter(|(_, is_illegible)| **is_illegible) {
        let mut found = Legibility::default();
        page.counted().for_each(|passage| found.add(&passage.text));
        page.counted().for_each(|passage| whole.add(&passage.text));
        page.passages.iter_mut().for_each(|passage| passage.kind = PassageKind::Furniture);
        let text = format!("text cannot be read and is not counted: {}", found.commonest());
        notices.push(Notice { page: page.number, text });
    }
    if !has_legible && !notices.is_empty() {
        return Err(Rejection::new(
            format!("text cannot be read: its letters stand for others ({})", whole.commonest()),
            OCR_HINT,
        )
        .with_limit(Limit::Ocr { pages: n_for_ocr }));
    }
    Ok(notices)
}

/// Whether a page is an image with nothing but a stamp in its margins: what was stamped is not there as text.
fn is_stamped_scan(page: &pdf::PdfPage) -> bool {
    let text = || page.blocks.iter().filter(|block| !block.kind.is_furniture());
    let words: usize = text().map(|block| block.text.split_whitespace().count()).sum();
    let margin = STAMP_MARGIN_SHARE * page.height;
    let is_in_margin = |block: &Block| block.area.bottom < margin || block.area.top > page.height - margin;
    page.is_scan && words <= STAMP_WORDS_MAX && text().all(is_in_margin)
}

fn rejection(error: pdf::Error) -> Rejection {
    let hint = match error {
        pdf::Error::Encrypted => "ask the issuer for a file without a password",
        pdf::Error::Damaged(_) | pdf::Error::NoPages => {
            "fetch the file again, or ask the issuer for a sound one"
        }
    };
    Rejection::new(error.to_string(), hint)
}

fn without_text(content: &Content, n_for_ocr: u32) -> Rejection {
    let count = content.pages.len();
    let unreadable = content.notices.iter().find(|notice| notice.text.contains("cannot be read"));
    if let Some(notice) = unreadable {
        return Rejection::new(notice.text.clone(), OCR_HINT).with_limit(Limit::Ocr { pages: n_for_ocr });
    }
    let pages = if count == 1 { "page" } else { "pages" };
    let any = |shows: fn(&pdf::PdfPage) -> bool| content.pages.iter().any(shows);
    if any(|page| page.has_image) {
        return Rejection::new(format!("no text layer: {count} {pages} of images"), OCR_HINT)
            .with_limit(Limit::Ocr { pages: n_for_ocr });
    }
    if any(|page| page.has_drawing) {
        return Rejection::new(format!("no text layer: {count} {pages} of drawings"), OCR_HINT)
            .with_limit(Limit::Ocr { pages: n_for_ocr });
    }
    Rejection::new(
        format!("no text layer: {count} {pages} without text or images"),
        "look at it in a viewer; ask the issuer for the original if it shows text there",
    )
}

/// Notices about pages without text, by what they show instead, and about text that comes from OCR.
fn pages_without_text(content: &Content, ocr: &OcrPages) -> Vec<Notice> {
    let is_textless = |page: &&pdf::PdfPage| {
        let is_textless = page.blocks.iter().all(|block| block.kind.is_furniture()) || is_stamped_scan(page);
        is_textless && !ocr.contains_key(&page.number)
    };
    let is_scanned = |page: &&pdf::PdfPage| has_layer(page) && !ocr.contains_key(&page.number);
    let textless = || content.pages.iter().filter(is_textless);
    let images = textless().filter(|page| page.has_image);
    let drawings = textless().filter(|page| page.has_drawing && !page.has_image);
    let blank = textless().filter(|page| !page.has_drawing && !page.has_image);
    let mut notices = by_page("no text layer: an image", images);
    notices.extend(by_page("no text layer: a drawing", drawings));
    notices.extend(by_page("nothing on the page", blank));
    notices.extend(by_page("text of an invisible layer", content.pages.iter().filter(is_scanned)));
    notices
}

/// One notice for each page, or one for the document when they are many.
fn by_page<'a>(text: &str, pages: impl Iterator<Item = &'a pdf::PdfPage>) -> Vec<Notice> {
    let numbers: Vec<u32> = pages.map(|page| page.number).collect();
    if numbers.len() > NAMED_PAGES_MAX {
        return vec![Notice::of_document(format!("{text} ({} pages)", numbers.len()))];
    }
    numbers.into_iter().map(|number| Notice::of_page(number, text)).collect()
}

fn pages(content: &Content) -> Vec<Page> {
    let mut sections = Sections::default();
    let label = |number: u32| {
        let page = content.pages.get(number as usize - 1)?;
        page.label.clone().filter(|label| !label.is_empty())
    };
    let passages = |page: &pdf::PdfPage, sections: &mut Sections| {
        let with_starts = |block: &Block| {
            let mut passage = passage(block, sections)?;
            passage.page_starts = page_starts(block, &passage.text, label);
            Some(passage)
        };
        page.blocks.iter().filter_map(with_starts).collect()
    };
    let page = |page: &pdf::PdfPage| Page {
        number: Some(page.number),
        label: label(page.number),
        passages: passages(page, &mut sections),
    };
    content.pages.iter().map(page).collect()
}

/// Where `block` continues on later pages, in characters of the `text` that was made of it.
fn page_starts(block: &Block, text: &str, label: impl Fn(u32) -> Option<String>) -> Vec<PageStart> {
    let start = |overleaf: &pdf::Overleaf| {
        let (before, rest) = block.text.split_at_checked(overleaf.start)?;
        // The rest is normalised as it was within the whole; should a rule look across the page break, what stands before it is as long.
        let rest = normalise(rest);
        let before = text.strip_suffix(&rest).map_or_else(|| normalise(before), str::to_owned);
        let char_start = before.chars().count() as u32;
        Some(PageStart { page: overleaf.page, label: label(overleaf.page), char_start })
    };
    block.overleaf.iter().filter_map(start).collect()
}

fn passage(block: &Block, sections: &mut Sections) -> Option<Passage> {
    let kind = match block.kind {
        BlockKind::Heading => PassageKind::Heading,
        BlockKind::Paragraph => PassageKind::Paragraph,
        BlockKind::ListItem => PassageKind::ListItem,
        BlockKind::TableRow => PassageKind::Table,
        BlockKind::Footnote => PassageKind::Footnote,
        BlockKind::Caption => PassageKind::Caption,
        // An entry of the table of contents repeats a heading: counted, it would count the heading twice.
        BlockKind::ContentsEntry => PassageKind::Furniture,
        BlockKind::RunningHead | BlockKind::PageNumber | BlockKind::LineNumber => PassageKind::Furniture,
    };
    let text = passage_text(block);
    if text.is_empty() {
        return None;
    }
    if kind == PassageKind::Heading {
        sections.close(rank(&text, block));
    }
    let section = if kind == PassageKind::Furniture { Vec::new() } else { sections.path() };
    if kind == PassageKind::Heading {
        sections.open(rank(&text, block), &text);
    }
    Some(Passage { section, area: Some(area(block.area)), ..Passage::new(kind, text) })
}

/// The text of a passage before it is mended; empty for a block that makes none.
fn passage_text(block: &Block) -> String {
    let cells: Vec<String> = block.text.split('\t').map(normalise).filter(|cell| !cell.is_empty()).collect();
    cells.join("\t")
}

fn area(Rect { left, top, right, bottom }: Rect) -> Area {
    Area { left, top, right, bottom }
}

/// How a heading stands among others. What is known of both decides, the surest first: the level that the file itself
/// gives it (tags, outline), the parts of its number, its size.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rank {
    level: Option<u8>,
    /// Parts of its number: "7.1.1" has three.
    number_parts: Option<usize>,
    /// In points; bold counts half a point.
    size: f32,
}

impl Rank {
    fn encloses(self, inner: Rank) -> bool {
        match (self.level, inner.level, self.number_parts, inner.number_parts) {
            (Some(outer), Some(inner), ..) => outer < inner,
            (.., Some(outer), Some(inner)) => outer < inner,
            // Headings that the file does not list stand below those that it lists.
            (Some(_), None, ..) => true,
            (None, Some(_), ..) => false,
            // Between a numbered heading and one without a number, the number stands higher: "7.1" over "Mål".
            (.., Some(_), None) => true,
            (.., None, Some(_)) => false,
            (.., None, None) => self.size > inner.size + 0.2,
        }
    }
}

fn rank(text: &str, block: &Block) -> Rank {
    let weight = if block.is_bold { 0.5 } else { 0.0 };
    Rank { level: block.level, number_parts: number_parts(text), size: block.font_size + weight }
}

/// How many parts the number has that `text` begins with.
fn number_parts(text: &str) -> Option<usize> {
    let first = text.split(' ').next()?.trim_end_matches('.');
    let is_part = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    first.split('.').all(is_part).then(|| first.split('.').count())
}

/// The headings that are open at a point of the document.
#[derive(Default)]
struct Sections {
    open: Vec<(Rank, String)>,
}

impl Sections {
    /// Closes the sections that a heading of `rank` ends.
    fn close(&mut self, rank: Rank) {
        while self.open.last().is_some_and(|(open, _)| !open.encloses(rank)) {
            self.open.pop();
        }
    }

    fn open(&mut self, rank: Rank, heading: &str) {
        self.open.push((rank, heading.to_owned()));
    }

    fn path(&self) -> Vec<String> {
        self.open.iter().map(|(_, heading)| heading.clone()).collect()
    }
}

fn metadata(found: pdf::Metadata) -> Metadata {
    Metadata {
        title: found.title.map(|title| normalise(&title)).filter(|title| is_title(title)),
        creator: found.author.map(|author| normalise(&author)).filter(|author| !author.is_empty()),
        created: found.created.and_then(|date| partial_date(&date)),
        language: found.language.and_then(|tag| language(&tag)),
        producer: found.producer,
        ..Metadata::default()
    }
}

/// Whether a declared title is one: not a program's name for the file, not a file name, not what a program writes when
/// nobody gave a title.
fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    let prefixes =
        ["microsoft word -", "microsoft powerpoint -", "microsoft excel -", "untitled", "uten navn", "file:"];
    let suffixes =
        [".doc", ".docx", ".pdf", ".indd", ".fm", ".rtf", ".xls", ".xlsx", ".ppt", ".pptx", ".qxd", ".odt"];
    let names = [
        "document",
        "dokument",
        "presentation",
        "presentasjon",
        "powerpoint-presentasjon",
        "powerpoint presentation",
        "lysbilde",
        "slide",
        "book",
        "bok",
        "layout",
        "title",
        "tittel",
        "uten tittel",
        "no title",
        "print",
        "pdf",
    ];
    let name = lower.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let is_file_name = !lower.contains(' ') && lower.contains(['_', '\\', '/']);
    !name.is_empty()
        && !is_file_name
        && !names.contains(&name)
        && !prefixes.iter().any(|prefix| lower.starts_with(prefix))
        && !suffixes.iter().any(|suffix| lower.ends_with(suffix))
}

/// `D:20200619…` or `2020-06-19T…` → a date, as far as its parts are one. `None` before 1993: there was no PDF.
fn partial_date(text: &str) -> Option<PartialDate> {
    let text = text.trim().trim_start_matches("D:");
    let digits: String =
        text.chars().filter(|c| c.is_ascii_digit() || *c == '-').take(10).filter(|c| *c != '-').collect();
    let number = |range| digits.get(range).and_then(|part: &str| part.parse::<i16>().ok());
    let year = number(0..4).filter(|year| *year >= 1993)?;
    let month = number(4..6).and_then(|month| i8::try_from(month).ok());
    let day = number(6..8).and_then(|day| i8::try_from(day).ok());
    month
        .and_then(|month| day.and_then(|day| PartialDate::from_day(year, month, day)))
        .or_else(|| month.and_then(|month| PartialDate::from_month(year, month)))
        .or(Some(PartialDate::from_year(year)))
}

/// `nb-NO` → `nb`; the undecided `no` says nothing about which written form it is.
fn language(tag: &str) -> Option<Language> {
    let primary = tag.split(['-', '_']).next()?.to_lowercase();
    if primary == "no" { None } else { primary.parse().ok() }
}
