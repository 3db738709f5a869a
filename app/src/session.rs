//! Beginning and ending a browser session.

use domain::ids::UserId;
use domain::{AppError, ErrorCode};
use tower_sessions::Session;

/// Where a session keeps who is signed in.
pub const USER: &str = "user";

async fn session() -> Result<Session, AppError> {
    leptos_axum::extract().await.map_err(|_| ErrorCode::Unavailable.into())
}

fn fault(error: impl std::fmt::Display) -> AppError {
    platform::Error::other(format!("session: {error}")).into()
}

/// Signs the user in under a new session id, so that one that was planted before is worth nothing.
///
/// # Errors
/// When the session cannot be stored.
pub async fn begin(user: UserId) -> Result<(), AppError> {
    let session = session().await?;
    session.cycle_id().await.map_err(fault)?;
    session.insert(USER, user).await.map_err(fault)
}

/// Forgets the session altogether.
///
/// # Errors
/// When the session cannot be removed.
pub async fn end() -> Result<(), AppError> {
    session().await?.flush().await.map_err(fault)
}

/// A path on this site, or the front page for anything that could lead elsewhere.
pub fn safe_path(next: &str) -> &str {
    let elsewhere = !next.starts_with('/') || next.starts_with("//") || next.contains(['\\', '\r', '\n', '\t']);
    if elsewhere { "/" } else { next }
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        assert_eq!(safe_path("/competitions/breast-cancer?page=2"), "/competitions/breast-cancer?page=2");
        for elsewhere in
            ["https://example.com", "//example.com", "/\\example.com", "javascript:1", "/\t/example.com", ""]
        {
            assert_eq!(safe_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
