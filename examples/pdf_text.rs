//! `pdf_text OUT_DIR FILE…`: the text of PDFs, for comparison with other readers.
//!
//! Writes `OUT_DIR/STEM.txt` (body in reading order with the bullets of lists, then the notes of the page, a form feed between pages) and prints
//! `FILE TAB CPU-SECONDS`, the time from bytes in memory to text.

use ordskifte::extract::pdf::{self, BlockKind, Limits};
use std::{
    error::Error,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let out_dir = arguments.next().ok_or("usage: pdf_text OUT_DIR FILE...")?;
    fs::create_dir_all(&out_dir)?;
    for path in arguments {
        let bytes = fs::read(&path)?;
        let start = cpu_seconds();
        let text = text(&bytes);
        let seconds = cpu_seconds() - start;
        if let Err(error) = &text {
            writeln!(std::io::stderr(), "{}: {error}", path.display())?;
        }
        fs::write(out_path(&out_dir, &path), text.unwrap_or_default())?;
        writeln!(std::io::stdout(), "{}\t{seconds:.6}", path.display())?;
    }
    Ok(())
}

fn out_path(out_dir: &Path, path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    out_dir.join(format!("{stem}.txt"))
}

fn text(bytes: &[u8]) -> Result<String, pdf::Error> {
    let file = pdf::open(bytes, &Limits::default())?;
    let mut out = String::new();
    for (index, page) in file.pages().enumerate() {
        if index > 0 {
            out.push('\u{c}');
        }
        for block in page.blocks.iter().filter(|block| !block.kind.is_furniture()) {
            if block.kind == BlockKind::Heading {
                out.push('\n');
            }
            if let Some(bullet) = block.mark.as_ref().filter(|_| block.kind == BlockKind::ListItem) {
                out.push_str(bullet);
                out.push(' ');
            }
            out.push_str(&block.text);
            out.push('\n');
        }
    }
    Ok(out)
}

/// CPU time of this thread so far, from the scheduler's account; 0 where there is none.
fn cpu_seconds() -> f64 {
    let account = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    account.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}
