//! Applied for, waited for, offered, approved: one function says which step leads where.

use chrono::{DateTime, Utc};

use crate::ids::TeamId;

/// Where somebody's application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ParticipationState {
    /// Organizers have to decide.
    Applied,
    /// They have a number in the waitlist.
    Waiting,
    /// A place is kept for them until a moment.
    Offered,
    /// They take part.
    Approved,
    Declined,
    Withdrawn,
    /// They did not take the place in time.
    Lapsed,
    /// They took part until organizers ended it.
    Excluded,
}

/// What changes an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// By the applicant; `decided` where organizers decide first, `free` where there is a place.
    Apply {
        decided: bool,
        free: bool,
    },
    /// By the applicant; `decided` as above.
    Withdraw {
        decided: bool,
    },
    /// Takes the place that is offered.
    Accept,
    /// A place has become free and it is their turn.
    Offer,
    /// The time to take it is over.
    Lapse,
    /// By organizers, as all below.
    Approve {
        free: bool,
    },
    Decline,
    Exclude,
    /// To the end of the waitlist.
    Wait,
}

impl ParticipationState {
    pub const ALL: [Self; 8] = [
        Self::Applied,
        Self::Waiting,
        Self::Offered,
        Self::Approved,
        Self::Declined,
        Self::Withdrawn,
        Self::Lapsed,
        Self::Excluded,
    ];

    /// As it is stored and stands in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::Excluded => "excluded",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether something is still to come of it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Applied | Self::Waiting | Self::Offered)
    }

    /// Where a step leads from here, or from nowhere; none where there is no such step.
    pub fn after(from: Option<Self>, step: Step) -> Option<Self> {
        use ParticipationState::{Applied, Approved, Declined, Excluded, Lapsed, Offered, Waiting, Withdrawn};
        let placed = |free: bool| Some(if free { Approved } else { Waiting });
        match (step, from) {
            // Who was declined is decided about again, however one comes to take part.
            (Step::Apply { decided: true, .. }, None | Some(Withdrawn | Lapsed))
            | (Step::Apply { .. }, Some(Declined)) => Some(Applied),
            // Nobody becomes one who was never declined: where nobody decides first, who has to be decided about was.
            (Step::Withdraw { .. }, Some(Declined)) | (Step::Withdraw { decided: false }, Some(Applied)) => {
                Some(Declined)
            }
            // Also of what came to nothing: with it goes what was answered.
            (Step::Withdraw { .. }, Some(Applied | Waiting | Offered | Approved | Lapsed)) => Some(Withdrawn),
            (Step::Offer, Some(Waiting)) => Some(Offered),
            (Step::Lapse, Some(Offered)) => Some(Lapsed),
            (Step::Accept | Step::Approve { .. }, Some(Offered)) | (Step::Approve { free: true }, Some(Waiting)) => {
                Some(Approved)
            }
            (Step::Apply { free, decided: false }, None | Some(Withdrawn | Lapsed))
            | (Step::Approve { free }, Some(Applied | Declined | Lapsed | Excluded)) => placed(free),
            (Step::Decline, Some(Applied | Waiting | Offered)) => Some(Declined),
            (Step::Exclude, Some(Approved)) => Some(Excluded),
            (Step::Wait, Some(Applied | Offered | Declined | Lapsed)) => Some(Waiting),
            _ => None,
        }
    }
}

/// Somebody's application. Whoever took part before there were any has an approved one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Application {
    pub state: ParticipationState,
    /// When they agreed to the rules.
    pub agreed_at: DateTime<Utc>,
    pub applied_at: DateTime<Utc>,
    /// Since when it stands where it does.
    pub changed_at: DateTime<Utc>,
    /// Until when the place is kept that is offered.
    pub offer_until: Option<DateTime<Utc>>,
    /// Of the rules that they agreed to.
    pub rules_version: i64,
    /// The team by whose link they applied.
    pub joins_team: Option<TeamId>,
}

impl Application {
    /// Where it stands at a moment: an offer ends with its own, whether a timer ran or not.
    pub fn state_at(&self, now: DateTime<Utc>) -> ParticipationState {
        let is_over = self.state == ParticipationState::Offered && self.offer_until.is_some_and(|until| until <= now);
        if is_over { ParticipationState::Lapsed } else { self.state }
    }
}

#[cfg(test)]
mod tests {
    use super::ParticipationState::{Applied, Approved, Declined, Excluded, Lapsed, Offered, Waiting, Withdrawn};
    use super::*;

