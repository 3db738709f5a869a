//! Text that can be kept: none with U+0000, which PostgreSQL refuses and SQLite takes. Wherever what was sent becomes text it is
//! asked about here: addresses, forms, the fields beside a file, names and passwords in a header.

use axum::http::Uri;
use domain::{AppError, ErrorCode};

/// An address, path and query.
///
/// # Errors
/// `bad_text`.
pub fn address(address: &Uri) -> Result<(), AppError> {
    encoded(address.path_and_query().map_or("", |address| address.as_str()).as_bytes())
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
