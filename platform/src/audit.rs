//! The audit record read: whether the chain holds, its entries for other programs, and a team's history.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::audit::{HistoryPage, PER_PAGE};
use domain::competitions::Competition;
use domain::ids::CompetitionId;
use domain::teams::Team;
pub use storage::audit::AuditEntry;

use crate::access;
use crate::error::{Error, Result};
use crate::services::Services;

/// Entries read at once.
const AT_ONCE: i64 = 1000;

/// What a walk along the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Walked {
    /// It holds, up to this entry and its hash; kept elsewhere, that hash vouches for all before it.
    Whole {
        entries: i64,
        head: String,
    },
    Broken {
        seq: i64,
        fault: Fault,
    },
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Missing,
    /// It does not hold the hash of the one before it.
    Loose,
    /// It is not what its hash is of.
    Changed,
    /// A personal detail of it is not what its hash is of, or not the entry's.
    DetailChanged,
    /// It is the last one, and another hash is said to be.
    HeadChanged,
    /// It stands behind the last one.
    Added,
}

/// Walks along the chain up to the entry that is the last one now, and says the first that is wrong. Details that were deleted are
/// no fault.
#[boxed]
pub async fn verify(services: &Services) -> Result<Walked> {
    let broken = |seq, fault| Ok(Walked::Broken { seq, fault });
    // In this order: what is added meanwhile stands behind neither.
    let highest = services.db.audit_last().await?;
    let head = services.db.audit_head().await?;
    let (mut last, mut hash) = (0, "0".repeat(64));
    while last < head.0 {
        let entries = services.db.audit_entries(last, None, AT_ONCE.min(head.0 - last)).await?;
        let until = entries.last().map_or(last, |entry| entry.seq.min(head.0));
        let details = services.db.audit_details(last, until).await?;
        let mut details = details.iter().peekable();
        if entries.is_empty() {
            return broken(last + 1, Fault::Missing);
        }
        for entry in entries {
            if entry.seq != last + 1 {
                return broken(last + 1, Fault::Missing);
            }
            if entry.sum() != entry.hash {
                return broken(entry.seq, Fault::Changed);
            }
            if entry.prev != hash {
                return broken(entry.seq, Fault::Loose);
            }
            while let Some(detail) = details.next_if(|detail| detail.seq == entry.seq) {
                if detail.sum() != detail.hash || !entry.names(&detail.hash) {
                    return broken(entry.seq, Fault::DetailChanged);
                }
            }
            (last, hash) = (entry.seq, entry.hash);
        }
    }
    if hash != head.1 {
        return broken(last, Fault::HeadChanged);
    }
    if highest > head.0 {
        return broken(head.0 + 1, Fault::Added);
    }
    Ok(Walked::Whole { entries: last, head: hash })
}

/// The next entries after a number, in their order; of one competition, where it is said. None when there are no more.
#[boxed]
pub async fn entries(services: &Services, after: i64, competition: Option<CompetitionId>) -> Result<Vec<AuditEntry>> {
    Ok(services.db.audit_entries(after, competition, AT_ONCE).await?)
}

/// A page of what was done in and to a team, for its members and organizers.
///
/// # Errors
/// `login_required`, `not_member`.
#[boxed]
pub async fn history(
    services: &Services,
    competition: &Competition,
    team: &Team,
    actor: &Actor,
    page: i64,
) -> Result<HistoryPage> {
    let part = access::part(services, competition, actor).await?;
    let obstacles = part.visit(competition, actor, services.clock.now()).may(Action::ReadTeam, Some(team));
    obstacles.check().map_err(|obstacle| Error::refused(obstacle, competition))?;
    let total = services.db.count_team_history(team.id).await?;
    let pages = (total + PER_PAGE - 1).div_euclid(PER_PAGE).max(1);
    let page = page.clamp(1, pages);
    let entries = services.db.team_history(team.id, PER_PAGE, (page - 1) * PER_PAGE).await?;
    Ok(HistoryPage { entries, total, page, pages })
}

/// Deletes the personal details whose time is over; the chain holds all the same.
#[boxed]
pub async fn forget(services: &Services) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.forget_audit_details(services.clock.now()).await?;
    Ok(tx.commit().await?)
}
