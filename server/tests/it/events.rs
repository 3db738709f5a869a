//! A competition's stream of events: who hears what, and what whoever comes back hears again.

use std::collections::BTreeMap;
use std::time::Duration;

use both::both;
use bytes::Bytes;
use domain::access::{Actor, Role, Scope};
use domain::boards::{BoardKind, PostDraft};
use domain::events::{Audience, Event};
use domain::notifications::News;
use futures::stream::{BoxStream, StreamExt as _};
use platform::accounts::Lifetime;
use platform::competitions::roles;
use platform::testing::{by, organizes};
use platform::{boards, events, jobs, participation, teams};

use crate::common::{Person, Site, file, model};

/// One frame of a stream: its fields.
pub(crate) type Frame = BTreeMap<String, String>;

/// An open stream.
pub(crate) struct Stream {
    body: BoxStream<'static, reqwest::Result<Bytes>>,
    text: String,
}

impl Stream {
    /// Opens it as a person, going on after a message.
    pub(crate) async fn open(site: &Site, person: Option<&Person>, after: Option<i64>) -> Self {
        Self::at(site, "/api/v1/competitions/breast-cancer/events", person, after).await
    }

    async fn at(site: &Site, address: &str, person: Option<&Person>, after: Option<i64>) -> Self {
        let mut request = site.client.get(site.at(address));
        if let Some(person) = person {
            request = request.bearer_auth(&person.token);
        }
        if let Some(after) = after {
            request = request.header("Last-Event-ID", after);
        }
        Self { body: request.send().await.unwrap().bytes_stream().boxed(), text: String::new() }
    }

    /// The next frame that is more than a sign of life; none once the stream has ended.
    async fn next(&mut self) -> Option<Frame> {
        let wait = async {
            loop {
                while let Some(end) = self.text.find("\n\n") {
                    let frame: String = self.text.drain(..end + 2).collect();
                    let fields = frame.lines().filter_map(|line| line.split_once(": "));
                    let frame: Frame = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                    if frame.contains_key("event") {
                        return Some(frame);
                    }
                }
                self.text.push_str(&String::from_utf8_lossy(&self.body.next().await?.ok()?));
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.expect("a frame in time")
    }

    /// Frames up to the first one of this event, and it.
    pub(crate) async fn until(&mut self, event: &str) -> Vec<Frame> {
        let mut heard = Vec::new();
        while let Some(frame) = self.next().await {
            let is_it = frame["event"] == event;
            heard.push(frame);
            if is_it {
                return heard;
            }
        }
        panic!("the stream ended before {event}: {heard:?}")
    }

    /// The same up to the notice of a title.
    async fn until_notice(&mut self, title: &str) -> Vec<Frame> {
        let mut heard = Vec::new();
        loop {
            heard.extend(self.until("notice").await);
            if heard.last().is_some_and(|frame| frame["data"].contains(&format!("\"title\":\"{title}\""))) {
                return heard;
            }
        }
    }
}

fn id(frame: &Frame) -> Option<i64> {
    frame.get("id")?.parse().ok()
}

fn titles(frames: &[Frame]) -> Vec<String> {
    let title = |frame: &Frame| {
        let data: serde_json::Value = serde_json::from_str(&frame["data"]).ok()?;
        Some(data["title"].as_str()?.to_owned())
    };
    frames.iter().filter(|frame| frame["event"] == "notice").filter_map(title).collect()
}

async fn organizer(site: &Site) -> Actor {
    let lee = site.person("lee").await.user;
    organizes(&site.services, &site.competition, &lee).await;
    by(&lee)
}

async fn post(site: &Site, organizer: &Actor, title: &str) {
    let draft = PostDraft {
        title: title.into(),
        markdown: "본문".into(),
        pinned: false,
        required: false,
        ..PostDraft::default()
    };
    boards::write(&site.services, &site.competition, BoardKind::Notice, organizer, draft).await.unwrap();
}

#[both]
async fn whoever_comes_back_hears_what_was_said_meanwhile_once_and_in_its_order(site: Site) {
    let organizer = organizer(&site).await;
    let mut stream = Stream::open(&site, None, None).await;
    stream.until("leaderboard").await;
    post(&site, &organizer, "하나").await;
    let heard = stream.until_notice("하나").await;
    let last = id(heard.last().unwrap()).unwrap();
    drop(stream);
    for title in ["둘", "셋", "넷"] {
        post(&site, &organizer, title).await;
    }
    let mut again = Stream::open(&site, None, Some(last)).await;
    let missed = again.until("leaderboard").await;
    assert_eq!(titles(&missed), ["둘", "셋", "넷"], "on {}", site.name);
    let ids: Vec<_> = missed.iter().filter_map(id).collect();
    assert!(ids.is_sorted() && ids[0] > last, "{ids:?}");
    post(&site, &organizer, "다섯").await;
    let live = again.until_notice("다섯").await;
    assert_eq!(titles(&live), ["다섯"], "on {}", site.name);
    // The last id of a greeting says that nothing before it is missing.
    let end = ids.last().copied();
    let mut third = Stream::open(&site, None, end).await;
    assert_eq!(titles(&third.until("leaderboard").await), ["다섯"]);
}

#[both]
async fn what_many_say_at_once_is_heard_by_all_without_a_gap(site: Site) {
    let organizer = organizer(&site).await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = Stream::open(&site, None, None).await;
        stream.until("leaderboard").await;
        streams.push(stream);
    }
    let names: Vec<_> = (0..40).map(|number| format!("공지 {number}")).collect();
    futures::future::join_all(names.iter().map(|title| post(&site, &organizer, title))).await;
    post(&site, &organizer, "끝").await;
    for stream in &mut streams {
        let heard = stream.until_notice("끝").await;
        let (mut titles, ids) = (titles(&heard), heard.iter().filter_map(id).collect::<Vec<_>>());
        assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?} on {}", site.name);
        titles.sort();
        let mut all: Vec<_> = names.iter().cloned().chain(["끝".to_owned()]).collect();
        all.sort();
        assert_eq!(titles, all, "on {}", site.name);
    }
}

