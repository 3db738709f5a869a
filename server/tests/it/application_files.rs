//! Applications with files through HTTP: the form without a script, the downloads, and what comes back of a form that is refused.

use both::both;
use domain::access::Role;
use domain::applications::ApplyMode;
use platform::competitions::roles;
use platform::testing::{Store, by, dated_folder, left_in_sessions, noon, organizes};
use reqwest::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERER,
};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};
use storage::testing::{Database, World};

use crate::common::{Person, Site, browser, refusal};

const APPLY: &str = "/competitions/breast-cancer/apply";
const ROOM: &str = "/competitions/breast-cancer/manage/applications";

const SETTINGS: &str = r#"
[apply]
mode = "approval"

[[apply.question]]
key = "motive"
kind = "text"
label = { ko = "까닭", en = "Why" }
max = 50

[[apply.question]]
key = "proof"
kind = "file"
label = { ko = "재직증명서", en = "Proof of employment" }
file_kinds = ["pdf", "docx"]

[[stage]]"#;

/// A site whose competition asks for a file.
struct Desk(Site);

impl World for Desk {
    async fn on(database: Database) -> Self {
        let store = Store::on(database).await;
        let folder = dated_folder("breast-cancer", store.folder.path(), noon());
        let manifest = folder.join("competition.toml");
        let text = std::fs::read_to_string(&manifest).unwrap().replacen("\n[[stage]]", SETTINGS, 1);
        std::fs::write(&manifest, text).unwrap();
        let site = Site::start_with(store, "", &folder).await;
        assert_eq!(site.competition.settings.apply.mode, ApplyMode::Approval);
        Self(site)
    }
}

impl Desk {
    async fn get(&self, client: &Client, path: &str) -> Response {
        client.get(self.0.at(path)).send().await.unwrap()
    }

    async fn page(&self, client: &Client, path: &str) -> String {
        self.get(client, path).await.text().await.unwrap()
    }

    async fn post(&self, client: &Client, form: Form) -> String {
        let request = client.post(self.0.at(APPLY)).header(ACCEPT, "text/html").multipart(form);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 303);
        answer.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    async fn organizer(&self) -> Person {
        let organizer = self.0.person("organizer").await;
        organizes(&self.0.services, &self.0.competition, &organizer.user).await;
        organizer
    }
}

fn form(motive: &str) -> Form {
    Form::new().text("rules", "1").text("agree", "on").text("next", "").text("answers[motive]", motive.to_owned())
}

fn with(form: Form, name: &str, bytes: impl Into<Vec<u8>>) -> Form {
    form.part("answers[proof]", Part::bytes(bytes.into()).file_name(name.to_owned()))
}

fn link(page: &str) -> String {
    let rest = page.split("href=\"").find(|rest| rest.starts_with(&format!("{APPLY}/files/")));
    rest.unwrap_or_else(|| panic!("{page}")).split('"').next().unwrap().to_owned()
}

