//! What each command of the command line changes, for whoever runs the machine and answers for it.

/// A command with what it may change and what it leaves in the audit record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandRule {
    /// As it is typed behind `madang`.
    pub words: &'static str,
    pub says: &'static str,
    /// Keys of the deeds that it records; none where it changes nothing that the record knows.
    pub deeds: &'static [&'static str],
}

const fn rule(words: &'static str, says: &'static str, deeds: &'static [&'static str]) -> CommandRule {
    CommandRule { words, says, deeds }
}

/// Every command there is.
pub const COMMANDS: &[CommandRule] = &[
    rule(
        "serve",
        "answers requests and works: who does what by it is recorded as theirs, and what it does at its moments as `timer`",
        &[],
    ),
    rule("worker", "works beside a server, likewise", &[]),
    rule("migrate", "brings the database's schema up to date; what it did is in its answer", &[]),
    rule(
        "demo",
        "loads the demo's competitions, accounts and submissions",
        &["competition.create", "account.create", "role.set"],
    ),
    rule(
        "competition import",
        "makes a competition from a folder, or brings one up to date",
        &["competition.create", "competition.import", "notice.post"],
    ),
    rule("competition export", "writes a folder, with the solution; changes nothing here", &[]),
    rule("competition role", "gives a role to an account, changes it or takes it", &["role.set"]),
    rule(
        "competition service-token",
        "makes or revokes the token by which a service reports activity",
        &["competition.renew_service_token", "competition.revoke_service_token"],
    ),
    rule("user add", "makes an account, an administrator's too", &["account.create"]),
    rule("user password", "sets a password; sessions end, with `--revoke-tokens` tokens too", &["account.password"]),
    rule("user verify", "vouches for whose an address is", &["account.verify"]),
    rule("user second-factor", "turns off a second factor", &["account.second_factor"]),
    rule("audit export", "writes the record out; changes nothing", &[]),
    rule("audit verify", "checks the record; changes nothing", &[]),
    rule("mail list", "lists e-mails; changes nothing", &[]),
    rule("mail resend", "puts an e-mail back that failed", &["letter.resend"]),
    rule("mail test", "sends one e-mail to the address that is named; changes nothing", &[]),
    rule("rescore", "shows what scoring again would change; with `--apply` writes it", &["competition.rescore"]),
    rule("jobs", "lists what waits and what was given up; changes nothing", &[]),
    rule("jobs retry", "puts jobs back that were given up", &["job.retry"]),
    rule("jobs drop", "forgets a job that was given up", &["job.drop"]),
    rule("score", "scores a file without a server; changes nothing", &[]),
    rule("split", "writes a solution with its parts into a file; changes nothing here", &[]),
    rule("verify", "checks a commitment without a server; changes nothing", &[]),
    rule("metrics", "says what metrics there are; changes nothing", &[]),
];
