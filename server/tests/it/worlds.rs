//! Nothing depends on what is private: in two worlds that differ in the private labels alone, everyone sees the same on every page,
//! in every answer, event, download and error, until the results are revealed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use domain::access::Actor;
use futures::StreamExt as _;
use platform::competitions::import;
use platform::testing::{Store, dated_folder, noon, organizes, postgres, sqlite};
use platform::{competitions, teams};
use reqwest::Client;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::common::{Person, Site, browser, file, json, model};
use crate::links::links;

const SLUG: &str = "/competitions/breast-cancer";
const PHASES: [(&str, &str); 6] = [
    ("before", "2026-11-06T00:00:00Z"),
    ("open", "2026-11-21T04:00:00Z"),
    ("closed", "2026-12-03T10:00:00Z"),
    ("extended after the reveal", "2026-12-05T10:00:00Z"),
    ("closed again, with a later reveal", "2026-12-07T10:00:00Z"),
    ("revealed", "2026-12-09T10:00:00Z"),
];

fn at(moment: &str) -> DateTime<Utc> {
    moment.parse().unwrap()
}

/// The folder, with the stage's end and reveal, and other private labels in the second world.
fn folder(within: &Path, other: bool, end: &str, reveal: &str) -> std::path::PathBuf {
    let folder = dated_folder("breast-cancer", within, noon());
    let toml = folder.join("competition.toml");
    let text = std::fs::read_to_string(&toml).unwrap();
    let (head, stage) = text.split_once("key = \"qualifier\"").unwrap();
    let lines = stage.lines().scan(false, |done, line| {
        let moment = match line.split(' ').next() {
            Some("ends") if !*done => format!("ends = \"{end}\""),
            Some("reveal") if !*done => {
                *done = true;
                format!("reveal = \"{reveal}\"")
            }
            _ => line.to_owned(),
        };
        Some(moment)
    });
    let lines: Vec<_> = lines.collect();
    std::fs::write(&toml, format!("{head}key = \"qualifier\"{}", lines.join("\n"))).unwrap();
    if other {
        let solution = folder.join("solution.csv");
        let text = std::fs::read_to_string(&solution).unwrap();
        std::fs::write(
            solution,
            text.replace(",1,Private", ",x,Private")
                .replace(",0,Private", ",1,Private")
                .replace(",x,Private", ",0,Private"),
        )
        .unwrap();
    }
    folder
}

