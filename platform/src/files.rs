//! Files: submissions, solutions, data. A local folder or S3-compatible storage, by URL.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt};
use url::Url;

use crate::error::{Error, Result};

#[derive(Clone, Debug)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// `file://folder` (relative to the working directory, or absolute with three slashes; made when missing) or
    /// `s3://bucket/prefix`, whose credentials come from the usual `AWS_…` variables.
    ///
    /// # Errors
    /// When the URL is of another kind or the folder cannot be made.
    pub fn open(url: &str) -> Result<Self> {
        if let Some(folder) = url.strip_prefix("file://") {
            let folder = PathBuf::from(folder);
            std::fs::create_dir_all(&folder).map_err(Error::other)?;
            // A file is on the disk before the row that names it is written.
            return Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))));
        }
        let parsed = Url::parse(url).map_err(Error::other)?;
        if parsed.scheme() != "s3" {
            return Err(Error::other("a storage URL starts with file:// or s3://"));
        }
        let bucket =
            AmazonS3Builder::from_env().with_url(format!("s3://{}", parsed.host_str().unwrap_or_default())).build()?;
        Ok(Self(Arc::new(PrefixStore::new(bucket, parsed.path().trim_start_matches('/')))))
    }

    /// Stores a file durably under a name that was never used.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        self.0.put(&Path::from(key), bytes.into()).await?;
        Ok(())
    }

    pub async fn get(&self, key: &str) -> Result<Bytes> {
        Ok(self.0.get(&Path::from(key)).await?.bytes().await?)
    }

    /// Removes a file that no row names; a failure only leaves it lying.
    pub async fn discard(&self, key: &str) {
        if let Err(error) = self.0.delete(&Path::from(key)).await {
            tracing::warn!(%key, %error, "a file that nothing refers to could not be removed");
        }
    }

    /// Whether the storage answers.
    pub async fn ping(&self) -> Result<()> {
        self.0.list(Some(&Path::from("ping"))).try_next().await?;
        Ok(())
    }
}
