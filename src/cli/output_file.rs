//! `--output FILE`: the table of a command in a file, and beside it `FILE.meta.json` with what it was made from.

use super::outcome::{CommandError, CommandOutcome};
use crate::config::Config;
use crate::pipeline::{self, Corpus};
use crate::text::DigestWriter;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The rules of counting, for readers of a file without the program.
const COUNTED: &str = "Words are runs of letters and digits with a letter, without addresses; running heads, page numbers, tables of \
                       contents and menus are left out; overlapping mentions of one query count once.";

/// Lets `command` write the file at `path` and describes it. The file appears under its name when it is complete.
pub(crate) fn to_file(
    path: &Path,
    corpus: &Path,
    command: impl FnOnce(&mut (dyn Write + Send)) -> Result<CommandOutcome, CommandError>,
) -> Result<CommandOutcome, CommandError> {
    let fail = |e: std::io::Error| CommandError::new(format!("cannot write {}: {e}", path.display()), None);
    let temporary = with_ending(path, ".tmp");
    let mut out = DigestWriter::new(BufWriter::new(File::create(&temporary).map_err(fail)?));
    let outcome = command(&mut out).inspect_err(|_| drop(fs::remove_file(&temporary)))?;
    let (file, bytes, sha256) = out.finish();
    file.into_inner().map_err(|e| fail(e.into_error()))?.sync_all().map_err(fail)?;
    fs::rename(&temporary, path).map_err(fail)?;
    let mut description = description(corpus);
    description["file"] = json!(path.file_name().map(|name| name.to_string_lossy()));
    description["bytes"] = json!(bytes);
    description["sha256"] = json!(sha256.to_string());
    let text = serde_json::to_string_pretty(&description).expect("it has only string keys");
    let beside = with_ending(path, ".meta.json");
    fs::write(&beside, text + "\n")
        .map_err(|e| CommandError::new(format!("cannot write {}: {e}", beside.display()), None))?;
    writeln!(super::terminal::stderr(), "{}, described in {}", path.display(), beside.display())?;
    Ok(outcome)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The program, the command line with the query, and the state of the corpus.
fn description(corpus: &Path) -> Value {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let mut description = json!({
        "program": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "arguments": arguments,
        "counted": COUNTED,
    });
    if let Ok(config) = Config::load(corpus) {
        let corpus = Corpus::new(&config);
        let results = pipeline::open_results(&corpus).ok();
        description["reports_snapshot"] = json!(pipeline::current_id(&corpus));
        description["documents_snapshot"] = json!(results.as_ref().map(|results| results.snapshot_id()));
        description["codebook_sha256"] = json!(config.codebook_sha256.to_string());
    }
    description
}
