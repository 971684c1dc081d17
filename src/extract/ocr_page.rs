//! What tesseract writes of a page (hOCR) → its lines and words, with places and confidences.
//!
//! hOCR and not TSV: it has the baseline, the slope and the size of each line, which tell headings and set a turned page upright.
//! Known confusions are mended here, where a word's place in its line is known, and counted.

use super::ocr_words::{self, OcrWord};
use super::pdf::{Rect, ScannedLine, ScannedPage, ScannedWord};
use quick_xml::events::{BytesStart, Event};
use serde::{Deserialize, Serialize};

/// tesseract's size of a line is the height from ascender to descender: .90 to .93 of the type's size in Times and Helvetica.
const HEIGHT_EM: f32 = 0.91;
/// A page of newspaper has some 6,000 words.
const WORDS_MAX: usize = 50_000;
/// A page of a lower confidence may lie on its side or its head: upside down a page of 93 has 23.
const TURN_CONFIDENCE_MAX: f32 = 60.0;
/// A word lower than this share of the page's lines is a piece of a rule: on the sample letters as an office scanner gives them
/// tesseract reads the rules of tables as "i", "E" and "EE" of 1 to 4 pixels, .13 of a line at most. A letter without ascender has .45.
const FLAT_SHARE: f32 = 0.2;
/// A line up to this share of the page's lines can be a note.
const NOTE_SHARE: f32 = 0.92;
/// A line from this share of the page's lines on is a heading: 14 points above 11 are 1.27, lines of one type differ by a tenth.
const HEADING_SHARE: f32 = 1.15;
/// What tesseract makes of the mark of note 1.
const NOTE_MARKS: [char; 3] = ['I', 'l', '!'];
/// What tesseract makes of a bullet at the beginning of a line: no word of bokmål or nynorsk.
const BULLETS: [&str; 6] = ["e", "«", "°", "*", "»", "¢"];

/// A page as OCR read it. Places are in pixels of the picture, from its top left corner.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct OcrPage {
    pub(crate) width_px: u32,
    /// By how many quarters the picture was turned clockwise before it was read; places are in the turned picture.
    #[serde(default, skip_serializing_if = "is_upright")]
    pub(crate) quarter_turns: u8,
    pub(crate) lines: Vec<OcrLine>,
    /// Signs that were mended: `$` for § and letters for bullets.
    pub(crate) n_mended: u32,
    /// Why OCR gave nothing of the page. `None` when it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
}

/// A line as OCR read it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct OcrLine {
    pub(crate) area: [i32; 4],
    /// Where the baseline is at the left edge, how much it falls with each pixel, and the height of the line.
    pub(crate) baseline: f32,
    pub(crate) slope: f32,
    pub(crate) height: f32,
    pub(crate) words: Vec<OcrWord>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_upright(quarter_turns: &u8) -> bool {
    *quarter_turns == 0
}

