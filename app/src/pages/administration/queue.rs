use domain::address::{self, file};
use domain::jobs::JobKind;
use domain::zone::Zone;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::administration::{self, JobsWanted, QueuePage};
use platform::jobs::JobTally;
use platform::jobs::dead::DeadJob;

use super::{AdminRoom, room};
use crate::api::administration::SettleJob;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::console::asked::{ListAsked, ListHead};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{
    Alert, Button, Card, Empty, Icon, LinkButton, NoValue, Pagination, Size, Tab, Table, Time, TimeForm, Tone,
};

const PER_PAGE: i64 = 20;

type Asked = ListAsked<JobKind>;

/// `/admin/queue`: what waits, runs and was given up.
#[component]
pub fn AdminQueuePage() -> impl IntoView {
    let asked = Asked::of_address();
    let state = FormState::of::<SettleJob>();
    room(AdminRoom::Queue, move || async move {
        use k::administration as w;
        let l = locale();
        let offset = (asked.page - 1) * PER_PAGE;
        let wanted = JobsWanted { kind: asked.state, text: asked.text.clone(), limit: PER_PAGE, offset };
        let page = administration::queue(&request::services(), &request::actor(), &wanted).await?;
        let said = state.done().map(|_| {
            view! { <div role="status"><Alert tone=Tone::Success>{t(l, w::JOB_SETTLED)}</Alert></div> }
        });
        let parts = [
            view! { <FormError state/> {said} <p class="muted">{t(l, w::QUEUE_LEAD)}</p> }.into_html(),
            tallies(l, page.tallies.clone()).into_html(),
            view! { <Card id="dead" title=t(l, w::DEAD_JOBS)><Dead asked page/></Card> }.into_html(),
        ];
        Ok(parts.collect_view())
    })
}

/// The jobs that were given up.
#[component]
fn Dead(asked: Asked, page: QueuePage) -> impl IntoView {
    use k::administration as w;
    let l = locale();
    let base = address::ADMIN_QUEUE;
    let all: i64 = page.tallies.iter().map(|tally| tally.dead).sum();
    if all == 0 {
        return view! { <Empty icon=Icon::Check title=t(l, w::NO_DEAD) text=t(l, w::NO_DEAD_TEXT)/> }.into_html();
    }
    let tab = |state: Option<JobKind>, word: &'static str, count: i64| {
        let href = Asked { state, ..asked.clone() }.at(base, None);
        view! { <Tab href current=asked.state == state count>{word}</Tab> }.into_html()
    };
    let kinds = page.tallies.iter().filter(|tally| tally.dead > 0);
    let kinds = kinds.filter_map(|tally| Some((JobKind::from_key(&tally.kind)?, tally.dead)));
    let tabs: Vec<_> = std::iter::once(tab(None, t(l, w::ALL), all))
        .chain(kinds.map(|(kind, dead)| tab(Some(kind), kind.key(), dead)))
        .collect();
    let found = page.total;
    let csv = (found > 0).then(|| asked.at(file::ADMIN_QUEUE, None));
    let head = view! {
        <ListHead label=t(l, w::KIND) tabs action=base search=t(l, w::JOBS_SEARCH) text=asked.text.clone() keep=asked.kept() total=tf!(l, w::TOTAL, n = found) csv csv_of=t(l, w::JOBS_CSV_OF)/>
    }
    .into_html();
    if found == 0 {
        let nothing = view! {
            <Empty title=t(l, w::NO_SUCH_JOB) text=t(l, w::NOTHING_TEXT)><LinkButton href=base>{t(l, w::ALL_JOBS)}</LinkButton></Empty>
        };
        return view! { {head} {nothing} }.into_html();
    }
    let (shown, pages) = asked.shown(found, PER_PAGE);
    let jobs = page.dead.into_iter();
    let at = asked.clone();
    view! {
        {head}
        <ul class="stack">{jobs.map(|job| dead_job(l, job)).collect_view()}</ul>
        <Pagination label=t(l, w::JOBS_PAGES) page=shown pages href=move |page| at.at(base, Some(page))/>
    }
    .into_html()
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
