//! The ids that submissions must have, for the check in a browser. They are the sample submission's, which is everyone's, in
//! its order: the solution's own order may tell something.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_recursion::async_recursion as boxed;
use bytes::Bytes;
use domain::ErrorCode;
use domain::access::Actor;
use domain::competitions::Competition;
use scoring::{Hash, Ids, Schema};

use crate::competitions::folder;
use crate::competitions::{check_data, data_files};
use crate::error::{Error, Result};
use crate::services::Services;

/// Packed ids by the key of the file they are from.
#[derive(Default)]
struct PackedIds(Mutex<HashMap<String, Bytes>>);

/// How many of them are kept at once.
const KEPT: usize = 16;

/// Names the ids, and changes when they do. None where any id will do until the file is handed in: a sample of events need not
/// have every series.
#[boxed]
pub async fn version(services: &Services, competition: &Competition, schema: &Schema) -> Result<Option<String>> {
    if schema.repeats {
        return Ok(None);
    }
    Ok(key(services, competition).await?.map(|key| version_of(&key)))
}

/// The ids as [`Ids::pack`] writes them, from the moment on that the data open: they are those of the test rows.
///
/// # Errors
/// `not_found` when the version is not the present one, or the sample has no ids of its own; `data_not_open`.
#[boxed]
pub async fn packed_ids(services: &Services, competition: &Competition, version: &str, actor: &Actor) -> Result<Bytes> {
    check_data(services, competition, actor, true).await?;
    let key = key(services, competition).await?.filter(|key| version_of(key) == version).ok_or(ErrorCode::NotFound)?;
    let ids = services.cache::<PackedIds>();
    let kept = || ids.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(packed) = kept().get(&key).cloned() {
        return Ok(packed);
    }
    let turn = services.checks.clone().acquire_owned().await.map_err(Error::other)?;
    let bytes = services.files.get(&key).await?;
    let column = competition.settings.columns.id.clone();
    let packed = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        Ids::from_csv(&bytes, &column).map(|ids| ids.pack())
    });
    let packed = packed.await.map_err(Error::other)?.map_err(|_| ErrorCode::NotFound)?;
    let packed = Bytes::from(packed);
    let mut kept = kept();
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(key, packed.clone());
    Ok(packed)
}

/// Where the sample submission lies; another file has another key.
async fn key(services: &Services, competition: &Competition) -> Result<Option<String>> {
    let files = data_files(services, competition).await?;
    Ok(files.iter().find(|file| file.name == folder::SAMPLE).map(|file| file.storage_key.clone()))
}

fn version_of(key: &str) -> String {
    Hash::of(key).to_string().chars().take(16).collect()
}