impl OcrPage {
    /// Reads hOCR of a picture that is `width_px` wide. `None` when it is something else.
    pub(crate) fn of_hocr(hocr: &[u8], width_px: u32) -> Option<OcrPage> {
        let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(hocr).ok()?);
        reader.config_mut().check_end_names = false;
        let mut page = OcrPage { width_px, ..OcrPage::default() };
        let (mut is_page, mut is_word, mut n_words) = (false, false, 0);
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) => {
                    let (class, title) = (attribute(&tag, "class"), attribute(&tag, "title"));
                    match class.as_str() {
                        "ocr_page" => is_page = true,
                        "ocrx_word" if n_words < WORDS_MAX => {
                            n_words += 1;
                            is_word = true;
                            let words = page.lines.last_mut().map(|line| &mut line.words);
                            words.map(|words| words.push(word(&title))).unwrap_or_default();
                        }
                        "ocr_line" | "ocr_header" | "ocr_caption" | "ocr_textfloat" => {
                            page.lines.push(line(&title))
                        }
                        _ => {}
                    }
                }
                Event::Text(text) if is_word => {
                    let text = text.xml10_content();
                    last_word(&mut page).map(|word| word.text.push_str(text.trim())).unwrap_or_default();
                }
                Event::GeneralRef(name) if is_word => {
                    let sign = reference(&name.xml10_content());
                    last_word(&mut page).map(|word| word.text.extend(sign)).unwrap_or_default();
                }
                Event::End(tag) if tag.name().as_ref() == "span" => is_word = false,
                Event::Eof => break,
                _ => {}
            }
        }
        page.lines.iter_mut().for_each(|line| line.words.retain(|word| !word.text.is_empty()));
        page.remove_rules();
        page.mend();
        page.mend_words();
        page.mend_note_marks();
        page.lines.retain(|line| !line.words.is_empty());
        is_page.then_some(page)
    }

    /// Removes the words that are pieces of rules.
    fn remove_rules(&mut self) {
        let height_min = FLAT_SHARE * self.line_height();
        let is_flat = |word: &OcrWord| {
            ((word.area[3] - word.area[1]) as f32) < height_min && word.text.contains(char::is_alphanumeric)
        };
        self.lines.iter_mut().for_each(|line| line.words.retain(|word| !is_flat(word)));
    }

    /// The height of the line that most of the page's characters stand in, by the median.
    fn line_height(&self) -> f32 {
        let length = |line: &OcrLine| line.words.iter().map(|word| word.text.chars().count()).sum::<usize>();
        let mut lines: Vec<(f32, usize)> =
            self.lines.iter().map(|line| (line.height, length(line))).collect();
        lines.sort_by(|a, b| a.0.total_cmp(&b.0));
        let half = lines.iter().map(|(_, length)| length).sum::<usize>() / 2;
        let mut below = 0;
        let median = lines.into_iter().find(|(_, length)| {
            below += length;
            below >= half
        });
        median.map_or(0.0, |(height, _)| height)
    }

    /// A line in small type below the others that begins with "I" before a capital has the mark of note 1 there: "I Reformen omtales …",
    /// "IReformen omtales …".
    fn mend_note_marks(&mut self) {
        let height_max = NOTE_SHARE * self.line_height();
        let is_larger = |line: &&OcrLine| line.height > height_max;
        let larger: Vec<[i32; 4]> = self.lines.iter().filter(is_larger).map(|line| line.area).collect();
        // In its column: no line of the text's size is below it.
        let is_below = |[left, top, right, _]: [i32; 4]| {
            !larger.iter().any(|other| other[3] > top && other[0] < right && other[2] > left)
        };
        for line in self.lines.iter_mut().filter(|line| line.height <= height_max && is_below(line.area)) {
            let [first, rest @ ..] = line.words.as_mut_slice() else { continue };
            let Some(glued) = first.text.strip_prefix(NOTE_MARKS) else { continue };
            let next = if glued.is_empty() { rest.first().map_or("", |next| &next.text) } else { glued };
            let mut letters = next.chars();
            let is_capitalised = letters.next().is_some_and(char::is_uppercase)
                && letters.next().is_none_or(char::is_lowercase);
            if !is_capitalised {
                continue;
            }
            let separator = if glued.is_empty() { "" } else { " " };
            first.text = format!("1{separator}{glued}");
            self.n_mended += 1;
        }
    }

    /// Mends known confusions: "$ 4" is "§ 4", a line that begins with a lone "e" or "«" has a bullet there, a lone "|" is a rule of
    /// a table, and "Ill Årets aktiviteter" begins with a Roman number.
    fn mend(&mut self) {
        for line in &mut self.lines {
            line.words.retain(|word| word.text != "|");
            if let [first, next, ..] = line.words.as_mut_slice()
                && let Some(number) = roman(&first.text)
                && next.text.starts_with(char::is_uppercase)
            {
                first.text = number.to_owned();
                self.n_mended += 1;
            }
            for index in 0..line.words.len() {
                let next_is_number = line
                    .words
                    .get(index + 1)
                    .is_some_and(|next| next.text.starts_with(|c: char| c.is_ascii_digit()));
                let text = &mut line.words[index].text;
                let bare = text.trim_start_matches('$');
                let stands_for_paragraph = text.len() - bare.len() <= 2
                    && bare.len() < text.len()
                    && (bare.starts_with(|c: char| c.is_ascii_digit()) || bare.is_empty() && next_is_number);
                if stands_for_paragraph {
                    *text = text.replace('$', "§");
                    self.n_mended += 1;
                }
            }
            let is_bulleted = line.words.len() > 1 && BULLETS.contains(&line.words[0].text.as_str());
            if is_bulleted {
                line.words[0].text = "•".to_owned();
                self.n_mended += 1;
            }
        }
    }

    /// Mends the words that their neighbours in the line tell.
    fn mend_words(&mut self) {
        let heading_height = HEADING_SHARE * self.line_height();
        // "I Innledning" is chapter 1 where another heading of the page has an Arabic number; else it can be chapter I.
        let is_numbered =
            |line: &OcrLine| line.height >= heading_height && ocr_words::has_section_number(&line.words);
        let are_numbered = self.lines.iter().any(is_numbered);
        for line in &mut self.lines {
            let is_heading = are_numbered && line.height >= heading_height;
            self.n_mended += ocr_words::mend(&mut line.words, line.height, is_heading);
        }
    }

    /// By how many quarters the picture has to be turned clockwise to be upright, as far as this reading tells: 0 when it is.
    ///
    /// tesseract finds by itself that lines run down or up a page, and reads them, but as lines that are columns; when it takes the
    /// wrong one of the two, or a page stands on its head, the confidence is low.
    pub(crate) fn quarter_turns_wanted(&self) -> u8 {
        let Some(confidence) = self.confidence() else { return 0 };
        let is_sure = confidence >= TURN_CONFIDENCE_MAX;
        match (self.downward_share(), is_sure) {
            (down, true) if down > 0.5 => 3,
            (down, true) if down < -0.5 => 1,
            (down, false) if down > 0.5 => 1,
            (down, false) if down < -0.5 => 3,
            (_, true) => 0,
            (_, false) => 2,
        }
    }

    /// From −1, all lines of several words run up the page, to 1, all run down; 0 when they run across it.
    fn downward_share(&self) -> f32 {
        let (mut down, mut all) = (0, 0);
        for line in &self.lines {
            let ([left, top, right, bottom], [first, .., last]) = (line.area, line.words.as_slice()) else {
                continue;
            };
            let length = line.words.iter().map(|word| word.text.chars().count() as i32).sum::<i32>();
            let is_column = bottom - top > 2 * (right - left);
            down += if is_column { length * (last.area[1] - first.area[1]).signum() } else { 0 };
            all += length;
        }
        down as f32 / all.max(1) as f32
    }

    /// Whether this reading, of the turned picture, is the right one and not that `before`.
    pub(crate) fn is_better_than(&self, before: &OcrPage) -> bool {
        let length = |page: &OcrPage| page.words().map(|word| word.text.chars().count()).sum::<usize>();
        self.quarter_turns_wanted() == 0 && 2 * length(self) >= length(before)
    }

    fn words(&self) -> impl Iterator<Item = &OcrWord> {
        self.lines.iter().flat_map(|line| &line.words)
    }

    /// The place on the page as it is shown, `width_pt` by `height_pt` as it was read, of a place on the page as it was read.
    pub(crate) fn as_shown(&self, area: Rect, (width_pt, height_pt): (f32, f32)) -> Rect {
        let Rect { left, top, right, bottom } = area;
        match self.quarter_turns {
            1 => Rect { left: top, top: width_pt - right, right: bottom, bottom: width_pt - left },
            2 => Rect {
                left: width_pt - right,
                top: height_pt - bottom,
                right: width_pt - left,
                bottom: height_pt - top,
            },
            3 => Rect { left: height_pt - bottom, top: left, right: height_pt - top, bottom: right },
            _ => area,
        }
    }

    /// The mean confidence of its characters, from 0 to 100; `None` without words.
    pub(crate) fn confidence(&self) -> Option<f32> {
        mean_confidence(self.words())
    }

    /// The same for the words whose middle is in `area`, in points of a page that is `width_pt` wide.
    pub(crate) fn confidence_in(&self, area: Rect, width_pt: f32) -> Option<f32> {
        let scale = width_pt / self.width_px.max(1) as f32;
        let is_in = |word: &&OcrWord| {
            let [left, top, right, bottom] = word.area.map(|edge| edge as f32 * scale);
            let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
            (area.left..=area.right).contains(&x) && (area.top..=area.bottom).contains(&y)
        };
        mean_confidence(self.words().filter(is_in))
    }

    /// The page for the layout.
    pub(crate) fn scanned(&self) -> ScannedPage {
        let word = |word: &OcrWord| ScannedWord { text: word.text.clone(), area: rect(word.area) };
        let line = |line: &OcrLine| ScannedLine {
            area: rect(line.area),
            baseline: line.baseline,
            slope: line.slope,
            size: line.height / HEIGHT_EM,
            words: line.words.iter().map(word).collect(),
        };
        ScannedPage {
            width: self.width_px as f32,
            is_sideways: self.quarter_turns % 2 == 1,
            lines: self.lines.iter().map(line).collect(),
        }
    }
}

