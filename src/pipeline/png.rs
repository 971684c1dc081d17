//! Charts as pictures: SVG → PNG, with the fonts of this machine.

use super::{Error, ErrorKind};
use resvg::{tiny_skia, usvg};

/// Pixels for each unit of the SVG: sharp in print at half a page.
const SCALE: f32 = 2.0;

/// The picture of `svg` as PNG.
///
/// # Errors
/// When this machine has no fonts, or the picture would be too large.
pub(crate) fn png_of(svg: &str) -> Result<Vec<u8>, Error> {
    let mut options = usvg::Options::default();
    options.fontdb_mut().load_system_fonts();
    if options.fontdb.is_empty() {
        let hint = "install a font, for example fonts-dejavu or fonts-liberation, or write SVG";
        return Err(Error {
            kind: ErrorKind::World,
            message: "this machine has no fonts: the chart would have no text".to_owned(),
            hint: Some(hint.to_owned()),
        });
    }
    // The style of the chart names system-ui first, which is no font of a file.
    for family in ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial", "Helvetica"] {
        let query =
            usvg::fontdb::Query { families: &[usvg::fontdb::Family::Name(family)], ..Default::default() };
        if options.fontdb.query(&query).is_some() {
            options.fontdb_mut().set_sans_serif_family(family);
            break;
        }
    }
    let failure = |error: String| Error {
        kind: ErrorKind::World,
        message: format!("cannot draw the chart: {error}"),
        hint: None,
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| failure(error.to_string()))?;
    let size =
        tree.size().to_int_size().scale_by(SCALE).ok_or_else(|| failure("it has no size".to_owned()))?;
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())
        .ok_or_else(|| failure("it is too large for a picture; write SVG".to_owned()))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| failure(error.to_string()))
}
