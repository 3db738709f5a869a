//! What a board, its posts and what they are about are called.

use domain::boards::{BoardKind, RecruitRole};

use crate::i18n::{Locale, k, t};

/// What a board is called.
pub fn board_word(l: Locale, kind: BoardKind) -> &'static str {
    t(
        l,
        match kind {
            BoardKind::Notice => k::competitions::tabs::NOTICES,
            BoardKind::Qna => k::competitions::tabs::QNA,
            BoardKind::Talk => k::competitions::tabs::TALK,
            BoardKind::Recruit => k::competitions::tabs::RECRUIT,
        },
    )
}

/// The heading of a board's list.
pub fn heading_word(l: Locale, kind: BoardKind) -> &'static str {
    match kind {
        BoardKind::Qna => t(l, k::boards::QNA_TITLE),
        other => board_word(l, other),
    }
}

/// What a post is about; nothing for a key that no board has.
pub fn category_word(l: Locale, key: &str) -> Option<&'static str> {
    use k::boards::category as w;
    Some(t(
        l,
        match key {
            "schedule" => w::SCHEDULE,
            "data" => w::DATA,
            "evaluation" => w::EVALUATION,
            "rules" => w::RULES,
            "submission" => w::SUBMISSION,
            "team" => w::TEAM,
            "system" => w::SYSTEM,
            "share" => w::SHARE,
            "review" => w::REVIEW,
            "chat" => w::CHAT,
            "team_seeks" => w::TEAM_SEEKS,
            "person_seeks" => w::PERSON_SEEKS,
            "maintenance" => w::MAINTENANCE,
            "feature" => w::FEATURE,
            "terms" => w::TERMS,
            _ => return None,
        },
    ))
}

/// What somebody can do in a team.
pub fn role_word(l: Locale, role: RecruitRole) -> &'static str {
    use k::boards::recruit::role as w;
    t(
        l,
        match role {
            RecruitRole::Modeling => w::MODELING,
            RecruitRole::Imaging => w::IMAGING,
            RecruitRole::Data => w::DATA,
            RecruitRole::Statistics => w::STATISTICS,
            RecruitRole::Clinical => w::CLINICAL,
            RecruitRole::Engineering => w::ENGINEERING,
            RecruitRole::Writing => w::WRITING,
        },
    )
}

/// The words of a board's form: its heading, what to know before writing, and the button.
pub fn new_words(l: Locale, kind: BoardKind) -> (&'static str, &'static str) {
    use k::boards::new as w;
    let (title, note) = match kind {
        BoardKind::Notice => (w::NOTICE, w::NOTICE_NOTE),
        BoardKind::Qna => (w::QNA, w::QNA_NOTE),
        BoardKind::Talk => (w::TALK, w::TALK_NOTE),
        BoardKind::Recruit => (w::RECRUIT, w::RECRUIT_NOTE),
    };
    (t(l, title), t(l, note))
}

/// What a board says that has no posts yet.
pub fn empty_words(l: Locale, kind: BoardKind) -> (&'static str, &'static str) {
    use k::boards::none as w;
    let (title, text) = match kind {
        BoardKind::Notice => (w::NOTICE, w::NOTICE_TEXT),
        BoardKind::Qna => (w::QNA, w::QNA_TEXT),
        BoardKind::Talk => (w::TALK, w::TALK_TEXT),
        BoardKind::Recruit => (w::RECRUIT, w::RECRUIT_TEXT),
    };
    (t(l, title), t(l, text))
}

/// Who wrote something: by the public name, else in the organizers' name, as whoever has none, or as whom the organizers have left unnamed.
pub fn writer(l: Locale, name: &str, by_staff: bool, anonymous: bool) -> String {
    match (name, anonymous, by_staff) {
        (_, true, _) => t(l, k::boards::ANONYMOUS).to_owned(),
        ("", false, true) => t(l, k::boards::ORGANIZERS).to_owned(),
        ("", false, false) => t(l, k::boards::UNNAMED).to_owned(),
        (name, false, _) => name.to_owned(),
    }
}
