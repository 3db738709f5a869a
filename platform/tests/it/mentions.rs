//! Naming people and teams in posts and comments, on both databases: who is meant, who is told, and what nobody learns by it.

use both::both;
use chrono::TimeDelta;
use domain::ErrorCode;
use domain::boards::{BoardKind, BoardReader, CommentDraft, MENTIONS_MAX, PostDraft};
use domain::notifications::{News, NotificationFilter};
use platform::accounts::{self, deletion};
use platform::boards::{self, CommentsAsked};
use platform::testing::{Store, TEST_PASSWORD, by, person};
use platform::{jobs, notifications, participation};

use crate::common::{behind_the_back, mailed};
use crate::posts_readers::Town;

const KIND: BoardKind = BoardKind::Qna;

impl Town {
    async fn call(&self, who: &str, name: &str) {
        accounts::set_public_name(&self.services, &by(self.user(who)), name).await.unwrap();
    }

    async fn say(&self, who: &str, number: i64, markdown: &str) -> i64 {
        let draft = CommentDraft { markdown: markdown.into(), ..CommentDraft::default() };
        self.services.clock.advance(TimeDelta::minutes(3));
        boards::comment(&self.services, &self.competition, KIND, &by(self.user(who)), number, None, draft)
            .await
            .unwrap()
    }

    async fn reword(&self, who: &str, number: i64, comment: i64, markdown: &str) {
        let actor = by(self.user(who));
        boards::edit_comment(&self.services, &self.competition, KIND, &actor, number, comment, markdown.into())
            .await
            .unwrap();
    }

    async fn ask(&self, who: &str, markdown: &str, secret: bool) -> i64 {
        let draft = PostDraft { title: "물음".into(), markdown: markdown.into(), secret, ..PostDraft::default() };
        self.services.clock.advance(TimeDelta::minutes(3));
        boards::write(&self.services, &self.competition, KIND, &by(self.user(who)), draft).await.unwrap()
    }

    async fn shown(&self, number: i64, comment: i64) -> String {
        let everything = BoardReader { organizes: true, ..BoardReader::EVERYONE };
        let post = boards::get(&self.services, &self.competition, KIND, everything, number).await.unwrap().row.id;
        let page = boards::comment_page(&self.services, post, everything, CommentsAsked::Page(1)).await.unwrap();
        page.comments.into_iter().find(|one| one.number == comment).unwrap().html
    }

    /// What somebody was told of there, the newest first: whether they are named, and in which comment.
    async fn told_of(&self, who: &str, number: i64) -> Vec<(bool, Option<i64>)> {
        jobs::run_until_idle(&self.services).await.unwrap();
        let filter = NotificationFilter::default();
        let page = notifications::list(&self.services, &by(self.user(who)), &filter, 1).await.unwrap();
        page.notifications
            .into_iter()
            .filter_map(|one| match one.news {
                News::Mentioned { number: at, comment, .. } if at == number => Some((true, comment)),
                News::Commented { number: at, comment, .. } if at == number => Some((false, Some(comment))),
                _ => None,
            })
            .collect()
    }
}

#[both]
async fn whoever_is_named_is_told_once_by_page_and_mail_and_of_that_alone(store: Store) {
    let town = Town::new(&store).await;
    town.call("rival", "나루 한").await;
    let number = town.ask("author", "물음", false).await;
    town.say("rival", number, "따라가요").await;
    jobs::run_until_idle(&town.services).await.unwrap();
    mailed(&town.services, &store).await;
    let comment = town.say("mate", number, "고마워요 @나루 한님, 그리고 @깃털펜이랑").await;
    for who in ["rival", "author"] {
        assert_eq!(town.told_of(who, number).await.first(), Some(&(true, Some(comment))), "{who} on {}", store.name);
    }
    assert!(!town.told_of("rival", number).await.contains(&(false, Some(comment))), "who follows it is not told twice");
    assert_eq!(mailed(&town.services, &store).await.len(), 2, "both by mail");
    assert_eq!(town.told_of("mate", number).await, []);
    let html = town.shown(number, comment).await;
    assert!(
        html.contains("<span class=\"mention\">@나루 한</span>님") && html.contains("@깃털펜</span>이랑"),
        "{html}"
    );
    // Changed words tell nobody again, whoever is new to them is told.
    town.call("organizer", "운영").await;
    town.reword("mate", number, comment, "정말 고마워요 @나루 한님, @운영").await;
    assert_eq!(town.told_of("rival", number).await.iter().filter(|(named, _)| *named).count(), 1);
    assert_eq!(town.told_of("organizer", number).await, [(true, Some(comment))]);
    // Taken out and put in again is no other text.
    town.reword("mate", number, comment, "정말").await;
    town.reword("mate", number, comment, "@나루 한").await;
    assert_eq!(town.told_of("rival", number).await.iter().filter(|(named, _)| *named).count(), 1);
}

