//! `ordskifte serve`: the corpus in a browser, and as an HTTP API.

use super::args::ServeArgs;
use super::outcome::{CommandError, CommandOutcome, this_program};
use crate::serve::{Failure, Server, Settings};
use std::io::Write;
use std::net::IpAddr;
use std::path::Path;

impl From<Failure> for CommandError {
    fn from(failure: Failure) -> CommandError {
        CommandError::new(failure.message, failure.hint)
    }
}

pub(super) fn serve(
    corpus: &Path,
    args: &ServeArgs,
    out: &mut dyn Write,
) -> Result<CommandOutcome, CommandError> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let edit_token = args.allow_edits.then(|| uuid::Uuid::new_v4().simple().to_string());
    let settings = Settings {
        hosts: args.host.clone(),
        // One more than cores, so that a slow question leaves room for others.
        threads: args.threads.map_or(cores + 1, usize::from),
        edit_token: edit_token.clone(),
    };
    let address = std::net::SocketAddr::new(args.listen, args.port).to_string();
    let server = Server::open(corpus, settings, this_program()?, &address)?;
    let bound = server.address()?;
    writeln!(out, "http://{}", shown(bound.ip(), bound.port()))?;
    out.flush()?;
    let mut err = super::terminal::stderr();
    if !args.listen.is_loopback() {
        writeln!(
            err,
            "warning: everyone who reaches {bound} can read the whole corpus; there is no password and no encryption. Put a server \
             with both before it where that matters."
        )?;
    }
    if let Some(token) = edit_token {
        writeln!(err, "Who has this token may change marks, decisions and metadata: {token}")?;
    }
    writeln!(err, "Ctrl-C ends the server")?;
    drop(err);
    let on_stop = |stop: Box<dyn Fn() + Send + Sync>| {
        // A process has one handler; a second server in one process would keep the first.
        let _ = ctrlc::set_handler(stop);
    };
    server.run(on_stop, |problem| {
        let _ = writeln!(super::terminal::stderr(), "warning: the new snapshot is not shown: {problem}");
    })?;
    Ok(CommandOutcome::Done)
}

/// Where a browser finds the server.
fn shown(ip: IpAddr, port: u16) -> String {
    match ip {
        ip if ip.is_loopback() => format!("localhost:{port}"),
        ip => std::net::SocketAddr::new(ip, port).to_string(),
    }
}
