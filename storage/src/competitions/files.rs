//! Competitions' data files, and the pictures of pages and notices.

use async_recursion::async_recursion as boxed;
use domain::ids::CompetitionId;

use crate::{Db, Result, Tx};

/// A file of a competition that can be downloaded, or a picture.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DataFile {
    pub name: String,
    pub storage_key: String,
    pub bytes: i64,
    /// Whether everyone may have it, or participants only.
    pub is_open: bool,
}

sql! {
    FILES = "SELECT name, storage_key, bytes, is_open FROM data_files WHERE competition_id = $1 ORDER BY name";
    IMAGES = "SELECT name, storage_key, bytes, TRUE AS is_open FROM images WHERE competition_id = $1 ORDER BY name";
}

impl Db {
    #[boxed]
    pub async fn data_files(&self, competition: CompetitionId) -> Result<Vec<DataFile>> {
        all!(self, FILES, competition)
    }

    /// The pictures of pages and notices.
    #[boxed]
    pub async fn images(&self, competition: CompetitionId) -> Result<Vec<DataFile>> {
        all!(self, IMAGES, competition)
    }
}

sql! {
    INSERT_FILE = "INSERT INTO data_files (competition_id, name, storage_key, bytes, is_open) VALUES ($1, $2, $3, $4, $5)";
    INSERT_IMAGE = "INSERT INTO images (competition_id, name, storage_key, bytes) VALUES ($1, $2, $3, $4)";
    CLEAR_FILES = "DELETE FROM data_files WHERE competition_id = $1";
    CLEAR_IMAGES = "DELETE FROM images WHERE competition_id = $1";
}

impl Tx {
    #[boxed]
    pub async fn insert_data_file(&mut self, competition: CompetitionId, file: &DataFile) -> Result<()> {
        run!(self, INSERT_FILE, competition, &file.name, &file.storage_key, file.bytes, file.is_open)
    }

    #[boxed]
    pub async fn insert_image(&mut self, competition: CompetitionId, image: &DataFile) -> Result<()> {
        run!(self, INSERT_IMAGE, competition, &image.name, &image.storage_key, image.bytes)
    }

    /// Takes away all data files and pictures, to be written anew.
    pub(super) async fn clear_files(&mut self, competition: CompetitionId) -> Result<()> {
        run!(self, CLEAR_FILES, competition)?;
        run!(self, CLEAR_IMAGES, competition)
    }
}