#[both]
async fn one_applies_with_a_file_without_a_script_and_organizers_download_it(desk: Desk) {
    let (site, organizer) = (&desk.0, desk.organizer().await);
    let kim = site.person("kim").await;
    let client = site.browser_of(&kim).await;
    let page = desk.page(&client, APPLY).await;
    assert!(page.contains("enctype=\"multipart/form-data\"") && page.contains("accept=\".pdf,.docx\""), "{page}");
    assert!(page.contains("PDF, DOCX, up to 10 MB"), "{page}");
    let name = "재직 증명서 <1>.pdf";
    assert_eq!(desk.post(&client, with(form("=1+1"), name, b"%PDF-1.7 x".as_slice())).await, APPLY);
    let own = desk.page(&client, APPLY).await;
    assert!(own.contains("Waiting for approval") && own.contains("재직 증명서 &lt;1&gt;.pdf"), "{own}");
    let link = link(&own);

    let office = site.browser_of(&organizer).await;
    let page = desk.page(&office, &format!("{ROOM}/{}", kim.user.id)).await;
    assert!(page.contains(&link) && page.contains("재직 증명서 &lt;1&gt;.pdf") && page.contains("10 B"), "{page}");
    let table = desk.get(&office, &format!("{ROOM}.csv")).await;
    assert_eq!(table.headers()[CONTENT_TYPE], "text/csv; charset=utf-8");
    let table = table.text().await.unwrap();
    assert!(table.contains(",\"'=1+1\",\"재직 증명서 <1>.pdf\"\r\n"), "{table}");
    for client in [&client, &office] {
        let file = desk.get(client, &link).await;
        let header = |name| file.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap();
        assert_eq!(file.status(), 200);
        assert!(header(CONTENT_DISPOSITION).starts_with("attachment; filename*=UTF-8''%EC%9E%AC"));
        assert_eq!(header(CONTENT_TYPE), "application/octet-stream");
        assert_eq!(header(CACHE_CONTROL), "private, no-store");
        assert_eq!(header(CONTENT_SECURITY_POLICY), "default-src 'none'; sandbox");
        assert_eq!(file.headers()["x-content-type-options"], "nosniff");
        assert_eq!(file.bytes().await.unwrap(), "%PDF-1.7 x");
    }
    // To everybody else it is as one is that never was.
    let other = site.person("other").await;
    let viewer = site.person("viewer").await;
    let role = Some(Role::Viewer);
    let by_command = domain::access::Actor::COMMAND;
    roles::give(&site.services, &site.competition, &by_command, &viewer.user.email, role).await.unwrap();
    let none = format!("{APPLY}/files/{}", uuid::Uuid::from_u128(7));
    for person in [&other, &viewer] {
        let client = site.browser_of(person).await;
        for path in [&link, &none, &format!("{APPLY}/files/x")] {
            assert_eq!(refusal(desk.get(&client, path).await).await, (403, "not_organizer".into()), "{path}");
        }
    }
    assert_eq!(desk.get(&office, &none).await.status(), 404);
    assert_eq!(desk.get(&office, &format!("{APPLY}/files/x")).await.status(), 404);
    let visitor = browser();
    assert_eq!(refusal(desk.get(&visitor, &link).await).await, (401, "login_required".into()));
    for person in [&kim, &organizer] {
        let by_token = visitor.get(site.at(&link)).bearer_auth(&person.token).send().await.unwrap();
        assert_eq!(refusal(by_token).await, (403, "token_not_allowed".into()), "{}", site.name);
    }
    assert!(desk.post(&visitor, form("x")).await.starts_with("/login?next="));
    // Withdrawn, it is gone.
    platform::participation::withdraw(&site.services, &site.competition, &by(&kim.user)).await.unwrap();
    assert_eq!(desk.get(&office, &link).await.status(), 404);
    assert_eq!(desk.get(&client, &link).await.status(), 403);
}

#[both]
async fn a_refused_form_comes_back_with_all_that_is_wrong_and_what_was_typed_and_asks_for_the_file_again(desk: Desk) {
    let site = &desk.0;
    let client = site.browser_of(&site.person("kim").await).await;
    let refused = async |form: Form| {
        assert_eq!(desk.post(&client, form).await, APPLY);
        desk.page(&client, APPLY).await
    };
    let page = refused(with(form(""), "증명서.exe", b"MZ".as_slice())).await;
    assert!(page.contains("Please answer this.") && page.contains("Files of this kind are not taken here."), "{page}");
    assert!(page.contains("“증명서.exe” was not stored"), "{page}");
    assert_eq!(page.matches("aria-invalid=\"true\"").count(), 2, "{page}");
    let page = refused(with(form("제 까닭"), "증명서.pdf", b"MZ".as_slice())).await;
    assert!(page.contains("제 까닭") && page.contains("its content is not what its ending says"), "{page}");
    let page = refused(form("제 까닭")).await;
    assert!(page.contains("제 까닭") && page.contains("Please choose a file.") && !page.contains("was not stored"));
    // One that is too large, by a byte and by far, takes nothing else with it.
    for bytes in [(10 << 20) + 1, 40 << 20] {
        let large = [b"%PDF-1.7".as_slice(), &vec![0; bytes - 8]].concat();
        let page = refused(with(form("제 까닭"), "큰 파일.pdf", large)).await;
        assert!(page.contains("제 까닭") && page.contains("The file is too large."), "{bytes} on {}", site.name);
    }
    // Without the agreement the file is right and not stored all the same.
    let without = Form::new().text("rules", "1").text("answers[motive]", "제 까닭");
    let page = refused(with(without, "증명서.pdf", b"%PDF-1.7".as_slice())).await;
    assert!(page.contains("“증명서.pdf” was not stored"), "{page}");
    let stored = std::fs::read_dir(site.folder().join("files/applications")).into_iter().flatten().count();
    assert_eq!(stored, 0, "on {}", site.name);
    let fine = desk.post(&client, with(form("제 까닭"), "증명서.pdf", b"%PDF-1.7".as_slice())).await;
    assert_eq!(fine, APPLY);
    assert!(desk.page(&client, APPLY).await.contains("Waiting for approval"));
}

