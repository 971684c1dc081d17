//! A page's boxes and its rotation → its size as shown, and the way there from its user space.

use super::{super::model::Matrix, Objects};
use lopdf::Dictionary;

/// Width and height of the page as shown, and the matrix from its user space to points from the top left.
pub(crate) fn frame(objects: &Objects, page: &Dictionary) -> (f32, f32, Matrix) {
    let numbers = |key: &[u8]| {
        let array = objects.inherited(page, key)?.as_array().ok()?;
        let numbers: Vec<f32> =
            array.iter().filter_map(|item| objects.resolve(item)?.as_float().ok()).collect();
        <[f32; 4]>::try_from(numbers).ok().filter(|r| r[0] != r[2] && r[1] != r[3])
    };
    let [left, low, right, high] = match (numbers(b"CropBox"), numbers(b"MediaBox")) {
        (Some(crop), Some(media)) => within(ordered(crop), ordered(media)),
        (Some(only), None) | (None, Some(only)) => ordered(only),
        (None, None) => [0.0, 0.0, 595.0, 842.0],
    };
    let unit = objects.number(page, b"UserUnit").filter(|unit| *unit > 0.0).unwrap_or(1.0);
    let (w, h) = ((right - left) * unit, (high - low) * unit);
    let turn = objects.inherited(page, b"Rotate").and_then(|turn| turn.as_float().ok()).unwrap_or(0.0) as i32;
    let u = unit;
    match turn.rem_euclid(360) {
        90 => (h, w, [0.0, u, u, 0.0, -low * u, -left * u]),
        180 => (w, h, [-u, 0.0, 0.0, u, right * u, -low * u]),
        270 => (h, w, [0.0, -u, -u, 0.0, high * u, right * u]),
        _ => (w, h, [u, 0.0, 0.0, -u, -left * u, high * u]),
    }
}

fn ordered([x0, y0, x1, y1]: [f32; 4]) -> [f32; 4] {
    [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
}

/// The part of `crop` that lies in `media`; `media` when there is none.
fn within(crop: [f32; 4], media: [f32; 4]) -> [f32; 4] {
    let both = [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])];
    if both[0] < both[2] && both[1] < both[3] { both } else { media }
}
