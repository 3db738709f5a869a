//! A folder of letters: a file each, which is whole whenever it is seen, under a name that is the same however often it is written.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Step, Undelivered};

/// What is being written, out of the way of whoever reads `*.eml`.
const UNFINISHED: &str = "tmp";

pub(super) async fn put(folder: PathBuf, id: String, message: Vec<u8>) -> Result<String, Undelivered> {
    let written = tokio::task::spawn_blocking(move || write(&folder, &id, &message)).await;
    match written.map_err(io::Error::other).flatten() {
        Ok(path) => Ok(format!("written to {}", path.display())),
        Err(error) => Err(Undelivered::here(Step::Folder, error)),
    }
}

/// Whole, on the disk, and then in its place.
fn write(folder: &Path, id: &str, message: &[u8]) -> io::Result<PathBuf> {
    let name = format!("{}.eml", id.trim_matches(['<', '>']).split('@').next().unwrap_or_default());
    let unfinished = folder.join(UNFINISHED);
    fs::create_dir_all(&unfinished)?;
    let (unfinished, path) = (unfinished.join(&name), folder.join(&name));
    let mut file = private(&unfinished)?;
    file.write_all(message)?;
    file.sync_all()?;
    fs::rename(&unfinished, &path)?;
    File::open(folder)?.sync_all()?;
    Ok(path)
}

/// A new file for our eyes only: links in letters open accounts.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
