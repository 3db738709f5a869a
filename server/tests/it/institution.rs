//! Log-in by an institution, before a real provider of OpenID Connect.

use both::both;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::address::{self, service};
use platform::accounts::{deletion, identities, own_data, second_factors};
use platform::competitions::import;
use platform::institution::InstitutionConfig;
use platform::testing::oidc::OidcProvider;
use platform::testing::{Store, TEST_PASSWORD, by, demo_folder, form, noon, sign_up};
use reqwest::header::{ACCEPT, COOKIE, LOCATION, REFERER, SET_COOKIE};
use reqwest::{Client, Response};
use storage::Db;
use tokio::net::TcpListener;

use crate::common::{Site, browser};

/// A site that a provider's people come to.
struct Town {
    site: Site,
    _provider: Option<OidcProvider>,
}

impl Town {
    async fn of(store: Store, options: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let provider = OidcProvider::start(&base_url, options);
        let institution = provider.config();
        Self { site: site(listener, store, institution).await, _provider: Some(provider) }
    }

    /// One whose provider is away.
    async fn alone(store: Store) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let institution = InstitutionConfig::new(&format!("http://{nobody}"), "m".into(), "s".into(), String::new());
        Self { site: site(listener, store, institution.unwrap()).await, _provider: None }
    }

    async fn get(&self, client: &Client, path: &str) -> Response {
        client.get(self.site.at(path)).header(ACCEPT, "text/html").send().await.unwrap()
    }

    /// Logs in there as somebody, and says where the provider leads back to.
    async fn way_back(&self, client: &Client, who: &str, next: &str) -> String {
        let begin = address::asking(service::INSTITUTION_BEGIN, &[("next", next)]);
        let mut at = location(&self.get(client, &begin).await);
        for _ in 0..8 {
            if at.starts_with(&self.site.url) {
                return at;
            }
            let origin: String = at.split('/').take(3).collect::<Vec<_>>().join("/");
            let request =
                if at.contains("/log-in/") { client.post(&at).form(&[("login", who)]) } else { client.get(&at) };
            let answer = request.send().await.unwrap();
            at = location(&answer);
            if at.starts_with('/') {
                at = format!("{origin}{at}");
            }
        }
        panic!("no way back: {at}");
    }

    /// The same, and back. Where that leads.
    async fn come(&self, client: &Client, who: &str, next: &str) -> String {
        let back = self.way_back(client, who, next).await;
        location(&client.get(back).send().await.unwrap())
    }

    /// Sends a form of the page; where it leads.
    async fn send(&self, client: &Client, function: &str, fields: &[(&str, &str)]) -> String {
        let request = client.post(self.site.at(&format!("/api/fn/{function}"))).form(fields);
        let page = self.site.at(address::INSTITUTION);
        location(&request.header(ACCEPT, "text/html").header(REFERER, page).send().await.unwrap())
    }

    /// Status and text of the page that asks.
    async fn asked(&self, client: &Client, path: &str) -> (u16, String) {
        let answer = self.get(client, path).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn is_in(&self, client: &Client) -> bool {
        self.get(client, address::SECURITY).await.status() == 200
    }

    async fn count(&self, sql: &'static str) -> i64 {
        match &self.site.services.db {
            Db::Sqlite { write, .. } => sqlx::query_scalar(sql).fetch_one(write).await,
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        }
        .unwrap()
    }

    async fn identities(&self) -> i64 {
        self.count("SELECT COUNT(*) FROM identities").await
    }
}

async fn site(listener: TcpListener, mut store: Store, institution: InstitutionConfig) -> Site {
    store.config.base_url = format!("http://{}", listener.local_addr().unwrap());
    store.config.institution = Some(institution);
    let services = store.services(noon()).await;
    let competition = import::import(&services, &Actor::COMMAND, &demo_folder("digits"), None).await.unwrap();
    Site::listening(listener, store, services, competition, "")
}

