//! What a page says of its own answer: how it may be sent and kept. The server asks after the page was rendered.

use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::use_context;

/// How the answer of a page may be sent and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keeping {
    /// It shows the same to everyone, with marks where it would say something of one reader, and may be kept in memory.
    Kept,
    /// It shows a secret (a team's key and invitation, a new token, an e-mail address): it is stored nowhere, and sent as it is. The length of a packed
    /// page that also repeats something of the address would tell about the secret (BREACH, 2013).
    Secret,
}

/// Where the page of one request says it.
#[derive(Debug, Clone, Default)]
pub struct KeepingSaid(Arc<Mutex<Option<Keeping>>>);

impl KeepingSaid {
    /// What was said; of both, that there is a secret.
    pub fn get(&self) -> Option<Keeping> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, keeping: Keeping) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *said = said.max(Some(keeping));
    }
}

/// Said by a page of itself.
pub fn say(keeping: Keeping) {
    if let Some(said) = use_context::<KeepingSaid>() {
        said.say(keeping);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_whatever_else_a_page_says() {
        let said = KeepingSaid::default();
        assert_eq!(said.get(), None);
        for keeping in [Keeping::Kept, Keeping::Secret, Keeping::Kept] {
            said.say(keeping);
        }
        assert_eq!(said.get(), Some(Keeping::Secret));
    }
}
