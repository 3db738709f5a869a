//! Notices and what becomes of them, on both databases.

use both::both;
use domain::accounts::User;
use domain::boards::{BoardKind, BoardReader, PostDraft};
use platform::boards;
use platform::testing::{Store, by, demo_competition, person};

use crate::common::behind_the_back;

#[both]
async fn a_notice_that_an_earlier_converter_has_made_is_converted_anew_and_only_once(store: Store) {
    let services = store.services("2026-11-21T03:00:00Z".parse().unwrap()).await;
    let competition = demo_competition(&services, "digits").await;
    let admin = User { is_admin: true, ..person(&services, "admin").await };
    let markdown = "접수 11/3~11/5, 발표 11/10~11/12\n둘째 줄".to_owned();
    let draft = PostDraft { title: "일정".into(), markdown, pinned: false, required: false, ..PostDraft::default() };
    let number = boards::write(&services, &competition, BoardKind::Notice, &by(&admin), draft).await.unwrap();
    assert_eq!(boards::render_anew(&services).await.unwrap(), 0);
    behind_the_back(&services.db, "UPDATE posts SET html = 'old', renderer = 1").await;
    assert_eq!(boards::render_anew(&services).await.unwrap(), 1);
    let notice = boards::get(&services, &competition, BoardKind::Notice, BoardReader::EVERYONE, number).await.unwrap();
    assert_eq!(notice.html, "<p>접수 11/3~11/5, 발표 11/10~11/12<br>\n둘째 줄</p>\n");
    assert_eq!(notice.updated_at, None, "nobody has changed it");
    assert_eq!(boards::render_anew(&services).await.unwrap(), 0);
}
