//! Connections: accepted up to a number, with a time for the head of a request; a shutdown that lets answers end.

use super::problem::Problem;
use super::routes;
use super::state::App;
use axum::body::Body;
use axum::http::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// Connections that are open at once.
const CONNECTIONS_MAX: usize = 1_024;
/// How long a client may take for the head of a request; it also ends connections that are not used.
const HEAD_MAX: Duration = Duration::from_secs(20);
/// How long answers may take to end at a shutdown.
const SHUTDOWN_MAX: Duration = Duration::from_secs(10);
/// How often the files of the corpus are looked at.
const RELOAD_EVERY: Duration = Duration::from_secs(2);

/// Answers on `listener` until `stop` says so.
pub(super) async fn run(
    app: Arc<App>,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
    warn: impl Fn(&Problem) + Send + Sync + 'static,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let (graceful, places) = (GracefulShutdown::new(), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
    tokio::spawn(reload(Arc::clone(&app), warn));
    let router = routes::router(&app);
    loop {
        let place = Arc::clone(&places).acquire_owned().await.expect("it is never closed");
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Too many open files, for example: the next one may succeed.
                Err(_) => { tokio::time::sleep(Duration::from_millis(50)).await; continue }
            },
            _ = stop.changed() => break,
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(WithPeer { router: router.clone(), peer });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_MAX)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that went away is no failure of ours.
            let _ = connection.await;
            drop(place);
        });
    }
    // Who comes now is refused at once, and not left waiting.
    drop(listener);
    let _ = tokio::time::timeout(SHUTDOWN_MAX, graceful.shutdown()).await;
    Ok(())
}

/// Opens the corpus again whenever its files have changed.
async fn reload(app: Arc<App>, warn: impl Fn(&Problem) + Send + Sync + 'static) {
    let mut last = String::new();
    loop {
        tokio::time::sleep(RELOAD_EVERY).await;
        let of_task = Arc::clone(&app);
        match tokio::task::spawn_blocking(move || of_task.reload_if_changed()).await {
            Ok(Ok(_)) => last.clear(),
            Ok(Err(problem)) if problem.detail != last => {
                warn(&problem);
                last = problem.detail;
            }
            _ => {}
        }
    }
}

/// The routes, with the address of who asks in each request.
#[derive(Clone)]
struct WithPeer {
    router: axum::Router,
    peer: SocketAddr,
}

impl tower_service::Service<Request<hyper::body::Incoming>> for WithPeer {
    type Response = axum::response::Response;
    type Error = std::convert::Infallible;
    type Future = <axum::Router as tower_service::Service<Request<Body>>>::Future;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), std::convert::Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<hyper::body::Incoming>) -> Self::Future {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.peer);
        tower_service::Service::call(&mut self.router, request)
    }
}
