//! Every address of ours, each written once: pages, then files, what programs ask for, server functions and what runs the server.
//! Values that stand in an address are percent-encoded here and nowhere else.

use std::fmt::Display;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// Addresses without values as constants, those with values as functions; and `patterns`, all of them as the server's routes
/// write them, so that a test can compare the two.
macro_rules! addresses {
    (
        fixed { $($(#[$fixed_doc:meta])* $FIXED:ident = $fixed:literal;)* }
        filled { $($(#[$doc:meta])* $name:ident($($value:ident: $type:ty),+) = $pattern:expr;)* }
    ) => {
        $($(#[$fixed_doc])* pub const $FIXED: &str = $fixed;)*
        $($(#[$doc])* pub fn $name($($value: $type),+) -> String {
            $crate::address::filled($pattern, &[$($value.to_string().as_str()),+])
        })*

        /// Every address here with the names of its values, in the order in which they are given.
        pub fn patterns() -> Vec<(&'static str, Vec<&'static str>)> {
            vec![$(($fixed, Vec::new()),)* $(($pattern, vec![$(stringify!($value)),+]),)*]
        }
    };
}

/// The submit page, where its form is sent to as well.
pub const SUBMIT: &str = "/competitions/{slug}/submit";

/// Pages where forms with files are sent to as well: one applies; a case is opened, given evidence, and answered by its team; a post is
/// written and changed.
pub const APPLY: &str = "/competitions/{slug}/apply";
/// A notice that waits for its moment.
pub const SCHEDULED_NOTICE: &str = "/competitions/{slug}/manage/notices/{id}";
pub const MANAGE_CASES: &str = "/competitions/{slug}/manage/cases";
pub const MANAGE_CASE: &str = "/competitions/{slug}/manage/cases/{number}";
pub const CASE: &str = "/competitions/{slug}/cases/{number}";
pub const NEW_POST: &str = "/competitions/{slug}/boards/{board}/new";
pub const EDIT_POST: &str = "/competitions/{slug}/boards/{board}/{number}/edit";

addresses! {
    fixed {
        HOME = "/";
        LOGIN = "/login";
        SIGNUP = "/signup";
        /// For whoever comes back from the log-in of their institution and has something to say yet.
        INSTITUTION = "/login/institution";
        /// Asks for a letter that leads to a new password; with its key, where that is set.
        RESET = "/reset";
        /// Where the link of a letter to an address leads that is to be confirmed.
        VERIFY = "/verify";
        ACCOUNT = "/account";
        SECURITY = "/account/security";
        /// The way to a second factor.
        SECOND_FACTOR = "/account/security/second-factor";
        TOKENS = "/account/tokens";
        NOTIFICATIONS = "/account/notifications";
        OWN_DATA = "/account/data";
        /// The rooms of those who run the installation.
        ADMIN = "/admin";
        ADMIN_ACCOUNTS = "/admin/accounts";
        ADMIN_MAIL = "/admin/mail";
        ADMIN_QUEUE = "/admin/queue";
        /// Notices of the site.
        NOTICES = "/notices";
        NEW_NOTICE = "/notices/new";
        GUIDE = "/guide";
        API_DOCS = "/api/docs";
        /// The components of the screen, each in every state.
        DESIGN = "/design";
    }
    filled {
        /// Of the site, and so are the next three.
        notice(number: impl Display) = "/notices/{number}";
        edit_notice(number: impl Display) = "/notices/{number}/edit";
        notice_history(number: impl Display) = "/notices/{number}/history";
        admin_account(id: impl Display) = "/admin/accounts/{id}";
        competition(slug: &str) = "/competitions/{slug}";
        data(slug: &str) = "/competitions/{slug}/data";
        evaluation(slug: &str) = "/competitions/{slug}/evaluation";
        rules(slug: &str) = "/competitions/{slug}/rules";
        schedule(slug: &str) = "/competitions/{slug}/schedule";
        leaderboard(slug: &str) = "/competitions/{slug}/leaderboard";
        submit(slug: &str) = SUBMIT;
        submissions(slug: &str) = "/competitions/{slug}/submissions";
        submission(slug: &str, id: impl Display) = "/competitions/{slug}/submissions/{id}";
        apply(slug: &str) = APPLY;
        /// Live questions.
        live(slug: &str) = "/competitions/{slug}/live";
        /// The same for a projector.
        live_screen(slug: &str) = "/competitions/{slug}/live/screen";
        /// One's own team.
        team(slug: &str) = "/competitions/{slug}/team";
        /// The way into a team, for whoever was sent it.
        invitation(slug: &str, code: &str) = "/competitions/{slug}/join/{code}";
        /// The same for whoever was written to: a key comes with it.
        mailed_invitation(slug: &str) = "/competitions/{slug}/join";
        /// A team as everyone sees it.
        public_team(slug: &str, number: impl Display) = "/competitions/{slug}/teams/{number}";
        /// The rooms of those who run a competition.
        manage(slug: &str) = "/competitions/{slug}/manage";
        manage_applications(slug: &str) = "/competitions/{slug}/manage/applications";
        /// One of them, by whose it is.
        manage_application(slug: &str, user: impl Display) = "/competitions/{slug}/manage/applications/{user}";
        manage_people(slug: &str) = "/competitions/{slug}/manage/people";
        manage_teams(slug: &str) = "/competitions/{slug}/manage/teams";
        /// Letters that the competition has caused.
        manage_mail(slug: &str) = "/competitions/{slug}/manage/mail";
        /// The hours of live questions.
        manage_live(slug: &str) = "/competitions/{slug}/manage/live";
        manage_roles(slug: &str) = "/competitions/{slug}/manage/roles";
        manage_cases(slug: &str) = MANAGE_CASES;
        /// With the form that opens one.
        new_case(slug: &str) = "/competitions/{slug}/manage/cases/new";
        manage_case(slug: &str, number: impl Display) = MANAGE_CASE;
        /// A case as its team sees it.
        case(slug: &str, number: impl Display) = CASE;
        /// The way to a role, for whoever was sent a key to it.
        role_invitation(slug: &str) = "/competitions/{slug}/roles";
        board(slug: &str, board: impl Display) = "/competitions/{slug}/boards/{board}";
        new_post(slug: &str, board: impl Display) = NEW_POST;
        post(slug: &str, board: impl Display, number: impl Display) = "/competitions/{slug}/boards/{board}/{number}";
        edit_post(slug: &str, board: impl Display, number: impl Display) = EDIT_POST;
        /// What a post said before it was changed.
        post_history(slug: &str, board: impl Display, number: impl Display) = "/competitions/{slug}/boards/{board}/{number}/history";
        /// Notices that wait for their moment.
        manage_notices(slug: &str) = "/competitions/{slug}/manage/notices";
        scheduled_notice(slug: &str, id: impl Display) = SCHEDULED_NOTICE;
        manage_boards(slug: &str) = "/competitions/{slug}/manage/boards";
        /// The answers that organizers keep.
        manage_answers(slug: &str) = "/competitions/{slug}/manage/boards/answers";
        /// The form by which a secret question is published.
        publish_question(slug: &str, board: impl Display, number: impl Display) = "/competitions/{slug}/boards/{board}/{number}/publish";
    }
}

/// Files for people: a competition's data and pictures, one's own submitted files.
pub mod file {
    use std::fmt::Display;

    pub const DATA_FILE: &str = "/competitions/{slug}/files/{name}";
    pub const IMAGE: &str = "/competitions/{slug}/images/{name}";
    pub const IDS: &str = "/competitions/{slug}/ids/{version}";
    pub const APPLICATIONS: &str = "/competitions/{slug}/manage/applications.csv";
    pub const PEOPLE: &str = "/competitions/{slug}/manage/people.csv";
    pub const TEAMS: &str = "/competitions/{slug}/manage/teams.csv";
    pub const ROLES: &str = "/competitions/{slug}/manage/roles.csv";
    pub const MAIL: &str = "/competitions/{slug}/manage/mail.csv";
    pub const CASES: &str = "/competitions/{slug}/manage/cases.csv";
    pub const CASE_FILE: &str = "/competitions/{slug}/cases/{number}/files/{id}";
    pub const ANSWER_FILE: &str = "/competitions/{slug}/apply/files/{id}";
    /// The list of live questions alone, as an open page fetches it.
    pub const LIVE_LIST: &str = "/competitions/{slug}/live/list";
    /// Takes what a script sends while its writer goes on: a file for a post.
    pub const POST_FILES: &str = "/competitions/{slug}/boards/files";
    pub const POST_FILE: &str = "/competitions/{slug}/boards/files/{id}";
    pub const SUBMITTED: &str = "/competitions/{slug}/submissions/{id}/file";

    addresses! {
        fixed {
            /// All that is kept about whoever asks.
            ACCOUNT = "/account/data.json";
            /// For administrators, as a table.
            ADMIN_ACCOUNTS = "/admin/accounts.csv";
            ADMIN_MAIL = "/admin/mail.csv";
            ADMIN_QUEUE = "/admin/queue.csv";
            /// The newest notices of the site, as a feed.
            NOTICES_ATOM = "/notices.atom";
        }
        filled {
            data(slug: &str, name: &str) = DATA_FILE;
            image(slug: &str, name: &str) = IMAGE;
            /// What the submit page checks a file's ids against.
            ids(slug: &str, version: &str) = IDS;
            submitted(slug: &str, id: impl Display) = SUBMITTED;
            live_list(slug: &str) = LIVE_LIST;
            /// For organizers, as a table.
            applications(slug: &str) = APPLICATIONS;
            people(slug: &str) = PEOPLE;
            teams(slug: &str) = TEAMS;
            roles(slug: &str) = ROLES;
            mail(slug: &str) = MAIL;
            /// The same of cases.
            cases(slug: &str) = CASES;
            /// Attached to a case, for whoever sees it.
            case_file(slug: &str, number: impl Display, id: impl Display) = CASE_FILE;
            /// Given with an application, for whoever gave it and those who decide.
            answer_file(slug: &str, id: impl Display) = ANSWER_FILE;
            post_files(slug: &str) = POST_FILES;
            /// A picture or an attachment of a post, for whoever may read it.
            post_file(slug: &str, id: impl Display) = POST_FILE;
        }
    }
}

/// What programs ask for.
pub mod api {
    use std::fmt::Display;

    /// Before every address for programs and scripts.
    pub const PREFIX: &str = "/api/";

    addresses! {
        fixed {
            ME = "/api/v1/me";
            MY_EVENTS = "/api/v1/me/events";
            OPENAPI = "/api/v1/openapi.json";
            COMPETITIONS = "/api/v1/competitions";
        }
        filled {
            competition(slug: &str) = "/api/v1/competitions/{slug}";
            commitment(slug: &str) = "/api/v1/competitions/{slug}/commitment";
            leaderboard(slug: &str) = "/api/v1/competitions/{slug}/leaderboard";
            leaderboard_csv(slug: &str) = "/api/v1/competitions/{slug}/leaderboard.csv";
            /// How certain the final ranking is.
            statistics(slug: &str) = "/api/v1/competitions/{slug}/leaderboard/statistics";
            events(slug: &str) = "/api/v1/competitions/{slug}/events";
            submissions(slug: &str) = "/api/v1/competitions/{slug}/submissions";
            submission(id: impl Display) = "/api/v1/submissions/{id}";
            quota(slug: &str) = "/api/v1/competitions/{slug}/quota";
            notices(slug: &str) = "/api/v1/competitions/{slug}/notices";
            notices_atom(slug: &str) = "/api/v1/competitions/{slug}/notices.atom";
            /// What a service reports of teams.
            activity(slug: &str) = "/api/v1/competitions/{slug}/activity";
            direct_report(team_number: impl Display) = "/api/direct-report/{team_number}";
        }
    }
}

/// Server functions. A form names the function's own path; a script in the browser, where the functions are not, names one of these.
pub mod function {
    /// Before the name of every server function.
    pub const FUNCTIONS: &str = "/api/fn/";
    pub const SHOW_KEY: &str = "/api/fn/show_key";
    pub const PREVIEW_POST: &str = "/api/fn/preview_post";
    pub const NEWEST_NOTIFICATIONS: &str = "/api/fn/newest_notifications";
    pub const READ_NOTIFICATIONS: &str = "/api/fn/read_notifications";
    pub const NAMES_TO_CALL: &str = "/api/fn/names_to_call";
    pub const VOTE_LIVE: &str = "/api/fn/vote_live";
    pub const SIMILAR_QUESTIONS: &str = "/api/fn/similar_questions";
}

/// What is no page of its own, and what those ask for who run the server.
pub mod service {
    /// Takes the reader's choice of language and theme.
    pub const PREFERENCES: &str = "/preferences";
    /// Leads to the log-in of an institution, and takes whoever comes back from there.
    pub const INSTITUTION_BEGIN: &str = "/login/institution/begin";
    pub const INSTITUTION_BACK: &str = "/login/institution/back";
    pub const HEALTHZ: &str = "/healthz";
    pub const READYZ: &str = "/readyz";
    pub const METRICS: &str = "/metrics";
}

/// The slug of the competition that a path is in.
pub fn slug_of(path: &str) -> Option<String> {
    let slug = path.strip_prefix("/competitions/")?.split('/').next()?;
    Some(percent_encoding::percent_decode_str(slug).decode_utf8().ok()?.into_owned())
}

/// The login page, which leads on to `next`, a path of ours.
pub fn login_then(next: &str) -> String {
    asking(LOGIN, &[("next", next)])
}

/// What a comment said before it was changed.
pub fn comment_history(slug: &str, board: impl Display, number: impl Display, comment: impl Display) -> String {
    asking(&post_history(slug, board, number), &[("comment", comment.to_string().as_str())])
}

/// A comment on its post's page: the page leads to where it stands.
pub fn comment(slug: &str, board: impl Display, number: impl Display, comment: impl Display) -> String {
    let comment = comment.to_string();
    format!("{}#comment-{comment}", asking(&post(slug, board, number), &[("comment", comment.as_str())]))
}

/// An address with the fields of its query.
pub fn asking(address: &str, fields: &[(&str, &str)]) -> String {
    let mut asking = address.to_owned();
    for (index, (name, value)) in fields.iter().enumerate() {
        asking.push(if index == 0 { '?' } else { '&' });
        asking.push_str(name);
        asking.push('=');
        asking.extend(encode(value));
    }
    asking
}

/// Percent-encoded, for a query or one step of an address: whatever is in a name, the link works.
pub fn encoded(text: &str) -> String {
    encode(text).to_string()
}

fn encode(text: &str) -> PercentEncode<'_> {
    const REST: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    utf8_percent_encode(text, REST)
}

/// A pattern with the values in the places that it names.
fn filled(pattern: &str, values: &[&str]) -> String {
    let mut parts = pattern.split('{');
    let mut address = parts.next().unwrap_or_default().to_owned();
    for (part, value) in parts.zip(values) {
        address.extend(encode(value));
        address.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boards::BoardKind;

    #[test]
    fn whatever_is_in_a_name_its_link_works() {
        assert_eq!(encoded("a-Z_0.csv"), "a-Z_0.csv");
        assert_eq!(encoded("50% & \"가\"/~+\n"), "50%25%20%26%20%22%EA%B0%80%22%2F%7E%2B%0A");
    }

    #[test]
    fn whatever_a_value_holds_it_stays_one_step_of_the_address() {
        assert_eq!(file::data("breast-cancer", "train.csv"), "/competitions/breast-cancer/files/train.csv");
        assert_eq!(
            file::data("a", "../가 나?#%{x}~"),
            "/competitions/a/files/..%2F%EA%B0%80%20%EB%82%98%3F%23%25%7Bx%7D%7E"
        );
        assert_eq!(post("a", BoardKind::Notice, 7), "/competitions/a/boards/notice/7");
        assert_eq!(edit_post("/evil.example", "qna", "1"), "/competitions/%2Fevil.example/boards/qna/1/edit");
    }

    #[test]
    fn a_path_says_which_competition_it_is_in() {
        assert_eq!(slug_of(&team("가/나")).as_deref(), Some("가/나"));
        assert_eq!(slug_of("/competitions/a").as_deref(), Some("a"));
        assert_eq!(slug_of("/account"), None);
    }

    #[test]
    fn a_query_has_its_fields_in_order_and_encoded() {
        assert_eq!(login_then("/account?a=b&c"), "/login?next=%2Faccount%3Fa%3Db%26c");
        assert_eq!(asking("/x", &[("board", "private"), ("q", "가")]), "/x?board=private&q=%EA%B0%80");
        assert_eq!(asking("/x", &[]), "/x");
    }

    #[test]
    fn values_are_given_in_the_order_in_which_an_address_names_them() {
        for (pattern, values) in [patterns(), file::patterns(), api::patterns()].concat() {
            let named: Vec<_> =
                pattern.split('{').skip(1).map(|part| part.split('}').next().unwrap_or_default()).collect();
            assert_eq!(named, values, "{pattern}");
        }
    }
}