fn rect([left, top, right, bottom]: [i32; 4]) -> Rect {
    Rect { left: left as f32, top: top as f32, right: right as f32, bottom: bottom as f32 }
}

fn mean_confidence<'a>(words: impl Iterator<Item = &'a OcrWord>) -> Option<f32> {
    let weigh = |(sum, n): (f32, f32), word: &OcrWord| {
        let length = word.text.chars().count() as f32;
        (sum + length * f32::from(word.confidence), n + length)
    };
    let (sum, n) = words.fold((0.0, 0.0), weigh);
    (n > 0.0).then(|| sum / n)
}

/// The Roman number of a heading that tesseract reads as something else.
fn roman(text: &str) -> Option<&'static str> {
    match text {
        "Il" => Some("II"),
        "Ill" | "IlI" | "IIl" | "ITI" | "ITTI" | "IIT" | "lil" => Some("III"),
        _ => None,
    }
}

fn last_word(page: &mut OcrPage) -> Option<&mut OcrWord> {
    page.lines.last_mut()?.words.last_mut()
}

/// The sign that an entity stands for; none for an unknown one.
fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" | "#39" => Some('\''),
        _ => char::from_u32(name.strip_prefix('#')?.parse().ok()?),
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
    found.map(|attribute| attribute.value.into_owned()).unwrap_or_default()
}

