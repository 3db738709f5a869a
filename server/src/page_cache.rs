//! Bytes of hot answers, kept until what they show changes: known by name, good for one version.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use bytes::Bytes;

/// Names kept at once; past it the cache starts anew, so that odd queries cannot fill the memory.
const NAMES: usize = 2_000;

#[derive(Default)]
pub struct PageCache(RwLock<HashMap<String, (String, Bytes)>>);

impl PageCache {
    /// The kept bytes of this name at this version.
    pub fn get(&self, name: &str, version: &str) -> Option<Bytes> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        map.get(name).filter(|(kept, _)| kept == version).map(|(_, bytes)| bytes.clone())
    }

    pub fn put(&self, name: &str, version: &str, bytes: Bytes) {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= NAMES && !map.contains_key(name) {
            map.clear();
        }
        map.insert(name.to_owned(), (version.to_owned(), bytes));
    }

    /// The kept bytes, or `render`'s, kept from now on.
    pub fn get_or_render(&self, name: &str, version: &str, render: impl FnOnce() -> Bytes) -> Bytes {
        if let Some(bytes) = self.get(name, version) {
            return bytes;
        }
        let bytes = render();
        self.put(name, version, bytes.clone());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_version_is_rendered_anew_and_an_old_one_is_not_served() {
        let cache = PageCache::default();
        assert_eq!(cache.get_or_render("board", "1", || Bytes::from_static(b"one")), "one");
        assert_eq!(cache.get_or_render("board", "1", || Bytes::from_static(b"never")), "one");
        assert_eq!(cache.get_or_render("board", "2", || Bytes::from_static(b"two")), "two");
        assert_eq!(cache.get("board", "1"), None);
    }
}