#[both]
async fn a_team_is_its_members_and_nobody_is_told_of_their_own_words(store: Store) {
    let town = Town::new(&store).await;
    let number = town.ask("rival", "물음 @GARAM 님들", false).await;
    for who in ["author", "mate"] {
        assert_eq!(town.told_of(who, number).await, [(true, None)], "{who} on {}", store.name);
    }
    let post = boards::get(&town.services, &town.competition, KIND, BoardReader::EVERYONE, number).await.unwrap();
    let team = platform::teams::of(&town.services, &town.competition, town.user("author")).await.unwrap().unwrap();
    let page = domain::address::public_team(&town.competition.slug, team.number);
    assert!(post.html.contains(&format!("<a class=\"mention\" href=\"{page}\">@GARAM</a> 님들")), "{}", post.html);
    // By their team and by their own name is once.
    let comment = town.say("author", number, "@naru @garam @깃털펜").await;
    assert_eq!(town.told_of("rival", number).await, [(true, Some(comment))], "not of the comment besides");
    assert_eq!(town.told_of("mate", number).await, [(true, Some(comment)), (true, None)]);
    assert_eq!(town.told_of("author", number).await, [(true, None)]);
}

#[both]
async fn nobody_is_told_where_they_may_not_read(store: Store) {
    let town = Town::new(&store).await;
    town.call("rival", "나루").await;
    town.call("mate", "단짝").await;
    let number = town.ask("author", "@나루 @naru @단짝", true).await;
    assert_eq!(town.told_of("rival", number).await, [], "on {}", store.name);
    assert_eq!(town.told_of("mate", number).await, [(true, None)]);
    let html = boards::get(
        &town.services,
        &town.competition,
        KIND,
        BoardReader { organizes: true, ..BoardReader::EVERYONE },
        number,
    );
    let html = html.await.unwrap().html;
    assert!(html.contains("@나루 @naru <span"), "whoever writes sees that they are not told: {html}");
    assert_eq!(town.services.db.own_mentions(town.user("rival").id).await.unwrap(), []);
    // Those who may not read it any longer when their turn comes are not told either.
    let open = town.ask("author", "공개", false).await;
    let comment = town.say("author", open, "@나루").await;
    let organizer = by(town.user("organizer"));
    boards::hide_comment(&town.services, &town.competition, KIND, &organizer, open, comment, "까닭").await.unwrap();
    let later = town.ask("author", "@나루", false).await;
    boards::hide(&town.services, &town.competition, KIND, &organizer, later, "까닭").await.unwrap();
    for number in [open, later] {
        assert_eq!(town.told_of("rival", number).await, []);
    }
    assert_eq!(town.services.db.own_mentions(town.user("rival").id).await.unwrap(), []);
}

#[both]
async fn a_name_that_several_have_means_those_who_talk_there_and_an_outsiders_means_nobody(store: Store) {
    let town = Town::new(&store).await;
    town.call("stranger", "바깥").await;
    for who in ["rival", "mate"] {
        town.call(who, "김민").await;
    }
    let number = town.ask("author", "물음 @바깥", false).await;
    assert_eq!(town.told_of("stranger", number).await, [], "on {}", store.name);
    let nobody = town.say("author", number, "@김민").await;
    assert!(!town.shown(number, nobody).await.contains("mention"));
    jobs::run_until_idle(&town.services).await.unwrap();
    town.say("rival", number, "여기요").await;
    let one = town.say("author", number, "@김민").await;
    assert_eq!(town.told_of("rival", number).await, [(true, Some(one))]);
    assert_eq!(town.told_of("mate", number).await, []);
}

#[both]
async fn a_text_names_ten_in_all_its_versions(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    for index in 0..MENTIONS_MAX + 3 {
        let user = person(services, &format!("one{index}")).await;
        participation::join(services, competition, &by(&user), true).await.unwrap();
        accounts::set_public_name(services, &by(&user), &format!("사람{index}번")).await.unwrap();
    }
    let number = town.ask("author", "물음", false).await;
    let all = (0..MENTIONS_MAX + 2).map(|index| format!("@사람{index}번")).collect::<Vec<_>>().join(" ");
    let comment = town.say("author", number, &all).await;
    assert_eq!(town.shown(number, comment).await.matches("mention").count(), MENTIONS_MAX, "on {}", store.name);
    town.reword("author", number, comment, &format!("@사람{}번", MENTIONS_MAX + 2)).await;
    assert!(!town.shown(number, comment).await.contains("mention"), "nobody is called by another edit and another");
}

