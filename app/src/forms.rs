//! What there is to know of a server function's form: which of its fields are shown again, and where it stands.

use std::collections::BTreeMap;

use domain::address;
use domain::boards::BoardKind;
use leptos::server_fn::ServerFn as _;

use crate::api::accounts::{
    AskForAddress, AskForReset, ChangePassword, CreateToken, DeleteAccount, EndSession, FinishArrival,
    JoinByInstitution, KeepOldAddress, LinkIdentity, LogIn, LogOut, LogOutEverywhere, RenewRecoveryCodes,
    ResetPassword, RevokeToken, SendVerification, SetProfile, SetPublicName, SignUp, TurnOffSecondFactor,
    TurnOnSecondFactor, UnlinkIdentity, VerifyAddress,
};
use crate::api::administration::{
    ResendLetter, ResetSecondFactor, ResumeAccount, SettleJob, SuspendAccount, VouchForAddress,
};
use crate::api::boards::{
    BlockWriter, EditComment, EditPost, FollowPost, HidePost, PinNotice, PreviewPost, PublishNotice, RemindOfNotice,
    RemoveComment, RemovePost, ReportPost, SetUnwantedWords, SettleReports, ShowPost, UnblockWriter, UnscheduleNotice,
    WriteComment, WritePost,
};
use crate::api::cases::{AskForStatement, DecideCase, ExtendStatement, VoteOnCase};
use crate::api::letters::ResendLetters;
use crate::api::live::{AnswerLive, AskLive, CloseLive, HideLive, MarkLive, MoveLive, PinLive, SetLive, VoteLive};
use crate::api::notifications::{NewestNotifications, ReadNotification, ReadNotifications, SetNotifications};
use crate::api::participation::{
    AcceptPlace, AgreeToRules, DecideApplications, InviteToApply, Join, UninviteToApply, WithdrawApplication,
};
use crate::api::questions::{LinkQuestion, PublishQuestion, RemoveCannedAnswer, SetCannedAnswer, SimilarQuestions};
use crate::api::reactions::{NamesToCall, ReactToPost};
use crate::api::recruiting::{AskByPost, InviteByPost, SetRecruitCard};
use crate::api::roles::{AcceptRole, ChangeRole, InviteToRole, WithdrawRoleInvitation};
use crate::api::site_notices::{EditSiteNotice, PinSiteNotice, RemoveSiteNotice, WriteSiteNotice};
use crate::api::teams::{
    AskToJoin, CreateTeam, ExcludeTeams, InviteMember, JoinByLetter, MoveMember, OfferMerge, RenameTeam,
    RenewServiceToken, RestoreTeam, RevokeServiceToken,
};
use crate::session::safe_path;

/// The fields of a form that its page fills in again after a failure; one that ends in `[` is all that begin so. Nothing else that was
/// sent is kept.
pub fn kept(path: &str) -> &'static [&'static str] {
    match path {
        LogIn::PATH | AskForAddress::PATH | AskForReset::PATH => &["email"],
        SignUp::PATH => &["email", "name", "public_name", "affiliation"],
        JoinByInstitution::PATH => &["name", "public_name", "affiliation"],
        SetPublicName::PATH => &["public_name"],
        SetProfile::PATH => &["name", "affiliation", "locale"],
        // It is nobody's yet, and scanned already.
        TurnOnSecondFactor::PATH => &["secret"],
        SuspendAccount::PATH => &["reason"],
        ExcludeTeams::PATH => &["reason", "teams[]"],
        ResendLetters::PATH => &["letters[]"],
        DeleteAccount::PATH => &["word"],
        CreateToken::PATH => &["name", "days", "read", "submit", "organize"],
        InviteToRole::PATH => &["email", "role"],
        CreateTeam::PATH | RenameTeam::PATH => &["name"],
        Join::PATH | address::APPLY => &["answers["],
        DecideApplications::PATH => &["reason", "users[]"],
        InviteToApply::PATH => &["emails"],
        InviteMember::PATH => &["email"],
        AskToJoin::PATH | AskByPost::PATH => &["message"],
        OfferMerge::PATH => &["number"],
        MoveMember::PATH => &["member", "to", "reason"],
        WritePost::PATH | EditPost::PATH | address::SCHEDULED_NOTICE => &[
            "title",
            "category",
            "secret",
            "pinned",
            "required",
            "for_all",
            "publish_at",
            "markdown",
            "files[",
            "roles[",
            "version",
        ],
        WriteSiteNotice::PATH | EditSiteNotice::PATH => &["title", "category", "pinned", "markdown"],
        PublishQuestion::PATH => &["title", "category", "markdown", "answer"],
        LinkQuestion::PATH => &["same"],
        SetCannedAnswer::PATH => &["id", "title", "markdown"],
        ReportPost::PATH | HidePost::PATH | BlockWriter::PATH => &["reason", "comment", "days"],
        address::MANAGE_CASES => &["team", "title", "markdown", "submissions", "by_vote", "is_shown"],
        address::MANAGE_CASE => &["markdown", "is_shown"],
        address::CASE => &["markdown"],
        WriteComment::PATH | EditComment::PATH => &["answers", "comment", "markdown"],
        AskForStatement::PATH => &["question", "until", "votes_until"],
        ExtendStatement::PATH => &["until", "votes_until"],
        VoteOnCase::PATH | DecideCase::PATH => &["outcome", "reason"],
        AskLive::PATH => &["question", "named"],
        SetUnwantedWords::PATH => &["words"],
        SetLive::PATH => &["session", "title", "opens_at", "closes_at"],
        address::SUBMIT => &["dry_run", "memo"],
        _ => &[],
    }
}

