//! A PDF → its scanned twin: the same pages as pictures, as a scanner or a fax machine gives them.

use flate2::{Compression, write::ZlibEncoder};
use ordskifte::pipeline::Parsers;
use resvg::tiny_skia::Pixmap;
use std::io::Write;

/// How pages come to be pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scanner {
    /// Drawn at 200 dpi, nothing lost.
    Clean,
    /// Turned by 0.6 degrees, blurred, on greyish paper, with noise.
    Office,
    /// Turned by 0.3 degrees, black and white at 200 dpi, with specks.
    Fax,
    /// As an office scanner, laid on its side: turned clockwise by so many quarters.
    Turned(u8),
}

/// A page of A4 at 200 dpi.
const WIDTH_PX: u32 = 1_654;
const PAGES_MAX: u32 = 500;

/// The scanned twin of the PDF in `bytes`.
pub fn twin(parsers: &Parsers, bytes: &[u8], scanner: Scanner) -> Vec<u8> {
    let pages = (1..=PAGES_MAX).map_while(|number| parsers.page_view(bytes, number, WIDTH_PX).ok()?.ok());
    let pictures = pages.map(|view| {
        let picture = Pixmap::decode_png(&view.png).expect("the view is PNG");
        let (width_pt, height_pt) = match scanner {
            Scanner::Turned(1 | 3) => (view.height_pt, view.width_pt),
            _ => (view.width_pt, view.height_pt),
        };
        (scanned(&Grey::of(&picture), scanner), width_pt, height_pt)
    });
    pdf(pictures)
}

/// A picture in shades of grey.
#[derive(Clone)]
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Grey {
    fn of(picture: &Pixmap) -> Grey {
        let pixels = picture.pixels().iter().map(|pixel| {
            ((299 * u32::from(pixel.red()) + 587 * u32::from(pixel.green()) + 114 * u32::from(pixel.blue()))
                / 1_000) as u8
        });
        Grey { width: picture.width() as usize, height: picture.height() as usize, pixels: pixels.collect() }
    }

    /// White outside.
    fn at(&self, x: isize, y: isize) -> f32 {
        let is_in = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        if is_in { f32::from(self.pixels[y as usize * self.width + x as usize]) } else { 255.0 }
    }

    fn map(&self, value: impl Fn(usize, usize) -> f32) -> Grey {
        let all = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        Grey { pixels: all.map(|(x, y)| value(x, y).clamp(0.0, 255.0) as u8).collect(), ..*self }
    }

    /// Turned clockwise by a quarter.
    fn quarter(&self) -> Grey {
        let down = |x: usize| (0..self.height).rev().map(move |y| self.pixels[y * self.width + x]);
        Grey { width: self.height, height: self.width, pixels: (0..self.width).flat_map(down).collect() }
    }

    fn turned(&self, degrees: f32) -> Grey {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (cx, cy) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        self.map(|x, y| {
            let (dx, dy) = (x as f32 - cx, y as f32 - cy);
            let (sx, sy) = (cx + dx * cos + dy * sin, cy - dx * sin + dy * cos);
            let (left, top) = (sx.floor(), sy.floor());
            let (fx, fy) = (sx - left, sy - top);
            let pixel = |dx, dy| self.at(left as isize + dx, top as isize + dy);
            let above = pixel(0, 0) * (1.0 - fx) + pixel(1, 0) * fx;
            let below = pixel(0, 1) * (1.0 - fx) + pixel(1, 1) * fx;
            above * (1.0 - fy) + below * fy
        })
    }

    /// Each pixel the weighted mean of nine.
    fn blurred(&self) -> Grey {
        self.map(|x, y| {
            let pixel = |dx: isize, dy: isize| self.at(x as isize + dx, y as isize + dy);
            let around = |dy| pixel(-1, dy) + 2.0 * pixel(0, dy) + pixel(1, dy);
            (around(-1) + 2.0 * around(0) + around(1)) / 16.0
        })
    }
}

fn scanned(page: &Grey, scanner: Scanner) -> Grey {
    match scanner {
        Scanner::Clean => page.clone(),
        Scanner::Office => {
            let page = page.turned(0.6).blurred();
            page.map(|x, y| 0.88 * page.at(x as isize, y as isize) + 12.0 + 24.0 * (noise(x, y) - 0.5))
        }
        Scanner::Turned(quarters) => {
            (0..quarters).fold(scanned(page, Scanner::Office), |page, _| page.quarter())
        }
        Scanner::Fax => {
            let page = page.turned(0.3);
            page.map(|x, y| {
                let is_speck = noise(x, y) < 0.0005;
                if is_speck || page.at(x as isize, y as isize) < 128.0 { 0.0 } else { 255.0 }
            })
        }
    }
}

