//! The audit record's chain, on both databases: nobody changes it afterwards, and it names nobody by itself.

use both::both;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::Deed;
use domain::boards::{BoardKind, PostDraft};
use platform::accounts::Lifetime;
use platform::audit::{Fault, Walked};
use platform::testing::{Store, by, form, noon, organizes, person, scopes};
use platform::{Services, accounts, audit, boards};
use storage::Db;

use crate::audit::{ADDRESS, from, last, since};
use crate::common::{behind_the_back, open_competition};

#[both]
async fn no_entry_holds_an_address_a_name_or_a_secret_by_itself(store: Store) {
    let services = store.services(noon()).await;
    let visitor = Actor::browser(None, Some(ADDRESS.parse().unwrap()));
    let kim = accounts::sign_up(&services, &visitor, form("kim")).await.unwrap().user;
    accounts::set_public_name(&services, &from(&kim), "별지기").await.unwrap();
    let (_, secret) =
        accounts::create_token(&services, &from(&kim), "김서연 노트북", Lifetime::LONGEST, scopes()).await.unwrap();
    let entries = since(&services, 0).await;
    assert_eq!(entries.len(), 3);
    for entry in entries {
        let line = entry.line();
        for hidden in ["kim", ADDRESS, "별지기", "노트북", secret.as_str()] {
            assert!(!line.contains(hidden), "{hidden} in {line}");
        }
    }
}

/// A record of some deeds.
async fn recorded(store: &Store) -> Services {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    for name in ["하나", "두나", "세나"] {
        accounts::set_public_name(&services, &from(&kim), name).await.unwrap();
    }
    services
}

/// Takes away what keeps the record as it is, as only whoever owns the database can.
async fn unguarded(db: &Db) {
    let (sqlite, postgres): (&[&'static str], &[&'static str]) = (
        &["DROP TRIGGER audit_unchanged", "DROP TRIGGER audit_undeleted", "DROP TRIGGER audit_details_unchanged"],
        &["DROP TRIGGER audit_stays ON audit", "DROP TRIGGER audit_details_stay ON audit_details"],
    );
    for sql in if matches!(db, Db::Sqlite { .. }) { sqlite } else { postgres } {
        behind_the_back(db, sql).await;
    }
}

#[both]
async fn the_database_itself_refuses_to_change_or_delete_an_entry(store: Store) {
    let services = recorded(&store).await;
    let before = since(&services, 0).await;
    let mut attempts = vec![
        "UPDATE audit SET deed = 'account.create'",
        "UPDATE audit SET at = at WHERE seq = 2",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE seq = 4",
        "UPDATE audit_details SET value = 'another'",
    ];
    match &store.db {
        Db::Sqlite { .. } => attempts.push("REPLACE INTO audit SELECT seq, at, actor_id, via, origin, 'team.leave', competition_id, team_id, user_id, before, after, prev, hash FROM audit WHERE seq = 2"),
        Db::Postgres(_) => attempts.push("TRUNCATE audit"),
    }
    for sql in attempts {
        let refused = match &store.db {
            Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
            Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
        };
        let said = refused.expect_err(sql).to_string();
        assert!(said.contains("the audit record is never changed"), "{sql}: {said}");
    }
    assert_eq!(since(&services, 0).await, before);
    assert!(matches!(audit::verify(&services).await.unwrap(), Walked::Whole { entries: 4, .. }));
}

