//! docs/permissions.md, made from the rules themselves.

use std::fmt::Write as _;
use std::path::Path;

use super::tests::{EVERYBODY, PHASES, Who, World, moment, user};
use super::*;

const HEAD: &str = "# Who may what

Made from the rules (`domain/src/access`); a test compares it: `WRITE_DOCS=1 cargo test -p domain permissions` writes it anew.
A page shows what this says, and the application asks the same function again under the lock.

**before**, **during** and **after** are the competition: before its first submission is taken, while they are taken, after the last. ✓ is all three, – never.
What an action is done to is team 101, of which *member* and *leader* are; whoever is of *another team* has one of their own. Each role may what those to the left of it may.
An *applicant* is somebody to whom a place is offered. An administrator is an owner of every competition. Whoever has a role does not take part.

";

impl Action {
    fn says(self) -> &'static str {
        match self {
            Self::TakePart => "take part, or apply for it",
            Self::WithdrawApplication => "withdraw one's own application (without being in a team)",
            Self::AgreeToRules => "agree to the rules again, when there is another version",
            Self::AcceptOffer => "take the place that is offered to oneself",
            Self::ReadData => "have the data (from when they open)",
            Self::ReadResults => "see the private leaderboard (from the reveal)",
            Self::CreateTeam => "make a team",
            Self::JoinTeam => "enter the team by its link",
            Self::ReadTeam => "see its members' real names",
            Self::RenameTeam => "rename the team",
            Self::RemoveMember => "remove a member (who has not submitted)",
            Self::LeaveTeam => "leave the team (without having submitted; the leader, as the last)",
            Self::HandOver => "make another member the leader",
            Self::RenewInvitation => "make a new invitation link",
            Self::InviteMember => "invite somebody by mail, and take it back",
            Self::AskToJoin => "ask to be let into the team",
            Self::AnswerRequests => "see who asks to be let in, accept and refuse",
            Self::MergeTeams => "offer, accept, refuse and take back a merge (until `merges_until`)",
            Self::MoveMember => "move a member to another team or take them out, with a reason",
            Self::ShowKey => "see the submission key",
            Self::RenewKey => "make a new submission key",
            Self::Submit => "submit, for one's own team",
            Self::ReadSubmissions => "see one's own team's submissions and files",
            Self::Manage => "enter the organizers' rooms",
            Self::ReadAddresses => "see participants' real names, addresses and affiliations",
            Self::ManageMail => "see the e-mails that the competition has caused, and send failed ones again",
            Self::DecideApplications => "see who applied with their answers, and decide",
            Self::WriteNotices => "write, change, pin and remove notices",
            Self::WritePosts => "write questions and posts, change and delete one's own",
            Self::Recruit => "seek people for a team, or a team for oneself",
            Self::Comment => "comment, react, follow and report",
            Self::RunBoards => {
                "read secret posts, answer them officially or publish them without a name, link questions that are the same, keep canned answers, hide posts and comments, keep somebody from writing"
            }
            Self::AskLive => "ask a live question (in its hours)",
            Self::VoteLive => "vote for live questions (in their hours)",
            Self::RunLive => "set the hours of live questions, answer, pin, hide and mark them, see who asked",
            Self::ExcludeTeam => "exclude a team that is idle, and take it back",
            Self::SetServiceToken => "make and revoke the token by which a service reports activity",
            Self::AnswerCases => "see the cases of one's own team (from when it is asked) and hand in its statement",
            Self::ReadCases => "see cases, evidence and statements",
            Self::VoteOnCases => "vote on a case (where one was asked to)",
            Self::ManageCases => "open cases, ask for statements, record decisions and reverse them",
            Self::GiveRoles => "give roles and take them back (the last owner stays)",
            Self::LeaveRole => "lay down one's own role (the last owner cannot)",
        }
    }
}