fn location(answer: &Response) -> String {
    assert!(answer.status().is_redirection(), "{answer:?}");
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

fn problem(code: &str) -> String {
    address::asking(address::INSTITUTION, &[("problem", code)])
}

#[both]
async fn who_comes_for_the_first_time_makes_an_account_and_is_in_the_next_time(store: Store) {
    let town = Town::of(store, &[]).await;
    let kim = browser();
    assert_eq!(town.come(&kim, "kim", "/guide").await, address::INSTITUTION);
    assert!(!town.is_in(&kim).await);
    let (status, page) = town.asked(&kim, address::INSTITUTION).await;
    assert!(status == 200 && page.contains("kim@example.kr") && page.contains("value=\"이름 kim\""), "{page}");
    // What is wrong is said, and asked again.
    assert_eq!(town.send(&kim, "join_by_institution", &[("name", "")]).await, address::INSTITUTION);
    assert_eq!(town.identities().await, 0);
    let asked = [("name", "김서연"), ("public_name", "새벽별"), ("affiliation", "마당대병원")];
    assert_eq!(town.send(&kim, "join_by_institution", &asked).await, "/guide");
    let row = town.site.services.db.user_by_email("kim@example.kr").await.unwrap().unwrap();
    assert!(row.user.is_verified() && row.user.public_name.as_deref() == Some("새벽별"));
    let (_, page) = town.asked(&kim, address::SECURITY).await;
    assert!(page.contains("Logged in by the institution"), "{page}");
    assert_eq!(location(&town.get(&kim, address::INSTITUTION).await), address::LOGIN, "nothing is asked any more");

    let elsewhere = browser();
    assert_eq!(town.come(&elsewhere, "kim", "/notices").await, "/notices");
    assert!(town.is_in(&elsewhere).await);
    assert_eq!((town.identities().await, town.count("SELECT COUNT(*) FROM users").await), (1, 1));
    // Nobody knows the password that there is.
    assert!(
        platform::accounts::log_in(&town.site.services, "kim@example.kr", "", [127, 0, 0, 1].into()).await.is_err()
    );
}

#[both]
async fn an_account_that_has_the_address_is_proved_before_it_is_linked(store: Store) {
    let town = Town::of(store, &["--token"]).await;
    let owner = town.site.person("kim").await;
    let kim = browser();
    assert_eq!(town.come(&kim, "kim", "/").await, address::INSTITUTION);
    let (status, page) = town.asked(&kim, address::INSTITUTION).await;
    assert!(status == 409 && page.contains("/login?next=%2Faccount%2Fsecurity"), "{page}");
    assert_eq!(town.send(&kim, "join_by_institution", &[("name", "도둑")]).await, address::INSTITUTION);
    assert!(!town.is_in(&kim).await && town.identities().await == 0);

    let signed_in = town.site.browser_of(&owner).await;
    assert_eq!(town.come(&signed_in, "kim", address::SECURITY).await, address::INSTITUTION);
    assert!(town.asked(&signed_in, address::INSTITUTION).await.1.contains("current_password"));
    assert_eq!(town.send(&signed_in, "link_identity", &[("current_password", "wrong")]).await, address::INSTITUTION);
    assert_eq!(town.identities().await, 0);
    let right = [("current_password", TEST_PASSWORD)];
    assert_eq!(town.send(&signed_in, "link_identity", &right).await, address::SECURITY);
    assert_eq!(town.count("SELECT COUNT(*) FROM letters WHERE kind = 'account_security'").await, 1);
    let elsewhere = browser();
    assert_eq!(town.come(&elsewhere, "kim", "/guide").await, "/guide");
    assert!(town.is_in(&elsewhere).await);
    // Whoever has another account does not slip into this one, nor takes its door.
    let lee = town.site.browser_of(&town.site.person("lee").await).await;
    assert_eq!(town.come(&lee, "kim", "/").await, problem("identity_taken"));

    let linked = identities::list(&town.site.services, &owner.user).await.unwrap()[0].id;
    let id = linked.to_string();
    let unlink = [("id", id.as_str()), ("current_password", TEST_PASSWORD)];
    town.send(&lee, "unlink_identity", &unlink).await;
    assert_eq!(town.identities().await, 1, "it is another's");
    town.send(&signed_in, "unlink_identity", &unlink).await;
    assert_eq!(town.identities().await, 0);
    assert_eq!(town.come(&browser(), "kim", "/").await, address::INSTITUTION, "it opens nothing any more");
}

#[both]
async fn who_comes_back_is_who_left_and_comes_once(store: Store) {
    let town = Town::of(store, &[]).await;
    let kim = browser();
    town.come(&kim, "kim", "/").await;
    town.send(&kim, "join_by_institution", &[("name", "김서연")]).await;
    let stranger = browser();
    let back = town.way_back(&kim, "kim", "/").await;
    // Another's browser, and one that left for another time.
    assert_eq!(location(&stranger.get(&back).send().await.unwrap()), problem("arrival_ended"));
    let another = browser();
    town.way_back(&another, "lee", "/").await;
    assert_eq!(location(&another.get(&back).send().await.unwrap()), problem("arrival_ended"));
    assert!(!town.is_in(&stranger).await && !town.is_in(&another).await);

    // What the browser keeps is kept beside it, to come twice.
    let begin = town.get(&browser(), service::INSTITUTION_BEGIN).await;
    let kept = begin.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert!(begin.headers()[SET_COOKIE].to_str().unwrap().contains("HttpOnly; SameSite=Lax"));
    let state = kept.trim_start_matches("institution=").split('.').next().unwrap().to_owned();
    let again = browser();
    let mut at = location(&begin);
    while !at.starts_with(&town.site.url) {
        let origin: String = at.split('/').take(3).collect::<Vec<_>>().join("/");
        let request = if at.contains("/log-in/") { again.post(&at).form(&[("login", "kim")]) } else { again.get(&at) };
        at = location(&request.send().await.unwrap());
        at = if at.starts_with('/') { format!("{origin}{at}") } else { at };
    }
    assert!(at.contains(&state));
    let come = async || {
        let bare = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        bare.get(&at).header(COOKIE, &kept).send().await.unwrap()
    };
    let first = come().await;
    assert_eq!(location(&first), "/");
    assert!(first.headers().get_all(SET_COOKIE).iter().any(|cookie| cookie.to_str().unwrap().starts_with("madang=")));
    let second = come().await;
    assert_eq!(location(&second), problem("institution_refused"), "the code was used");
    let unread = town.get(&browser(), &format!("{}?state=a&state=b", service::INSTITUTION_BACK)).await;
    assert_eq!(location(&unread), problem("arrival_ended"));
    // Declined there; and another provider's answer.
    for told in ["error=access_denied", "code=x&iss=https%3A%2F%2Fanother.example"] {
        let url = town.site.at(&format!("{}?state={state}&{told}", service::INSTITUTION_BACK));
        let bare = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let answer = bare.get(url).header(COOKIE, &kept).send().await.unwrap();
        assert_eq!(location(&answer), problem("institution_refused"), "{told}");
    }
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_make_for_us_now_lets_nobody_in() {
    for forge in ["nonce", "audience", "issuer", "expired", "foreign", "none", "secret"] {
        let town = Town::of(platform::testing::sqlite().await, &["--forge", forge]).await;
        let kim = browser();
        assert_eq!(town.come(&kim, "kim", "/").await, problem("institution_refused"), "{forge}");
        assert_eq!(town.asked(&kim, &problem("institution_refused")).await.0, 403);
        assert_eq!(town.count("SELECT COUNT(*) FROM arrivals").await, 0, "{forge}");
    }
    // The same provider with a token that it made anew, and forged nothing.
    let town = Town::of(platform::testing::sqlite().await, &["--forge", "nothing"]).await;
    assert_eq!(town.come(&browser(), "kim", "/").await, address::INSTITUTION);
}

#[both]
async fn keys_that_the_provider_has_changed_are_asked_for_again_and_not_more_often_than_once_a_minute(store: Store) {
    let town = Town::of(store, &["--rotate"]).await;
    assert_eq!(town.come(&browser(), "kim", "/").await, problem("institution_refused"), "its keys were just asked for");
    let lee = browser();
    let back = town.way_back(&lee, "lee", "/").await;
    town.site.services.clock.advance(TimeDelta::minutes(1));
    assert_eq!(location(&lee.get(back).send().await.unwrap()), address::INSTITUTION);
}

#[both]
async fn whoever_is_told_while_signed_in_that_it_opens_another_account_is_led_back_to_their_own(store: Store) {
    let town = Town::of(store, &[]).await;
    let kim = browser();
    town.come(&kim, "kim", "/").await;
    town.send(&kim, "join_by_institution", &[("name", "김서연")]).await;
    let owner = town.site.person("lee").await;
    let signed_in = town.site.browser_of(&owner).await;
    let told = town.come(&signed_in, "kim", "/").await;
    assert_eq!(told, problem("identity_taken"));
    let (_, page) = town.asked(&signed_in, &told).await;
    let main = page.split("<main").nth(1).unwrap();
    assert!(main.contains(address::SECURITY) && !main.contains("\"/login\""), "{main}");
}

#[both]
async fn one_account_is_opened_by_ten_others_at_most(store: Store) {
    let town = Town::of(store, &[]).await;
    let owner = town.site.person("kim").await;
    for number in 0..11 {
        // The provider remembers who logged in last.
        let signed_in = town.site.browser_of(&owner).await;
        town.come(&signed_in, &format!("kim{number}"), "/").await;
        town.send(&signed_in, "link_identity", &[("current_password", TEST_PASSWORD)]).await;
    }
    assert_eq!(town.identities().await, 10);
}

#[both]
async fn an_address_that_the_institution_does_not_vouch_for_makes_no_account_and_tells_nothing(store: Store) {
    let town = Town::of(store, &[]).await;
    sign_up(&town.site.services, form("unverified-kim")).await;
    for who in ["unverified-kim", "unverified-lee"] {
        let client = browser();
        assert_eq!(town.come(&client, who, "/").await, address::INSTITUTION);
        let (status, page) = town.asked(&client, address::INSTITUTION).await;
        assert!(status == 403 && page.contains("does not vouch") && !page.contains(who), "{page}");
        town.send(&client, "join_by_institution", &[("name", "김서연")]).await;
    }
    assert_eq!((town.identities().await, town.count("SELECT COUNT(*) FROM users").await), (0, 1));
}

#[both]
async fn a_second_factor_is_asked_for_at_this_door_too(store: Store) {
    let town = Town::of(store, &[]).await;
    let services = &town.site.services;
    let owner = town.site.person("kim").await;
    let signed_in = town.site.browser_of(&owner).await;
    town.come(&signed_in, "kim", "/").await;
    town.send(&signed_in, "link_identity", &[("current_password", TEST_PASSWORD)]).await;
    let secret = second_factors::set_up(services, &owner.user, None).unwrap().secret;
    let code = || second_factors::code_at(&secret, services.clock.now()).unwrap();
    second_factors::turn_on(services, &by(&owner.user), &secret, &code(), TEST_PASSWORD, None).await.unwrap();
    services.clock.advance(TimeDelta::seconds(30));

    let kim = browser();
    assert_eq!(town.come(&kim, "kim", "/guide").await, address::INSTITUTION);
    assert!(!town.is_in(&kim).await);
    for wrong in ["", "000000"] {
        assert_eq!(town.send(&kim, "finish_arrival", &[("code", wrong)]).await, address::INSTITUTION);
    }
    assert!(!town.is_in(&kim).await);
    assert_eq!(town.send(&kim, "finish_arrival", &[("code", &code())]).await, "/guide");
    assert!(town.is_in(&kim).await);
    // Who says nothing for ten minutes begins anew.
    let late = browser();
    town.come(&late, "kim", "/").await;
    services.clock.advance(TimeDelta::minutes(10));
    assert_eq!(town.asked(&late, address::INSTITUTION).await.0, 410);
    identities::sweep(services).await.unwrap();
    assert_eq!(town.count("SELECT COUNT(*) FROM arrivals").await, 0);
}

#[both]
async fn while_the_provider_is_away_that_is_said_and_passwords_open_as_ever(store: Store) {
    let town = Town::alone(store).await;
    let owner = town.site.person("kim").await;
    assert!(town.site.text(address::LOGIN).await.contains("Log in with your institution"));
    let client = browser();
    let led = location(&town.get(&client, service::INSTITUTION_BEGIN).await);
    assert_eq!(led, problem("institution_down"));
    let (status, page) = town.asked(&client, &led).await;
    assert!(status == 503 && page.contains("with your password") && page.contains("href=\"/login\""), "{page}");
    assert!(town.is_in(&town.site.browser_of(&owner).await).await);
}

#[both]
async fn nobody_is_led_elsewhere_and_without_an_institution_there_is_no_such_door(store: Store) {
    let plain = Site::start(store.another().await, "").await;
    assert!(!plain.text(address::LOGIN).await.contains(service::INSTITUTION_BEGIN));
    assert_eq!(location(&plain.get(service::INSTITUTION_BEGIN).await), problem("not_found"));
    let town = Town::of(store, &[]).await;
    let kim = browser();
    town.come(&kim, "kim", "https://evil.example").await;
    assert_eq!(town.send(&kim, "join_by_institution", &[("name", "김서연")]).await, "/");
    for next in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        assert_eq!(town.come(&browser(), "kim", next).await, "/", "{next}");
    }
}

#[both]
async fn ones_own_data_name_the_link_and_a_deleted_account_takes_it_along(store: Store) {
    let town = Town::of(store, &[]).await;
    let services = &town.site.services;
    let owner = town.site.person("kim").await;
    let signed_in = town.site.browser_of(&owner).await;
    town.come(&signed_in, "kim", "/").await;
    town.send(&signed_in, "link_identity", &[("current_password", TEST_PASSWORD)]).await;
    let data = own_data::of(services, &by(&owner.user)).await.unwrap();
    assert_eq!(data["identities"][0]["subject"], "kim");
    deletion::delete(services, &by(&owner.user), "delete my account", TEST_PASSWORD, "").await.unwrap();
    assert_eq!(town.identities().await, 0);
    assert_eq!(town.come(&browser(), "kim", "/").await, address::INSTITUTION, "as for the first time");
}
