use domain::zone::Zone;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::administration;
use platform::jobs::JobTally;
use platform::jobs::dead::DeadJob;

use super::{AdminRoom, room};
use crate::api::administration::SettleJob;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, Card, Empty, Icon, NoValue, Size, Table, Time, TimeForm, Tone};

/// `/admin/queue`: what waits, runs and was given up.
#[component]
pub fn AdminQueuePage() -> impl IntoView {
    let state = FormState::of::<SettleJob>();
    room(AdminRoom::Queue, move || async move {
        use k::administration as w;
        let l = locale();
        let health = administration::health(&request::services(), &request::actor()).await?;
        let said = state.done().map(|_| {
            view! { <div role="status"><Alert tone=Tone::Success>{t(l, w::JOB_SETTLED)}</Alert></div> }
        });
        let dead = if health.dead.is_empty() {
            view! { <Empty icon=Icon::Check title=t(l, w::NO_DEAD) text=t(l, w::NO_DEAD_TEXT)/> }.into_html()
        } else {
            view! { <ul class="stack">{health.dead.into_iter().map(|job| dead_job(l, job)).collect_view()}</ul> }
                .into_html()
        };
        let parts = [
            view! { <FormError state/> {said} <p class="muted">{t(l, w::QUEUE_LEAD)}</p> }.into_html(),
            tallies(l, health.jobs).into_html(),
            view! { <Card id="dead" title=t(l, w::DEAD_JOBS)>{dead}</Card> }.into_html(),
        ];
        Ok(parts.collect_view())
    })
}

fn tallies(l: Locale, jobs: Vec<JobTally>) -> impl IntoView {
    use k::administration as w;
    let zone = Zone::default();
    let rows = jobs.into_iter().map(|tally| {
        let oldest = match tally.oldest {
            Some(at) => view! { <Time at zone form=TimeForm::Short/> }.into_html(),
            None => view! { <NoValue/> }.into_html(),
        };
        view! {
            <tr>
                <th scope="row"><code>{tally.kind}</code></th>
                <td class="end num">{tally.waiting}</td>
                <td class="end num">{tally.running}</td>
                <td class="end num">{tally.dead}</td>
                <td class="wide-only end num">{oldest}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <Table caption=t(l, w::QUEUE)>
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, w::KIND)}</th>
                        <th scope="col" class="end">{t(l, w::WAITING)}</th>
                        <th scope="col" class="end">{t(l, w::RUNNING)}</th>
                        <th scope="col" class="end">{t(l, w::DEAD)}</th>
                        <th scope="col" class="wide-only end">{t(l, w::OLDEST)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
    })
}

fn dead_job(l: Locale, job: DeadJob) -> impl IntoView + use<> {
    use k::administration as w;
    let id = job.id.to_string();
    view! {
        <li class="stack s">
            <p><code>{job.kind}</code> " · " <code class="any-wrap">{job.subject.to_string()}</code> " · " {tf!(l, w::ATTEMPTS, n = job.attempts)}</p>
            {job.last_error.map(|why| view! { <p class="caption any-wrap">{why}</p> })}
            <div class="row tight">
                <form method="post" action=SettleJob::PATH>
                    <input type="hidden" name="id" value=id.clone()/>
                    <Button size=Size::Small submit=true>{t(l, w::RETRY)}</Button>
                </form>
                <form method="post" action=SettleJob::PATH>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="drop" value="on"/>
                    <Button size=Size::Small submit=true>{t(l, w::DROP)}</Button>
                </form>
            </div>
        </li>
    }
}
