//! The request to stop, as all who work in the background wait for it.

use tokio::sync::watch;

/// When the request to stop comes; never without one.
pub(crate) async fn asked(stop: &mut watch::Receiver<bool>) {
    let asked = stop.wait_for(|stop| *stop).await.is_ok();
    if !asked {
        std::future::pending::<()>().await;
    }
}
