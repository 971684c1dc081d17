//! A page of a PDF → its picture, drawn by hayro as a viewer shows it: crop box and rotation respected.
//!
//! Draws white under the page. Refuses encrypted files that hayro cannot open, pages that are not there, and pictures over
//! [`PIXELS_MAX`]. Memory and time are the child process's own limits.

use crate::text::Rejection;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Name, Stream};
use hayro::hayro_syntax::page::{Page, Rotation};
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

/// A page of A4 at 400 dpi has 15 million; at four bytes a pixel the picture has 64 MB, and drawing takes a few times as much.
const PIXELS_MAX: f32 = 16e6;
/// The renderer counts the pixels of a side in 16 bits.
const SIDE_MAX: f32 = 65_535.0;

/// What can be done about a page without a picture.
const OTHER_PROGRAM: &str = "open the file with another program";

/// The size in which a page is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Size {
    /// So many pixels wide.
    Width(u32),
    /// So many pixels an inch. A page that is one image of about that resolution is drawn at exactly its own, so that its pixels stay
    /// as they are: half a shade at each edge costs a fax one word in two hundred.
    Dpi(u32),
}

/// The picture of page `number`, counted from 1.
///
/// # Errors
/// When the file cannot be opened or has no such page, or the picture would be too large.
pub(super) fn page_image(bytes: &[u8], number: u32, size: Size) -> Result<Pixmap, Rejection> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| undrawn(format!("{error:?}")))?;
    let pages = pdf.pages();
    let index = (number as usize).checked_sub(1);
    let page = index.and_then(|index| pages.get(index));
    let page = page.ok_or_else(|| {
        Rejection::new(format!("there is no page {number} among {}", pages.len()), OTHER_PROGRAM)
    })?;
    let (x_scale, y_scale) = scale(page, size)?;
    let look = PixmapSettings { x_scale, y_scale, bg_color: WHITE };
    let (interpreter, render) = (InterpreterSettings::default(), RenderSettings::default());
    Ok(hayro::render(page, &RenderCache::new(), &interpreter, &render, &look))
}

/// The rejection of a page, of which `cause` says why it has no picture.
pub(super) fn undrawn(cause: impl std::fmt::Display) -> Rejection {
    Rejection::new(format!("the page cannot be drawn: {cause}"), OTHER_PROGRAM)
}

/// The picture in shades of grey, as a file of Netpbm (PGM), without the specks of a fax and the grey of the paper.
pub(super) fn grey(picture: &Pixmap) -> Vec<u8> {
    // ITU-R BT.601; the page is opaque.
    let shade = |[r, g, b, _]: [u8; 4]| {
        ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)) / 1_000) as u8
    };
    let pixels = picture.data_as_u8_slice().chunks_exact(4);
    let mut pixels: Vec<u8> = pixels.map(|pixel| shade([pixel[0], pixel[1], pixel[2], pixel[3]])).collect();
    let width = usize::from(picture.width());
    if is_black_and_white(&pixels) {
        remove_specks(&mut pixels, width);
    } else {
        whiten_paper(&mut pixels);
    }
    pgm(width, &pixels)
}

fn pgm(width: usize, pixels: &[u8]) -> Vec<u8> {
    [format!("P5\n{width} {}\n255\n", pixels.len() / width.max(1)).as_bytes(), pixels].concat()
}

/// A picture of [`grey`] turned clockwise by so many quarters, and its width. `None` when it is no such picture.
pub(crate) fn turned(picture: &[u8], quarter_turns: u8) -> Option<(u32, Vec<u8>)> {
    let mut parts = picture.splitn(4, |byte| *byte == b'\n');
    let (_, size, _, pixels) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (width, height) = std::str::from_utf8(size).ok()?.split_once(' ')?;
    let (width, height): (usize, usize) = (width.parse().ok()?, height.parse().ok()?);
    if width.checked_mul(height) != Some(pixels.len()) || pixels.is_empty() {
        return None;
    }
    let at = |x: usize, y: usize| pixels[y * width + x];
    let (new_width, turned): (usize, Vec<u8>) = match quarter_turns % 4 {
        1 => (height, (0..width).flat_map(|x| (0..height).rev().map(move |y| at(x, y))).collect()),
        2 => (width, pixels.iter().rev().copied().collect()),
        3 => (height, (0..width).rev().flat_map(|x| (0..height).map(move |y| at(x, y))).collect()),
        _ => (width, pixels.to_vec()),
    };
    Some((u32::try_from(new_width).ok()?, pgm(new_width, &turned)))
}

