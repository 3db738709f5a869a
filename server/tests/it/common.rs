//! A server in this process on a throwaway database, with the demo's open competition and two teams.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use domain::access::Actor;
use domain::accounts::User;
use domain::address;
use domain::competitions::Competition;
use domain::teams::Team;
use leptos::prelude::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use platform::accounts::Lifetime;
use platform::accounts::sessions::{self, SessionPlace};
use platform::competitions::import;
use platform::testing::{Store, TEST_PASSWORD, by, demo_folder, form, noon, person, scopes, sqlite, team_of_two};
use platform::{Services, accounts, jobs, teams};
use reqwest::cookie::Jar;
use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, redirect};
use serde_json::Value;
use server::crowd::Crowd;
use server::rest::ops;
use server::router::router;
use server::settings::{Http, Limits};
use server::state::{AppState, Parts};
use storage::testing::{Database, World};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Event streams that a site allows one address.
pub(crate) const STREAMS: usize = 8;

pub(crate) struct Site {
    pub(crate) name: &'static str,
    pub(crate) url: String,
    pub(crate) services: Services,
    pub(crate) competition: Competition,
    pub(crate) client: Client,
    _stop: watch::Sender<bool>,
    store: Store,
}

/// A person with a token, and perhaps a team.
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) token: String,
}

/// A site that trusts these proxies.
pub(crate) async fn site_behind(proxies: &str) -> Site {
    Site::start(sqlite().await, proxies).await
}

/// A process has one.
fn recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| ops::recorder().unwrap()).clone()
}

impl World for Site {
    async fn on(database: Database) -> Self {
        Self::start(Store::on(database).await, "").await
    }
}

impl Site {
    /// A site for what has nothing to do with databases.
    pub(crate) async fn on_sqlite() -> Self {
        Self::start(sqlite().await, "").await
    }

    pub(crate) async fn start(store: Store, proxies: &str) -> Self {
        Self::start_with(store, proxies, &demo_folder("breast-cancer")).await
    }

    /// A site with the competition of a folder.
    pub(crate) async fn start_with(store: Store, proxies: &str, folder: &Path) -> Self {
        let services = store.services(noon()).await;
        let competition = import::import(&services, &Actor::COMMAND, folder, None).await.unwrap();
        Self::of(store, services, competition, proxies).await
    }

    /// A site with what a store has.
    pub(crate) async fn of(store: Store, services: Services, competition: Competition, proxies: &str) -> Self {
        Self::listening(TcpListener::bind("127.0.0.1:0").await.unwrap(), store, services, competition, proxies)
    }

    /// The same at an address that was chosen before.
    pub(crate) fn listening(
        listener: TcpListener,
        store: Store,
        services: Services,
        competition: Competition,
        proxies: &str,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let (stop_sender, stop) = watch::channel(false);
        let settings =
            Http { base_url: format!("http://{address}"), trusted_proxies: proxies.to_owned(), ..Http::default() };
        let limits = Limits { streams_per_address: STREAMS, ..Limits::default() };
        let state = AppState::new(Parts {
            services: services.clone(),
            crowd: Arc::new(Crowd::new(&limits)),
            proxies: settings.proxies().unwrap().into(),
            settings: Arc::new(settings),
            leptos: LeptosOptions::builder().output_name("app").build(),
            metrics: Some(recorder()),
            pages: Arc::default(),
            is_demo: false,
            stop,
        });
        let app = router(state).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            name: store.name,
            url: format!("http://{address}"),
            services,
            competition,
            client: browser(),
            _stop: stop_sender,
            store,
        }
    }

    /// Where this site's files lie.
    pub(crate) fn folder(&self) -> &Path {
        self.store.folder.path()
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client.get(self.at(path)).send().await.unwrap()
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    pub(crate) async fn person(&self, name: &str) -> Person {
        self.with_token(person(&self.services, name).await).await
    }

    pub(crate) async fn admin(&self) -> Person {
        self.with_token(accounts::add(&self.services, &Actor::COMMAND, form("admin"), true).await.unwrap()).await
    }

    pub(crate) async fn with_token(&self, user: User) -> Person {
        let (_, token) =
            accounts::create_token(&self.services, &by(&user), "test", Lifetime::LONGEST, scopes()).await.unwrap();
        Person { user, token }
    }

    /// A browser in which the person is signed in; pages and forms know no token.
    pub(crate) async fn browser_of(&self, person: &Person) -> Client {
        let cookies = Jar::default();
        let cookie = format!("{}; Path=/", self.cookie_of(person).await);
        cookies.add_cookie_str(&cookie, &self.url.parse().unwrap());
        reader().cookie_provider(Arc::new(cookies)).build().unwrap()
    }

    /// What such a browser sends.
    pub(crate) async fn cookie_of(&self, person: &Person) -> String {
        let from = Ipv4Addr::LOCALHOST.into();
        let known = accounts::log_in(&self.services, &person.user.email, TEST_PASSWORD, from).await.unwrap();
        format!("madang={}", sessions::begin(&self.services, &known, None, &SessionPlace::default()).await.unwrap())
    }

    /// A team of two participants; the first leads it.
    pub(crate) async fn team(&self, name: &str) -> (Team, Person, Person) {
        let (team, leader, member) = team_of_two(&self.services, &self.competition, name).await;
        (team, self.with_token(leader).await, self.with_token(member).await)
    }

    pub(crate) async fn key(&self, team: &Team, person: &Person) -> String {
        teams::show_submission_key(&self.services, team, &by(&person.user)).await.unwrap()
    }

    pub(crate) fn submit(&self, person: &Person, form: Form) -> RequestBuilder {
        let url = self.at(&address::api::submissions(&self.competition.slug));
        self.client.post(url).bearer_auth(&person.token).multipart(form)
    }

    /// Scores whatever waits, as a worker would.
    pub(crate) async fn score_all(&self) -> usize {
        jobs::run_until_idle(&self.services).await.unwrap()
    }
}

/// A client that keeps cookies, follows no redirect and reads English.
pub(crate) fn browser() -> Client {
    reader().cookie_store(true).build().unwrap()
}

fn reader() -> ClientBuilder {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
    Client::builder().redirect(redirect::Policy::none()).default_headers(headers)
}

pub(crate) fn model(file: &str) -> Vec<u8> {
    let path: PathBuf = demo_folder("breast-cancer").join("submissions").join(file);
    std::fs::read(path).unwrap()
}

/// An upload form with one file in the field `name`.
pub(crate) fn file(name: &'static str, bytes: Vec<u8>) -> Form {
    Form::new().part(name, Part::bytes(bytes).file_name("answer.csv"))
}

pub(crate) async fn json(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}, no JSON: {text}")))
}

/// Status and error code of a refusal.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let (status, body) = json(response).await;
    (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
}
