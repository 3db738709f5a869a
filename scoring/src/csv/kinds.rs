//! What a file may be that is no CSV in UTF-8.

use serde::{Deserialize, Serialize};

/// An encoding that is recognised and refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// CP949, which contains EUC-KR: what Korean spreadsheets write by default.
    Cp949,
    Utf16,
    /// UTF-8 that ends in the middle of a letter.
    Cut,
    Unknown,
}

/// A kind of file that is recognised and refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Xlsx,
    Xls,
    /// Neither of the two: a text, slides, an open document, or one that does not tell what it is.
    Office,
    Zip,
    Gzip,
    SevenZip,
    Html,
    Json,
    Png,
    Jpeg,
    Pdf,
    Parquet,
    Numpy,
    Pickle,
    /// Something else that is not text.
    Binary,
}
