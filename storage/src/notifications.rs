//! Notifications: what each person was told, and what they want no mark or no letters for.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::boards::BoardKind;
use domain::competitions::Settings;
use domain::events::Audience;
use domain::ids::{CompetitionId, UserId};
use domain::notifications::NotificationFilter;
use domain::zone::Zone;
use domain::{Locale, Text};
use sqlx::types::Json;

use crate::boards::for_whom;
use crate::dialect::List;
use crate::{Db, Result, Tx};

/// Notifications that a person has at most; the oldest go first.
pub const MOST: i64 = 300;

/// One of an audience.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AudienceMember {
    pub id: UserId,
    pub email: String,
    /// Whether they can be written to: they are not invented, and the address is theirs for sure, for others may read mail there.
    pub has_address: bool,
    pub locale: Locale,
    /// Whether they get letters about the topic.
    pub wants_mail: bool,
    /// Whether they are told of the topic without a mark.
    pub is_quiet: bool,
}

/// A notification to write.
#[derive(Debug, Clone, Copy)]
pub struct NewNotification<'a> {
    pub user: UserId,
    pub seq: i64,
    pub competition: CompetitionId,
    /// JSON.
    pub news: &'a str,
    pub who: Option<UserId>,
    pub at: DateTime<Utc>,
    /// When it was read, where that is so from the beginning.
    pub read_at: Option<DateTime<Utc>>,
}

/// A notification as it is read.
#[derive(sqlx::FromRow)]
pub struct NotificationRow {
    pub seq: i64,
    pub news: String,
    pub slug: String,
    settings: Json<Settings>,
    pub who: Option<String>,
    pub at: DateTime<Utc>,
    pub is_read: bool,
}

impl NotificationRow {
    /// The competition's title, and the zone of its times.
    pub fn competition(&self) -> (Text, Zone) {
        (self.settings.0.title.clone(), self.settings.0.zone)
    }
}

/// Those of an audience after an id (`$2`), in the order of their ids; `$4` is the topic.
macro_rules! addressees {
    ($among:expr) => {
        concat!(
            "SELECT u.id, u.email, NOT u.is_demo AND u.verified_at IS NOT NULL AND u.suspended_at IS NULL AS has_address, u.locale,
                NOT EXISTS (SELECT 1 FROM unmailed_topics n WHERE n.user_id = u.id AND n.topic = $4) AS wants_mail,
                EXISTS (SELECT 1 FROM quiet_topics q WHERE q.user_id = u.id AND q.topic = $4) AS is_quiet
            FROM users u WHERE u.deleted_at IS NULL AND u.id > $2 AND u.id ",
            $among,
            " ORDER BY u.id LIMIT $3"
        )
    };
}

macro_rules! holders {
    ($database:ident) => {
        concat!("IN (SELECT o.user_id FROM roles o WHERE o.competition_id = $5 AND o.role ", among!($database texts), ")")
    };
}

