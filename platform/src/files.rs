//! Files: submissions, solutions, data. A local folder or S3-compatible storage, by URL.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_recursion::async_recursion as boxed;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future::ready;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart};
use scoring::Hash;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncReadExt as _;
use url::Url;

use crate::error::{Error, Result};

/// A store that does not answer is tried again for this long; then whoever waits is told, rather than kept waiting.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of one part of an upload; S3 takes no smaller ones.
const PART: usize = 8 * 1024 * 1024;
/// Bytes that are read at once.
const PIECE: usize = 256 * 1024;

/// How S3 says that the bucket is missing; in other words, everything is.
const NO_BUCKET: &str = "NoSuchBucket";

/// Where a URL says that files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageKind<'a> {
    /// The folder at this path.
    Folder(&'a str),
    /// Object storage.
    Bucket,
}

impl<'a> StorageKind<'a> {
    /// What is true of every URL that is of either kind, for whoever wrote another.
    pub const STARTS: &'static str = "starts with file:// or s3://";

    /// Told by how the URL starts.
    pub fn of(url: &'a str) -> Option<Self> {
        url.strip_prefix("file://").map(Self::Folder).or_else(|| url.starts_with("s3://").then_some(Self::Bucket))
    }
}

#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// Where the store is a folder.
    folder: Option<PathBuf>,
}

impl Files {
    /// `file://folder` (relative to the working directory, or absolute with three slashes; made when missing) or
    /// `s3://bucket/prefix`, whose credentials come from the usual `AWS_…` variables.
    ///
    /// # Errors
    /// When the URL is of another kind or the folder cannot be made.
    pub fn open(url: &str) -> Result<Self> {
        match StorageKind::of(url) {
            Some(StorageKind::Folder(folder)) => Self::in_folder(folder.into()),
            Some(StorageKind::Bucket) => Self::in_bucket(&Url::parse(url).map_err(Error::other)?),
            None => Err(Error::Other(format!("a storage URL {}", StorageKind::STARTS))),
        }
    }

