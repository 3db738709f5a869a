//! Shapes of the JSON, apart from the inner types so that those can change.

use chrono::{DateTime, Utc};
use domain::competitions::Competition;
use domain::leaderboards::{Change, Row};
use domain::quotas::QuotaState;
use domain::submissions::{Note, Secondary, Submission};
use domain::{Locale, Text};
use platform::leaderboards::commitments::Commitment;
use platform::zone;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// A moment, RFC 3339 with the competition's offset.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub(super) struct Time(String);

pub(super) fn moment(competition: &Competition, at: DateTime<Utc>) -> Time {
    let local = at.with_timezone(&zone::zone(&competition.settings.zone));
    Time(local.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

#[derive(Serialize, ToSchema)]
pub(super) struct CompetitionOut {
    slug: String,
    title: Value,
    lead: Value,
    zone: String,
    metric: String,
    direction: String,
    /// upcoming, open or closed.
    phase: domain_phase::Phase,
    stages: Vec<StageOut>,
    quota: Value,
    team_size: Value,
    columns: Vec<String>,
    url: String,
}

/// The phase's words, for the schema.
mod domain_phase {
    #[derive(serde::Serialize, utoipa::ToSchema)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Phase {
        Upcoming,
        Open,
        Closed,
    }

    impl From<domain::stages::Phase> for Phase {
        fn from(phase: domain::stages::Phase) -> Self {
            match phase {
                domain::stages::Phase::Upcoming => Self::Upcoming,
                domain::stages::Phase::Open => Self::Open,
                domain::stages::Phase::Closed => Self::Closed,
            }
        }
    }
}

#[derive(Serialize, ToSchema)]
struct StageOut {
    key: String,
    name: Value,
    starts_at: Time,
    ends_at: Option<Time>,
    private_opens_at: Option<Time>,
    takes_submissions: bool,
    phase: domain_phase::Phase,
}

fn text(text: &Text) -> Value {
    json!({ "ko": text.ko, "en": text.get(Locale::En) })
}

impl CompetitionOut {
    pub(super) fn new(competition: &Competition, base_url: &str, now: DateTime<Utc>) -> Self {
        let settings = &competition.settings;
        let at = |time| moment(competition, time);
        Self {
            slug: competition.slug.clone(),
            title: text(&settings.title),
            lead: text(&settings.lead),
            zone: settings.zone.clone(),
            metric: settings.metric.id.clone(),
            direction: match competition.direction() {
                scoring::Direction::Higher => "higher".to_owned(),
                scoring::Direction::Lower => "lower".to_owned(),
            },
            phase: competition.phase(now).into(),
            stages: competition
                .stages
                .iter()
                .map(|stage| StageOut {
                    key: stage.key.clone(),
                    name: text(&stage.name),
                    starts_at: at(stage.starts_at),
                    ends_at: stage.ends_at.map(at),
                    private_opens_at: stage.private_opens_at().map(at),
                    takes_submissions: stage.takes_submissions,
                    phase: stage.phase(now).into(),
                })
                .collect(),
            quota: json!(settings.quota),
            team_size: json!(settings.team),
            columns: std::iter::once(settings.columns.id.clone())
                .chain(settings.columns.target.iter().cloned())
                .collect(),
            url: format!("{base_url}/competitions/{}", competition.slug),
        }
    }
}

/// All as 64 hexadecimal digits.
#[derive(Serialize, ToSchema)]
pub(super) struct CommitmentOut {
    commitment: String,
    salt: Option<String>,
    solution_sha256: Option<String>,
}

impl From<Commitment> for CommitmentOut {
    fn from(commitment: Commitment) -> Self {
        let (salt, solution_sha256) =
            commitment.opening.map_or((None, None), |opening| (Some(opening.salt), Some(opening.solution_sha256)));
        Self { commitment: commitment.commitment, salt, solution_sha256 }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct LeaderboardOut {
    board: String,
    stage: String,
    version: i64,
    metric: String,
    rows: Vec<RowOut>,
    baselines: Vec<BaselineOut>,
}

#[derive(Serialize, ToSchema)]
struct RowOut {
    rank: i64,
    /// The next row shows the same score and ranks behind by digits that are not published.
    ahead_unseen: bool,
    team: i64,
    name: String,
    /// Public names, of those who chose one.
    members: Vec<String>,
    score: f64,
    /// What the same submission scored by the metrics shown beside, by their names.
    #[serde(skip_serializing_if = "Secondary::is_empty")]
    secondary: Secondary,
    submissions: i64,
    last_submission_at: Time,
    /// Places gained since yesterday (public) or against the public board (private); null for a new team.
    rank_change: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct BaselineOut {
    name: Value,
    score: f64,
    /// As in a row.
    #[serde(skip_serializing_if = "Secondary::is_empty")]
    secondary: Secondary,
}

impl LeaderboardOut {
    pub(super) fn new(competition: &Competition, stage: &str, leaderboard: &domain::leaderboards::Leaderboard) -> Self {
        Self {
            board: match leaderboard.side {
                domain::leaderboards::Side::Public => "public".to_owned(),
                domain::leaderboards::Side::Private => "private".to_owned(),
            },
            stage: stage.to_owned(),
            version: leaderboard.version,
            metric: competition.settings.metric.id.clone(),
            rows: leaderboard.rows.iter().map(|row| RowOut::new(competition, row)).collect(),
            baselines: leaderboard
                .baselines
                .iter()
                .map(|baseline| BaselineOut {
                    name: text(&baseline.name),
                    score: baseline.score,
                    secondary: baseline.secondary.clone(),
                })
                .collect(),
        }
    }
}

impl RowOut {
    fn new(competition: &Competition, row: &Row) -> Self {
        Self {
            rank: row.rank,
            ahead_unseen: row.ahead_unseen,
            team: row.team_number,
            name: row.team_name.clone(),
            members: row.members.iter().filter(|name| !name.is_empty()).cloned().collect(),
            score: row.score,
            secondary: row.secondary.clone(),
            submissions: row.submissions,
            last_submission_at: moment(competition, row.last_submission_at),
            rank_change: match row.change {
                Change::By(places) => Some(places),
                Change::New => None,
            },
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct SubmissionOut {
    id: Uuid,
    number: i64,
    dry_run: bool,
    /// queued, scoring, scored or failed.
    status: &'static str,
    file_name: String,
    bytes: i64,
    sha256: String,
    memo: String,
    submitted_by: String,
    /// When the request arrived, before its body: the moment that counts for the deadline and for ties.
    created_at: Time,
    finished_at: Option<Time>,
    public_score: Option<f64>,
    /// Only once the private leaderboard is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    private_score: Option<f64>,
    /// Secondary metrics and what explains the public score, by their names.
    #[serde(skip_serializing_if = "Secondary::is_empty")]
    secondary_public: Secondary,
    /// The same beside the private score, once that is there.
    #[serde(skip_serializing_if = "Secondary::is_empty")]
    secondary_private: Secondary,
    /// False when scoring failed through the platform's fault and the quota was given back.
    counts: bool,
    /// How many stand before it in the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    ahead: Option<i64>,
    /// A sentence about how it ended, if there is more to say than the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    url: String,
}

impl SubmissionOut {
    pub(super) fn new(competition: &Competition, submission: &Submission, base_url: &str, locale: Locale) -> Self {
        Self {
            id: submission.id.0,
            number: submission.number,
            dry_run: submission.dry_run,
            status: submission.status.key(),
            file_name: submission.file_name.clone(),
            bytes: submission.bytes,
            sha256: submission.sha256.clone(),
            memo: submission.memo.clone(),
            submitted_by: submission.user_name.clone(),
            created_at: moment(competition, submission.created_at),
            finished_at: submission.finished_at.map(|at| moment(competition, at)),
            public_score: submission.public_score,
            private_score: submission.private_score,
            secondary_public: submission.secondary_public.clone(),
            secondary_private: submission.secondary_private.clone(),
            counts: submission.counts,
            ahead: submission.ahead,
            note: submission.note.as_ref().map(|note| sentence(note, locale)),
            url: format!("{base_url}/competitions/{}/submissions/{}", competition.slug, submission.id),
        }
    }
}

fn sentence(note: &Note, locale: Locale) -> String {
    app::format::note::sentence(locale, note)
}

#[derive(Serialize, ToSchema)]
pub(super) struct QuotaOut {
    /// Counted submissions today.
    used: i64,
    /// Per day; null without a limit.
    limit: Option<i64>,
    /// Null without any limit.
    left: Option<i64>,
    resets_at: Time,
    /// Later than now only while the minimum interval runs.
    next_allowed_at: Option<Time>,
    total: Value,
    in_flight: Value,
}

impl QuotaOut {
    pub(super) fn new(competition: &Competition, quota: &QuotaState) -> Self {
        Self {
            used: quota.used.today,
            limit: quota.limits.per_day,
            left: quota.left_today,
            resets_at: moment(competition, quota.resets_at),
            next_allowed_at: quota.next_allowed_at.map(|at| moment(competition, at)),
            total: json!({ "used": quota.used.total, "limit": quota.limits.total }),
            in_flight: json!({ "used": quota.used.in_flight, "limit": quota.limits.in_flight }),
        }
    }
}

/// What every door answers to an accepted submission.
#[derive(Serialize, ToSchema)]
pub(super) struct AcceptedOut {
    submission: SubmissionOut,
    quota: QuotaOut,
    /// A sentence for people: accepted as number n, so many left today.
    message: String,
}

impl AcceptedOut {
    pub(super) fn new(
        competition: &Competition,
        accepted: &platform::submissions::Accepted,
        base_url: &str,
        locale: Locale,
    ) -> Self {
        Self {
            submission: SubmissionOut::new(competition, &accepted.submission, base_url, locale),
            quota: QuotaOut::new(competition, &accepted.quota),
            message: app::format::note::accepted(locale, competition, &accepted.submission, &accepted.quota),
        }
    }
}
