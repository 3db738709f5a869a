use domain::address;
use leptos::prelude::*;
use platform::administration::{self, AccountsFilter};
use platform::competitions::letters::LetterState;

use super::{AdminRoom, room};
use crate::context::locale;
use crate::i18n::{k, t};
use crate::request;
use crate::tf;
use crate::ui::{Tile, Tiles};

/// `/admin`: the installation at a glance.
#[component]
pub fn AdminPage() -> impl IntoView {
    room(AdminRoom::Overview, || async move {
        use k::administration as w;
        let l = locale();
        let health = administration::health(&request::services(), &request::actor()).await?;
        let waiting = health.jobs.iter().map(|tally| tally.waiting + tally.running).sum::<i64>();
        let suspended = address::asking(address::ADMIN_ACCOUNTS, &[("state", AccountsFilter::Suspended.key())]);
        let failed = address::asking(address::ADMIN_MAIL, &[("state", LetterState::Failed.key())]);
        Ok(view! {
            <Tiles>
                <Tile
                    term=t(l, w::ACCOUNTS)
                    value=health.accounts.all.to_string()
                    unit=t(l, w::ACCOUNTS_UNIT)
                    note=tf!(l, w::UNVERIFIED_N, n = health.accounts.unverified)
                    href=address::ADMIN_ACCOUNTS
                />
                <Tile
                    term=t(l, w::SUSPENDED)
                    value=health.accounts.suspended.to_string()
                    unit=t(l, w::ACCOUNTS_UNIT)
                    note=t(l, w::SUSPENDED_NOTE)
                    href=suspended
                />
                <Tile
                    term=t(l, w::FAILED_LETTERS)
                    value=health.failed_letters.len().to_string()
                    unit=t(l, w::LETTERS_UNIT)
                    note=t(l, w::FAILED_NOTE)
                    href=failed
                />
                <Tile
                    term=t(l, w::DEAD_JOBS)
                    value=health.dead.to_string()
                    unit=t(l, w::JOBS_UNIT)
                    note=tf!(l, w::WAITING_N, n = waiting)
                    href=address::ADMIN_QUEUE
                />
            </Tiles>
        })
    })
}
