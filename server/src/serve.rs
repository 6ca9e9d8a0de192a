//! Listening, until somebody asks to stop.

use crate::boot::{self, SampleSecret, SampleSecrets};
use crate::clock::Clock;
use crate::config::{Refusal, Serve};
use crate::http::router;
use crate::map::{BadTileUrl, Tiles};
use crate::notify::deliver::{self, BadGateway, Gateway};
use crate::ops::{InUse, Lock};
use crate::state::{App, Settings};
use crate::web::{BadDist, Pages};
use crate::{deadlines, web};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::middleware::AddExtension;
use axum_server::Handle;
use axum_server::accept::{Accept, NoDelayAcceptor};
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::time::Duration;

/// What is under way when the server is asked to stop gets this long.
const GRACE: Duration = Duration::from_secs(25);
/// Whoever has not sent the head of a request by then holds a connection for nothing.
const HEAD_WITHIN: Duration = Duration::from_secs(20);

/// Why the server cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The way of serving is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody must be alone with what is kept.
    #[error(transparent)]
    InUse(#[from] InUse),
    /// What is kept cannot be opened.
    #[error(transparent)]
    Boot(#[from] boot::Error),
    /// The built app cannot be served.
    #[error(transparent)]
    Dist(#[from] BadDist),
    /// The map's tiles.
    #[error(transparent)]
    Tiles(#[from] BadTileUrl),
    /// Whoever is to carry messages out.
    #[error("messages cannot go out")]
    Gateway(#[from] BadGateway),
    /// The certificate or key cannot be read.
    #[error("the certificate or its key")]
    Certificate(#[source] io::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// Listening ended.
    #[error("listening ended")]
    Ended(#[source] io::Error),
}

/// Serves until `stop` resolves; then finishes what was begun.
pub async fn serve(options: &Serve, stop: impl Future<Output = ()>) -> Result<(), Error> {
    options.check()?;
    let _used = Lock::shared(&options.keep.data)?;
    let app = open(options).await?;
    let tls = certificate(options).await?;
    let listen = |error| Error::Listen(options.listen, error);
    let listener = TcpListener::bind(options.listen).map_err(listen)?;
    listener.set_nonblocking(true).map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;

    let photos = tokio::spawn(make_pictures(app.clone()));
    let clock = tokio::spawn(deadlines::run(app.clone()));
    let nodes = tokio::spawn(join_nodes(app.clone()));
    let messages = tokio::spawn(deliver::run(app.clone()));
    let handle = Handle::new();
    let scheme = if tls.is_some() { "https" } else { "http" };
    println!("listening on {scheme}://{address}");

    let mut serving = pin!(listen_on(listener, tls, app.clone(), handle.clone()));
    let served = tokio::select! {
        ended = &mut serving => ended,
        () = stop => {
            tracing::info!("stopping");
            // Streams end by this; requests under way are waited for.
            app.stopping.cancel();
            handle.graceful_shutdown(Some(GRACE));
            serving.await
        }
    };
    app.stopping.cancel();
    // A worker that panicked has been logged; stopping goes on.
    let _ = tokio::join!(photos, clock, nodes, messages);
    app.store.close().await;
    served.map_err(Error::Ended)
}

/// Shares changes with the other nodes.
async fn join_nodes(app: App) {
    app.live.join_nodes(&app.store).await;
}

/// Makes pictures ready to be shown as they come in.
async fn make_pictures(app: App) {
    let clock = app.clock.clone();
    app.photos
        .run(app.stopping.clone(), move || clock.now())
        .await;
}

async fn open(options: &Serve) -> Result<App, Error> {
    let clock = Clock::Machine;
    let store = boot::open_store(&options.keep).await?;
    let photos = boot::open_photos(&options.keep, &store)?;
    if options.sample {
        let password = options.sample_password.as_deref();
        let pin = options.sample_pin.as_deref();
        announce(&boot::fill_sample(&store, password, pin, &clock).await?);
    }
    let loaded = boot::load(&store, clock.now()).await?;
    let dist = options.dist_folder();
    if dist.is_none() {
        tracing::warn!("no built app was found: only the API is served");
    }
    let tiles = Tiles::of(&options.tiles)?;
    let pages: web::Pages = Pages::open(dist.as_deref(), &tiles.origins)?;
    let settings = Settings {
        https: options.is_https(),
        behind_proxy: options.behind_proxy,
        origin: options
            .public_url
            .as_ref()
            .map(|url| url.origin().ascii_serialization()),
        // An empty variable is no token that anybody meant.
        metrics_token: options
            .metrics_token
            .clone()
            .filter(|token| !token.is_empty()),
        limits: options.limits.clone(),
        tiles,
        notify: gateway(options)?,
    };
    Ok(App::new(store, photos, clock, pages, settings, loaded))
}

fn gateway(options: &Serve) -> Result<Option<Gateway>, BadGateway> {
    let (Some(url), Some(secret)) = (&options.notify_url, &options.notify_secret) else {
        return Ok(None);
    };
    Gateway::new(url.clone(), secret).map(Some)
}

fn announce(secrets: &SampleSecrets) {
    if let SampleSecret::MadeUp(password) = &secrets.password {
        println!(
            "sample staff window, grid, department, supervisor, volunteer: password {password}"
        );
    }
    if let SampleSecret::MadeUp(pin) = &secrets.pin {
        println!("sample volunteer on a shared tablet (/assist): PIN {pin}");
    }
}

async fn certificate(options: &Serve) -> Result<Option<RustlsConfig>, Error> {
    let (Some(cert), Some(key)) = (&options.tls_cert, &options.tls_key) else {
        return Ok(None);
    };
    let config = RustlsConfig::from_pem_file(cert, key).await;
    config.map(Some).map_err(Error::Certificate)
}

async fn listen_on(
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    app: App,
    handle: Handle<SocketAddr>,
) -> io::Result<()> {
    let server = axum_server::from_tcp(listener)?.handle(handle);
    let plain = NoDelayAcceptor::new();
    match tls {
        None => run(server.acceptor(plain), app).await,
        Some(config) => {
            let tls = RustlsAcceptor::new(config).acceptor(plain);
            run(server.acceptor(tls), app).await
        }
    }
}

/// The router, knowing who calls.
type Called = AddExtension<Router, ConnectInfo<SocketAddr>>;

async fn run<A>(mut server: axum_server::Server<SocketAddr, A>, app: App) -> io::Result<()>
where
    A: Accept<tokio::net::TcpStream, Called> + Clone + Send + Sync + 'static,
    A::Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send,
    A::Service:
        axum_server::service::SendService<axum::http::Request<hyper::body::Incoming>> + Send,
    A::Future: Send,
{
    let http = server.http_builder();
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN);
    http.http2().timer(TokioTimer::new());
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    server.serve(service).await
}
