//! A local web application and an HTTP API over one corpus: a thin face of `results`.
//!
//! A request becomes a question to the current view, is computed on one of a few threads, and is answered as a page, as a table or as JSON.
//! What a program or a person may do is decided in `http`; every number comes from `results`. Nothing is loaded from elsewhere.

mod api;
mod assets;
mod cache;
mod correction;
mod drawn;
mod http;
mod measures;
mod openapi;
mod original;
mod pages;
mod params;
mod problem;
mod problem_words;
mod reading;
mod reply;
mod route;
mod routes;
mod saved_pattern;
mod selection;
mod server;
mod state;
mod words;
mod work;

pub use state::Settings;

use problem::Problem;
use state::App;
use std::fmt::Display;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A server that is ready to answer.
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
}

/// Why there is no server.
#[derive(Debug)]
pub struct Failure {
    /// Attempt, object and cause.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Failure {
    fn new(message: impl Display) -> Failure {
        Failure { message: message.to_string(), hint: None }
    }
}

impl Server {
    /// A server of the corpus in `folder` at `address`, as `127.0.0.1:8017`. `program` is run for untrusted documents.
    ///
    /// # Errors
    /// When the corpus cannot be opened or the address is in use.
    pub fn open(
        folder: &Path,
        settings: Settings,
        program: PathBuf,
        address: &str,
    ) -> Result<Server, Failure> {
        let app = App::open(folder, settings, program)
            .map_err(|problem| Failure { message: problem.detail, hint: problem.hint })?;
        let listener = TcpListener::bind(address).map_err(|error| Failure {
            message: format!("cannot listen at {address}: {error}"),
            hint: Some("choose another port with --port".to_owned()),
        })?;
        Ok(Server { app: Arc::new(app), listener })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> Result<std::net::SocketAddr, Failure> {
        self.listener.local_addr().map_err(Failure::new)
    }

    /// Answers until `on_stop` has called the function that it is given. `warn` is told what stands in the way of a new snapshot.
    ///
    /// # Errors
    /// When the threads cannot be started.
    pub fn run(
        self,
        on_stop: impl FnOnce(Box<dyn Fn() + Send + Sync>),
        warn: impl Fn(&dyn Display) + Send + Sync + 'static,
    ) -> Result<(), Failure> {
        // Two threads for connections: they only move bytes.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            // For the reading of the corpus after a refresh.
            .max_blocking_threads(2)
            .enable_all()
            .build()
            .map_err(Failure::new)?;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        on_stop(Box::new(move || {
            let _ = stop.send(true);
        }));
        let warn = move |problem: &Problem| warn(&problem.detail);
        let result = runtime.block_on(server::run(self.app, self.listener, stopped, warn));
        // An answer that is still computed is not waited for.
        runtime.shutdown_background();
        result.map_err(Failure::new)
    }
}