#[both]
async fn whoever_was_declined_keeps_the_file_by_choosing_none(desk: Desk) {
    let (site, organizer) = (&desk.0, desk.organizer().await);
    let kim = site.person("kim").await;
    let client = site.browser_of(&kim).await;
    desk.post(&client, with(form("하나"), "증명서.pdf", b"%PDF-1.7".as_slice())).await;
    let users = [kim.user.id];
    let decision = platform::participation::decisions::Decision::Decline;
    let (services, competition) = (&site.services, &site.competition);
    let actor = by(&organizer.user);
    platform::participation::decisions::decide(services, competition, &actor, &users, decision, "고쳐 주세요.")
        .await
        .unwrap();
    let page = desk.page(&client, APPLY).await;
    assert!(page.contains("The file you gave before:") && page.contains("증명서.pdf"), "{page}");
    let input = page.split('<').find(|tag| tag.contains("type=\"file\"")).unwrap();
    assert!(!input.contains("required"), "{input}");
    let nothing = Part::bytes(Vec::new()).file_name("");
    assert_eq!(desk.post(&client, form("둘").part("answers[proof]", nothing)).await, APPLY);
    let page = desk.page(&client, APPLY).await;
    assert!(page.contains("Waiting for approval") && page.contains("증명서.pdf"), "{page}");
    assert_eq!(desk.get(&client, &link(&page)).await.text().await.unwrap(), "%PDF-1.7", "on {}", site.name);
}

#[both]
async fn a_browser_that_applies_where_nothing_is_gets_a_page(desk: Desk) {
    let site = &desk.0;
    let client = site.browser_of(&site.person("kim").await).await;
    let request = client.post(site.at("/competitions/none/apply")).header(ACCEPT, "text/html,*/*;q=0.8");
    let answer = request.multipart(form("공부")).send().await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert_eq!((answer.status().as_u16(), kind.starts_with("text/html")), (404, true), "{kind} on {}", site.name);
}

#[both]
async fn answers_to_questions_that_nobody_asks_are_kept_nowhere(desk: Desk) {
    let site = &desk.0;
    let kim = site.person("kim").await;
    let client = site.browser_of(&kim).await;
    let long = "긴".repeat(3000);
    let by_function = async |fields: &[(&str, &str)]| {
        let request = client.post(site.at("/api/fn/join")).form(fields).header(ACCEPT, "text/html");
        assert_eq!(request.header(REFERER, site.at(APPLY)).send().await.unwrap().status(), 303);
    };
    // A text that is too long is kept in the session: twice what it may be, and nothing that was not asked.
    let fields = [("slug", "breast-cancer"), ("agree", "on"), ("rules", "1"), ("answers[motive]", long.as_str())];
    let hidden: Vec<(String, String)> =
        (0..40).map(|at| (format!("answers[secret{at}]"), "숨긴 것".repeat(50))).collect();
    let mut all = fields.to_vec();
    all.extend(hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    by_function(&all).await;
    let left = left_in_sessions(&site.services).await.concat();
    assert!(!left.contains("secret") && !left.contains("숨긴"), "{left}");
    assert!(left.matches('긴').count() <= 100, "on {}: {left}", site.name);
    let page = desk.page(&client, APPLY).await;
    assert!(page.contains(&"긴".repeat(100)) && page.contains("This answer is too long"), "{page}");
    let mut sent = form(&long);
    for (name, value) in &hidden[..20] {
        sent = sent.text(name.clone(), value.clone());
    }
    desk.post(&client, sent).await;
    let left = left_in_sessions(&site.services).await.concat();
    assert!(!left.contains("secret") && !left.contains("숨긴"), "{left}");
    // Where no competition is named nothing is asked.
    by_function(&[("slug", "none"), ("answers[motive]", long.as_str())]).await;
    assert!(!left_in_sessions(&site.services).await.concat().contains("긴긴긴"));
}
