//! Every page and its address.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::pages::accounts::{
    DataPage, InstitutionPage, LogInPage, ProfilePage, ResetPage, SecondFactorPage, SecurityPage, SignUpPage,
    TokensPage, VerifyPage,
};
use crate::pages::administration::account::AdminAccountPage;
use crate::pages::administration::accounts::AdminAccountsPage;
use crate::pages::administration::mail::AdminMailPage;
use crate::pages::administration::overview::AdminPage;
use crate::pages::administration::queue::AdminQueuePage;
use crate::pages::api_docs::ApiDocsPage;
use crate::pages::boards::edit::{EditPostPage, NewPostPage};
use crate::pages::boards::history::PostHistoryPage;
use crate::pages::boards::list::BoardPage;
use crate::pages::boards::post::PostPage;
use crate::pages::boards::publish::PublishQuestionPage;
use crate::pages::boards::site::{EditNoticePage, NewNoticePage, NoticeHistoryPage, NoticePage, NoticesPage};
use crate::pages::cases::own::CasePage;
use crate::pages::competitions::data::Data;
use crate::pages::competitions::evaluation::Evaluation;
use crate::pages::competitions::overview::Overview;
use crate::pages::competitions::rules::Rules;
use crate::pages::competitions::schedule::Schedule;
use crate::pages::console::answers::ManageAnswersPage;
use crate::pages::console::applications::ApplicationsPage;
use crate::pages::console::applications::one::ApplicationPage;
use crate::pages::console::boards::ManageBoardsPage;
use crate::pages::console::cases::ManageCasesPage;
use crate::pages::console::cases::new::NewCasePage;
use crate::pages::console::cases::one::ManageCasePage;
use crate::pages::console::live::ManageLivePage;
use crate::pages::console::mail::ManageMailPage;
use crate::pages::console::notices::{ManageNoticesPage, ScheduledNoticePage};
use crate::pages::console::overview::ManagePage;
use crate::pages::console::people::PeoplePage;
use crate::pages::console::role_invitation::RoleInvitationPage;
use crate::pages::console::roles::RolesPage;
use crate::pages::console::teams::ManageTeamsPage;
use crate::pages::design::Design;
use crate::pages::guide::GuidePage;
use crate::pages::home::Home;
use crate::pages::leaderboards::leaderboard::LeaderboardPage;
use crate::pages::live::page::LivePage;
use crate::pages::live::screen::LiveScreenPage;
use crate::pages::load::NotFound;
use crate::pages::notifications::NotificationsPage;
use crate::pages::participation::ApplyPage;
use crate::pages::submissions::list::SubmissionsPage;
use crate::pages::submissions::submission::SubmissionPage;
use crate::pages::submissions::submit::SubmitPage;
use crate::pages::teams::invitation::{InvitationPage, MailedInvitationPage};
use crate::pages::teams::own::TeamPage;
use crate::pages::teams::public::PublicTeamPage;

#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Router>
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                <Route path=path!("/login") view=LogInPage ssr=SsrMode::Async/>
                <Route path=path!("/login/institution") view=InstitutionPage ssr=SsrMode::Async/>
                <Route path=path!("/signup") view=SignUpPage ssr=SsrMode::Async/>
                <Route path=path!("/reset") view=ResetPage ssr=SsrMode::Async/>
                <Route path=path!("/verify") view=VerifyPage ssr=SsrMode::Async/>
                <Route path=path!("/account") view=ProfilePage ssr=SsrMode::Async/>
                <Route path=path!("/account/security") view=SecurityPage ssr=SsrMode::Async/>
                <Route path=path!("/account/security/second-factor") view=SecondFactorPage ssr=SsrMode::Async/>
                <Route path=path!("/account/tokens") view=TokensPage ssr=SsrMode::Async/>
                <Route path=path!("/account/notifications") view=NotificationsPage ssr=SsrMode::Async/>
                <Route path=path!("/account/data") view=DataPage ssr=SsrMode::Async/>
                <Route path=path!("/admin") view=AdminPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/accounts") view=AdminAccountsPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/accounts/:id") view=AdminAccountPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/mail") view=AdminMailPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/queue") view=AdminQueuePage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug") view=Overview ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/data") view=Data ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/evaluation") view=Evaluation ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/rules") view=Rules ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/schedule") view=Schedule ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/leaderboard") view=LeaderboardPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/submit") view=SubmitPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/submissions") view=SubmissionsPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/submissions/:id") view=SubmissionPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/apply") view=ApplyPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/live") view=LivePage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/live/screen") view=LiveScreenPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/team") view=TeamPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/join/:code") view=InvitationPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/join") view=MailedInvitationPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/teams/:number") view=PublicTeamPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage") view=ManagePage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/applications") view=ApplicationsPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/applications/:user") view=ApplicationPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/people") view=PeoplePage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/mail") view=ManageMailPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/teams") view=ManageTeamsPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/cases") view=ManageCasesPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/cases/new") view=NewCasePage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/cases/:number") view=ManageCasePage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/cases/:number") view=CasePage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/notices") view=ManageNoticesPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/notices/:id") view=ScheduledNoticePage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/boards") view=ManageBoardsPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/boards/answers") view=ManageAnswersPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/live") view=ManageLivePage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/manage/roles") view=RolesPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/roles") view=RoleInvitationPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/boards/:board") view=BoardPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/boards/:board/new") view=NewPostPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/boards/:board/:number") view=PostPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/boards/:board/:number/edit") view=EditPostPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/boards/:board/:number/history") view=PostHistoryPage ssr=SsrMode::Async/>
                <Route path=path!("/competitions/:slug/boards/:board/:number/publish") view=PublishQuestionPage ssr=SsrMode::Async/>
                <Route path=path!("/notices") view=NoticesPage ssr=SsrMode::Async/>
                <Route path=path!("/notices/new") view=NewNoticePage ssr=SsrMode::Async/>
                <Route path=path!("/notices/:number") view=NoticePage ssr=SsrMode::Async/>
                <Route path=path!("/notices/:number/edit") view=EditNoticePage ssr=SsrMode::Async/>
                <Route path=path!("/notices/:number/history") view=NoticeHistoryPage ssr=SsrMode::Async/>
                <Route path=path!("/guide") view=GuidePage ssr=SsrMode::Async/>
                <Route path=path!("/api/docs") view=ApiDocsPage ssr=SsrMode::Async/>
                <Route path=path!("/design") view=Design ssr=SsrMode::Async/>
                // Every other address: a page that says so, with the status that fits.
                <Route path=path!("/*any") view=NotFound ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::address;
    use leptos_axum::{AxumRouteListing, generate_route_list};

    use super::Pages;

    #[test]
    fn every_page_has_an_address_of_ours_and_every_address_a_page() {
        let routes = generate_route_list(Pages);
        let pages: BTreeSet<_> = routes.iter().map(AxumRouteListing::path).filter(|path| *path != "/{*any}").collect();
        let addresses = address::patterns();
        assert_eq!(pages, addresses.iter().map(|(address, _)| *address).collect());
    }
}
