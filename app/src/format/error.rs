//! An error's sentence in the reader's language.

use chrono::{DateTime, Utc};
use domain::access::Scope;
use domain::error::{FieldError, FieldProblem};
use domain::{AppError, ErrorCode, Locale};

use super::time::deadline;
use crate::context::Zone;
use crate::i18n::{Template, fill, k, t};
use crate::tf;

/// What happened, why, and what to do: one to three sentences.
pub fn error(locale: Locale, error: &AppError) -> String {
    let with = |template: &Template| {
        let values: Vec<(&str, String)> =
            error.params.iter().map(|(name, value)| (name.as_str(), shown(locale, error, name, value))).collect();
        let total = error.file.as_ref().map(|file| ("total", file.total.to_string()));
        let values: Vec<(&str, &dyn std::fmt::Display)> =
            values.iter().chain(total.iter()).map(|(name, value)| (*name, value as &dyn std::fmt::Display)).collect();
        fill(locale, template, &values)
    };
    let plain = |phrase| t(locale, phrase).to_owned();
    match error.code {
        ErrorCode::BadRequest => plain(k::ui::error::BAD_REQUEST),
        ErrorCode::BadText => plain(k::ui::error::BAD_TEXT),
        ErrorCode::BadIdempotencyKey => with(&k::ui::error::BAD_IDEMPOTENCY_KEY),
        ErrorCode::OneFile => plain(k::ui::error::ONE_FILE),
        ErrorCode::FileNotAttached => with(&k::ui::error::FILE_NOT_ATTACHED),
        ErrorCode::LoginRequired => plain(k::ui::error::LOGIN_REQUIRED),
        ErrorCode::BadCredentials => plain(k::ui::error::BAD_CREDENTIALS),
        ErrorCode::Forbidden => plain(k::ui::error::FORBIDDEN),
        ErrorCode::CrossSite => plain(k::ui::error::CROSS_SITE),
        ErrorCode::TokenNotAllowed => plain(k::ui::error::TOKEN_NOT_ALLOWED),
        ErrorCode::NoScope => with(&k::ui::error::NO_SCOPE),
        ErrorCode::NotOwner => plain(k::ui::error::NOT_OWNER),
        ErrorCode::NotInvited => plain(k::ui::error::NOT_INVITED),
        ErrorCode::NotVerified => plain(k::ui::error::NOT_VERIFIED),
        ErrorCode::AccountSuspended => plain(k::ui::error::ACCOUNT_SUSPENDED),
        ErrorCode::SecondFactorNeeded => plain(k::ui::error::SECOND_FACTOR_NEEDED),
        ErrorCode::OwnAccount => plain(k::ui::error::OWN_ACCOUNT),
        ErrorCode::Excluded => plain(k::ui::error::EXCLUDED),
        ErrorCode::OtherDomain => plain(k::ui::error::OTHER_DOMAIN),
        ErrorCode::InvitationOnly => plain(k::ui::error::INVITATION_ONLY),
        ErrorCode::NotApplied => plain(k::ui::error::NOT_APPLIED),
        ErrorCode::NoOffer => plain(k::ui::error::NO_OFFER),
        ErrorCode::NotByInvitation => plain(k::ui::error::NOT_BY_INVITATION),
        ErrorCode::NoPlace => plain(k::ui::error::NO_PLACE),
        ErrorCode::StatementClosed => with(&k::ui::error::STATEMENT_CLOSED),
        ErrorCode::VoteClosed => plain(k::ui::error::VOTE_CLOSED),
        ErrorCode::HasVoted => plain(k::ui::error::HAS_VOTED),
        ErrorCode::NotAskedToVote => plain(k::ui::error::NOT_ASKED_TO_VOTE),
        ErrorCode::LiveNotOpen => with(&k::ui::error::LIVE_NOT_OPEN),
        ErrorCode::LiveClosed => with(&k::ui::error::LIVE_CLOSED),
        ErrorCode::LiveFull => with(&k::ui::error::LIVE_FULL),
        ErrorCode::LiveMoved => plain(k::ui::error::LIVE_MOVED),
        ErrorCode::TooManyQuestions => with(&k::ui::error::TOO_MANY_QUESTIONS),
        ErrorCode::TooManySessions => with(&k::ui::error::TOO_MANY_SESSIONS),
        ErrorCode::CaseMoved => plain(k::ui::error::CASE_MOVED),
        ErrorCode::CaseFull => with(&k::ui::error::CASE_FULL),
        ErrorCode::TooManyCases => with(&k::ui::error::TOO_MANY_CASES),
        ErrorCode::OfferLapsed => with(&k::ui::error::OFFER_LAPSED),
        ErrorCode::HasRole => plain(k::ui::error::HAS_ROLE),
        ErrorCode::TakesPart => plain(k::ui::error::TAKES_PART),
        ErrorCode::TooManyInvitations => with(&k::ui::error::TOO_MANY_INVITATIONS),
        ErrorCode::RecruitOpen => with(&k::ui::error::RECRUIT_OPEN),
        ErrorCode::RecruitClosed => plain(k::ui::error::RECRUIT_CLOSED),
        ErrorCode::LastOwner => plain(k::ui::error::LAST_OWNER),
        ErrorCode::NotYourLink => plain(k::ui::error::NOT_YOUR_LINK),
        ErrorCode::InstitutionRefused => plain(k::ui::error::INSTITUTION_REFUSED),
        ErrorCode::AddressNotVouched => plain(k::ui::error::ADDRESS_NOT_VOUCHED),
        ErrorCode::AccountExists => plain(k::ui::error::ACCOUNT_EXISTS),
        ErrorCode::IdentityTaken => plain(k::ui::error::IDENTITY_TAKEN),
        ErrorCode::ArrivalEnded => plain(k::ui::error::ARRIVAL_ENDED),
        ErrorCode::InstitutionDown => plain(k::ui::error::INSTITUTION_DOWN),
        ErrorCode::OwnsAlone => plain(k::ui::error::OWNS_ALONE),
        ErrorCode::LeadsOthers => plain(k::ui::error::LEADS_OTHERS),
        ErrorCode::SecondFactorOn => plain(k::ui::error::SECOND_FACTOR_ON),
        ErrorCode::SecondFactorOff => plain(k::ui::error::SECOND_FACTOR_OFF),
        ErrorCode::LinkUsed => plain(k::ui::error::LINK_USED),
        ErrorCode::LinkEnded => plain(k::ui::error::LINK_ENDED),
        ErrorCode::NotOrganizer => plain(k::ui::error::NOT_ORGANIZER),
        ErrorCode::NotParticipant => plain(k::ui::error::NOT_PARTICIPANT),
        ErrorCode::NotMember => plain(k::ui::error::NOT_MEMBER),
        ErrorCode::NotLeader => plain(k::ui::error::NOT_LEADER),
        ErrorCode::NotAuthor => plain(k::ui::error::NOT_AUTHOR),
        ErrorCode::SecretPost => plain(k::ui::error::SECRET_POST),
        ErrorCode::TooManyAnswers => plain(k::ui::error::TOO_MANY_ANSWERS),
        ErrorCode::PostAnswered => plain(k::ui::error::POST_ANSWERED),
        ErrorCode::PostChanged => plain(k::ui::error::POST_CHANGED),
        ErrorCode::TooManyComments => plain(k::ui::error::TOO_MANY_COMMENTS),
        ErrorCode::TooManyUploads => plain(k::ui::error::TOO_MANY_UPLOADS),
        ErrorCode::WritingBlocked => with(&k::ui::error::WRITING_BLOCKED),
        ErrorCode::WrongKey => plain(k::ui::error::WRONG_KEY),
        ErrorCode::StageNotOpen => with(&k::ui::error::STAGE_NOT_OPEN),
        ErrorCode::StageClosed => with(&k::ui::error::STAGE_CLOSED),
        ErrorCode::DataNotOpen => with(&k::ui::error::DATA_NOT_OPEN),
        ErrorCode::TeamTooSmall => with(&k::ui::error::TEAM_TOO_SMALL),
        ErrorCode::TeamEnded => plain(k::ui::error::TEAM_ENDED),
        ErrorCode::PrivateNotRevealed if error.params.contains_key("at") => with(&k::ui::error::PRIVATE_NOT_REVEALED),
        ErrorCode::PrivateNotRevealed => plain(k::ui::error::PRIVATE_NOT_ANNOUNCED),
        ErrorCode::NotFound => plain(k::ui::error::NOT_FOUND),
        ErrorCode::MethodNotAllowed => with(&k::ui::error::METHOD_NOT_ALLOWED),
        ErrorCode::AlreadyInTeam => plain(k::ui::error::ALREADY_IN_TEAM),
        ErrorCode::TeamFull => with(&k::ui::error::TEAM_FULL),
        ErrorCode::RequestRefused => plain(k::ui::error::REQUEST_REFUSED),
        ErrorCode::TooManyRequests => with(&k::ui::error::TOO_MANY_REQUESTS),
        ErrorCode::TeamRequestsFull => plain(k::ui::error::TEAM_REQUESTS_FULL),
        ErrorCode::TooManyMerges => with(&k::ui::error::TOO_MANY_MERGES),
        ErrorCode::MergeTooLarge => with(&k::ui::error::MERGE_TOO_LARGE),
        ErrorCode::MergeOverQuota => with(&k::ui::error::MERGE_OVER_QUOTA),
        ErrorCode::MergesClosed => with(&k::ui::error::MERGES_CLOSED),
        ErrorCode::TooManyTokens => with(&k::ui::error::TOO_MANY_TOKENS),
        ErrorCode::TooManyTeams => with(&k::ui::error::TOO_MANY_TEAMS),
        ErrorCode::TooManyIdentities => with(&k::ui::error::TOO_MANY_IDENTITIES),
        ErrorCode::TeamsFrozen => plain(k::ui::error::TEAMS_FROZEN),
        ErrorCode::HasSubmitted => plain(k::ui::error::HAS_SUBMITTED),
        ErrorCode::LastMember => plain(k::ui::error::LAST_MEMBER),
        ErrorCode::LeaderCannotLeave => plain(k::ui::error::LEADER_CANNOT_LEAVE),
        ErrorCode::TooSlow => plain(k::ui::error::TOO_SLOW),
        ErrorCode::IdempotencyMismatch => plain(k::ui::error::IDEMPOTENCY_MISMATCH),
        ErrorCode::InviteUsed => plain(k::ui::error::INVITE_USED),
        ErrorCode::InviteExpired => plain(k::ui::error::INVITE_EXPIRED),
        ErrorCode::TooLarge => with(&k::ui::error::TOO_LARGE),
        ErrorCode::FormTooLarge => plain(k::ui::error::FORM_TOO_LARGE),
        ErrorCode::BodyTooLarge => plain(k::ui::error::BODY_TOO_LARGE),
        ErrorCode::NotCsv => plain(k::ui::error::NOT_CSV),
        ErrorCode::UnsupportedType => plain(k::ui::error::UNSUPPORTED_TYPE),
        ErrorCode::EmptyFile => plain(k::ui::error::EMPTY_FILE),
        ErrorCode::InvalidFile => with(&k::ui::error::INVALID_FILE),
        ErrorCode::InvalidInput => plain(k::ui::error::INVALID_INPUT),
        ErrorCode::RulesChanged => plain(k::ui::error::RULES_CHANGED),
        ErrorCode::RulesNotAgreed => plain(k::ui::error::RULES_NOT_AGREED),
        ErrorCode::QuotaExceeded => with(&k::ui::error::QUOTA_EXCEEDED),
        ErrorCode::QuotaTotal => with(&k::ui::error::QUOTA_TOTAL),
        ErrorCode::QuotaInterval => with(&k::ui::error::QUOTA_INTERVAL),
        ErrorCode::QuotaInFlight => with(&k::ui::error::QUOTA_IN_FLIGHT),
        ErrorCode::DryRunLimit => with(&k::ui::error::DRY_RUN_LIMIT),
        ErrorCode::TooManyAttempts => with(&k::ui::error::TOO_MANY_ATTEMPTS),
        ErrorCode::TooManyConnections => plain(k::ui::error::TOO_MANY_CONNECTIONS),
        ErrorCode::Internal => with(&k::ui::error::INTERNAL),
        ErrorCode::TryAgain => plain(k::ui::error::TRY_AGAIN),
        ErrorCode::Unavailable => plain(k::ui::error::UNAVAILABLE),
    }
}