/// Shades from here on are white, those below the other black.
const BLACK_AND_WHITE: std::ops::Range<u8> = 32..224;
/// A picture with a smaller share of shades between is black and white. The edges of drawn letters alone have 2 per cent of a page.
const GREY_SHARE_MAX: f32 = 0.002;
/// A dark spot of so many pixels or fewer is a speck: at 200 dpi the dot of an i in 8 points has 9, a full stop in 6 points 4.
const SPECK_PIXELS_MAX: usize = 2;

fn is_black_and_white(pixels: &[u8]) -> bool {
    let n_grey = pixels.iter().filter(|shade| BLACK_AND_WHITE.contains(shade)).count();
    (n_grey as f32) < GREY_SHARE_MAX * pixels.len() as f32
}

/// Paper of this shade or lighter is white.
const WHITE_PAPER: usize = 250;
/// Shades so near to that of the paper are its noise.
const PAPER_NOISE: usize = 16;
/// A page whose paper has a smaller share of it shows something else.
const PAPER_SHARE_MIN: f32 = 0.4;
/// Ink of this shade or darker is black.
const BLACK_INK: f32 = 40.0;
/// Shades from this share of the paper's on are white.
const WHITE_SHARE: f32 = 0.8;

/// Makes grey paper white and its ink black, where most of the page is paper. On a sample letter with tables from a scanner whose paper has
/// the shade 236, with a noise of 12 to each side, tesseract is wrong on one word in twenty, and after this on one in two hundred.
fn whiten_paper(pixels: &mut [u8]) {
    let mut counts = [0usize; 256];
    pixels.iter().for_each(|shade| counts[usize::from(*shade)] += 1);
    let Some(paper) = (128..256).max_by_key(|shade| counts[*shade]) else { return };
    let n_paper: usize = counts[paper - PAPER_NOISE..(paper + PAPER_NOISE).min(256)].iter().sum();
    if paper >= WHITE_PAPER || (n_paper as f32) < PAPER_SHARE_MIN * pixels.len() as f32 {
        return;
    }
    let white = WHITE_SHARE * paper as f32;
    let stretched =
        |shade: u8| (255.0 * (f32::from(shade) - BLACK_INK) / (white - BLACK_INK)).clamp(0.0, 255.0) as u8;
    pixels.iter_mut().for_each(|shade| *shade = stretched(*shade));
}

/// Makes dark spots of up to [`SPECK_PIXELS_MAX`] pixels white. On the sample pages as a fax tesseract is wrong on 1.3 per cent of the
/// words without specks, and on 1.9 with them; a median filter, which also takes off the ends of strokes, makes it 6.
fn remove_specks(pixels: &mut [u8], width: usize) {
    let height = pixels.len() / width.max(1);
    let neighbours = |at: usize| {
        let (x, y) = (at % width, at / width);
        let (xs, ys) =
            (x.saturating_sub(1)..=(x + 1).min(width - 1), y.saturating_sub(1)..=(y + 1).min(height - 1));
        ys.flat_map(move |y| xs.clone().map(move |x| y * width + x))
    };
    for start in 0..pixels.len() {
        if pixels[start] >= BLACK_AND_WHITE.end {
            continue;
        }
        let mut spot = vec![start];
        let mut next = 0;
        while next < spot.len() && spot.len() <= SPECK_PIXELS_MAX {
            for at in neighbours(spot[next]) {
                if pixels[at] < BLACK_AND_WHITE.end && !spot.contains(&at) {
                    spot.push(at);
                }
            }
            next += 1;
        }
        if spot.len() <= SPECK_PIXELS_MAX {
            spot.into_iter().for_each(|at| pixels[at] = u8::MAX);
        }
    }
}

/// Pixels for each unit of the page, across and down.
fn scale(page: &Page<'_>, size: Size) -> Result<(f32, f32), Rejection> {
    let (width, height) = page.render_dimensions();
    let (x_scale, y_scale) = match size {
        Size::Width(pixels) => [scale_to(pixels, width); 2].into(),
        Size::Dpi(dpi) => scale_of_image(page, dpi).unwrap_or([dpi as f32 / 72.0; 2].into()),
    };
    let (width, height) = (width * x_scale, height * y_scale);
    let is_drawable =
        width >= 1.0 && height >= 1.0 && width.max(height) <= SIDE_MAX && width * height <= PIXELS_MAX;
    match is_drawable {
        true => Ok((x_scale, y_scale)),
        false => {
            let reason =
                format!("a picture of {width:.0} × {height:.0} pixels is not drawn: 1 to {PIXELS_MAX} are");
            Err(Rejection::new(reason, OTHER_PROGRAM))
        }
    }
}

