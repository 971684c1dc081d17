//! A page before its layout is known: its segments, and what else its content shows.

use super::{
    super::{
        content::{PageGlyphs, Rules, Tag, joined_rules},
        model::ScannedPage,
    },
    lines, scanned,
    segment::{Detail, TextSegment},
};

/// An image that covers so much of the page is the page: scans leave out white margins.
const SCAN_SHARE_MIN: f32 = 0.7;

/// A page before its layout is known.
pub(crate) struct Sheet {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) segments: Vec<TextSegment>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) rules: Rules,
    pub(crate) has_image: bool,
    /// Whether one image covers the page.
    pub(crate) is_scan: bool,
    pub(crate) has_drawing: bool,
}

impl Sheet {
    /// The page that shows `shown`.
    pub(crate) fn new(shown: &mut PageGlyphs, width: f32, height: f32, detail: Detail) -> Sheet {
        let mut segments = lines::segments(shown, width, height, detail);
        let is_scan = shown.image_area >= SCAN_SHARE_MIN * width * height;
        let (has_image, has_drawing) = (shown.has_image, shown.has_drawing);
        let rules = joined_rules(std::mem::take(&mut shown.rules));
        let tags = tags_in_use(std::mem::take(&mut shown.tags), &mut segments);
        Sheet { width, height, segments, tags, rules, has_image, is_scan, has_drawing }
    }
}

impl Sheet {
    /// The same page, `number` of the file, with the text that OCR read of it; `body` is the size of the document's body in points.
    pub(crate) fn with_scan(self, number: u32, scan: &ScannedPage, body: f32, detail: Detail) -> Sheet {
        let (width, height) = self.size_of(scan);
        let mut segments = scanned::segments(scan, width, body, detail);
        if number > 1 {
            scanned::mark_misread_folio(&mut segments);
        }
        // The edges of the picture and of its strips are no rules, least of all on a page that was set upright.
        let rules = Rules::default();
        Sheet { width, height, segments, tags: Vec::new(), rules, is_scan: true, ..self }
    }

    /// Width and height of the page as OCR read it: a page that lies on its side is set upright.
    pub(crate) fn size_of(&self, scan: &ScannedPage) -> (f32, f32) {
        if scan.is_sideways { (self.height, self.width) } else { (self.width, self.height) }
    }
}

/// Those of `tags` that a segment begins with, which are fewer than its lines; the segments name them by their new numbers.
fn tags_in_use(tags: Vec<Tag>, segments: &mut [TextSegment]) -> Vec<Tag> {
    let mut numbers = vec![0u16; tags.len() + 1];
    for segment in segments.iter() {
        numbers[usize::from(segment.tag)] = 1;
    }
    numbers[0] = 0;
    let mut found = Vec::new();
    for (number, tag) in numbers.iter_mut().skip(1).zip(tags).filter(|(number, _)| **number > 0) {
        found.push(tag);
        *number = found.len() as u16;
    }
    for segment in segments {
        segment.tag = numbers[usize::from(segment.tag)];
    }
    found
}
