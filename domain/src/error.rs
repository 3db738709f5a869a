//! What a user can be told: a code, the values its sentence needs, and details. Never driver text.
//! The sentences themselves live in the locale files (`app/locales`), keyed by the code.

use std::collections::BTreeMap;
use std::fmt;

use scoring::FileErrors;
use serde::{Deserialize, Serialize};

pub type Result<T, E = AppError> = std::result::Result<T, E>;

macro_rules! codes {
    ($($name:ident = $key:literal, $status:literal;)+) => {
        /// Every way in which a request can end other than well. The wire name never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode { $(#[serde(rename = $key)] $name,)+ }

        impl ErrorCode {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable name in JSON, also the key of the sentence in the locale files.
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }

            /// The HTTP status that fits.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }
        }
    };
}

codes! {
    BadRequest = "bad_request", 400;
    BadText = "bad_text", 400;
    BadIdempotencyKey = "bad_idempotency_key", 400;
    OneFile = "one_file", 400;
    FileNotAttached = "file_not_attached", 400;
    LoginRequired = "login_required", 401;
    BadCredentials = "bad_credentials", 401;
    Forbidden = "forbidden", 403;
    CrossSite = "cross_site", 403;
    TokenNotAllowed = "token_not_allowed", 403;
    NoScope = "no_scope", 403;
    NotVerified = "not_verified", 403;
    AccountSuspended = "account_suspended", 403;
    SecondFactorNeeded = "second_factor_needed", 403;
    NotYourLink = "not_your_link", 403;
    InstitutionRefused = "institution_refused", 403;
    AddressNotVouched = "address_not_vouched", 403;
    NotOrganizer = "not_organizer", 403;
    NotOwner = "not_owner", 403;
    NotInvited = "not_invited", 403;
    NotParticipant = "not_participant", 403;
    Excluded = "excluded", 403;
    OtherDomain = "other_domain", 403;
    InvitationOnly = "invitation_only", 403;
    NotMember = "not_member", 403;
    NotLeader = "not_leader", 403;
    NotAuthor = "not_author", 403;
    SecretPost = "secret_post", 403;
    WrongKey = "wrong_key", 403;
    StageNotOpen = "stage_not_open", 403;
    StageClosed = "stage_closed", 403;
    DataNotOpen = "data_not_open", 403;
    TeamTooSmall = "team_too_small", 403;
    TeamEnded = "team_ended", 403;
    TeamsFrozen = "teams_frozen", 403;
    WritingBlocked = "writing_blocked", 403;
    MergesClosed = "merges_closed", 403;
    PrivateNotRevealed = "private_not_revealed", 403;
    NotFound = "not_found", 404;
    MethodNotAllowed = "method_not_allowed", 405;
    AlreadyInTeam = "already_in_team", 409;
    HasRole = "has_role", 409;
    NotApplied = "not_applied", 409;
    NoOffer = "no_offer", 409;
    NoPlace = "no_place", 409;
    NotByInvitation = "not_by_invitation", 409;
    TakesPart = "takes_part", 409;
    PostAnswered = "post_answered", 409;
    PostChanged = "post_changed", 409;
    RecruitOpen = "recruit_open", 409;
    RecruitClosed = "recruit_closed", 409;
    TooManyComments = "too_many_comments", 409;
    TooManyAnswers = "too_many_answers", 409;
    TooManyUploads = "too_many_uploads", 409;
    TooManyInvitations = "too_many_invitations", 409;
    LastOwner = "last_owner", 409;
    OwnsAlone = "owns_alone", 409;
    OwnAccount = "own_account", 409;
    LeadsOthers = "leads_others", 409;
    AccountExists = "account_exists", 409;
    IdentityTaken = "identity_taken", 409;
    SecondFactorOn = "second_factor_on", 409;
    SecondFactorOff = "second_factor_off", 409;
    TeamFull = "team_full", 409;
    RequestRefused = "request_refused", 409;
    TooManyRequests = "too_many_requests", 409;
    TeamRequestsFull = "team_requests_full", 409;
    TooManyMerges = "too_many_merges", 409;
    MergeTooLarge = "merge_too_large", 409;
    MergeOverQuota = "merge_over_quota", 409;
    TooManyTokens = "too_many_tokens", 409;
    TooManyTeams = "too_many_teams", 409;
    TooManyIdentities = "too_many_identities", 409;
    CaseMoved = "case_moved", 409;
    CaseFull = "case_full", 409;
    TooManyCases = "too_many_cases", 409;
    HasVoted = "has_voted", 409;
    LiveNotOpen = "live_not_open", 409;
    LiveFull = "live_full", 409;
    LiveMoved = "live_moved", 409;
    TooManyQuestions = "too_many_questions", 409;
    TooManySessions = "too_many_sessions", 409;
    NotAskedToVote = "not_asked_to_vote", 403;
    LeaderCannotLeave = "leader_cannot_leave", 409;
    TooSlow = "too_slow", 408;
    HasSubmitted = "has_submitted", 409;
    LastMember = "last_member", 409;
    IdempotencyMismatch = "idempotency_mismatch", 409;
    InviteExpired = "invite_expired", 410;
    InviteUsed = "invite_used", 410;
    LinkUsed = "link_used", 410;
    LinkEnded = "link_ended", 410;
    ArrivalEnded = "arrival_ended", 410;
    OfferLapsed = "offer_lapsed", 410;
    StatementClosed = "statement_closed", 410;
    VoteClosed = "vote_closed", 410;
    LiveClosed = "live_closed", 410;
    TooLarge = "too_large", 413;
    FormTooLarge = "form_too_large", 413;
    BodyTooLarge = "body_too_large", 413;
    NotCsv = "not_csv", 415;
    UnsupportedType = "unsupported_type", 415;
    EmptyFile = "empty_file", 422;
    InvalidFile = "invalid_file", 422;
    InvalidInput = "invalid_input", 422;
    RulesNotAgreed = "rules_not_agreed", 422;
    RulesChanged = "rules_changed", 409;
    QuotaExceeded = "quota_exceeded", 429;
    QuotaTotal = "quota_total", 429;
    QuotaInterval = "quota_interval", 429;
    QuotaInFlight = "quota_in_flight", 429;
    DryRunLimit = "dry_run_limit", 429;
    TooManyAttempts = "too_many_attempts", 429;
    TooManyConnections = "too_many_connections", 429;
    Internal = "internal", 500;
    TryAgain = "try_again", 503;
    Unavailable = "unavailable", 503;
    InstitutionDown = "institution_down", 503;
}

