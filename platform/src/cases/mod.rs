//! Cases against teams (docs/decisions/0030-cases.md): opened by organizers, answered by the team, decided by judges or an organizer. All
//! that is done in one holds the competition's lock and then the team's, under which submissions come in.

mod attached;
mod course;
mod deciding;
mod lists;
mod opening;
mod reading;
mod statements;

pub(crate) use self::deciding::act;
pub use self::deciding::{decide, vote};
pub use self::lists::{CaseCounts, CasesPage, CasesWanted, counts, csv, list};
pub use self::opening::{NewCase, add_evidence, ask, check_managing, extend, open};
pub use self::reading::{CaseView, ShownEntry, VoteTally, of, of_team, own, stored_file};
pub use self::statements::{check_answering, state};
pub use storage::cases::{CasesAsked, StoredCaseFile};
