//! A page of a PDF → its picture, drawn by hayro as a viewer shows it: crop box and rotation respected.
//!
//! Draws white under the page. Refuses encrypted files that hayro cannot open, pages that are not there, and pictures over
//! [`PIXELS_MAX`]. Memory and time are the child process's own limits.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

/// A page of A4 at 400 dpi has 15 million; at four bytes a pixel the picture has 64 MB, and drawing takes a few times as much.
const PIXELS_MAX: f32 = 16e6;
/// The renderer counts the pixels of a side in 16 bits.
const SIDE_MAX: f32 = 65_535.0;

/// The size in which a page is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Size {
    /// So many pixels wide.
    Width(u32),
    /// So many pixels an inch.
    Dpi(u32),
}

/// The picture of page `number`, counted from 1.
///
/// # Errors
/// Why there is none: lower case, no full stop.
pub(super) fn page_image(bytes: &[u8], number: u32, size: Size) -> Result<Pixmap, String> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| format!("the page cannot be drawn: {error:?}"))?;
    let pages = pdf.pages();
    let index = (number as usize).checked_sub(1);
    let page = index.and_then(|index| pages.get(index));
    let page = page.ok_or_else(|| format!("there is no page {number} among {}", pages.len()))?;
    let scale = scale(page, size)?;
    let look = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let (interpreter, render) = (InterpreterSettings::default(), RenderSettings::default());
    Ok(hayro::render(page, &RenderCache::new(), &interpreter, &render, &look))
}

/// The picture in shades of grey, as a file of Netpbm (PGM).
pub(super) fn grey(picture: &Pixmap) -> Vec<u8> {
    let mut file = format!("P5\n{} {}\n255\n", picture.width(), picture.height()).into_bytes();
    // ITU-R BT.601; the page is opaque.
    let shade = |[r, g, b, _]: [u8; 4]| {
        ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)) / 1_000) as u8
    };
    let pixels = picture.data_as_u8_slice().chunks_exact(4);
    file.extend(pixels.map(|pixel| shade([pixel[0], pixel[1], pixel[2], pixel[3]])));
    file
}

/// Pixels for each unit of the page.
fn scale(page: &Page<'_>, size: Size) -> Result<f32, String> {
    let (width, height) = page.render_dimensions();
    let scale = match size {
        // The renderer cuts the side to whole pixels: a little more, so that the wanted ones are there.
        Size::Width(pixels) => (pixels as f32 + 0.01) / width,
        Size::Dpi(dpi) => dpi as f32 / 72.0,
    };
    let (width, height) = (width * scale, height * scale);
    let is_drawable =
        width >= 1.0 && height >= 1.0 && width.max(height) <= SIDE_MAX && width * height <= PIXELS_MAX;
    match is_drawable {
        true => Ok(scale),
        false => {
            Err(format!("a picture of {width:.0} × {height:.0} pixels is not drawn: 1 to {PIXELS_MAX} are"))
        }
    }
}
