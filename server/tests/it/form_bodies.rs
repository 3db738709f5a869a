//! What a form may weigh, from whom, and how long it may take.

use std::time::Duration;

use both::both;
use platform::testing::sqlite;

use crate::common::Site;
use crate::raw::{Head, signed_in};

const NOTICE: usize = 300 << 10;

#[both]
async fn a_long_notice_is_read_from_whoever_is_signed_in_and_a_stranger_is_asked_to_log_in_instead(site: Site) {
    let admin = site.admin().await;
    let cookie = signed_in(&site, &admin).await;
    for function in ["preview_post", "write_post", "edit_post"] {
        let path = format!("/api/fn/{function}");
        let stranger = Head::send_as(&site, "x-nobody: 1", &path, NOTICE, "expect: 100-continue\r\n").await;
        let (status, _, answer) = stranger.answer().await;
        assert_eq!((status, &answer["error"]["code"]), (401, &"login_required".into()));
        Head::asked_as(&site, &cookie, &path, NOTICE).await;
    }
}

#[tokio::test]
async fn a_form_that_does_not_come_is_let_go_and_told_so() {
    let mut store = sqlite().await;
    store.config.upload_grace = Duration::from_millis(50);
    let site = Site::start(store, "").await;
    for path in ["/api/fn/log_in", "/preferences"] {
        let mut slow = Head::send_as(&site, "x-nobody: 1", path, 100, "").await;
        slow.write(b"email=").await;
        let (status, _, answer) = slow.answer().await;
        assert_eq!((status, &answer["error"]["code"]), (408, &"too_slow".into()), "{path}");
    }
}