/// From 0 to 1, the same for the same place.
fn noise(x: usize, y: usize) -> f32 {
    let mut state = (x as u64) << 32 | y as u64;
    for _ in 0..3 {
        state = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state ^= state >> 27;
    }
    (state >> 40) as f32 / (1 << 24) as f32
}

/// A PDF with a picture for each page.
fn pdf(pictures: impl Iterator<Item = (Grey, f32, f32)>) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut offsets = Vec::new();
    let mut add = |out: &mut Vec<u8>, number: usize, head: &str, stream: Option<&[u8]>| {
        offsets.push((number, out.len()));
        write!(out, "{number} 0 obj\n{head}\n").expect("memory");
        if let Some(stream) = stream {
            out.extend(b"stream\n");
            out.extend(stream);
            out.extend(b"\nendstream\n");
        }
        out.extend(b"endobj\n");
    };
    let mut kids = String::new();
    let mut next = 3;
    for (Grey { width, height, pixels }, width_pt, height_pt) in pictures {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&pixels).expect("memory");
        let packed = packed.finish().expect("memory");
        let content = format!("q {width_pt} 0 0 {height_pt} 0 0 cm /Im Do Q");
        kids += &format!("{next} 0 R ");
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width_pt} {height_pt}] /Contents {} 0 R \
             /Resources << /XObject << /Im {} 0 R >> >> >>",
            next + 1,
            next + 2
        );
        let image = format!(
            "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8 \
             /Filter /FlateDecode /Length {} >>",
            packed.len()
        );
        add(&mut out, next, &page, None);
        add(&mut out, next + 1, &format!("<< /Length {} >>", content.len()), Some(content.as_bytes()));
        add(&mut out, next + 2, &image, Some(&packed));
        next += 3;
    }
    let count = (next - 3) / 3;
    add(&mut out, 1, "<< /Type /Catalog /Pages 2 0 R >>", None);
    add(&mut out, 2, &format!("<< /Type /Pages /Count {count} /Kids [{kids}] >>"), None);
    offsets.sort_unstable();
    let start = out.len();
    write!(out, "xref\n0 {next}\n0000000000 65535 f \n").expect("memory");
    for (_, offset) in offsets {
        writeln!(out, "{offset:010} 00000 n ").expect("memory");
    }
    write!(out, "trailer\n<< /Size {next} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").expect("memory");
    out
}

/// How well `found` is `known`: the f1 of their words as a bag, and the share of the known words that stand in sequence.
pub fn scores(found: &str, known: &str) -> (f64, f64) {
    let (found, known) = (words(found), words(known));
    let mut counts = std::collections::HashMap::<&str, (usize, usize)>::new();
    found.iter().for_each(|word| counts.entry(word).or_default().0 += 1);
    known.iter().for_each(|word| counts.entry(word).or_default().1 += 1);
    let common: usize = counts.values().map(|(a, b)| a.min(b)).sum();
    let f1 = 2.0 * common as f64 / (found.len() + known.len()).max(1) as f64;
    (f1, in_sequence(&found, &known).len() as f64 / known.len().max(1) as f64)
}

fn words(text: &str) -> Vec<&str> {
    ordskifte::text::words(text).map(|word| word.text).collect()
}

/// What `known` has and what `found` has instead, between words that both have in sequence; one of the two may be empty.
pub fn confusions(found: &str, known: &str) -> Vec<(String, String)> {
    let (found, known) = (words(found), words(known));
    let mut ends = in_sequence(&found, &known);
    ends.push((found.len(), known.len()));
    let mut pairs = Vec::new();
    let (mut at_found, mut at_known) = (0, 0);
    for (end_found, end_known) in ends {
        if (at_found, at_known) != (end_found, end_known) {
            pairs.push((known[at_known..end_known].join(" "), found[at_found..end_found].join(" ")));
        }
        (at_found, at_known) = (end_found + 1, end_known + 1);
    }
    pairs
}

/// The places of a longest common subsequence in both.
fn in_sequence(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut lengths = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let (right, below) = (lengths[i * width + j + 1], lengths[(i + 1) * width + j]);
            let length = if a[i] == b[j] { lengths[(i + 1) * width + j + 1] + 1 } else { right.max(below) };
            lengths[i * width + j] = length;
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}