sql! {
    PARTICIPANTS = addressees!("IN (SELECT p.user_id FROM participations p WHERE p.competition_id = $1 AND p.state = 'approved')");
    LEADERS = addressees!("IN (SELECT t.leader_id FROM teams t WHERE t.competition_id = $1 AND t.ended IS NULL)");
    MEMBERS = addressees!("IN (SELECT m.user_id FROM members m WHERE m.team_id = $1)");
    LEADERS_WITHOUT = addressees!("IN (SELECT t.leader_id FROM teams t WHERE t.competition_id = $1 AND t.ended IS NULL
        AND NOT EXISTS (SELECT 1 FROM post_readers r WHERE r.post_id = $5 AND r.user_id = t.leader_id))");
    PARTICIPANTS_WITHOUT = addressees!("IN (SELECT p.user_id FROM participations p WHERE p.competition_id = $1 AND p.state = 'approved'
        AND NOT EXISTS (SELECT 1 FROM post_readers r WHERE r.post_id = $5 AND r.user_id = p.user_id))");
    // Of a secret post those alone who may read it at this moment.
    FOLLOWERS = addressees!("IN (SELECT f.user_id FROM follows f JOIN posts p ON p.id = f.post_id JOIN boards b ON b.id = p.board_id
        WHERE f.post_id = $1 AND p.removed_at IS NULL AND (p.hidden_at IS NULL OR p.author_id = f.user_id)
            AND (NOT p.secret OR p.author_id = f.user_id
                OR EXISTS (SELECT 1 FROM members m WHERE m.team_id = p.team_id AND m.user_id = f.user_id)
                OR EXISTS (SELECT 1 FROM roles o WHERE o.competition_id = b.competition_id AND o.user_id = f.user_id
                    AND o.role IN ('organizer', 'owner'))))");
    MENTIONED = addressees!(concat!("IN (SELECT COALESCE(h.user_id, m.user_id) FROM mentions h LEFT JOIN members m ON m.team_id = h.team_id
            JOIN posts p ON p.id = h.post_id JOIN boards b ON b.id = p.board_id LEFT JOIN comments z ON z.id = h.subject
        WHERE h.subject = $1 AND h.version = $5 AND p.removed_at IS NULL AND p.hidden_at IS NULL AND z.removed_at IS NULL
            AND z.hidden_at IS NULL AND ", for_whom!("COALESCE(h.user_id, m.user_id)"), ")"));
    PERSON = addressees!("= $1");
    HOLDERS = addressees!(holders!(sqlite)), postgres = addressees!(holders!(postgres));
}

impl Db {
    /// Those of an audience that come after an id, in the order of their ids; of everyone nobody is told in person.
    #[boxed]
    pub async fn addressees(
        &self,
        audience: Audience,
        after: UserId,
        limit: i64,
        topic: &str,
    ) -> Result<Vec<AudienceMember>> {
        let (sql, of) = match audience {
            Audience::Everyone(_) => return Ok(Vec::new()),
            Audience::Participants(competition) => (PARTICIPANTS, competition.0),
            Audience::Leaders(competition) => (LEADERS, competition.0),
            Audience::Team(team) => (MEMBERS, team.0),
            Audience::Person(user) => (PERSON, user.0),
            Audience::Followers(post) => (FOLLOWERS, post.0),
            Audience::Mentioned(subject, version) => {
                return all!(self, MENTIONED, subject, after, limit, topic, version);
            }
            Audience::LeadersWithout(competition, post) => {
                return all!(self, LEADERS_WITHOUT, competition, after, limit, topic, post);
            }
            Audience::ParticipantsWithout(competition, post) => {
                return all!(self, PARTICIPANTS_WITHOUT, competition, after, limit, topic, post);
            }
            Audience::Role(competition, least) => {
                let roles = Role::ALL.into_iter().filter(|role| *role >= least).map(|role| role.key().to_owned());
                return all!(self, HOLDERS, List(roles.collect()), after, limit, topic, competition);
            }
        };
        all!(self, sql, of, after, limit, topic)
    }
}

sql! {
    NOTIFY = "INSERT INTO notifications (user_id, seq, competition_id, news, who_id, at, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (user_id, seq) DO NOTHING";
    COMMENTED = "SELECT COUNT(*) FROM notifications n WHERE n.user_id = $1 AND n.read_at IS NULL AND n.competition_id = $2
        AND n.news LIKE $3";
    OF_TEXT = "SELECT COUNT(*) FROM notifications n WHERE n.user_id = $1 AND n.competition_id = $2 AND n.news LIKE $3";
    TRIM = "DELETE FROM notifications WHERE user_id = $1 AND seq <=
        (SELECT b.seq FROM notifications b WHERE b.user_id = $1 ORDER BY b.seq DESC LIMIT 1 OFFSET $2)";
    READ_ALL = "UPDATE notifications SET read_at = $2 WHERE user_id = $1 AND seq <= $3 AND read_at IS NULL
        AND ($4 = '' OR competition_id = (SELECT c.id FROM competitions c WHERE c.slug = $4))";
    READ = "UPDATE notifications SET read_at = $2 WHERE user_id = $1 AND seq = $3 AND read_at IS NULL";
    WANT = "DELETE FROM unmailed_topics WHERE user_id = $1 AND topic = $2";
    WANT_NOT = "INSERT INTO unmailed_topics (user_id, topic) VALUES ($1, $2) ON CONFLICT (user_id, topic) DO NOTHING";
    MARK = "DELETE FROM quiet_topics WHERE user_id = $1 AND topic = $2";
    MARK_NOT = "INSERT INTO quiet_topics (user_id, topic) VALUES ($1, $2) ON CONFLICT (user_id, topic) DO NOTHING";
    FORGET = "DELETE FROM notifications WHERE at <= $1";
    FORGET_OF = "DELETE FROM notifications WHERE user_id = $1";
    FORGET_TOPICS = "DELETE FROM unmailed_topics WHERE user_id = $1";
    FORGET_QUIET = "DELETE FROM quiet_topics WHERE user_id = $1";
}

impl Tx {
    /// Whether somebody has an unread notification already of comments on a post.
    #[boxed]
    pub async fn is_told_of_comments(
        &mut self,
        user: UserId,
        competition: CompetitionId,
        board: BoardKind,
        number: i64,
    ) -> Result<bool> {
        // As the news are written: their name, then the fields in their order.
        let of_post = format!("{{\"news\":\"commented\",\"board\":\"{board}\",\"number\":{number},%");
        let count: i64 = value!(self, COMMENTED, user, competition, of_post)?;
        Ok(count > 0)
    }

    /// Whether somebody was told already that a post, or a comment of it, names them.
    #[boxed]
    pub async fn is_told_of_mention(
        &mut self,
        user: UserId,
        competition: CompetitionId,
        (board, number): (BoardKind, i64),
        comment: Option<i64>,
    ) -> Result<bool> {
        let comment = comment.map_or_else(|| "null".to_owned(), |comment| comment.to_string());
        let of_text =
            format!("{{\"news\":\"mentioned\",\"board\":\"{board}\",\"number\":{number},\"comment\":{comment},%");
        let count: i64 = value!(self, OF_TEXT, user, competition, of_text)?;
        Ok(count > 0)
    }

    /// Writes a notification; false where it was written before.
    pub async fn notify(&mut self, new: NewNotification<'_>) -> Result<bool> {
        let NewNotification { user, seq, competition, news, who, at, read_at } = new;
        let is_new = changed!(self, NOTIFY, user, seq, competition, news, who, at, read_at)?;
        if is_new {
            run!(self, TRIM, user, MOST)?;
        }
        Ok(is_new)
    }

    /// Everything up to one is read, of the competition of a slug or, where that is empty, of all; false where nothing was unread.
    #[boxed]
    pub async fn read_notifications(
        &mut self,
        user: UserId,
        until: i64,
        competition: &str,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        query!(query, execute, |done| done.rows_affected() > 0; self, READ_ALL, user, at, until, competition)
    }

    /// One is read; false where it was, or is not theirs.
    #[boxed]
    pub async fn read_notification(&mut self, user: UserId, seq: i64, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, READ, user, at, seq)
    }

    /// Whether letters about a topic are wanted; false where that was so before.
    #[boxed]
    pub async fn set_mailed(&mut self, user: UserId, topic: &str, wanted: bool) -> Result<bool> {
        changed!(self, if wanted { WANT } else { WANT_NOT }, user, topic)
    }

    /// Whether news of a topic are marked as new; false where that was so before.
    #[boxed]
    pub async fn set_marked(&mut self, user: UserId, topic: &str, wanted: bool) -> Result<bool> {
        changed!(self, if wanted { MARK } else { MARK_NOT }, user, topic)
    }

    /// Forgets what somebody was told and what they chose about it.
    #[boxed]
    pub async fn forget_notifications_of(&mut self, user: UserId) -> Result<()> {
        run!(self, FORGET_OF, user)?;
        run!(self, FORGET_TOPICS, user)?;
        run!(self, FORGET_QUIET, user)
    }

    /// Removes notifications of before.
    #[boxed]
    pub async fn forget_notifications(&mut self, until: DateTime<Utc>) -> Result<()> {
        run!(self, FORGET, until)
    }
}