#[both]
async fn a_name_that_changes_or_goes_changes_no_text_and_html_in_a_name_is_words(store: Store) {
    let town = Town::new(&store).await;
    let number = town.ask("author", "물음", false).await;
    town.call("rival", "<img src=x>").await;
    let comment = town.say("mate", number, "@<img src=x> 안녕").await;
    let mark = "<span class=\"mention\">@&lt;img src=x&gt;</span> 안녕";
    assert!(town.shown(number, comment).await.contains(mark), "on {}", store.name);
    town.call("rival", "새 이름").await;
    town.call("organizer", "<img src=x>").await;
    town.reword("mate", number, comment, "@<img src=x> 안녕히").await;
    assert!(town.shown(number, comment).await.contains(mark), "it is still the same person");
    assert_eq!(town.told_of("organizer", number).await, [], "not whoever has the name now");
    // The converter of another day comes to the same.
    behind_the_back(&town.services.db, "UPDATE comments SET html = 'old', renderer = 1").await;
    boards::render_anew(&town.services).await.unwrap();
    assert!(town.shown(number, comment).await.contains(mark));
}

#[both]
async fn an_account_that_goes_leaves_the_text_and_nothing_of_who_was_named(store: Store) {
    let town = Town::new(&store).await;
    let services = &town.services;
    town.call("mate", "단짝").await;
    let number = town.ask("rival", "물음", false).await;
    let comment = town.say("rival", number, "@단짝").await;
    let mate = town.user("mate").id;
    let told = (town.competition.slug.clone(), KIND, number, Some(comment), "단짝".to_owned());
    assert_eq!(services.db.own_mentions(mate).await.unwrap(), [told]);
    let user = services.db.user_by_id(mate).await.unwrap().unwrap().user;
    deletion::delete(services, &by(&user), "계정 삭제", TEST_PASSWORD, "").await.unwrap();
    assert_eq!(services.db.own_mentions(mate).await.unwrap(), [], "on {}", store.name);
    town.reword("rival", number, comment, "@단짝 어디 갔어요").await;
    assert_eq!(town.shown(number, comment).await, "<p>@단짝 어디 갔어요</p>\n");
}

#[both]
async fn whoever_asked_without_a_name_is_found_by_nobody_for_it(store: Store) {
    let town = Town::new(&store).await;
    let services = &town.services;
    for who in ["rival", "mate"] {
        town.call(who, "김민").await;
    }
    let number = town.ask("rival", "물음", false).await;
    behind_the_back(&services.db, "UPDATE posts SET anonymous = TRUE").await;
    let comment = town.say("author", number, "@김민").await;
    assert!(!town.shown(number, comment).await.contains("mention"), "on {}", store.name);
    assert_eq!(town.told_of("mate", number).await, []);
}

#[both]
async fn the_names_to_call_are_those_of_the_own_team_and_of_who_writes_there_for_who_may_read_it(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    for (who, name) in [("rival", "나루"), ("mate", "단짝"), ("stranger", "바깥"), ("organizer", "운영")] {
        town.call(who, name).await;
    }
    let names = async |who: &str, number: i64| {
        boards::names_to_call(services, competition, KIND, &by(town.user(who)), number)
            .await
            .map_err(|error| error.code())
    };
    let secret = town.ask("author", "비밀", true).await;
    assert_eq!(names("rival", secret).await, Err(Some(ErrorCode::NotFound)), "on {}", store.name);
    assert_eq!(names("mate", secret).await.unwrap(), ["garam", "깃털펜"]);
    let number = town.ask("author", "물음", false).await;
    let hidden = town.say("organizer", number, "가릴 말").await;
    town.say("stranger", number, "바깥에서").await;
    town.say("rival", number, "여기요").await;
    let organizer = by(town.user("organizer"));
    boards::hide_comment(services, competition, KIND, &organizer, number, hidden, "까닭").await.unwrap();
    assert_eq!(names("rival", number).await.unwrap(), ["naru", "깃털펜"], "neither oneself nor who is no part of it");
    assert_eq!(names("mate", number).await.unwrap(), ["garam", "깃털펜", "나루"]);
    behind_the_back(&services.db, "UPDATE posts SET anonymous = TRUE").await;
    assert_eq!(names("rival", number).await.unwrap(), ["naru"]);
}
