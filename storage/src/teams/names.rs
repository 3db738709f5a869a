//! Teams' names, and the keys that tell apart what looks the same.

use std::collections::{HashMap, HashSet};

use async_recursion::async_recursion as boxed;
use domain::ids::{CompetitionId, TeamId, TeamNumber};
use domain::names;

use crate::Db;
use crate::error::Result;

sql! {
    NAMES = "SELECT id, number, name FROM teams WHERE competition_id = $1 AND ended IS NULL";
}

impl Db {
    /// Id, number and name of every team that has not ended.
    #[boxed]
    pub async fn team_names(&self, competition: CompetitionId) -> Result<Vec<(TeamId, TeamNumber, String)>> {
        all!(self, NAMES, competition)
    }
}

sql! {
    KEYLESS = "SELECT COUNT(*) FROM teams WHERE name_key LIKE ' %'";
    NAME_KEYS = "SELECT id, competition_id, number, name, name_key FROM teams
        WHERE competition_id IN (SELECT competition_id FROM teams WHERE name_key LIKE ' %') ORDER BY created_at, number";
    SET_NAME_KEY = "UPDATE teams SET name_key = $2 WHERE id = $1";
}

impl Db {
    /// Makes the name keys that a migration left to the program. Of names that look the same now, the older team's has the key;
    /// the others keep their names under a key of their own.
    pub(crate) async fn make_name_keys(&self) -> Result<()> {
        let keyless: i64 = value!(self, KEYLESS)?;
        if keyless == 0 {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        let rows: Vec<(TeamId, CompetitionId, TeamNumber, String, String)> = all!(tx, NAME_KEYS)?;
        let mut taken: HashMap<CompetitionId, HashSet<String>> = HashMap::new();
        for (id, competition, number, name, stored) in rows {
            let mut key = names::key(&name);
            if !taken.entry(competition).or_default().insert(key.clone()) {
                key = format!("{key} {number}");
            }
            if key != stored {
                run!(tx, SET_NAME_KEY, id, &key)?;
            }
        }
        tx.commit().await
    }
}
