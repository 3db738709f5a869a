//! What administrators see and do: accounts, mail and the queue. The command line does the same for whoever runs the machine.

mod letters;
mod queue;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Actor, SiteAction};
use domain::audit::{Act, Deed, Fact};
use domain::error::FieldProblem;
use domain::ids::UserId;
use domain::text::{REASON_MAX, cell};
use domain::zone::Zone;
use domain::{AppError, ErrorCode, Locale, address};

pub use self::letters::{SiteLettersPage, letters, letters_csv, resend};
pub use self::queue::{JobsWanted, QueuePage, queue, queue_csv, settle_job};
pub use storage::accounts::{AccountCounts, AccountsAsked, AccountsFilter, ListedAccount};
pub use storage::letters::ListedLetter;

use crate::accounts::security_letters::tell;
use crate::accounts::{addresses, second_factors};
use crate::error::Result;
use crate::jobs::{self, JobTally};
use crate::mail::letter::Letter;
use crate::paging;
use crate::services::Services;

/// Accounts that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountsPage {
    pub rows: Vec<ListedAccount>,
    /// How many were found.
    pub total: i64,
    pub counts: AccountCounts,
}

impl AccountsPage {
    pub fn count(&self, filter: AccountsFilter) -> i64 {
        match filter {
            AccountsFilter::Suspended => self.counts.suspended,
            AccountsFilter::Unverified => self.counts.unverified,
            AccountsFilter::Admins => self.counts.admins,
        }
    }
}

/// What waits and what was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub accounts: AccountCounts,
    pub jobs: Vec<JobTally>,
    /// Jobs that were given up.
    pub dead: i64,
    pub failed_letters: Vec<ListedLetter>,
}

/// The accounts that are asked for, the newest first.
///
/// # Errors
/// `login_required`, `forbidden`, `token_not_allowed`.
#[boxed]
pub async fn accounts(services: &Services, actor: &Actor, asked: &AccountsAsked) -> Result<AccountsPage> {
    actor.may(SiteAction::ManageAccounts).check()?;
    let total = services.db.count_accounts(asked).await?;
    let asked = AccountsAsked { offset: paging::offset(asked.offset, asked.limit, total), ..asked.clone() };
    Ok(AccountsPage { rows: services.db.accounts(&asked).await?, total, counts: services.db.account_counts().await? })
}

/// One account.
///
/// # Errors
/// `login_required`, `forbidden`, `not_found`.
#[boxed]
pub async fn account(services: &Services, actor: &Actor, id: UserId) -> Result<ListedAccount> {
    actor.may(SiteAction::ManageAccounts).check()?;
    services.db.account(id).await?.ok_or(ErrorCode::NotFound.into())
}

/// All accounts that are asked for as a CSV that spreadsheets open as it is.
///
/// # Errors
/// `login_required`, `forbidden`.
#[boxed]
pub async fn accounts_csv(services: &Services, actor: &Actor, asked: &AccountsAsked, locale: Locale) -> Result<String> {
    actor.may(SiteAction::ManageAccounts).check()?;
    let heads = match locale {
        Locale::Ko => {
            ["이름", "메일 주소", "소속", "가입", "주소 확인", "정지", "정지 사유", "관리자", "2단계 인증", "팀"]
        }
        Locale::En => [
            "name",
            "email",
            "affiliation",
            "signed up",
            "confirmed",
            "suspended",
            "reason",
            "admin",
            "second factor",
            "teams",
        ],
    };
    let zone = Zone::default();
    let at = |at: DateTime<Utc>| zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let mark = |holds: bool| if holds { "✓" } else { "" }.to_owned();
    let row = |cells: [String; 10]| cells.map(|text| cell(&text)).join(",") + "\r\n";
    let mut text = format!("\u{feff}{}", row(heads.map(str::to_owned)));
    let asked = AccountsAsked { limit: i64::MAX, offset: 0, ..asked.clone() };
    for one in services.db.accounts(&asked).await? {
        text += &row([
            one.name,
            one.email,
            one.affiliation,
            at(one.created_at),
            one.verified_at.map(at).unwrap_or_default(),
            one.suspended_at.map(at).unwrap_or_default(),
            one.suspended_reason.unwrap_or_default(),
            mark(one.is_admin),
            mark(one.has_second_factor),
            one.teams.to_string(),
        ]);
    }
    Ok(text)
}