macro_rules! problems {
    ($($name:ident = $key:literal;)+) => {
        /// Every way in which one input of a form can be wrong. The wire name never changes; the sentences are in the group `field`
        /// of the locale files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum FieldProblem { $(#[serde(rename = $key)] $name,)+ }

        impl FieldProblem {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable name in JSON.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }
        }
    };
}

problems! {
    Email = "email";
    EmailTaken = "email_taken";
    PersonName = "person_name";
    Role = "role";
    PublicName = "public_name";
    Affiliation = "affiliation";
    PasswordShort = "password_short";
    PasswordLong = "password_long";
    PasswordEmail = "password_email";
    PasswordWrong = "password_wrong";
    CodeWrong = "code_wrong";
    WordWrong = "word_wrong";
    AddressSame = "address_same";
    Language = "language";
    TeamName = "team_name";
    TeamNameTaken = "team_name_taken";
    TeamNumber = "team_number";
    UnknownTeam = "unknown_team";
    Message = "message";
    TokenName = "token_name";
    TokenScopes = "token_scopes";
    TokenDays = "token_days";
    AnswerEmpty = "answer_empty";
    AnswerLong = "answer_long";
    AnswerChoice = "answer_choice";
    AnswerFile = "answer_file";
    AnswerFileKind = "answer_file_kind";
    AnswerFileLarge = "answer_file_large";
    FileContent = "file_content";
    Consent = "consent";
    Applicants = "applicants";
    Teams = "teams";
    Letters = "letters";
    Emails = "emails";
    Decision = "decision";
    Reason = "reason";
    Title = "title";
    BodyEmpty = "body_empty";
    BodyLong = "body_long";
    BodyDeep = "body_deep";
    BodyMuch = "body_much";
    Category = "category";
    CategoryNeeded = "category_needed";
    RecruitRoles = "recruit_roles";
    SeeksLeader = "seeks_leader";
    SeeksFull = "seeks_full";
    SeeksHasTeam = "seeks_has_team";
    SeeksFixed = "seeks_fixed";
    PostFiles = "post_files";
    PostFilesAtOnce = "post_files_at_once";
    PostFileGone = "post_file_gone";
    PictureGone = "picture_gone";
    SitePicture = "site_picture";
    PictureLarge = "picture_large";
    PictureBroken = "picture_broken";
    CommentLong = "comment_long";
    CannedTitle = "canned_title";
    CannedLong = "canned_long";
    NamesSecretFile = "names_secret_file";
    SameQuestion = "same_question";
    SameItself = "same_itself";
    PublishedBefore = "published_before";
    SameUnreadable = "same_unreadable";
    CaseLong = "case_long";
    CaseFiles = "case_files";
    CaseFileKind = "case_file_kind";
    CaseFileLarge = "case_file_large";
    CaseSubmissions = "case_submissions";
    CaseOutcome = "case_outcome";
    CaseJudges = "case_judges";
    Deadline = "deadline";
    VotesUntil = "votes_until";
    Moment = "moment";
    PublishAt = "publish_at";
    Scheduled = "scheduled";
    UnwantedWord = "unwanted_word";
    UnwantedWords = "unwanted_words";
    LiveTitle = "live_title";
    LiveHours = "live_hours";
    LiveQuestion = "live_question";
    LiveAnswer = "live_answer";
}