#[both]
async fn a_number_that_nobody_gave_or_that_is_forgotten_begins_anew_with_the_newest_notice(site: Site) {
    let organizer = organizer(&site).await;
    for title in ["오래된 공지", "새 공지"] {
        post(&site, &organizer, title).await;
    }
    let last = events::since(&site.services).await.unwrap();
    site.services.clock.advance(chrono::TimeDelta::days(8));
    events::forget(&site.services).await.unwrap();
    for after in [-1, 0, 1, last + 1, i64::MAX] {
        let mut stream = Stream::open(&site, None, Some(after)).await;
        let greeting = [stream.until("leaderboard").await, stream.until("notice").await].concat();
        assert_eq!(titles(&greeting), ["새 공지"], "after {after} on {}", site.name);
        assert!(greeting.last().unwrap()["data"].contains("\"latest\":true"), "{greeting:?}");
    }
    // Whoever has heard all of it has missed nothing, though it is forgotten.
    post(&site, &organizer, "더 새 공지").await;
    let mut stream = Stream::open(&site, None, Some(last)).await;
    assert_eq!(titles(&stream.until("leaderboard").await), ["더 새 공지"], "on {}", site.name);
}

#[both]
async fn who_is_taken_out_of_a_team_hears_nothing_of_it_any_more(site: Site) {
    let (team, leader, member) = site.team("garam").await;
    let organizer = organizer(&site).await;
    let third = site.person("third").await;
    let invitation = teams::renew_invitation(&site.services, &team, &by(&leader.user)).await.unwrap();
    participation::join(&site.services, &site.competition, &by(&third.user), true).await.unwrap();
    teams::join_by_link(&site.services, &site.competition, &by(&third.user), &invitation.code).await.unwrap();
    let mut stream = Stream::open(&site, Some(&member), None).await;
    let greeting = stream.until("leaderboard").await;
    let last = greeting.iter().filter_map(id).max().unwrap();
    teams::remove(&site.services, &team, &by(&leader.user), member.user.id).await.unwrap();
    stream.until("end").await;
    assert!(stream.next().await.is_none());
    assert_eq!(site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap().status(), 201);
    site.score_all().await;
    let mut again = Stream::open(&site, Some(&member), Some(last)).await;
    let missed = again.until("leaderboard").await;
    assert!(missed.iter().all(|frame| frame["event"] != "submission"), "{missed:?} on {}", site.name);
    let mut fresh = Stream::open(&site, Some(&member), None).await;
    fresh.until("leaderboard").await;
    assert_eq!(site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap().status(), 201);
    site.score_all().await;
    post(&site, &organizer, "끝").await;
    for stream in [&mut again, &mut fresh] {
        let heard = stream.until_notice("끝").await;
        assert!(heard.iter().all(|frame| frame["event"] != "submission"), "{heard:?} on {}", site.name);
    }
    let mut own = Stream::open(&site, Some(&leader), Some(last)).await;
    let heard = own.until("leaderboard").await;
    let scored = heard.iter().filter(|frame| frame["event"] == "submission").count();
    assert_eq!(scored, 2, "their ends alone are said again: {heard:?} on {}", site.name);
}

