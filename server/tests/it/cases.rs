//! Cases through HTTP: forms with files without a script, the files, the table, and who finds nothing there.

use std::time::Duration;

use both::both;
use chrono::TimeDelta;
use domain::access::Role;
use domain::cases::CaseOutcome;
use platform::cases::{self, CasesWanted, NewCase};
use platform::competitions::roles;
use platform::testing::{by, organizes};
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};

use crate::common::{Person, Site, browser, refusal};

const SLUG: &str = "/competitions/breast-cancer";

/// A site with a team, an organizer, and a case against the team.
struct Court {
    site: Site,
    leader: Person,
    organizer: Person,
    number: i64,
}

impl Court {
    async fn on(site: Site) -> Self {
        let (team, leader, _) = site.team("garam").await;
        let organizer = site.person("organizer").await;
        organizes(&site.services, &site.competition, &organizer.user).await;
        let new = NewCase {
            team: team.number,
            title: "두 팀의 제출이 같음".into(),
            markdown: "은밀한 의심".into(),
            ..NewCase::default()
        };
        let number = cases::open(&site.services, &site.competition, &by(&organizer.user), new).await.unwrap();
        Self { site, leader, organizer, number }
    }

    async fn ask(&self) {
        let until = (Some(self.site.services.clock.now() + TimeDelta::days(1)), None);
        let actor = by(&self.organizer.user);
        cases::ask(&self.site.services, &self.site.competition, &actor, self.number, "왜 같나요?", until)
            .await
            .unwrap();
    }

    fn own(&self) -> String {
        format!("{SLUG}/cases/{}", self.number)
    }

    fn managed(&self) -> String {
        format!("{SLUG}/manage/cases/{}", self.number)
    }

    async fn get(&self, client: &Client, path: &str) -> Response {
        client.get(self.site.at(path)).send().await.unwrap()
    }

    async fn post(&self, client: &Client, path: &str, form: Form) -> Response {
        client.post(self.site.at(path)).header(ACCEPT, "text/html").multipart(form).send().await.unwrap()
    }
}

fn attached(text: &str, files: &[(&str, usize)]) -> Form {
    let form = Form::new().text("markdown", text.to_owned());
    files.iter().fold(form, |form, (name, bytes)| {
        let mut content = vec![b'x'; *bytes];
        for (at, mark) in content.iter_mut().zip(if name.contains(".pdf") { b"%PDF-" } else { b"xxxxx" }) {
            *at = *mark;
        }
        form.part("files", Part::bytes(content).file_name((*name).to_owned()))
    })
}

