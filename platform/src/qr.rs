//! QR codes, drawn by the server.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

use crate::error::{Error, Result};

/// A QR code: squares of one unit, dark ones as a path of an SVG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrPicture {
    /// Units of each side, with the quiet ones around.
    pub size: i32,
    pub path: String,
}

impl QrPicture {
    /// The code of a text.
    ///
    /// # Errors
    /// A fault where the text is longer than a code holds.
    pub fn of(text: &str) -> Result<Self> {
        /// Units without anything on each side, which readers need.
        const QUIET: i32 = 4;
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(Error::other)?;
        let mut path = String::new();
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let length = (x..code.size()).take_while(|x| code.get_module(*x, y)).zip(1..).map(|(_, n)| n).last();
                if let Some(length) = length {
                    let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
                }
                x += length.unwrap_or(1);
            }
        }
        Ok(Self { size: code.size() + 2 * QUIET, path })
    }
}
