use domain::address;
use domain::competitions::Competition;
use domain::teams::Team;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use platform::teams;

use crate::api::accounts::{LogOut, LogOutEverywhere, SetPublicName};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::keeping::{Keeping, say};
use crate::pages::accounts::PublicNameField;
use crate::pages::load::{FormError, FormState, load};
use crate::request;
use crate::ui::{Alert, Button, Card, Empty, Fact, Facts, Icon, LinkButton, Look, PageHead, Section, Table, Tone};

/// `/account`: who I am, my teams, and where else to go.
#[component]
pub fn AccountPage() -> impl IntoView {
    let l = locale();
    say(Keeping::Secret);
    let state = FormState::of::<SetPublicName>();
    load(async move {
        let user = request::user()?;
        let mine = teams::all_of(&request::services(), &user).await?;
        let affiliation = if user.affiliation.is_empty() {
            t(l, k::accounts::NO_AFFILIATION).to_owned()
        } else {
            user.affiliation.clone()
        };
        Ok(view! {
            <Title text=t(l, k::accounts::TITLE)/>
            <div class="page body stack xl">
                <PageHead title=t(l, k::accounts::TITLE)>
                    <form method="post" action=LogOut::PATH><Button submit=true>{t(l, k::site::LOGOUT)}</Button></form>
                </PageHead>
                <div class="grid-2">
                    <Card id="me" title=t(l, k::accounts::ME)>
                        <Facts lines=true>
                            <Fact term=t(l, k::accounts::auth::NAME)>{user.name}</Fact>
                            <Fact term=t(l, k::accounts::auth::EMAIL)>{user.email}</Fact>
                            <Fact term=t(l, k::accounts::auth::AFFILIATION)>{affiliation}</Fact>
                        </Facts>
                        <p class="caption">{t(l, k::accounts::WHO_SEES)}</p>
                    </Card>
                    <PublicName chosen=user.public_name.unwrap_or_default() state/>
                    <Card id="tokens" title=t(l, k::accounts::tokens::TITLE)>
                        <div class="stack">
                            <p class="muted">{t(l, k::accounts::TOKENS_TEXT)}</p>
                            <p><LinkButton href=address::TOKENS icon=Icon::Terminal>{t(l, k::accounts::TOKENS_DO)}</LinkButton></p>
                        </div>
                    </Card>
                    <Card id="sessions" title=t(l, k::accounts::SESSIONS)>
                        <div class="stack">
                            <p class="muted">{t(l, k::accounts::SESSIONS_TEXT)}</p>
                            <form method="post" action=LogOutEverywhere::PATH>
                                <Button submit=true>{t(l, k::accounts::SESSIONS_DO)}</Button>
                            </form>
                        </div>
                    </Card>
                </div>
                <Section id="teams" title=t(l, k::accounts::TEAMS)><Teams mine user_id=user.id/></Section>
            </div>
        })
    })
}

/// The name that everyone may see, and the form that changes it.
#[component]
fn PublicName(chosen: String, state: FormState) -> impl IntoView {
    let l = locale();
    let done = state.done().is_some();
    view! {
        <Card id="public-name" title=t(l, k::accounts::auth::PUBLIC_NAME)>
            <form class="stack" method="post" action=SetPublicName::PATH>
                {done.then(|| view! { <div role="status"><Alert tone=Tone::Success>{t(l, k::accounts::PUBLIC_NAME_SET)}</Alert></div> })}
                <FormError state=state.clone()/>
                <PublicNameField state chosen/>
                <p><Button submit=true>{t(l, k::accounts::PUBLIC_NAME_DO)}</Button></p>
            </form>
        </Card>
    }
}

#[component]
fn Teams(mine: Vec<(Competition, Team)>, user_id: domain::ids::UserId) -> impl IntoView {
    let l = locale();
    if mine.is_empty() {
        return view! {
            <Empty icon=Icon::Users title=t(l, k::accounts::TEAMS_NONE) text=t(l, k::accounts::TEAMS_NONE_TEXT)>
                <LinkButton href=address::HOME look=Look::Primary>{t(l, k::accounts::TEAMS_NONE_DO)}</LinkButton>
            </Empty>
        }
        .into_html();
    }
    let rows = mine.into_iter().map(move |(competition, team)| {
        let slug = competition.slug.as_str();
        let role = if team.leader_id == user_id { k::accounts::LEADER } else { k::accounts::MEMBER };
        view! {
            <tr>
                <th scope="row"><a href=address::competition(slug)>{competition.settings.title.get(l).to_owned()}</a></th>
                <td class="tight-col"><a href=address::team(slug)>{team.name}</a> " " <span class="caption num">{team.number}</span></td>
                <td class="wide-only tight-col">{t(l, role)}</td>
                <td class="end"><a href=address::submissions(slug)>{t(l, k::submissions::CRUMBS)}</a></td>
            </tr>
        }
    });
    view! {
        <Table caption=t(l, k::accounts::TEAMS)>
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, k::accounts::COMPETITION)}</th>
                    <th scope="col">{t(l, k::accounts::TEAM)}</th>
                    <th scope="col" class="wide-only">{t(l, k::accounts::ROLE)}</th>
                    <th scope="col" class="end">{t(l, k::competitions::tabs::SUBMIT)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_html()
}
