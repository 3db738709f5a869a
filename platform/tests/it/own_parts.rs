//! The competitions in which somebody has a part, for themselves; on both databases.

use both::both;
use domain::access::{Actor, Role};
use domain::participation::ParticipationState::Approved;
use platform::competitions::roles;
use platform::participation::{self, own_parts};
use platform::testing::{Store, by, demo_competition, noon, person, team_of_two};

use crate::common::submit_and_score;

#[both]
async fn whoever_takes_part_in_one_and_helps_to_run_another_sees_both_and_nothing_else(store: Store) {
    let services = store.services(noon()).await;
    let mut all = Vec::new();
    for slug in ["digits", "breast-cancer", "diabetes"] {
        all.push(demo_competition(&services, slug).await);
    }
    let (team, leader, member) = team_of_two(&services, &all[1], "garam").await;
    submit_and_score(&services, &all[1], &team, &leader, "tree.csv").await;
    roles::give(&services, &all[0], &Actor::COMMAND, &member.email, Some(Role::Judge)).await.unwrap();
    let own = own_parts(&services, &member).await.unwrap();
    let seen: Vec<_> = own.iter().map(|(one, part)| (one.slug.as_str(), part.state, part.role)).collect();
    assert_eq!(seen, [("breast-cancer", Some(Approved), None), ("digits", None, Some(Role::Judge))], "{}", store.name);
    let part = &own[0].1;
    assert_eq!((part.team_number, part.leads, part.submissions), (Some(team.number), false, 1));
    assert!(part.submitted_at.is_some() && own_parts(&services, &leader).await.unwrap()[0].1.leads);

    let alone = person(&services, "kim").await;
    assert_eq!(own_parts(&services, &alone).await.unwrap(), []);
    participation::join(&services, &all[1], &by(&alone), true).await.unwrap();
    let own = own_parts(&services, &alone).await.unwrap();
    assert_eq!((own.len(), own[0].1.team_number, own[0].1.submitted_at), (1, None, None));
}