/// Pixels for each unit of a side of this length that shall have so many. The renderer cuts the side to whole pixels: a little more, so
/// that the wanted ones are there.
fn scale_to(pixels: u32, length: f32) -> f32 {
    (pixels as f32 + 0.01) / length
}

/// The scale at which the largest image of the page has a pixel of the picture for each of its own, when that is about `dpi` and the
/// image has the shape of the page.
fn scale_of_image(page: &Page<'_>, dpi: u32) -> Option<(f32, f32)> {
    // 204 dpi of a fax is within it; a finer image is drawn smaller, which takes less time and gives as many words.
    const NEAR: std::ops::RangeInclusive<f32> = 0.92..=1.08;
    const SAME_SHAPE: std::ops::RangeInclusive<f32> = 0.997..=1.003;
    let images = &page.resources().x_objects;
    let size = |name: Name<'_>| {
        let image = images.get::<Stream<'_>>(&*name)?;
        Some((image.dict().get::<u32>("Width")?, image.dict().get::<u32>("Height")?))
    };
    let (across, down) = images.keys().filter_map(size).max()?;
    let (width, height) = page.base_dimensions();
    let (x_scale, y_scale) = (scale_to(across, width), scale_to(down, height));
    let is_near = NEAR.contains(&(x_scale * 72.0 / dpi as f32));
    let scales = match page.rotation() {
        Rotation::None | Rotation::Flipped => (x_scale, y_scale),
        Rotation::Horizontal | Rotation::FlippedHorizontal => (y_scale, x_scale),
    };
    (is_near && SAME_SHAPE.contains(&(x_scale / y_scale))).then_some(scales)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(rows: &[&str]) -> (usize, Vec<u8>) {
        let shade = |sign: u8| if sign == b'#' { 0 } else { 255 };
        (rows[0].len(), rows.iter().flat_map(|row| row.bytes().map(shade)).collect())
    }

    #[test]
    fn specks_are_removed_and_dots_and_the_ends_of_strokes_stay() {
        let (width, mut pixels) = picture(&["#....##.", "....#..#", ".##.#...", ".##..##.", "........"]);
        remove_specks(&mut pixels, width);
        assert_eq!(pixels, picture(&[".....##.", "....#..#", ".##.#...", ".##..##.", "........"]).1);
        let (width, mut pixels) = picture(&["#....", "...#.", "....#"]);
        remove_specks(&mut pixels, width);
        assert_eq!(pixels, picture(&[".....", ".....", "....."]).1);
    }

    #[test]
    fn a_picture_with_shades_is_not_black_and_white() {
        let mut pixels = vec![255; 10_000];
        pixels[..1_000].fill(0);
        assert!(is_black_and_white(&pixels));
        pixels[..200].fill(128);
        assert!(!is_black_and_white(&pixels));
    }

    #[test]
    fn grey_paper_becomes_white_and_white_paper_stays() {
        let page = |paper: u8, ink: u8| {
            let mut pixels: Vec<u8> = (0..1_000u32).map(|at| paper - (at % 12) as u8).collect();
            pixels[..50].fill(ink);
            whiten_paper(&mut pixels);
            (pixels[0], pixels[500])
        };
        assert_eq!(page(240, 20), (0, 255));
        assert_eq!(page(255, 60), (60, 247));
        // Half of the page is dark: a picture.
        let mut picture = [vec![100; 700], vec![240; 300]].concat();
        whiten_paper(&mut picture);
        assert_eq!((picture[0], picture[999]), (100, 240));
    }

    #[test]
    fn a_picture_is_turned_clockwise_by_quarters() {
        let file = pgm(3, b"abcdef");
        let turned_by = |quarters| turned(&file, quarters).expect("a picture");
        assert_eq!(turned_by(0), (3, pgm(3, b"abcdef")));
        assert_eq!(turned_by(1), (2, pgm(2, b"daebfc")));
        assert_eq!(turned_by(2), (3, pgm(3, b"fedcba")));
        assert_eq!(turned_by(3), (2, pgm(2, b"cfbead")));
        assert_eq!(turned(&file[..file.len() - 1], 1), None);
    }
}