sql! {
    LIST = "SELECT n.seq, n.news, c.slug, c.settings, NULLIF(w.name, '') AS who, n.at, n.read_at IS NOT NULL AS is_read
        FROM notifications n JOIN competitions c ON c.id = n.competition_id LEFT JOIN users w ON w.id = n.who_id
        WHERE n.user_id = $1 AND (NOT $4 OR n.read_at IS NULL) AND ($5 = '' OR c.slug = $5)
        ORDER BY n.seq DESC LIMIT $2 OFFSET $3";
    COUNT = "SELECT COUNT(*), COUNT(CASE WHEN n.read_at IS NULL THEN 1 END)
        FROM notifications n JOIN competitions c ON c.id = n.competition_id WHERE n.user_id = $1 AND ($2 = '' OR c.slug = $2)";
    UNREAD = "SELECT COUNT(*) FROM notifications n WHERE n.user_id = $1 AND n.read_at IS NULL";
    UNREAD_OF = "SELECT n.seq, n.news FROM notifications n JOIN competitions c ON c.id = n.competition_id
        WHERE n.user_id = $1 AND n.read_at IS NULL AND c.slug = $2 ORDER BY n.seq";
    COMPETITIONS = "SELECT c.slug, c.settings FROM competitions c
        WHERE c.id IN (SELECT n.competition_id FROM notifications n WHERE n.user_id = $1) ORDER BY c.slug";
    UNMAILED = "SELECT topic FROM unmailed_topics WHERE user_id = $1 ORDER BY topic";
    QUIET = "SELECT topic FROM quiet_topics WHERE user_id = $1 ORDER BY topic";
}

