//! The door: takes connections while there are places, drops who does not finish a sentence, and ends in order.
//!
//! HTTP/1.1 only: browsers speak HTTP/2 only under TLS, which is a proxy's, and proxies speak HTTP/1.1 to us.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use app::format;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use domain::{AppError, ErrorCode, Locale};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use platform::places::{Full, Place, Places};
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::Service as _;

use crate::client;
use crate::crowd::RETRY;

/// How long a connection may wait for a request and a request's head may take, in one. Longer than the minute that proxies
/// keep an idle connection, so that none is closed under a request.
pub const HEAD: Duration = Duration::from_secs(75);
/// Bytes of a request's head, and of an answer that waits for a slow reader. More makes no connection quicker.
const BUFFER: usize = 64 * 1024;
/// After so long without a word the other side is asked whether it is still there, and given up after as long again.
const SILENCE: Duration = Duration::from_mins(1);
/// How long nothing is taken after the system gave no connection: it has no more file descriptors, for one.
const PAUSE: Duration = Duration::from_millis(100);

/// What the door goes by.
pub struct Door {
    pub places: Arc<Places>,
    /// Those whose address stands for many.
    pub proxies: Arc<[IpNet]>,
    /// As [`HEAD`].
    pub head: Duration,
}

/// Serves until `stop` turns true and all connections have ended: each finishes the request it is at.
pub async fn serve(listener: TcpListener, app: Router, door: Door, mut stop: watch::Receiver<bool>) {
    let (here, guard) = watch::channel(());
    let mut told = false;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(connection) => connection,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let address = Some(peer.ip()).filter(|address| !client::is_any(&door.proxies, *address));
        match door.places.take(address) {
            Ok(place) => {
                tokio::spawn(connection(stream, peer, app.clone(), place, door.head, stop.clone(), guard.clone()));
            }
            Err(full) => {
                if !std::mem::replace(&mut told, true) {
                    tracing::warn!(?full, %peer, "connections are refused: MADANG_CONNECTIONS are in use, or MADANG_CONNECTIONS_PER_ADDRESS of this address; \
                        is it a proxy's, name it in MADANG_TRUSTED_PROXIES (said once)");
                }
                refuse(&stream, full);
            }
        }
    }
    drop((listener, guard));
    here.closed().await;
}

/// One connection, until either side ends it.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    place: Place,
    head: Duration,
    mut stop: watch::Receiver<bool>,
    guard: watch::Receiver<()>,
) {
    prepare(&stream);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let mut app = app.clone();
        async move { Ok::<_, Infallible>(app.call(request).await.unwrap_or_else(|never| match never {})) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(stream), service)
    );
    // How it ends is the client's matter: it went away, mostly.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = asked(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
    drop((place, guard));
}

async fn asked(stop: &mut watch::Receiver<bool>) {
    // Who would ask has gone: that is as good as asking.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// An event is one small packet: it goes out at once. A client that vanished is found out. Where the system knows no such
/// option, it does without.
fn prepare(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(SILENCE).with_interval(SILENCE / 4));
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(SILENCE * 2));
}

/// Says why in both languages and hangs up; nothing is read, and what does not fit into a new connection is not said.
fn refuse(stream: &TcpStream, full: Full) {
    let error = AppError::new(match full {
        Full::All => ErrorCode::Unavailable,
        Full::Network => ErrorCode::TooManyConnections,
    });
    let [korean, english] = [Locale::Ko, Locale::En].map(|locale| format::error::error(locale, &error));
    let text = format!("{korean}\n{english}\n");
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nRetry-After: {RETRY}\r\n\
         Connection: close\r\n\r\n{text}",
        text.len()
    );
    let _ = stream.try_write(answer.as_bytes());
}