/// A file that predicts as `svc.csv` does for public rows, and this for the private ones.
fn for_private_rows(solution: &str, value: &str) -> Vec<u8> {
    let private: BTreeSet<&str> =
        solution.lines().filter(|line| line.ends_with("Private")).filter_map(|line| line.split(',').next()).collect();
    let text = String::from_utf8(model("svc.csv")).unwrap();
    let lines = text.lines().map(|line| match line.split_once(',') {
        Some((id, _)) if private.contains(id) => format!("{id},{value}"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

struct World {
    site: Site,
    people: Vec<(&'static str, Client)>,
    leader: Person,
    other_leader: Person,
    submissions: Vec<String>,
    /// What is random in each world, and a word for it.
    words: Vec<(String, String)>,
    is_other: bool,
}

impl World {
    async fn new(store: Store, is_other: bool) -> Self {
        let folder = folder(store.folder.path(), is_other, "2026-12-03T09:00:00Z", "2026-12-04T09:00:00Z");
        let site = Site::start_with(store, "", &folder).await;
        let (team, leader, member) = site.team("garam").await;
        let (other_team, other_leader, _) = site.team("naru").await;
        let (stranger, organizer, admin) =
            (site.person("stranger").await, site.person("host").await, site.admin().await);
        organizes(&site.services, &site.competition, &organizer.user).await;
        let mut people = vec![("a visitor", browser())];
        let signed_in = [
            ("a stranger", &stranger),
            ("a leader", &leader),
            ("a member", &member),
            ("another team's leader", &other_leader),
            ("an organizer", &organizer),
            ("an administrator", &admin),
        ];
        let mut words = vec![(site.url.clone(), "site".to_owned())];
        for (name, person) in signed_in {
            people.push((name, site.browser_of(person).await));
            words.push((person.token[..8].to_owned(), format!("token of {name}")));
        }
        for (team, leader) in [(&team, &leader), (&other_team, &other_leader)] {
            words.push((site.key(team, leader).await, format!("key of {}", team.number)));
            let invitation = teams::invitation(&site.services, team, &leader.user).await.unwrap();
            words.push((invitation.unwrap().code, format!("code of {}", team.number)));
        }
        // Its commitment is salted: it differs in two worlds whose labels are the same.
        let commitment: Value = site.get(&format!("/api/v1{SLUG}/commitment")).await.json().await.unwrap();
        let hash = commitment["commitment"].as_str().expect("a commitment from the start");
        words.push((hash.to_owned(), "commitment".to_owned()));
        Self { site, people, leader, other_leader, submissions: Vec::new(), words, is_other }
    }

    /// Imports the folder again with another end and reveal.
    async fn extend(&self, end: &str, reveal: &str) {
        let folder = folder(&self.site.folder().join(reveal.replace(':', "")), self.is_other, end, reveal);
        import::run(&self.site.services, &Actor::COMMAND, &folder, None).await.unwrap();
    }

    /// Submits and scores; what the answer, the submission and the events said.
    async fn submit(&mut self, person: fn(&Self) -> &Person, bytes: Vec<u8>, dry_run: bool) -> Vec<String> {
        const EVENTS: &str = "/api/v1/competitions/breast-cancer/events";
        let events = self.site.get(EVENTS).await;
        let own = self.site.browser_of(person(self)).await.get(self.site.at(EVENTS)).send().await.unwrap();
        let mut form = file("file", bytes);
        if dry_run {
            form = form.text("dry_run", "true");
        }
        let (status, answer) = json(self.site.submit(person(self), form).send().await.unwrap()).await;
        let scored = self.site.score_all().await;
        let mut said = vec![format!("{status} {answer}"), format!("{scored} scored")];
        if let Some(id) = answer["submission"]["id"].as_str() {
            self.submissions.push(id.to_owned());
            self.words.push((id.to_owned(), format!("submission-{}", self.submissions.len())));
        }
        if scored > 0 {
            said.push(until(events, &self.newest().await).await);
            said.push(until(own, "\"status\":\"scored\"").await);
        }
        said.iter().map(|text| self.plain(text)).collect()
    }

    /// What the event that tells of the newest leaderboard says.
    async fn newest(&self) -> String {
        let stages = competitions::get(&self.site.services, "breast-cancer").await.unwrap().stages;
        format!("\"version\":{}", stages.iter().map(|stage| stage.leaderboard_version).max().unwrap())
    }

    /// A text without what is random in each world.
    fn plain(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (random, word) in &self.words {
            text = text.replace(random, word);
        }
        numbered(&without_times(&text))
    }

    /// Every address that someone is led to from the front page on, and every address of the API, with what is answered.
    async fn everything(&self, client: &Client) -> BTreeMap<String, String> {
        let mut waiting: Vec<String> =
            ["/", "/account", "/account/tokens", "/metrics", "/submit", "/apply"].map(str::to_owned).to_vec();
        let document: Value = self.site.get("/api/v1/openapi.json").await.json().await.unwrap();
        for (path, methods) in document["paths"].as_object().unwrap() {
            if methods.get("get").is_some() && !path.ends_with("/events") {
                let path = path.replace("{slug}", "breast-cancer").replace("{number}", "101");
                if path.contains("{id}") {
                    waiting.extend(self.submissions.iter().map(|id| path.replace("{id}", id)));
                } else {
                    waiting.push(path);
                }
            }
        }
        for place in [
            "submit",
            "submissions",
            "apply",
            "team",
            "teams/101",
            "teams/102",
            "leaderboard?board=private",
            "leaderboard?q=ga&board=private",
        ] {
            waiting.push(format!("{SLUG}/{place}"));
        }
        for answer in
            ["leaderboard?board=private", "leaderboard.csv?board=private", "leaderboard/statistics?board=private"]
        {
            waiting.push(format!("/api/v1{SLUG}/{answer}"));
        }
        for id in &self.submissions {
            waiting.extend([format!("{SLUG}/submissions/{id}"), format!("{SLUG}/submissions/{id}/file")]);
        }
        let mut seen = BTreeMap::new();
        while let Some(path) = waiting.pop() {
            // Others' competitions, the guide and times of answers are the same for all; names of sessions and the secret of a second
            // factor are random.
            let is_random =
                ["/metrics", domain::address::SECOND_FACTOR, domain::address::SECURITY].contains(&path.as_str());
            if is_random || seen.contains_key(&self.plain(&path)) {
                continue;
            }
            let answer = client.get(self.site.at(&path)).send().await.unwrap();
            let status = answer.status();
            let kind = answer.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap()).to_owned();
            let headers = self.plain(&headers(answer.headers()));
            let body = answer.bytes().await.unwrap();
            let text = String::from_utf8_lossy(&body);
            if kind.starts_with("text/html") {
                waiting.extend(links(&text));
            }
            seen.insert(self.plain(&path), format!("{status} {headers}{}", self.plain(&text)));
        }
        seen
    }
}

/// The line of the events that says this, once it has come; before and after it may be others, as they were gathered.
async fn until(events: reqwest::Response, what: &str) -> String {
    let (mut heard, mut stream) = (String::new(), events.bytes_stream());
    loop {
        if let Some(line) = heard.lines().find(|line| line.contains(what)) {
            return line.to_owned();
        }
        heard.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
    }
}

/// A line for each header that is not another one each time, or the length of what is.
fn headers(headers: &HeaderMap) -> String {
    let random = |name: &str| matches!(name, "x-request-id" | "date" | "etag" | "content-length" | "last-modified");
    let kept = headers.iter().filter(|(name, _)| !random(name.as_str()));
    let line = |(name, value): (&HeaderName, &HeaderValue)| match value.to_str().unwrap() {
        // A session's secret is another in each world.
        secret if name == "set-cookie" => format!("{name}: {}\n", secret.split_once('=').unwrap().0),
        value => format!("{name}: {value}\n"),
    };
    kept.map(line).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Ids by their order of appearance. A hash of 64 digits stays as it is: it may be that of the labels.
fn numbered(text: &str) -> String {
    let (mut plain, mut known) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_hex = |c: char| c.is_ascii_hexdigit();
        let hash = rest.len() - rest.trim_start_matches(is_hex).len();
        let is_id = hash >= 8 && rest.get(..36).is_some_and(|id| uuid::Uuid::try_parse(id).is_ok());
        let random = if is_id { 36 } else { hash };
        // Sixteen digits name the ids of the sample, which another import stores anew.
        if is_id || hash == 16 {
            let at = known.iter().position(|other| *other == &rest[..random]).unwrap_or_else(|| {
                known.push(&rest[..random]);
                known.len() - 1
            });
            plain.push('#');
            plain.push_str(&at.to_string());
            rest = &rest[random..];
        } else {
            let (start, end) = rest.split_at(hash.max(first.len_utf8()));
            plain.push_str(start);
            rest = end;
        }
    }
    plain
}

/// Without how long a check took: digits before `ms`, and after the field of that name.
fn without_times(text: &str) -> String {
    let mut parts = text.split("ms").map(str::to_owned).collect::<Vec<_>>();
    for at in 1..parts.len() {
        let kept = parts[at - 1].trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ').len();
        parts[at - 1].truncate(kept);
        if let Some(value) = parts[at].strip_prefix("\":") {
            parts[at] = format!("\":{}", value.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
    }
    parts.join("ms")
}

/// Where two answers part, with a little before and after.
fn difference(one: &str, other: &str) -> String {
    let at = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let part = |text: &str| text.chars().skip(at.saturating_sub(200)).take(300).collect::<String>();
    format!("…{}…\n\nand\n\n…{}…", part(one), part(other))
}

async fn compare(one: &World, other: &World, phase: &str, is_revealed: bool) {
    for ((name, first), (_, second)) in one.people.iter().zip(&other.people) {
        let (in_one, in_other) = (one.everything(first).await, other.everything(second).await);
        let paths = |seen: &BTreeMap<String, String>| seen.keys().cloned().collect::<Vec<_>>();
        assert_eq!(paths(&in_one), paths(&in_other), "{name}, {phase}");
        assert!(in_one.len() > 40, "the search is not blind: {:?}", paths(&in_one));
        let mut different = Vec::new();
        for (path, answer) in &in_one {
            if *answer != in_other[path] {
                assert!(
                    is_revealed,
                    "{path} for {name}, {phase}, {}:\n{}",
                    one.site.name,
                    difference(answer, &in_other[path])
                );
                different.push(path.as_str());
            }
        }
        if is_revealed {
            for must in [
                "/competitions/breast-cancer/leaderboard?board=private",
                "/api/v1/competitions/breast-cancer/leaderboard.csv?board=private",
            ] {
                assert!(different.contains(&must), "the search is not blind: {different:?}");
            }
        }
    }
}

async fn tell_apart(stores: [Store; 2]) {
    let [one, other] = stores;
    let (mut one, mut other) = (World::new(one, false).await, World::new(other, true).await);
    let solution =
        std::fs::read_to_string(platform::testing::demo_folder("breast-cancer").join("solution.csv")).unwrap();
    let mut constant = String::from("id,malignant\n");
    constant.extend(solution.lines().skip(1).filter_map(|line| Some(format!("{},0.5\n", line.split(',').next()?))));
    let truth = for_private_rows(&solution, "1");
    let leader: fn(&World) -> &Person = |world| &world.leader;
    let rival: fn(&World) -> &Person = |world| &world.other_leader;
    let files = [
        (leader, model("svc.csv"), false),
        (rival, model("tree.csv"), false),
        (leader, constant.into_bytes(), false),
        (leader, truth, false),
        (leader, for_private_rows(&solution, "0.25"), false),
        (leader, for_private_rows(&solution, "1.7e308"), false),
        (leader, for_private_rows(&solution, "-1e-320"), true),
        (leader, for_private_rows(&solution, "many"), false),
        (rival, model("svc.csv"), true),
    ];
    for (number, (phase, moment)) in PHASES.into_iter().enumerate() {
        for world in [&one, &other] {
            world.site.services.clock.set(at(moment));
            match number {
                3 => world.extend("2026-12-06T09:00:00Z", "2026-12-06T09:00:00Z").await,
                4 => world.extend("2026-12-06T09:00:00Z", "2026-12-08T09:00:00Z").await,
                _ => {}
            }
        }
        let submitted: &[_] = match number {
            1 => &files,
            0 | 2 | 3 => &files[..2],
            _ => &files[..1],
        };
        for (person, bytes, dry_run) in submitted {
            let said = one.submit(*person, bytes.clone(), *dry_run).await;
            assert_eq!(said, other.submit(*person, bytes.clone(), *dry_run).await, "{phase}, {}", one.site.name);
        }
        compare(&one, &other, phase, number == PHASES.len() - 1).await;
    }
}

#[tokio::test]
async fn with_other_private_labels_everyone_sees_the_same_until_the_reveal_on_sqlite() {
    Box::pin(tell_apart([sqlite().await, sqlite().await])).await;
}

#[tokio::test]
async fn with_other_private_labels_everyone_sees_the_same_until_the_reveal_on_postgresql() {
    Box::pin(tell_apart([postgres().await, postgres().await])).await;
}