/// An error that may be shown: a code, parameters of its sentence, and what is wrong field by field or line by line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppError {
    pub code: ErrorCode,
    /// Values of the sentence's placeholders, such as `limit` or `resets_at`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// Which input is wrong and why, for forms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// What the reader found in a CSV.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Box<FileErrors>>,
    /// Seconds until it is worth trying again (`Retry-After`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// One wrong input of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub problem: FieldProblem,
}

impl FieldError {
    pub fn new(field: &str, problem: FieldProblem) -> Self {
        Self { field: field.to_owned(), problem }
    }
}

/// The wrong fields of a form, gathered while it is looked through.
#[derive(Debug, Default)]
pub struct WrongFields(Vec<FieldError>);

impl WrongFields {
    /// Adds a field and why.
    pub fn note(&mut self, field: &str, problem: FieldProblem) {
        self.0.push(FieldError::new(field, problem));
    }

    /// What was made of the form, unless a field is wrong: then all that are.
    pub fn or<T>(self, tidy: T) -> Result<T> {
        if self.0.is_empty() { Ok(tidy) } else { Err(AppError::fields(self.0)) }
    }
}

impl AppError {
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, params: BTreeMap::new(), fields: Vec::new(), file: None, retry_after: None }
    }

    /// Adds a value for the sentence's placeholder `name`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// A form's error: every wrong field at once.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(ErrorCode::InvalidInput) }
    }

    /// A form's error with one wrong field.
    #[must_use]
    pub fn field(field: &str, problem: FieldProblem) -> Self {
        Self::fields(vec![FieldError::new(field, problem)])
    }

    /// A CSV that the reader refused.
    #[must_use]
    pub fn file(errors: FileErrors) -> Self {
        Self { file: Some(Box::new(errors)), ..Self::new(ErrorCode::InvalidFile) }
    }

    pub fn status(&self) -> u16 {
        self.code.status()
    }
}

impl From<ErrorCode> for AppError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.key())
    }
}

impl std::error::Error for AppError {}