/// A value as the sentence needs it: moments in the competition's zone.
fn shown(locale: Locale, error: &AppError, name: &str, value: &str) -> String {
    match value.parse::<DateTime<Utc>>() {
        Ok(at) if name == "at" => {
            let zone = error.params.get("zone").and_then(|name| Zone::find(name));
            deadline(locale, zone.unwrap_or_default(), at)
        }
        _ if name == "scope" => scope(locale, value).unwrap_or(value).to_owned(),
        _ => value.to_owned(),
    }
}

/// A token's scope in a word.
fn scope(locale: Locale, key: &str) -> Option<&'static str> {
    let scope = Scope::ALL.into_iter().find(|scope| scope.key() == key)?;
    Some(scope_word(locale, scope))
}

/// The same of a scope that is one.
pub fn scope_word(locale: Locale, scope: Scope) -> &'static str {
    t(
        locale,
        match scope {
            Scope::Read => k::accounts::tokens::READS,
            Scope::Submit => k::accounts::tokens::SUBMITS,
            Scope::Organize => k::accounts::tokens::ORGANIZES,
        },
    )
}

/// Why one input of a form is wrong; `error` has the values of its sentence.
pub fn field(locale: Locale, error: &AppError, problem: FieldProblem) -> String {
    let plain = |phrase| t(locale, phrase).to_owned();
    let line = error.params.get("line").map_or("1", String::as_str);
    let number = error.params.get("number").map(String::as_str).unwrap_or_default();
    let word = error.params.get("word").map(String::as_str).unwrap_or_default();
    match problem {
        FieldProblem::Email => plain(k::ui::field::EMAIL),
        FieldProblem::EmailTaken => plain(k::ui::field::EMAIL_TAKEN),
        FieldProblem::Role => plain(k::ui::field::ROLE),
        FieldProblem::PersonName => plain(k::ui::field::PERSON_NAME),
        FieldProblem::PublicName => plain(k::ui::field::PUBLIC_NAME),
        FieldProblem::Affiliation => plain(k::ui::field::AFFILIATION),
        FieldProblem::PasswordShort => plain(k::ui::field::PASSWORD_SHORT),
        FieldProblem::PasswordLong => plain(k::ui::field::PASSWORD_LONG),
        FieldProblem::PasswordEmail => plain(k::ui::field::PASSWORD_EMAIL),
        FieldProblem::PasswordWrong => plain(k::ui::field::PASSWORD_WRONG),
        FieldProblem::CodeWrong => plain(k::ui::field::CODE_WRONG),
        FieldProblem::WordWrong => plain(k::ui::field::WORD_WRONG),
        FieldProblem::AddressSame => plain(k::ui::field::ADDRESS_SAME),
        FieldProblem::Language => plain(k::ui::field::LANGUAGE),
        FieldProblem::TeamName => plain(k::ui::field::TEAM_NAME),
        FieldProblem::TeamNameTaken => plain(k::ui::field::TEAM_NAME_TAKEN),
        FieldProblem::TeamNumber => plain(k::ui::field::TEAM_NUMBER),
        FieldProblem::UnknownTeam => plain(k::ui::field::UNKNOWN_TEAM),
        FieldProblem::Message => plain(k::ui::field::MESSAGE),
        FieldProblem::TokenName => plain(k::ui::field::TOKEN_NAME),
        FieldProblem::TokenScopes => plain(k::ui::field::TOKEN_SCOPES),
        FieldProblem::TokenDays => plain(k::ui::field::TOKEN_DAYS),
        FieldProblem::AnswerEmpty => plain(k::ui::field::ANSWER_EMPTY),
        FieldProblem::AnswerLong => plain(k::ui::field::ANSWER_LONG),
        FieldProblem::AnswerChoice => plain(k::ui::field::ANSWER_CHOICE),
        FieldProblem::AnswerFile => plain(k::ui::field::ANSWER_FILE),
        FieldProblem::AnswerFileKind => plain(k::ui::field::ANSWER_FILE_KIND),
        FieldProblem::AnswerFileLarge => plain(k::ui::field::ANSWER_FILE_LARGE),
        FieldProblem::FileContent => plain(k::ui::field::FILE_CONTENT),
        FieldProblem::Consent => plain(k::ui::field::CONSENT),
        FieldProblem::Teams => plain(k::ui::field::TEAMS),
        FieldProblem::Letters => plain(k::ui::field::LETTERS),
        FieldProblem::Applicants => plain(k::ui::field::APPLICANTS),
        FieldProblem::Emails => plain(k::ui::field::EMAILS),
        FieldProblem::Decision => plain(k::ui::field::DECISION),
        FieldProblem::Reason => plain(k::ui::field::REASON),
        FieldProblem::Title => plain(k::ui::field::TITLE),
        FieldProblem::BodyEmpty => plain(k::ui::field::BODY_EMPTY),
        FieldProblem::BodyLong => plain(k::ui::field::BODY_LONG),
        FieldProblem::BodyDeep => tf!(locale, k::ui::field::BODY_DEEP, line = line),
        FieldProblem::Category => plain(k::ui::field::CATEGORY),
        FieldProblem::CategoryNeeded => plain(k::ui::field::CATEGORY_NEEDED),
        FieldProblem::RecruitRoles => plain(k::ui::field::RECRUIT_ROLES),
        FieldProblem::SeeksLeader => plain(k::ui::field::SEEKS_LEADER),
        FieldProblem::SeeksFull => plain(k::ui::field::SEEKS_FULL),
        FieldProblem::SeeksHasTeam => plain(k::ui::field::SEEKS_HAS_TEAM),
        FieldProblem::SeeksFixed => plain(k::ui::field::SEEKS_FIXED),
        FieldProblem::PostFiles => plain(k::ui::field::POST_FILES),
        FieldProblem::PostFilesAtOnce => plain(k::ui::field::POST_FILES_AT_ONCE),
        FieldProblem::PostFileGone => plain(k::ui::field::POST_FILE_GONE),
        FieldProblem::PictureGone => plain(k::ui::field::PICTURE_GONE),
        FieldProblem::SitePicture => plain(k::ui::field::SITE_PICTURE),
        FieldProblem::PictureLarge => plain(k::ui::field::PICTURE_LARGE),
        FieldProblem::PictureBroken => plain(k::ui::field::PICTURE_BROKEN),
        FieldProblem::CommentLong => plain(k::ui::field::COMMENT_LONG),
        FieldProblem::CannedTitle => plain(k::ui::field::CANNED_TITLE),
        FieldProblem::CannedLong => plain(k::ui::field::CANNED_LONG),
        FieldProblem::NamesSecretFile => plain(k::ui::field::NAMES_SECRET_FILE),
        FieldProblem::SameQuestion => plain(k::ui::field::SAME_QUESTION),
        FieldProblem::PublishedBefore => tf!(locale, k::ui::field::PUBLISHED_BEFORE, number = number),
        FieldProblem::SameItself => plain(k::ui::field::SAME_ITSELF),
        FieldProblem::SameUnreadable => plain(k::ui::field::SAME_UNREADABLE),
        FieldProblem::BodyMuch => tf!(locale, k::ui::field::BODY_MUCH, line = line),
        FieldProblem::CaseLong => plain(k::ui::field::CASE_LONG),
        FieldProblem::CaseFiles => plain(k::ui::field::CASE_FILES),
        FieldProblem::CaseFileKind => plain(k::ui::field::CASE_FILE_KIND),
        FieldProblem::CaseFileLarge => plain(k::ui::field::CASE_FILE_LARGE),
        FieldProblem::CaseSubmissions => plain(k::ui::field::CASE_SUBMISSIONS),
        FieldProblem::CaseOutcome => plain(k::ui::field::CASE_OUTCOME),
        FieldProblem::CaseJudges => plain(k::ui::field::CASE_JUDGES),
        FieldProblem::Deadline => plain(k::ui::field::DEADLINE),
        FieldProblem::PublishAt => plain(k::ui::field::PUBLISH_AT),
        FieldProblem::Scheduled => plain(k::ui::field::SCHEDULED),
        FieldProblem::UnwantedWord => tf!(locale, k::ui::field::UNWANTED_WORD, word = word),
        FieldProblem::UnwantedWords => plain(k::ui::field::UNWANTED_WORDS),
        FieldProblem::VotesUntil => plain(k::ui::field::VOTES_UNTIL),
        FieldProblem::Moment => plain(k::ui::field::MOMENT),
        FieldProblem::LiveTitle => plain(k::ui::field::LIVE_TITLE),
        FieldProblem::LiveHours => plain(k::ui::field::LIVE_HOURS),
        FieldProblem::LiveQuestion => plain(k::ui::field::LIVE_QUESTION),
        FieldProblem::LiveAnswer => plain(k::ui::field::LIVE_ANSWER),
    }
}

