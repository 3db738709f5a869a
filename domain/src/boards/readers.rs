//! Who may read what on a board. The same is asked of the database in every query (`storage::boards`), which this must never be wider than.

use super::posts::PostRow;
use crate::access::Visit;
use crate::ids::{TeamId, UserId};

/// A reader, as far as it matters to what is theirs to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BoardReader {
    /// None is signed out.
    pub user: Option<UserId>,
    /// The team that they are in.
    pub team: Option<TeamId>,
    /// Whether they help to run the competition, who read everything.
    pub organizes: bool,
}

impl BoardReader {
    /// Nobody in particular: what everyone may read.
    pub const EVERYONE: Self = Self { user: None, team: None, organizes: false };
}

impl Visit<'_> {
    /// What the visitor is to the competition's boards.
    pub fn board_reader(&self) -> BoardReader {
        BoardReader { user: self.user, team: self.team.map(|team| team.id), organizes: self.is_organizer() }
    }
}

impl PostRow {
    /// Whether a reader may change the post's text: whoever wrote it, while it is not hidden.
    pub fn may_change(&self, reader: &BoardReader) -> bool {
        self.mine && reader.user.is_some() && !self.hidden
    }
}