impl Db {
    /// A person's notifications, the newest first.
    #[boxed]
    pub async fn notifications(
        &self,
        user: UserId,
        filter: &NotificationFilter,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<NotificationRow>> {
        let NotificationFilter { only_unread, competition } = filter;
        all!(self, LIST, user, limit, offset, *only_unread, competition)
    }

    /// How many they have of the competition of a slug or, where that is empty, of all; and how many of them are unread.
    #[boxed]
    pub async fn count_notifications(&self, user: UserId, competition: &str) -> Result<(i64, i64)> {
        one!(self, COUNT, user, competition)
    }

    /// How many they have not read.
    #[boxed]
    pub async fn count_unread(&self, user: UserId) -> Result<i64> {
        value!(self, UNREAD, user)
    }

    /// Numbers and news, in JSON, of what they have not read of the competition of a slug.
    #[boxed]
    pub async fn unread_of(&self, user: UserId, competition: &str) -> Result<Vec<(i64, String)>> {
        all!(self, UNREAD_OF, user, competition)
    }

    /// Slugs and titles of the competitions that they were told of.
    #[boxed]
    pub async fn told_of(&self, user: UserId) -> Result<Vec<(String, Text)>> {
        let rows: Vec<(String, Json<Settings>)> = all!(self, COMPETITIONS, user)?;
        Ok(rows.into_iter().map(|(slug, settings)| (slug, settings.0.title)).collect())
    }

    /// Topics that they want no letters about.
    #[boxed]
    pub async fn unmailed_topics(&self, user: UserId) -> Result<Vec<String>> {
        values!(self, UNMAILED, user)
    }

    /// Topics that they are told of without a mark.
    #[boxed]
    pub async fn quiet_topics(&self, user: UserId) -> Result<Vec<String>> {
        values!(self, QUIET, user)
    }
}
