//! The ids a submission must have.

use std::sync::Arc;

use super::hexadecimal::Hexadecimal;
use super::numbered::Numbered;
use crate::text_table::{BATCH, TextTable};

/// The expected ids, in the order of the sample submission. Cheap to clone. Empty means that any id will do.
#[derive(Clone, Debug, Default)]
pub struct Ids(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    texts: TextTable,
    way: Way,
}

/// No id is expected anywhere: looking there would be waiting for memory in vain.
const SHUFFLED: usize = usize::MAX;

/// How an id is found: the quickest way there is for ids of their form.
#[derive(Debug, Default)]
enum Way {
    Numbered(Numbered),
    Hexadecimal(Hexadecimal),
    /// By the index of the texts, which no other way needs.
    #[default]
    Hashed,
}

impl Way {
    fn of(texts: &TextTable) -> Self {
        let numbered = Numbered::of(texts).map(Self::Numbered);
        numbered.or_else(|| Hexadecimal::of(texts).map(Self::Hexadecimal)).unwrap_or_default()
    }
}

impl Ids {
    pub fn len(&self) -> usize {
        self.0.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position of an id. `guess` is tried first: in a file in the usual order it is the position after the last.
    pub fn position(&self, id: &str, guess: usize) -> Option<usize> {
        let Known { texts, way } = &*self.0;
        let position = match way {
            Way::Numbered(numbered) => numbered.position(id.as_bytes()),
            Way::Hexadecimal(hexadecimal) => hexadecimal.position(id.as_bytes()),
            Way::Hashed => return texts.find(id.as_bytes(), guess),
        };
        position.map(|position| position as usize)
    }

    /// The id at a position.
    pub fn get(&self, position: usize) -> Option<&str> {
        self.0.texts.get(position)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.texts.iter()
    }

    /// The positions of at most [`BATCH`] ids, the first of them expected at `next`, which is [`SHUFFLED`] where there is
    /// no telling; absent when one is unknown.
    #[inline]
    pub(super) fn positions(&self, ids: &[&[u8]], next: &mut usize, positions: &mut [u32; BATCH]) -> Option<()> {
        let Known { texts, way } = &*self.0;
        if let Way::Numbered(numbered) = way {
            for (position, id) in positions.iter_mut().zip(ids) {
                *position = numbered.position(id)?;
            }
            return Some(());
        }
        let in_order = *next != SHUFFLED && ids.iter().zip(*next..).all(|(id, position)| texts.is_at(position, id));
        if in_order {
            for (position, expected) in positions.iter_mut().zip(*next..).take(ids.len()) {
                *position = u32::try_from(expected).ok()?;
            }
        } else if let Way::Hexadecimal(hexadecimal) = way {
            hexadecimal.positions(ids, positions)?;
        } else if !texts.find_all(ids, positions) {
            return None;
        }
        let (first, last) = (*positions.first()?, *positions.get(ids.len().checked_sub(1)?)?);
        // A piece of a file in order begins somewhere, and then goes on from there.
        let goes_on = last.wrapping_sub(first) as usize == ids.len() - 1;
        *next = if goes_on { last as usize + 1 } else { SHUFFLED };
        Some(())
    }

    /// Texts that are numbered, or have an index: nothing more is made, which a page would have to wait for.
    pub(super) fn indexed(texts: TextTable) -> Self {
        let way = Numbered::of(&texts).map(Way::Numbered).unwrap_or_default();
        Self::found_by(way, texts)
    }

    /// Texts with an index.
    pub(super) fn from_table(texts: TextTable) -> Self {
        Self::found_by(Way::of(&texts), texts)
    }

    /// Texts without an index; absent when two are the same.
    pub(super) fn distinct(mut texts: TextTable) -> Option<Self> {
        let way = Way::of(&texts);
        let distinct = !matches!(way, Way::Hashed) || texts.index();
        distinct.then(|| Self::found_by(way, texts))
    }

    fn found_by(way: Way, mut texts: TextTable) -> Self {
        if !matches!(way, Way::Hashed) {
            texts.forget_index();
        }
        Self(Arc::new(Known { texts, way }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::ErrorKind;

    #[test]
    fn ids_are_kept_as_text_with_their_leading_zeros() {
        let ids = Ids::from_csv("x,id\n1, 007 \n2,\"a,b\"\n".as_bytes(), "id").unwrap();
        assert_eq!(ids.iter().collect::<Vec<_>>(), ["007", "a,b"]);
        assert_eq!(ids.position("a,b", 0), Some(1));
        assert_eq!(ids.position("7", 0), None);
    }

    #[test]
    fn a_repeated_id_in_the_sample_is_an_error() {
        let errors = Ids::from_csv(b"id\na\nb\na\n", "id").unwrap_err();
        assert_eq!(errors.first[0].kind, ErrorKind::DuplicateId);
        assert_eq!(errors.first[0].line, Some(4));
    }
}