#[both]
async fn whoever_changes_removes_or_swaps_entries_all_the_same_is_found_out(store: Store) {
    let swap = [
        "UPDATE audit SET seq = -2 WHERE seq = 2",
        "UPDATE audit SET seq = 2 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = -2",
    ];
    let cases: [(&[&'static str], i64, Fault); 7] = [
        (&["UPDATE audit SET deed = 'account.password' WHERE seq = 2"], 2, Fault::Changed),
        (&["UPDATE audit SET after = '{}' WHERE seq = 4"], 4, Fault::Changed),
        (&["DELETE FROM audit WHERE seq = 2"], 2, Fault::Missing),
        (&["DELETE FROM audit WHERE seq = 4"], 4, Fault::Missing),
        (&["UPDATE audit_head SET seq = 3"], 3, Fault::HeadChanged),
        (&["UPDATE audit_details SET value = '다른 이름' WHERE seq = 3"], 3, Fault::DetailChanged),
        (&swap, 2, Fault::Changed),
    ];
    for (does, seq, fault) in cases {
        let store = store.another().await;
        let services = recorded(&store).await;
        assert!(matches!(audit::verify(&services).await.unwrap(), Walked::Whole { entries: 4, .. }));
        unguarded(&store.db).await;
        for sql in does {
            behind_the_back(&store.db, sql).await;
        }
        assert_eq!(audit::verify(&services).await.unwrap(), Walked::Broken { seq, fault }, "{does:?}");
    }
}

#[both]
async fn entries_made_to_fit_each_other_do_not_fit_the_one_after_them(store: Store) {
    let services = recorded(&store).await;
    unguarded(&store.db).await;
    let mut entry = since(&services, 1).await.remove(0);
    "account.password".clone_into(&mut entry.deed);
    let sql = "UPDATE audit SET deed = $1, hash = $2 WHERE seq = 2";
    match &store.db {
        Db::Sqlite { write, .. } => {
            sqlx::query(sql).bind(&entry.deed).bind(entry.sum()).execute(write).await.map(|_| ())
        }
        Db::Postgres(pool) => sqlx::query(sql).bind(&entry.deed).bind(entry.sum()).execute(pool).await.map(|_| ()),
    }
    .unwrap();
    assert_eq!(audit::verify(&services).await.unwrap(), Walked::Broken { seq: 3, fault: Fault::Loose });
}

#[both]
async fn personal_details_can_be_deleted_and_the_chain_still_holds(store: Store) {
    let services = recorded(&store).await;
    let whole = audit::verify(&services).await.unwrap();
    let details = services.db.audit_details(0, 4).await.unwrap();
    assert!(
        details.iter().any(|detail| detail.value == "두나") && details.iter().any(|detail| detail.value == ADDRESS)
    );
    behind_the_back(&store.db, "DELETE FROM audit_details WHERE person_id = (SELECT id FROM users)").await;
    assert!(services.db.audit_details(0, 4).await.unwrap().is_empty());
    assert_eq!(audit::verify(&services).await.unwrap(), whole);
    // One that is put there later is not the entry's.
    behind_the_back(
        &store.db,
        "INSERT INTO audit_details (hash, seq, salt, value) VALUES
            ('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 2, '', 'abc')",
    )
    .await;
    let broken = Walked::Broken { seq: 2, fault: Fault::DetailChanged };
    assert_eq!(audit::verify(&services).await.unwrap(), broken);
}

#[both]
async fn many_who_do_something_at_once_make_one_unbroken_chain(store: Store) {
    let services = store.services(noon()).await;
    let mut people = Vec::new();
    for index in 0..12 {
        people.push(person(&services, &format!("person-{index}")).await);
    }
    let tasks: Vec<_> = people
        .into_iter()
        .map(|user| {
            let services = services.clone();
            tokio::spawn(async move { accounts::set_public_name(&services, &from(&user), "별지기").await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert!(matches!(audit::verify(&services).await.unwrap(), Walked::Whole { entries: 24, .. }));
}

#[both]
async fn a_transaction_that_is_dropped_or_refused_leaves_no_entry(store: Store) {
    let services = recorded(&store).await;
    let before = last(&services).await;
    let kim = services.db.user_by_email("kim@example.kr").await.unwrap().unwrap().user;
    let mut tx = services.db.begin().await.unwrap();
    let change = domain::audit::Act::of_account(Deed::LogOutEverywhere, kim.id);
    tx.record(noon(), &from(&kim), change);
    drop(tx);
    accounts::sign_up(&services, &Actor::browser(None, None), form("kim")).await.unwrap_err();
    assert_eq!(last(&services).await, before);
    assert!(matches!(audit::verify(&services).await.unwrap(), Walked::Whole { entries, .. } if entries == before));
}

#[both]
async fn a_clients_address_is_forgotten_after_a_year_and_the_chain_holds(store: Store) {
    let services = recorded(&store).await;
    let kept = async || {
        let details = services.db.audit_details(0, i64::MAX).await.unwrap();
        details.iter().filter(|detail| detail.value == ADDRESS).count()
    };
    let before = kept().await;
    assert!(before > 0);
    services.clock.advance(TimeDelta::days(365));
    audit::forget(&services).await.unwrap();
    assert_eq!(kept().await, before);
    services.clock.advance(TimeDelta::days(1));
    audit::forget(&services).await.unwrap();
    assert_eq!(kept().await, 0);
    assert!(!services.db.audit_details(0, i64::MAX).await.unwrap().is_empty(), "names are somebody's to let go of");
    assert!(matches!(audit::verify(&services).await.unwrap(), Walked::Whole { .. }));
}

#[both]
async fn of_many_who_remove_a_notice_at_once_one_does_and_is_recorded(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let lee = person(&services, "lee").await;
    organizes(&services, &competition, &lee).await;
    let actor = by(&lee);
    let draft = PostDraft {
        title: "공지".into(),
        markdown: "본문".into(),
        pinned: false,
        required: false,
        ..PostDraft::default()
    };
    let number = boards::write(&services, &competition, BoardKind::Notice, &actor, draft).await.unwrap();
    let since_then = last(&services).await;
    let removals = (0..6).map(|_| boards::remove(&services, &competition, BoardKind::Notice, &actor, number));
    let outcomes = futures::future::join_all(removals).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?} on {}", store.name);
    assert_eq!(last(&services).await, since_then + 1, "on {}", store.name);
}
