//! What a folder's settings may say of applying and of times, and what is told where they cannot be meant so.

use both::both;
use domain::access::Actor;
use domain::competitions::Competition;
use platform::Error;
use platform::competitions::import;
use platform::testing::{Store, noon};
use scoring::Lang;

use crate::folders::{folder_in, manifest, refused};

#[tokio::test]
async fn all_that_cannot_be_meant_in_apply_is_told_at_once_with_its_line() {
    let store = platform::testing::sqlite().await;
    let services = store.services(noon()).await;
    let folder = folder_in(&store, "apply");
    let wrong = r#"[apply]
mode = "domain"
domains = ["@hospital.kr", "snu.ac.kr"]

[[apply.question]]
key = "Motive"
kind = "text"
label = { ko = "까닭" }
choices = [{ ko = "하나" }]

[[apply.question]]
key = "where"
kind = "choice"
label = { ko = "어디" }
choices = [{ ko = "병원" }, { ko = "병원" }]

[[apply.question]]
key = "where"
kind = "consent"
label = { ko = "동의" }
max = 3000

[[apply.question]]
key = "proof"
kind = "file"
label = { ko = "증명서" }
max = 10
file_mb = 11
file_kinds = ["pdf", "exe"]

[[apply.question]]
key = "consent"
kind = "consent"
label = { ko = "동의" }
file_mb = 1
file_kinds = ["pdf"]

[team]"#;
    manifest(&folder, "[team]", wrong);
    let told = refused(&services, &folder).await;
    for why in [
        "“@hospital.kr” is no domain",
        "A key has 1 to 30 lower-case letters",
        "choices is for kind = \"choice\" alone",
        "choices has 2 to 20 texts, each another",
        "Another question has this key",
        "max is for kind = \"text\" alone",
        "It is 11; it may be 1 to 10.",
        "“exe” is no kind of file that can be taken; choose among pdf, png,",
        "file_mb is for kind = \"file\" alone",
        "file_kinds is for kind = \"file\" alone",
        "It is 3000; it may be 1 to 2000.",
    ] {
        let line = told.lines().find(|line| line.contains(why)).unwrap_or_else(|| panic!("{why}: {told}"));
        let at = line.strip_prefix("competition.toml:").and_then(|rest| rest.split(':').next());
        assert!(at.is_some_and(|at| at.parse::<usize>().is_ok()), "{line}");
    }
    assert_eq!(told.lines().count(), 13, "a head and twelve: {told}");
    let folder = folder_in(&store, "none");
    manifest(&folder, "[team]", "[apply]\nmode = \"domain\"\n[team]");
    assert!(refused(&services, &folder).await.contains("Name the domains"));
    let folder = folder_in(&store, "kind");
    manifest(&folder, "[team]", "[[apply.question]]\nkey = \"a\"\nkind = \"upload\"\nlabel = { ko = \"가\" }\n[team]");
    let told = refused(&services, &folder).await;
    assert!(told.starts_with("competition.toml:") && told.contains("upload") && told.contains("file"), "{told}");
    let folder = folder_in(&store, "many");
    let one = |at: usize| format!("[[apply.question]]\nkey = \"f{at}\"\nkind = \"file\"\nlabel = {{ ko = \"가\" }}\n");
    let six = [0, 1, 2, 3, 4, 5].map(one).concat();
    manifest(&folder, "[team]", &format!("{six}[team]"));
    let told = refused(&services, &folder).await;
    assert!(told.starts_with("competition.toml:") && told.contains("There may be 5 questions"), "{told}");
}

#[both]
async fn a_time_until_which_teams_merge_is_one_before_the_stage_ends(store: Store) {
    let services = store.services(noon()).await;
    let until = async |within: &str, text: &str| {
        let folder = folder_in(&store, within);
        manifest(&folder, "zone =", &format!("merges_until = {text}\nzone ="));
        import::import(&services, &Actor::COMMAND, &folder, Some(within)).await
    };
    let told = |refused: platform::Result<Competition>| match refused.unwrap_err() {
        Error::Folder(problems) => problems.listing(Lang::En),
        other => panic!("{other}"),
    };
    // The stage is from 7 November to 3 December, as the dated folder has it.
    let main = until("none", "\"2026-12-03T18:00:00+09:00\"").await.unwrap();
    let stage = main.stages.iter().find(|stage| stage.takes_submissions).unwrap().clone();
    assert_eq!(main.settings.merges_until, stage.ends_at, "its end itself, on {}", store.name);
    // Before the stage begins teams come together by it, too; a day is one of the import's.
    let early = until("early", "2026-10-01T09:00:00+09:00").await.unwrap();
    assert_eq!(early.settings.merges_until, Some("2026-10-01T00:00:00Z".parse().unwrap()));
    assert!(early.settings.merges_until < Some(stage.starts_at));
    let counted = until("counted", "\"-1d 10:00\"").await.unwrap();
    assert_eq!(counted.settings.merges_until.map(|at| (noon() - at).num_days()), Some(1));
    for (within, text, why) in [
        (
            "late",
            "\"2026-12-03T18:00:01+09:00\"",
            "write its end or earlier: merges_until = \"2026-12-03T18:00:00+09:00\"",
        ),
        ("words", "\"tomorrow\"", "tomorrow"),
        ("number", "20261201", "This must be a text in quotes"),
        ("local", "2026-12-01T18:00:00", "write \"2026-12-01T18:00:00+09:00\""),
        ("no-day", "\"2026-02-30T18:00:00+09:00\"", "2026-02-30"),
    ] {
        let told = told(until(within, text).await);
        assert!(
            told.starts_with("competition.toml:") && told.contains(why) && !told.contains('\n'),
            "{within}: {told}"
        );
    }
    // Of a competition that exists one that is counted from the day of the import would move.
    let again = folder_in(&store, "again");
    manifest(&again, "zone =", "merges_until = \"+1d 10:00\"\nzone =");
    import::import(&services, &Actor::COMMAND, &again, Some("again")).await.unwrap();
    let moved = import::import(&services, &Actor::COMMAND, &again, Some("again")).await;
    assert!(told(moved).contains("would move a competition that exists"));
}
