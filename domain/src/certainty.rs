//! How certain a final ranking is.

use scoring::standing::{Certainty, Team};
use serde::{Deserialize, Serialize};

use crate::ids::TeamId;

/// How certain a final ranking is, team by team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Whose the entries of `certainty.teams` are.
    pub teams: Vec<TeamId>,
    pub certainty: Certainty,
}

impl Report {
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        let index = self.teams.iter().position(|team| *team == id)?;
        self.certainty.teams.get(index)
    }
}