#[both]
async fn whoever_gets_a_role_or_logs_out_everywhere_listens_anew(site: Site) {
    let kim = site.person("kim").await;
    let open = async || {
        let mut stream = Stream::open(&site, Some(&kim), None).await;
        stream.until("leaderboard").await;
        stream
    };
    let mut stream = open().await;
    let (email, viewer) = (&kim.user.email, Some(Role::Viewer));
    roles::give(&site.services, &site.competition, &Actor::COMMAND, email, viewer).await.unwrap();
    stream.until("end").await;
    let mut stream = open().await;
    platform::accounts::sessions::end_all(&site.services, &by(&kim.user)).await.unwrap();
    stream.until("end").await;
    let mut stream = open().await;
    let cookie = site.cookie_of(&kim).await;
    let logged_out = site.client.post(site.at("/api/fn/log_out")).header("cookie", cookie).send().await.unwrap();
    assert!(logged_out.status().is_success() || logged_out.status().is_redirection(), "{}", logged_out.status());
    stream.until("end").await;
    let mut stream = open().await;
    let token = platform::accounts::tokens(&site.services, &kim.user).await.unwrap()[0].id;
    platform::accounts::revoke_token(&site.services, &by(&kim.user), token).await.unwrap();
    stream.until("end").await;
}

const OWN: &str = "/api/v1/me/events";

/// The number that comes next.
async fn unread(stream: &mut Stream) -> i64 {
    let heard = stream.until("notifications").await;
    let [frame] = &heard[..] else { panic!("{heard:?}") };
    let data: serde_json::Value = serde_json::from_str(&frame["data"]).unwrap();
    // A number and nothing else.
    assert_eq!(data.as_object().unwrap().len(), 1, "{data}");
    data["unread"].as_i64().unwrap()
}

/// Has somebody told of a team that they lead.
async fn tell(site: &Site, person: &Person, team: &str) {
    let news = News::LeadsTeam { team: team.into(), number: 101 };
    let (competition, to) = (site.competition.id, Audience::Person(person.user.id));
    let mut tx = site.services.db.begin().await.unwrap();
    tx.say(Event::News { competition, to, news, by: None }, site.services.clock.now());
    tx.commit().await.unwrap();
    jobs::run_until_idle(&site.services).await.unwrap();
}

#[both]
async fn a_person_hears_how_many_notifications_of_theirs_are_unread_and_nothing_of_anothers(site: Site) {
    let (kim, lee) = (site.person("kim").await, site.person("lee").await);
    let visitor = site.client.get(site.at(OWN)).send().await.unwrap();
    assert_eq!(visitor.status(), 401);
    let (days, submits) = (Lifetime::LONGEST, Scope::Submit.into());
    let (_, token) =
        platform::accounts::create_token(&site.services, &by(&kim.user), "submits", days, submits).await.unwrap();
    let refused = site.client.get(site.at(OWN)).bearer_auth(token).send().await.unwrap();
    assert_eq!(refused.status(), 403, "a token that may not read the account");
    let mut own = Stream::at(&site, OWN, Some(&kim), None).await;
    let mut second = Stream::at(&site, OWN, Some(&kim), None).await;
    let mut other = Stream::at(&site, OWN, Some(&lee), None).await;
    for stream in [&mut own, &mut second, &mut other] {
        assert_eq!(unread(stream).await, 0, "on {}", site.name);
    }
    tell(&site, &kim, "비밀").await;
    for stream in [&mut own, &mut second] {
        assert_eq!(unread(stream).await, 1, "on {}", site.name);
    }
    // Whoever opens the page that it leads to has read it.
    let cookie = site.cookie_of(&kim).await;
    let page = site.client.get(site.at("/competitions/breast-cancer/team")).header("cookie", cookie).send().await;
    assert!(page.unwrap().status().is_success());
    for stream in [&mut own, &mut second] {
        assert_eq!(unread(stream).await, 0, "on {}", site.name);
    }
    // The other one's first number since is their own.
    for team in ["하나", "둘"] {
        tell(&site, &lee, team).await;
    }
    let heard = unread(&mut other).await;
    let last = if heard == 2 { heard } else { unread(&mut other).await };
    assert_eq!(last, 2, "on {}", site.name);
}

#[both]
async fn a_persons_stream_ends_when_they_log_out_everywhere(site: Site) {
    let kim = site.person("kim").await;
    let mut stream = Stream::at(&site, OWN, Some(&kim), None).await;
    stream.until("notifications").await;
    platform::accounts::sessions::end_all(&site.services, &by(&kim.user)).await.unwrap();
    stream.until("end").await;
    assert!(stream.next().await.is_none());
}