/// The numbers of a property of a title: `bbox 197 100 634 126; baseline 0 -6`.
fn numbers(title: &str, name: &str) -> Vec<f32> {
    let property =
        title.split(';').map(str::trim).find_map(|part| part.strip_prefix(name)?.strip_prefix(' '));
    property.into_iter().flat_map(str::split_whitespace).filter_map(|number| number.parse().ok()).collect()
}

fn area(title: &str) -> [i32; 4] {
    let edges: Vec<i32> = numbers(title, "bbox").into_iter().map(|edge| edge as i32).collect();
    edges.try_into().unwrap_or_default()
}

fn word(title: &str) -> OcrWord {
    let confidence = numbers(title, "x_wconf").first().copied().unwrap_or(0.0).clamp(0.0, 100.0) as u8;
    OcrWord { text: String::new(), area: area(title), confidence }
}

fn line(title: &str) -> OcrLine {
    let area = area(title);
    let baseline = numbers(title, "baseline");
    let (slope, offset) = (baseline.first().copied().unwrap_or(0.0), baseline.get(1).copied().unwrap_or(0.0));
    let height = numbers(title, "x_size").first().copied().unwrap_or((area[3] - area[1]) as f32);
    OcrLine { area, baseline: area[3] as f32 + offset, slope, height, words: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(words: &[&str]) -> OcrPage {
        let spans: String = (0..)
            .zip(words)
            .map(|(at, word)| {
                format!(
                    "<span class='ocrx_word' title='bbox {} 10 {} 30; x_wconf 90'>{word}</span>",
                    at * 50,
                    at * 50 + 40
                )
            })
            .collect();
        let hocr = format!(
            "<html><body><div class='ocr_page'><span class='ocr_line' title=\"bbox 0 10 500 36; baseline 0.01 -6; x_size 26\">\
             {spans}</span></div></body></html>"
        );
        OcrPage::of_hocr(hocr.as_bytes(), 1_654).expect("hOCR")
    }

    fn texts(page: &OcrPage) -> Vec<&str> {
        page.lines.iter().flat_map(|line| &line.words).map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn lines_and_words_have_their_places_and_confidences() {
        let page = page(&["Mål", "&amp;", "midler"]);
        assert_eq!(texts(&page), ["Mål", "&", "midler"]);
        let line = &page.lines[0];
        assert_eq!((line.baseline, line.slope, line.height), (30.0, 0.01, 26.0));
        assert_eq!((line.words[2].area, line.words[2].confidence), ([100, 10, 140, 30], 90));
        assert_eq!(page.confidence(), Some(90.0));
        assert_eq!(OcrPage::of_hocr(b"Error opening data file", 10), None);
    }

    /// A page of two lines of three words, `lines` and `words` giving the places of the first line's box and words.
    fn lined(area: [i32; 4], words: [[i32; 4]; 3], confidence: u8) -> OcrPage {
        let word = |area| OcrWord { text: "tillit".to_owned(), area, confidence };
        let line = OcrLine { area, words: words.map(word).to_vec(), ..OcrLine::default() };
        OcrPage { width_px: 1_000, lines: vec![line], ..OcrPage::default() }
    }

    #[test]
    fn a_page_on_its_side_or_head_is_told_by_its_lines_and_its_confidence() {
        let across = [[100, 10, 190, 30], [200, 10, 290, 30], [300, 10, 390, 30]];
        let down = [[10, 100, 30, 190], [10, 200, 30, 290], [10, 300, 30, 390]];
        let up = [down[2], down[1], down[0]];
        let wanted = |area, words, confidence| lined(area, words, confidence).quarter_turns_wanted();
        assert_eq!([93, 23].map(|sure| wanted([100, 10, 390, 30], across, sure)), [0, 2]);
        assert_eq!([93, 23].map(|sure| wanted([10, 100, 30, 390], down, sure)), [3, 1]);
        assert_eq!([93, 23].map(|sure| wanted([10, 100, 30, 390], up, sure)), [1, 3]);
        assert_eq!(OcrPage::default().quarter_turns_wanted(), 0);
        let (on_its_head, upright) =
            (lined([100, 10, 390, 30], across, 23), lined([100, 10, 390, 30], across, 93));
        assert!(upright.is_better_than(&on_its_head) && !on_its_head.is_better_than(&upright));
        assert!(!OcrPage::default().is_better_than(&on_its_head));
    }

    #[test]
    fn a_place_on_a_turned_page_is_where_it_is_shown() {
        // A page of 600 × 800 points with a word 10 to 60 from the left and 20 to 30 from the top.
        let shown = Rect { left: 10.0, top: 20.0, right: 60.0, bottom: 30.0 };
        let read = [
            (0, shown, (600.0, 800.0)),
            (1, Rect { left: 770.0, top: 10.0, right: 780.0, bottom: 60.0 }, (800.0, 600.0)),
            (2, Rect { left: 540.0, top: 770.0, right: 590.0, bottom: 780.0 }, (600.0, 800.0)),
            (3, Rect { left: 20.0, top: 540.0, right: 30.0, bottom: 590.0 }, (800.0, 600.0)),
        ];
        for (quarter_turns, area, size) in read {
            let page = OcrPage { quarter_turns, ..OcrPage::default() };
            assert_eq!(page.as_shown(area, size), shown, "{quarter_turns}");
        }
    }

    #[test]
    fn known_confusions_are_mended_and_counted() {
        let mended = page(&["e", "etter", "$", "4", "og", "$12", "koster", "5$", "US$"]);
        assert_eq!(texts(&mended), ["•", "etter", "§", "4", "og", "§12", "koster", "5$", "US$"]);
        assert_eq!(mended.n_mended, 3);
        assert_eq!(texts(&page(&["e"])), ["e"]);
        assert_eq!(texts(&page(&["Ill", "Årets", "|", "tall"])), ["III", "Årets", "tall"]);
        assert_eq!(texts(&page(&["ITI", "Årets", "tall"])), ["III", "Årets", "tall"]);
        assert_eq!(texts(&page(&["ITI", "er", "en", "forkortelse"]))[0], "ITI");
    }

    /// The box of a line, its height, and its words with the height of each.
    type TestLine<'a> = ([i32; 4], f32, &'a [(&'a str, i32)]);

    fn of_lines(lines: &[TestLine<'_>]) -> OcrPage {
        let line = |(area, height, words): &TestLine<'_>| {
            let [left, top, right, _] = *area;
            let word = |(text, height): &(&str, i32)| OcrWord {
                text: (*text).to_owned(),
                area: [left, top, right, top + height],
                confidence: 90,
            };
            OcrLine {
                area: *area,
                height: *height,
                words: words.iter().map(word).collect(),
                ..OcrLine::default()
            }
        };
        OcrPage { lines: lines.iter().map(line).collect(), ..OcrPage::default() }
    }

    #[test]
    fn a_heading_has_the_number_1_where_others_have_arabic_numbers() {
        let text: &[(&str, i32)] = &[("Teksten", 28), ("er", 28), ("her", 28), ("skrevet", 28)];
        let first = |other: &str| {
            let mut page = of_lines(&[
                ([10, 10, 400, 46], 36.0, &[("I", 28), ("Innledning", 28)]),
                ([10, 60, 400, 90], 28.0, text),
                ([10, 100, 400, 130], 28.0, text),
                ([10, 140, 400, 176], 36.0, &[(other, 28), ("Skogen", 28)]),
            ]);
            page.mend_words();
            page.lines[0].words[0].text.clone()
        };
        assert_eq!(["2", "1.1", "II", "Om"].map(first), ["1", "1", "I", "I"]);
    }

    #[test]
    fn pieces_of_rules_are_no_words() {
        let mut page = of_lines(&[
            ([10, 10, 400, 40], 30.0, &[("Beløp", 22), ("i", 20), ("prosent", 28), ("–", 2)]),
            ([10, 44, 400, 47], 3.0, &[("EE", 3), ("i", 1)]),
        ]);
        page.remove_rules();
        assert_eq!(texts(&page), ["Beløp", "i", "prosent", "–"]);
    }

    #[test]
    fn a_small_line_at_the_foot_of_its_column_begins_with_the_mark_of_note_1() {
        let text: &[(&str, i32)] = &[("Departementet", 28), ("viser", 28), ("til", 28)];
        let note: &[(&str, i32)] = &[("I", 20), ("Reformen", 20), ("omtales", 20)];
        let first = |page: &OcrPage, line: usize| page.lines[line].words[0].text.clone();
        let mended = |lines: &[TestLine<'_>]| {
            let mut page = of_lines(lines);
            page.mend_note_marks();
            page
        };
        // The column beside goes on further down.
        let page = mended(&[
            ([10, 10, 400, 40], 30.0, text),
            ([10, 80, 400, 100], 22.0, note),
            ([10, 110, 400, 130], 22.0, &[("IReknestykket", 20), ("er", 20)]),
            ([500, 150, 900, 180], 30.0, text),
        ]);
        assert_eq!(
            (first(&page, 1), first(&page, 2), page.n_mended),
            ("1".into(), "1 Reknestykket".into(), 2)
        );
        // Small type between lines of text, and text of the usual size, are no notes.
        let page = mended(&[
            ([10, 10, 400, 30], 22.0, note),
            ([10, 50, 400, 80], 30.0, text),
            ([10, 90, 400, 120], 30.0, note),
        ]);
        assert_eq!((first(&page, 0), first(&page, 2), page.n_mended), ("I".into(), "I".into(), 0));
    }
}
