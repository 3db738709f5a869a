//! For what and how long an answer is kept, and that however many ask for it, it is made once.

use bytes::Bytes;
use domain::ids::CompetitionId;
use domain::leaderboards::Side;
use scoring::Direction;

use super::*;

fn leaderboard() -> Arc<Leaderboard> {
    version(1)
}

fn version(version: i64) -> Arc<Leaderboard> {
    Arc::new(Leaderboard {
        side: Side::Public,
        version,
        direction: Direction::Higher,
        scale: domain::leaderboards::Scale::default(),
        rows: Vec::new(),
        baselines: Vec::new(),
        updated_at: None,
    })
}

fn competition(title: &str) -> Arc<Competition> {
    let settings = serde_json::from_value(serde_json::json!({
        "title": { "ko": title }, "lead": { "ko": "" }, "kind": "binary", "metric": { "id": "roc_auc" },
        "columns": { "id": "id", "target": ["y"] },
    }));
    let (id, slug) = (CompetitionId(uuid::Uuid::nil()), "c".to_owned());
    Arc::new(Competition {
        id,
        slug,
        settings: settings.unwrap(),
        stages: Vec::new(),
        has_banner: false,
        live: Vec::new(),
    })
}

fn stage(leaderboard_version: i64) -> domain::stages::Stage {
    serde_json::from_value(serde_json::json!({
        "id": uuid::Uuid::nil(), "competition_id": uuid::Uuid::nil(), "key": "main", "name": { "ko": "본선" },
        "starts_at": "2026-11-21T03:00:00Z", "ends_at": null, "reveal_at": null, "takes_submissions": true,
        "public_rows": 1, "private_rows": 1, "leaderboard_version": leaderboard_version,
    }))
    .unwrap()
}

fn made(text: &'static str) -> Made {
    Made {
        leaderboard: leaderboard(),
        page: Arc::new(PackedPage::new(Bytes::from_static(text.as_bytes()))),
        template: None,
    }
}

#[tokio::test]
async fn an_answer_is_kept_for_what_it_shows_and_nothing_else() {
    let cache = PageCache::default();
    let first = Shows { leaderboard: leaderboard(), competition: competition("가"), state: "open".to_owned() };
    let again = async |shows: &Shows| {
        let got = cache.get("page".to_owned(), shows.clone(), async { Some(made("new")) }).await.unwrap();
        // Back to what the next question starts from.
        cache.0.insert("page".to_owned(), Kept { shows: first.clone(), made: Some(made("old")) }).await;
        got.page.plain == "old"
    };
    assert!(!again(&first).await);
    assert!(again(&first).await);
    assert!(again(&Shows { competition: competition("가"), ..first.clone() }).await, "read again, but the same");
    assert!(!again(&Shows { competition: competition("나"), ..first.clone() }).await, "an import changes the title");
    assert!(!again(&Shows { state: "closed".to_owned(), ..first.clone() }).await);
    assert!(
        !again(&Shows { leaderboard: leaderboard(), ..first.clone() }).await,
        "another leaderboard of the same version"
    );
}

#[tokio::test]
async fn an_answer_that_many_ask_for_at_once_is_made_once() {
    let cache = Arc::new(PageCache::default());
    let shows = Shows { leaderboard: leaderboard(), competition: competition("가"), state: String::new() };
    let times = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let asked: Vec<_> = (0..50)
        .map(|_| {
            let (cache, shows, times) = (Arc::clone(&cache), shows.clone(), Arc::clone(&times));
            tokio::spawn(async move {
                let make = async {
                    times.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Some(made("one"))
                };
                cache.get("page".to_owned(), shows, make).await.unwrap().page.plain.clone()
            })
        })
        .collect();
    for one in asked {
        assert_eq!(one.await.unwrap(), "one");
    }
    assert_eq!(times.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn whoever_waits_for_an_answer_to_an_older_question_gets_one_to_their_own() {
    let cache = PageCache::default();
    let old = Shows { leaderboard: leaderboard(), competition: competition("가"), state: String::new() };
    let new = Shows { leaderboard: leaderboard(), ..old.clone() };
    let goes_on = tokio::sync::Notify::new();
    let make_old = async {
        goes_on.notified().await;
        Some(made("old"))
    };
    let (first, waited, ()) = tokio::join!(
        cache.get("page".to_owned(), old, make_old),
        cache.get("page".to_owned(), new, async { Some(made("new")) }),
        async { goes_on.notify_one() }
    );
    assert_eq!([first, waited].map(|made| made.unwrap().page.plain.clone()), ["old", "new"]);
}

#[tokio::test]
async fn a_newer_leaderboards_page_answers_who_still_has_an_older_one_in_hand_and_says_which_it_shows() {
    let cache = PageCache::default();
    let shows = |leaderboard: Arc<Leaderboard>, scores: i64| {
        let mut competition = Arc::unwrap_or_clone(competition("가"));
        competition.stages.push(stage(scores));
        Shows { leaderboard, competition: Arc::new(competition), state: String::new() }
    };
    let get = async |shows: Shows| {
        let leaderboard = Arc::clone(&shows.leaderboard);
        cache
            .get("page".to_owned(), shows, async { Some(Made { leaderboard, ..made("") }) })
            .await
            .unwrap()
            .leaderboard
            .version
    };
    assert_eq!(get(shows(version(2), 2)).await, 2);
    assert_eq!(get(shows(version(1), 1)).await, 2, "read before the last score");
    let kept = version(3);
    assert_eq!(get(shows(Arc::clone(&kept), 3)).await, 3);
    let again =
        cache.get("page".to_owned(), shows(kept, 4), async { panic!("made anew for a score that nothing shows yet") });
    assert_eq!(again.await.unwrap().leaderboard.version, 3);
}

#[tokio::test]
async fn what_could_not_be_made_is_tried_again() {
    let cache = PageCache::default();
    let shows = Shows { leaderboard: leaderboard(), competition: competition("가"), state: String::new() };
    assert!(cache.get("page".to_owned(), shows.clone(), async { None }).await.is_none());
    assert!(cache.get("page".to_owned(), shows, async { Some(made("one")) }).await.is_some());
}

#[tokio::test]
async fn what_is_kept_is_bounded_in_bytes() {
    let cache = PageCache::default();
    let shows = Shows { leaderboard: leaderboard(), competition: competition("가"), state: String::new() };
    let large = Bytes::from(vec![b'x'; 4 << 20]);
    for n in 0..40 {
        let large = large.clone();
        let make = async { Some(Made { page: Arc::new(PackedPage::new(large)), ..made("") }) };
        cache.get(n.to_string(), shows.clone(), make).await;
    }
    cache.0.run_pending_tasks().await;
    assert!(cache.0.weighted_size() <= BYTES && cache.0.entry_count() < 40);
}
