//! What the areas keep in memory: each its own, found by its type and made when it is first asked for, so that a new area edits
//! nothing here. Each bounds itself.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

#[derive(Default)]
pub(crate) struct Caches(RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Caches {
    /// The one of this type.
    pub(crate) fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let id = TypeId::of::<T>();
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        let one = known.unwrap_or_else(|| {
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(id).or_insert_with(|| Arc::<T>::default()))
        });
        one.downcast().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn each_type_has_one_for_all_who_ask() {
        #[derive(Default)]
        struct Ours(Mutex<u8>);
        #[derive(Default)]
        struct Theirs(Mutex<u8>);

        let caches = Caches::default();
        *caches.get::<Ours>().0.lock().unwrap() = 7;
        assert_eq!((*caches.get::<Ours>().0.lock().unwrap(), *caches.get::<Theirs>().0.lock().unwrap()), (7, 0));
    }
}
