//! Text that can be kept: none with U+0000, which PostgreSQL refuses and SQLite takes. Wherever what was sent becomes text it is
//! asked about here: addresses, forms, the fields beside a file, names and passwords in a header.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::{AppError, ErrorCode};

use crate::extract;
use crate::rest::ApiError;

/// Refuses an address, path or query, that holds the character.
pub async fn address(request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map_or("", |address| address.as_str());
    let Err(error) = encoded(address.as_bytes()) else { return next.run(request).await };
    let (parts, _) = request.into_parts();
    ApiError::new(extract::locale(&parts), error).into_response()
}

/// What is percent-encoded: an address, a form.
///
/// # Errors
/// `bad_text`.
pub fn encoded(text: &[u8]) -> Result<(), AppError> {
    if text.windows(3).any(|three| three == b"%00") { Err(ErrorCode::BadText.into()) } else { plain(text) }
}

/// What is as it will be read.
///
/// # Errors
/// `bad_text`.
pub fn plain(text: &[u8]) -> Result<(), AppError> {
    if text.contains(&0) { Err(ErrorCode::BadText.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_is_seen_as_it_is_and_encoded_and_what_only_looks_like_it_passes() {
        for bad in ["a\0b", "name=%00", "%00"] {
            assert_eq!(encoded(bad.as_bytes()), Err(ErrorCode::BadText.into()), "{bad:?}");
        }
        for good in ["", "name=100%25", "name=%2500", "name=%E0%B0%80%30", "%0"] {
            assert_eq!(encoded(good.as_bytes()), Ok(()), "{good}");
        }
        assert_eq!(plain(b"%00"), Ok(()));
    }
}