/// Why this input is wrong, if it is.
pub fn of_field(locale: Locale, error: Option<&AppError>, name: &str) -> Option<String> {
    let error = error?;
    let wrong: &FieldError = error.fields.iter().find(|wrong| wrong.field == name)?;
    Some(field(locale, error, wrong.problem))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_used_up_quota_says_how_many_and_until_when_in_the_competitions_zone() {
        let used_up = AppError::new(ErrorCode::QuotaExceeded).with("limit", 10).with("at", "2026-11-21T15:00:00+00:00");
        assert_eq!(
            error(Locale::Ko, &used_up),
            "제출하지 못했어요. 오늘 한도 10회를 다 썼어요. 2026. 11. 22.(일) 00:00 KST부터 다시 제출할 수 있어요."
        );
    }

    #[test]
    fn what_is_wrong_with_a_field_is_said_for_each_problem_alone() {
        let none = AppError::fields(Vec::new());
        for locale in [Locale::Ko, Locale::En] {
            let sentences: BTreeSet<_> =
                FieldProblem::ALL.iter().map(|problem| field(locale, &none, *problem)).collect();
            assert_eq!(sentences.len(), FieldProblem::ALL.len());
        }
    }

    #[test]
    fn every_code_has_a_sentence_in_both_languages() {
        for code in ErrorCode::ALL {
            for locale in [Locale::Ko, Locale::En] {
                assert!(!error(locale, &AppError::new(*code)).is_empty(), "{code:?}");
            }
        }
    }
}