impl SiteAction {
    fn says(self) -> &'static str {
        match self {
            Self::ReadAccount => "see one's own account",
            Self::ChangeAccount => "change it: names, address, password, second factor, sessions; delete it",
            Self::TakeData => "download all that is kept about oneself",
            Self::ChangeTokens => "make tokens and take them back",
            Self::ManageAccounts => {
                "see all accounts, suspend and resume them, reset second factors, vouch for addresses"
            }
            Self::ManageQueue => "see mail and jobs, and put back what was given up",
            Self::WriteSiteNotices => "write, change, pin and remove notices of the site",
            Self::ReadMetrics => "read `/metrics` from elsewhere than the machine itself",
        }
    }
}

fn marks(allowed: [bool; 3]) -> String {
    let words: Vec<_> =
        ["before", "during", "after"].into_iter().zip(allowed).filter_map(|(word, may)| may.then_some(word)).collect();
    match words.len() {
        0 => "–".to_owned(),
        3 => "✓".to_owned(),
        _ => words.join(", "),
    }
}

fn mark(may: bool) -> &'static str {
    if may { "✓" } else { "–" }
}

/// What a person of a site would come with.
fn actor(who: Who) -> Actor {
    let user = (who != Who::SignedOut).then(|| user(who == Who::Admin));
    Actor::browser(user, None)
}

fn permissions() -> String {
    let world = World::new();
    let mut text = HEAD.to_owned();
    let mut head = |first: &str, columns: &[&str]| {
        let _ = writeln!(text, "| {first} | {} |\n|---|{}", columns.join(" | "), "---|".repeat(columns.len()));
        std::mem::take(&mut text)
    };
    let everybody = EVERYBODY.map(Who::word);
    let mut page = head("in a competition", &everybody);
    for action in Action::ALL {
        let cell = |who| {
            let may = |phase| world.visit(who, moment(phase)).may(action, Some(&world.team)).check().is_ok();
            marks(PHASES.map(may))
        };
        let _ = writeln!(page, "| {} | {} |", action.says(), EVERYBODY.map(cell).join(" | "));
    }
    page.push('\n');
    page += &head("outside of one", &everybody);
    for action in SiteAction::ALL {
        let cell = |who| mark(actor(who).may(action).check().is_ok());
        let _ = writeln!(page, "| {} | {} |", action.says(), EVERYBODY.map(cell).join(" | "));
    }
    page += "\n## Tokens and passwords of programs\n
A token does what it has the scope for, and no more than its owner may; it brings a role along only with `organize`. No token and no password that is sent along with a request
changes an account, a team or a role. A password sent along does what `read` and `submit` do together.\n\n";
    let doors = [Scope::Read, Scope::Submit, Scope::Organize].map(|scope| Via::Token(scope.into()));
    page += &head("by a program", &["`read`", "`submit`", "`organize`", "password"]);
    let row = |says: &str, needs: Needs| {
        let cells = doors.into_iter().chain([Via::Password]).map(|via| mark(via.refuses(needs).is_none()));
        format!("| {says} | {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    for action in Action::ALL {
        page += &row(action.says(), action.needs());
    }
    for action in SiteAction::ALL {
        page += &row(action.says(), action.needs());
    }
    page += "\n## Commands\n
Whoever can run `madang` on the machine, with its settings, answers for it: no command asks who that is. What one does stands in the audit record with the door `command` and
nobody as its author; `madang audit export` shows it. A test reads the command line itself and fails where a command is missing here, and another runs each and reads the record.\n\n";
    page += &head("command", &["what it changes", "in the record"]);
    for CommandRule { words, says, deeds } in COMMANDS {
        let deeds: Vec<_> = deeds.iter().map(|deed| format!("`{deed}`")).collect();
        let deeds = if deeds.is_empty() { "–".to_owned() } else { deeds.join(", ") };
        let _ = writeln!(page, "| `madang {words}` | {says} | {deeds} |");
    }
    page
}

#[test]
fn the_page_of_permissions_is_what_the_rules_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/permissions.md");
    let page = permissions();
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "write it anew: WRITE_DOCS=1 cargo test -p domain permissions");
}