/// Lets nobody in by an account until it is resumed: its sessions end, its tokens do not work meanwhile, and its owner is written why.
///
/// # Errors
/// `login_required`, `forbidden`, `not_found`; `invalid_input` without a reason; `own_account`.
#[boxed]
pub async fn suspend(services: &Services, actor: &Actor, id: UserId, reason: &str) -> Result<()> {
    actor.may(SiteAction::ManageAccounts).check()?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        return Err(AppError::field("reason", FieldProblem::Reason).into());
    }
    if actor.id() == Some(id) {
        return Err(ErrorCode::OwnAccount.into());
    }
    let mut tx = services.db.begin().await?;
    tx.lock_user(id).await?;
    let row = tx.user(id).await?.ok_or(ErrorCode::NotFound)?;
    let now = services.clock.now();
    if !tx.suspend_account(id, reason, now).await? {
        return Ok(());
    }
    tx.renew_credentials(id).await?;
    let act = Act::of_account(Deed::SuspendAccount, id);
    tx.record(now, actor, act.after("reason", Fact::Personal(id, reason.to_owned())));
    let letter = Letter::AccountSuspended { reason: reason.to_owned() };
    tell(services, &mut tx, &row.user, &letter, now).await?;
    Ok(tx.commit().await?)
}

/// Takes it back; its owner is written to.
///
/// # Errors
/// `login_required`, `forbidden`, `not_found`.
#[boxed]
pub async fn resume(services: &Services, actor: &Actor, id: UserId) -> Result<()> {
    actor.may(SiteAction::ManageAccounts).check()?;
    let mut tx = services.db.begin().await?;
    tx.lock_user(id).await?;
    let row = tx.user(id).await?.ok_or(ErrorCode::NotFound)?;
    if !tx.resume_account(id).await? {
        return Ok(());
    }
    let now = services.clock.now();
    tx.record(now, actor, Act::of_account(Deed::ResumeAccount, id));
    let letter = Letter::AccountResumed { page: address::LOGIN.to_owned() };
    tell(services, &mut tx, &row.user, &letter, now).await?;
    Ok(tx.commit().await?)
}

/// Turns off the second factor of somebody who has lost it; every session of theirs ends. Whether it was on.
///
/// # Errors
/// `login_required`, `forbidden`, `not_found`, `own_account`.
#[boxed]
pub async fn reset_second_factor(services: &Services, actor: &Actor, id: UserId) -> Result<bool> {
    let account = account(services, actor, id).await?;
    // One's own takes the password and a code, as everybody's.
    if actor.id() == Some(id) {
        return Err(ErrorCode::OwnAccount.into());
    }
    second_factors::take_away(services, actor, &account.email).await
}

/// Takes the administrator's word for whose an address is.
///
/// # Errors
/// `login_required`, `forbidden`, `not_found`.
#[boxed]
pub async fn vouch(services: &Services, actor: &Actor, id: UserId) -> Result<bool> {
    let account = account(services, actor, id).await?;
    Ok(addresses::vouch(services, actor, &account.email).await?.1)
}

/// How mail and the queue fare.
///
/// # Errors
/// `login_required`, `forbidden`.
#[boxed]
pub async fn health(services: &Services, actor: &Actor) -> Result<Health> {
    actor.may(SiteAction::ManageQueue).check()?;
    let jobs = jobs::tallies(services).await?;
    Ok(Health {
        accounts: services.db.account_counts().await?,
        dead: jobs.iter().map(|tally| tally.dead).sum(),
        jobs,
        failed_letters: letters::failed(services, actor).await?,
    })
}

fn found(is_there: bool) -> Result<()> {
    if is_there { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
}