/// Whether a form sent there may hold long texts: a whole post, answers, what is said in a case.
pub fn takes_long(path: &str) -> bool {
    matches!(
        path,
        WritePost::PATH
            | EditPost::PATH
            | WriteSiteNotice::PATH
            | EditSiteNotice::PATH
            | PreviewPost::PATH
            | SetUnwantedWords::PATH
            | WriteComment::PATH
            | EditComment::PATH
            | PublishQuestion::PATH
            | SetCannedAnswer::PATH
            | Join::PATH
            | address::APPLY
            | AskForStatement::PATH
            | AnswerLive::PATH
            | VoteOnCase::PATH
            | DecideCase::PATH
            | address::MANAGE_CASES
            | address::MANAGE_CASE
            | address::CASE
            | address::SCHEDULED_NOTICE
    )
}

/// Bytes of such a form that are shown again: a whole post, or every answer as long as it may be.
pub fn longest(path: &str) -> usize {
    if path == Join::PATH || path == address::APPLY { 128 * 1024 } else { 512 * 1024 }
}

/// The page that shows how a form ended, for a browser that does not say where the form stood.
pub fn page_of(path: &str, typed: &BTreeMap<String, String>) -> String {
    let typed = |field: &str| typed.get(field).map(String::as_str).unwrap_or_default();
    let of_competition = |address: &dyn Fn(&str) -> String| match typed("slug") {
        "" => address::HOME.to_owned(),
        slug => address(slug),
    };
    let door = |path: &str| address::asking(path, &[("next", safe_path(typed("next")))]);
    match path {
        LogIn::PATH => door(address::LOGIN),
        FinishArrival::PATH | JoinByInstitution::PATH | LinkIdentity::PATH => address::INSTITUTION.to_owned(),
        SignUp::PATH => door(address::SIGNUP),
        CreateToken::PATH | RevokeToken::PATH => address::TOKENS.to_owned(),
        ReadNotifications::PATH | ReadNotification::PATH | NewestNotifications::PATH | SetNotifications::PATH => {
            address::NOTIFICATIONS.to_owned()
        }
        LogOut::PATH
        | SetPublicName::PATH
        | SetProfile::PATH
        | SendVerification::PATH
        | AskForAddress::PATH
        | KeepOldAddress::PATH => address::ACCOUNT.to_owned(),
        LogOutEverywhere::PATH
        | EndSession::PATH
        | ChangePassword::PATH
        | TurnOffSecondFactor::PATH
        | UnlinkIdentity::PATH
        | RenewRecoveryCodes::PATH => address::SECURITY.to_owned(),
        TurnOnSecondFactor::PATH => address::SECOND_FACTOR.to_owned(),
        SuspendAccount::PATH | ResumeAccount::PATH | ResetSecondFactor::PATH | VouchForAddress::PATH => {
            address::admin_account(typed("id"))
        }
        ResendLetter::PATH => address::ADMIN_MAIL.to_owned(),
        SettleJob::PATH => address::ADMIN_QUEUE.to_owned(),
        DeleteAccount::PATH => address::OWN_DATA.to_owned(),
        AskForReset::PATH => address::RESET.to_owned(),
        ResetPassword::PATH => address::asking(address::RESET, &[("key", typed("key"))]),
        VerifyAddress::PATH => address::asking(address::VERIFY, &[("key", typed("key"))]),
        Join::PATH | WithdrawApplication::PATH | AcceptPlace::PATH | AgreeToRules::PATH => {
            of_competition(&address::apply)
        }
        DecideApplications::PATH | InviteToApply::PATH | UninviteToApply::PATH => {
            of_competition(&address::manage_applications)
        }
        ExcludeTeams::PATH | RestoreTeam::PATH | RenewServiceToken::PATH | RevokeServiceToken::PATH => {
            of_competition(&address::manage_teams)
        }
        ResendLetters::PATH => of_competition(&address::manage_mail),
        SetLive::PATH | CloseLive::PATH => of_competition(&address::manage_live),
        AskLive::PATH
        | VoteLive::PATH
        | AnswerLive::PATH
        | MarkLive::PATH
        | PinLive::PATH
        | HideLive::PATH
        | MoveLive::PATH => of_competition(&address::live),
        ChangeRole::PATH | InviteToRole::PATH | WithdrawRoleInvitation::PATH => of_competition(&address::manage_roles),
        AcceptRole::PATH => {
            of_competition(&|slug| address::asking(&address::role_invitation(slug), &[("key", typed("key"))]))
        }
        JoinByLetter::PATH => {
            of_competition(&|slug| address::asking(&address::mailed_invitation(slug), &[("key", typed("key"))]))
        }
        AskForStatement::PATH | ExtendStatement::PATH | VoteOnCase::PATH | DecideCase::PATH => {
            of_competition(&|slug| address::manage_case(slug, typed("number")))
        }
        AskToJoin::PATH | MoveMember::PATH => of_competition(&|slug| address::public_team(slug, typed("team"))),
        WriteSiteNotice::PATH => address::NEW_NOTICE.to_owned(),
        EditSiteNotice::PATH => address::edit_notice(typed("number")),
        PinSiteNotice::PATH | RemoveSiteNotice::PATH => address::notice(typed("number")),
        WritePost::PATH => of_competition(&|slug| address::new_post(slug, typed("board"))),
        EditPost::PATH => of_competition(&|slug| address::edit_post(slug, typed("board"), typed("number"))),
        RemovePost::PATH | PreviewPost::PATH => of_competition(&|slug| address::board(slug, typed("board"))),
        PinNotice::PATH | RemindOfNotice::PATH => {
            of_competition(&|slug| address::post(slug, BoardKind::Notice, typed("number")))
        }
        WriteComment::PATH
        | EditComment::PATH
        | RemoveComment::PATH
        | FollowPost::PATH
        | ReactToPost::PATH
        | NamesToCall::PATH
        | ReportPost::PATH
        | HidePost::PATH
        | ShowPost::PATH
        | BlockWriter::PATH
        | LinkQuestion::PATH => of_competition(&|slug| address::post(slug, typed("board"), typed("number"))),
        PublishQuestion::PATH => {
            of_competition(&|slug| address::publish_question(slug, typed("board"), typed("number")))
        }
        SetRecruitCard::PATH | AskByPost::PATH | InviteByPost::PATH => {
            of_competition(&|slug| address::post(slug, BoardKind::Recruit, typed("number")))
        }
        SimilarQuestions::PATH => of_competition(&|slug| address::new_post(slug, typed("board"))),
        SetCannedAnswer::PATH | RemoveCannedAnswer::PATH => of_competition(&address::manage_answers),
        SettleReports::PATH | UnblockWriter::PATH | SetUnwantedWords::PATH => of_competition(&address::manage_boards),
        PublishNotice::PATH | UnscheduleNotice::PATH => of_competition(&address::manage_notices),
        _ => of_competition(&address::team),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_its_own_page_and_nowhere_else() {
        let page = |path: &str, fields: &[(&str, &str)]| {
            let typed = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            page_of(path, &typed)
        };
        assert_eq!(page(LogIn::PATH, &[("next", "/account")]), "/login?next=%2Faccount");
        assert_eq!(page(LogIn::PATH, &[("next", "//evil.example")]), "/login?next=%2F");
        assert_eq!(page(SetPublicName::PATH, &[("public_name", "x")]), "/account");
        assert_eq!(page(CreateTeam::PATH, &[("slug", "breast-cancer")]), "/competitions/breast-cancer/team");
        assert_eq!(page(CreateTeam::PATH, &[("slug", "/evil.example")]), "/competitions/%2Fevil.example/team");
        assert_eq!(page(CreateTeam::PATH, &[]), "/");
    }
}