fn target(answer: &Response) -> String {
    assert_eq!(answer.status(), 303);
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

#[both]
async fn a_team_answers_without_a_script_and_its_files_are_files_for_whoever_sees_the_case(site: Site) {
    let court = Court::on(site).await;
    let leader = court.site.browser_of(&court.leader).await;
    assert_eq!(court.get(&leader, &court.own()).await.status(), 404, "it knows nothing of a suspicion");
    court.ask().await;
    let page = court.get(&leader, &court.own()).await.text().await.unwrap();
    assert!(page.contains("왜 같나요?") && !page.contains("은밀한") && !page.contains("두 팀의 제출이"), "{page}");
    assert!(page.contains("multipart/form-data"));
    let answer = court.post(&leader, &court.own(), attached("우연입니다.", &[("소명 <1>.html.pdf", 10)])).await;
    assert_eq!(target(&answer), court.own());
    let page = court.get(&leader, &court.own()).await.text().await.unwrap();
    assert!(page.contains("우연입니다.") && page.contains("The statement was given"), "{page}");
    let link = page.split("href=\"").find(|rest| rest.contains("/files/")).unwrap();
    let link = link.split('"').next().unwrap().to_owned();
    let organizer = court.site.browser_of(&court.organizer).await;
    for client in [&leader, &organizer] {
        let file = court.get(client, &link).await;
        let header = |name| file.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap();
        assert_eq!(file.status(), 200);
        assert!(header(CONTENT_DISPOSITION).starts_with("attachment;"), "{}", header(CONTENT_DISPOSITION));
        assert_eq!(header(CONTENT_TYPE), "application/octet-stream");
        assert_eq!(header(CACHE_CONTROL), "private, no-store");
        assert_eq!(file.headers()["x-content-type-options"], "nosniff");
        assert_eq!(file.bytes().await.unwrap().len(), 10);
    }
    // To everybody else it is not there, as one is not that never was.
    let (_, other, _) = court.site.team("naru").await;
    let viewer = court.site.person("viewer").await;
    let role = Some(Role::Viewer);
    let services = &court.site.services;
    roles::give(services, &court.site.competition, &domain::access::Actor::COMMAND, &viewer.user.email, role)
        .await
        .unwrap();
    for person in [&other, &viewer] {
        let client = court.site.browser_of(person).await;
        let none = link.replace(&court.number.to_string(), "100000");
        for path in [&link, &none, &court.own(), &format!("{SLUG}/cases/100000"), &format!("{SLUG}/cases/x")] {
            assert_eq!(court.get(&client, path).await.status(), 404, "{path} on {}", court.site.name);
        }
        for path in [court.own(), format!("{SLUG}/cases/100000"), format!("{SLUG}/cases/x")] {
            assert_eq!(court.post(&client, &path, attached("x", &[])).await.status(), 404, "{path}");
        }
        for path in [court.managed(), format!("{SLUG}/manage/cases/100000")] {
            assert_eq!(court.get(&client, &path).await.status(), 403, "{path}");
            assert_eq!(court.post(&client, &path, attached("x", &[])).await.status(), 403, "{path}");
        }
    }
    let visitor = browser();
    assert_eq!(refusal(court.get(&visitor, &link).await).await, (401, "login_required".into()));
    assert_eq!(court.get(&visitor, &court.own()).await.status(), 401);
    assert!(target(&court.post(&visitor, &court.own(), attached("x", &[])).await).starts_with("/login?next="));
    let by_token = visitor.get(court.site.at(&link)).bearer_auth(&court.leader.token).send().await.unwrap();
    assert_eq!(refusal(by_token).await, (403, "token_not_allowed".into()));
}

#[both]
async fn what_is_wrong_with_a_form_stands_at_its_field_and_what_was_typed_stays(site: Site) {
    let court = Court::on(site).await;
    court.ask().await;
    let leader = court.site.browser_of(&court.leader).await;
    let refused = async |form: Form| {
        assert_eq!(target(&court.post(&leader, &court.own(), form).await), court.own());
        court.get(&leader, &court.own()).await.text().await.unwrap()
    };
    let page = refused(attached("제가 쓴 글", &[("run.exe", 3)])).await;
    assert!(page.contains("제가 쓴 글") && page.contains("A file of this kind cannot be attached"), "{page}");
    let page = refused(attached("제가 쓴 글", &[("a.pdf", 1); 6])).await;
    assert!(page.contains("Up to 5 files"), "{page}");
    let page = refused(attached("x", &[("a.pdf", (10 << 20) + 1)])).await;
    assert!(page.contains("larger than 10 MB"), "{page}");
    let page = refused(attached("", &[])).await;
    assert!(page.contains("empty"), "{page}");
    // Late by a second: the moment at which it was received counts.
    court.site.services.clock.advance(TimeDelta::days(1));
    let page = refused(attached("늦은 글", &[])).await;
    assert!(page.contains("The time for a statement ended") && page.contains("KST"), "{page}");
    let actor = by(&court.organizer.user);
    let view = cases::of(&court.site.services, &court.site.competition, &actor, court.number).await.unwrap();
    assert_eq!(view.entries.len(), 2, "nothing was kept, on {}", court.site.name);
}

#[both]
async fn organizers_open_a_case_by_a_form_and_have_all_of_them_as_a_table(site: Site) {
    let court = Court::on(site).await;
    let organizer = court.site.browser_of(&court.organizer).await;
    let list = format!("{SLUG}/manage/cases");
    let form = attached("새 의심", &[("로그.txt", 5)]).text("team", "101").text("title", "=HYPERLINK(\"x\")");
    let opened = target(&court.post(&organizer, &list, form).await);
    assert!(opened.starts_with(&format!("{list}/")) && opened.len() == list.len() + 7, "{opened}");
    let page = court.get(&organizer, &opened).await.text().await.unwrap();
    assert!(page.contains("The case is open.") && page.contains("새 의심") && page.contains("로그.txt"), "{page}");
    let wrong = attached("", &[]).text("team", "999").text("title", "제목");
    let back = target(&court.post(&organizer, &list, wrong).await);
    assert_eq!(back, format!("{list}/new"));
    let page = court.get(&organizer, &back).await.text().await.unwrap();
    assert!(page.contains("제목") && page.contains("aria-invalid=\"true\""), "{page}");
    let evidence = attached("더한 증거", &[]).text("is_shown", "on");
    assert_eq!(target(&court.post(&organizer, &opened, evidence).await), opened);
    let page = court.get(&organizer, &opened).await.text().await.unwrap();
    assert!(page.contains("더한 증거") && page.contains("Shown to the team"), "{page}");
    let table = court.get(&organizer, &format!("{list}.csv")).await;
    assert_eq!(table.headers()[CACHE_CONTROL], "private, no-store");
    let table = table.text().await.unwrap();
    assert!(table.starts_with('\u{feff}') && table.contains("\"'=HYPERLINK"), "a title is no formula: {table}");
    assert_eq!(table.lines().count(), 3, "{table}");
    let none = court.get(&organizer, &format!("{list}.csv?state=decided")).await.text().await.unwrap();
    assert_eq!(none.lines().count(), 1);
    let page = court.get(&organizer, &list).await.text().await.unwrap();
    assert!(page.contains(&court.managed()) && page.contains(&opened));
}

#[both]
async fn nothing_that_strangers_see_changes_until_a_team_is_disqualified(site: Site) {
    let court = Court::on(site).await;
    let (_, other, _) = court.site.team("naru").await;
    let readers = [browser(), court.site.browser_of(&other).await];
    let paths = [
        SLUG.to_owned(),
        format!("{SLUG}/leaderboard"),
        format!("{SLUG}/teams/101"),
        format!("/api/v1{SLUG}/leaderboard"),
        format!("/api/v1{SLUG}/leaderboard.csv"),
        format!("/api/v1{SLUG}"),
        format!("/api/v1{SLUG}/notices"),
    ];
    let seen = async || {
        let mut seen = Vec::new();
        for client in &readers {
            for path in &paths {
                seen.push((path.clone(), court.get(client, path).await.text().await.unwrap()));
            }
        }
        seen
    };
    let streams =
        async |client: &Client| client.get(court.site.at(&format!("/api/v1{SLUG}/events"))).send().await.unwrap();
    let (mut one, mut two) = (streams(&readers[0]).await, streams(&readers[1]).await);
    // What everybody is told of who came in is told before.
    court.site.score_all().await;
    let before = seen().await;
    court.ask().await;
    let services = &court.site.services;
    let leader = by(&court.leader.user);
    cases::state(services, &court.site.competition, &leader, court.number, "소명", vec![], None).await.unwrap();
    court.site.score_all().await;
    assert_eq!(seen().await, before, "on {}", court.site.name);
    let other_team = cases::list(
        services,
        &court.site.competition,
        &by(&other.user),
        &CasesWanted { limit: 9, ..CasesWanted::default() },
    )
    .await;
    assert!(other_team.is_err());
    // What their streams have said is nothing of it: the next they hear is said after all of it.
    services.clock.advance(TimeDelta::days(1));
    let actor = by(&court.organizer.user);
    let outcome = Some(CaseOutcome::Disqualified);
    cases::decide(services, &court.site.competition, &actor, court.number, outcome, "이유").await.unwrap();
    for stream in [&mut one, &mut two] {
        let mut heard = String::new();
        while let Ok(Ok(Some(part))) = tokio::time::timeout(Duration::from_millis(300), stream.chunk()).await {
            heard += std::str::from_utf8(&part).unwrap();
        }
        assert!(!heard.contains("case") && !heard.contains(&court.number.to_string()), "{heard}");
    }
    let after = court.get(&readers[0], &format!("{SLUG}/teams/101")).await.text().await.unwrap();
    assert!(after.contains("Disqualified") && !after.contains(&court.number.to_string()), "{after}");
    let own = court.site.browser_of(&court.leader).await;
    let page = court.get(&own, &format!("{SLUG}/team")).await.text().await.unwrap();
    assert!(page.contains("Our team is disqualified") && page.contains(&court.own()), "its page says so to the team");
    let page = court.get(&own, &format!("{SLUG}/submit")).await.text().await.unwrap();
    assert!(page.contains("A disqualified team cannot submit"), "{page}");
}