    fn in_folder(folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder).map_err(Error::other)?;
        // A file is on the disk before the row that names it is written.
        let store = Arc::new(LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true));
        Ok(Self { store, folder: Some(folder) })
    }

    fn in_bucket(url: &Url) -> Result<Self> {
        // The process' one; another may have been chosen before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut bucket = AmazonS3Builder::from_env()
            .with_url(format!("s3://{}", url.host_str().unwrap_or_default()))
            .with_retry(RetryConfig { max_retries: 3, retry_timeout: PATIENCE, ..RetryConfig::default() });
        // Whoever writes http:// into AWS_ENDPOINT means it: a store on the same machine or network.
        if bucket.get_config_value(&AmazonS3ConfigKey::Endpoint).is_some_and(|url| url.starts_with("http://")) {
            bucket = bucket.with_allow_http(true);
        }
        let bucket = bucket.build()?;
        let store = Arc::new(PrefixStore::new(bucket, url.path().trim_start_matches('/')));
        Ok(Self { store, folder: None })
    }

    /// Stores a file durably under a name that was never used.
    #[boxed]
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        self.store.put(&Path::from(key), bytes.into()).await.map_err(fault)?;
        Ok(())
    }

    /// The same for a file of any size: pieces of it are in memory, never the whole. Its bytes must have this SHA-256.
    ///
    /// # Errors
    /// Also when the file is another by now.
    pub(crate) async fn put_file(&self, key: &str, file: &std::path::Path, sha256: &str) -> Result<()> {
        let mut file = tokio::fs::File::open(file).await.map_err(Error::other)?;
        let upload = self.store.put_multipart(&Path::from(key)).await.map_err(fault)?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        match copy(&mut file, &mut upload).await {
            Ok(found) if found == sha256 => upload.finish().await.map(|_| ()).map_err(fault),
            wrong => {
                upload.abort().await.map_err(fault)?;
                wrong?;
                Err(Error::other(format!("{key}: the file changed while it was read; try again")))
            }
        }
    }

    /// Some bytes of a file, piece by piece.
    #[boxed]
    pub async fn stream(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>> {
        if range.is_empty() {
            return Ok(futures::stream::empty().boxed());
        }
        let options = GetOptions { range: Some(range.into()), ..GetOptions::default() };
        Ok(self.store.get_opts(&Path::from(key), options).await.map_err(fault)?.into_stream())
    }

    #[boxed]
    pub async fn get(&self, key: &str) -> Result<Bytes> {
        Ok(self.store.get(&Path::from(key)).await.map_err(fault)?.bytes().await?)
    }

    /// The file, or `None` when there is none of that name.
    pub(crate) async fn find(&self, key: &str) -> Result<Option<Bytes>> {
        match self.get(key).await {
            Err(Error::Files(object_store::Error::NotFound { .. })) => Ok(None),
            other => other.map(Some),
        }
    }

    /// Removes a file; whether there was one or not, there is none afterwards.
    pub(crate) async fn remove(&self, key: &str) -> Result<()> {
        match self.store.delete(&Path::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(fault(error)),
        }
    }

    /// Removes a file that no row names; a failure only leaves it lying.
    #[boxed]
    pub async fn discard(&self, key: &str) {
        if let Err(error) = self.remove(key).await {
            tracing::warn!(%key, %error, "a file that nothing refers to could not be removed");
        }
    }

    /// Removes every file below a folder, as [`Self::discard`] does one.
    pub(crate) async fn discard_all(&self, folder: &str) {
        let all: Result<Vec<String>> = self.older(folder, DateTime::<Utc>::MAX_UTC).try_collect().await;
        match all {
            Ok(keys) => {
                for key in keys {
                    self.discard(&key).await;
                }
            }
            Err(error) => tracing::warn!(%folder, %error, "files that nothing refers to could not be removed"),
        }
    }

    /// The files below a folder that were written before a moment.
    pub(crate) fn older(&self, folder: &str, than: DateTime<Utc>) -> BoxStream<'static, Result<String>> {
        let all = self.store.list(Some(&Path::from(folder)));
        let old = all.try_filter(move |file| ready(file.last_modified < than));
        old.map_ok(|file| file.location.to_string()).map_err(Error::from).boxed()
    }

    /// Removes what writes that broke off before a moment have left beside the files below a folder; how much that was.
    pub(crate) async fn clear_broken(&self, folder: &str, before: DateTime<Utc>) -> Result<usize> {
        let Some(root) = self.folder.clone().map(|root| root.join(folder)) else { return Ok(0) };
        tokio::task::spawn_blocking(move || clear_broken(&root, before.into())).await.map_err(Error::other)?
    }

    /// Whether the storage answers, within [`PATIENCE`].
    #[boxed]
    pub async fn ping(&self) -> Result<()> {
        let place = Path::from("ping");
        let mut list = self.store.list(Some(&place));
        tokio::time::timeout(PATIENCE, list.try_next())
            .await
            .map_err(|_| Error::other("storage: no answer in time"))??;
        Ok(())
    }

    /// A store that answers and refuses is a wrong setting; one that does not answer may come back.
    ///
    /// # Errors
    /// A sentence that says what is refused.
    #[boxed]
    pub async fn check(&self) -> Result<()> {
        let Err(error) = self.ping().await else { return Ok(()) };
        // What S3 says to a list reaches us as text alone.
        let said = error.to_string();
        if said.contains(NO_BUCKET) {
            return Err(Error::other("there is no such bucket; make it first"));
        }
        if ["InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied"].iter().any(|code| said.contains(code)) {
            return Err(Error::other(
                "the store refuses this key; look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            ));
        }
        tracing::error!(%error, "the file storage does not answer; until it does, files can be neither stored nor read");
        Ok(())
    }
}

fn clear_broken(folder: &std::path::Path, before: SystemTime) -> Result<usize> {
    let mut folders = vec![folder.to_path_buf()];
    let mut cleared = 0;
    while let Some(folder) = folders.pop() {
        // A folder that is not there, or no longer, has nothing to clear.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                folders.push(entry.path());
            } else if is_staged(&entry.file_name()) && about.modified().is_ok_and(|at| at < before) {
                std::fs::remove_file(entry.path()).map_err(Error::other)?;
                cleared += 1;
            }
        }
    }
    Ok(cleared)
}

/// Whether a file has the name under which the store writes before it renames: `#` and a number at the end.
fn is_staged(name: &std::ffi::OsStr) -> bool {
    let number = name.to_str().and_then(|name| name.rsplit_once('#')).map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Hands a file on in pieces and returns its SHA-256.
async fn copy(file: &mut tokio::fs::File, upload: &mut WriteMultipart) -> Result<String> {
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        let count = file.read(&mut piece).await.map_err(Error::other)?;
        if count == 0 {
            return Ok(Hash(hash.finalize().into()).to_string());
        }
        hash.update(&piece[..count]);
        upload.wait_for_capacity(2).await.map_err(fault)?;
        upload.write(&piece[..count]);
    }
}

/// Without its bucket a file is out of reach, which is not the same as not being there.
fn fault(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { source, .. } if source.to_string().contains(NO_BUCKET) => {
            object_store::Error::Generic { store: "S3", source }.into()
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_behind_tls_can_be_opened() {
        assert!(Files::open("s3://bucket/prefix").is_ok());
    }
}