    const FREE: [bool; 2] = [true, false];

    /// Every step there is.
    fn steps() -> Vec<Step> {
        let apply = FREE.into_iter().flat_map(|decided| FREE.map(|free| Step::Apply { decided, free }));
        let withdraw = FREE.map(|decided| Step::Withdraw { decided });
        let rest = [Step::Accept, Step::Offer, Step::Lapse, Step::Decline, Step::Exclude, Step::Wait];
        apply.chain(FREE.map(|free| Step::Approve { free })).chain(withdraw).chain(rest).collect()
    }

    fn everywhere() -> impl Iterator<Item = Option<ParticipationState>> {
        std::iter::once(None).chain(ParticipationState::ALL.map(Some))
    }

    #[test]
    fn each_step_leads_where_the_table_says_and_nowhere_else() {
        let apply = |decided, free| Step::Apply { decided, free };
        let approve = |free| Step::Approve { free };
        let again = [None, Some(Withdrawn), Some(Lapsed)];
        let mut table: Vec<(Step, Option<ParticipationState>, ParticipationState)> = Vec::new();
        for from in again {
            table.extend(FREE.map(|free| (apply(true, free), from, Applied)));
            table.extend([(apply(false, true), from, Approved), (apply(false, false), from, Waiting)]);
        }
        table.extend(FREE.iter().flat_map(|decided| FREE.map(|free| (apply(*decided, free), Some(Declined), Applied))));
        for decided in FREE {
            let withdraw = Step::Withdraw { decided };
            table.extend([Waiting, Offered, Approved, Lapsed].map(|from| (withdraw, Some(from), Withdrawn)));
            table.push((withdraw, Some(Declined), Declined));
            table.push((withdraw, Some(Applied), if decided { Withdrawn } else { Declined }));
        }
        table.extend([
            (Step::Accept, Some(Offered), Approved),
            (Step::Offer, Some(Waiting), Offered),
            (Step::Lapse, Some(Offered), Lapsed),
            (Step::Exclude, Some(Approved), Excluded),
            (approve(true), Some(Waiting), Approved),
            (approve(true), Some(Offered), Approved),
            (approve(false), Some(Offered), Approved),
        ]);
        for from in [Applied, Declined, Lapsed, Excluded] {
            table.extend([(approve(true), Some(from), Approved), (approve(false), Some(from), Waiting)]);
        }
        table.extend([Applied, Waiting, Offered].map(|from| (Step::Decline, Some(from), Declined)));
        table.extend([Applied, Offered, Declined, Lapsed].map(|from| (Step::Wait, Some(from), Waiting)));
        for step in steps() {
            for from in everywhere() {
                let row = table.iter().find(|row| (row.0, row.1) == (step, from));
                assert_eq!(ParticipationState::after(from, step), row.map(|row| row.2), "{step:?} from {from:?}");
            }
        }
    }

    #[test]
    fn without_a_place_nobody_comes_to_hold_one_but_who_held_it() {
        for from in everywhere() {
            for step in steps() {
                let free = !matches!(step, Step::Apply { free: false, .. } | Step::Approve { free: false });
                let to = ParticipationState::after(from, step);
                let is_new = to == Some(Approved) && !matches!(from, Some(Offered | Approved));
                assert!(free || !is_new, "{step:?} from {from:?}");
            }
        }
    }

    #[test]
    fn whoever_was_excluded_comes_back_by_organizers_alone() {
        let back: Vec<_> =
            steps().into_iter().filter(|step| ParticipationState::after(Some(Excluded), *step).is_some()).collect();
        assert_eq!(back, FREE.map(|free| Step::Approve { free }));
    }

    #[test]
    fn whoever_was_declined_enters_by_organizers_alone_whatever_they_do() {
        let own = |decided| {
            FREE.into_iter().map(move |free| Step::Apply { decided, free }).chain([Step::Withdraw { decided }])
        };
        let mut reached = vec![Declined];
        // As far as it leads, where nobody decides first.
        for at in 0..4 {
            let Some(from) = reached.get(at).copied() else { break };
            for to in own(false).filter_map(|step| ParticipationState::after(Some(from), step)) {
                if !reached.contains(&to) {
                    reached.push(to);
                }
            }
        }
        assert_eq!(reached, [Declined, Applied]);
    }

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for state in ParticipationState::ALL {
            assert_eq!(ParticipationState::from_key(state.key()), Some(state));
        }
        assert_eq!(ParticipationState::from_key("all"), None);
    }
}
