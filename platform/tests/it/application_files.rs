//! Files as answers: who reads them, how long they are kept, and that none is left lying; on both databases.

use std::collections::BTreeMap;

use both::both;
use bytes::Bytes;
use chrono::Duration;
use domain::ErrorCode::{self, LoginRequired, NotOrganizer, TokenNotAllowed};
use domain::access::{Actor, Role, Scope, Via};
use domain::accounts::User;
use domain::applications::{ApplyMode, ApplySettings, Question, QuestionKind};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::participation::ParticipationState::{self, Applied};
use platform::attachments::Attachment;
use platform::competitions::roles;
use platform::participation::decisions::Decision;
use platform::participation::{self, AnswerFile, ApplicationForm, answer_files};
use platform::testing::{Store, TEST_PASSWORD, by, form, person};
use platform::{Error, Result, Services, accounts, sweep};
use storage::competitions::AnswerFile as Row;

use crate::application_answers::question;
use crate::applications::{apply, code, decide, of, organizer, with};
use crate::common::{behind_the_back, changed, stored};

fn pdf(text: &str) -> Attachment {
    Attachment { name: "재직증명서.pdf".into(), bytes: Bytes::from(format!("%PDF-1.7 {text}")) }
}

/// A competition that organizers decide about, with a text, a file that must be given and one that may.
async fn asking(store: &Store) -> (Services, Competition) {
    let optional = Question { required: false, ..question("more", QuestionKind::File) };
    let proof = Question { file_kinds: vec!["pdf".into()], file_mb: Some(1), ..question("proof", QuestionKind::File) };
    let questions = vec![question("motive", QuestionKind::Text), proof, optional];
    with(store, ApplySettings { questions, ..of(ApplyMode::Approval, None) }).await
}

async fn give(
    services: &Services,
    competition: &Competition,
    user: &User,
    motive: &str,
    files: &[(&str, Attachment)],
) -> Result<ParticipationState> {
    let form = ApplicationForm {
        agreed: Some(competition.settings.apply.rules),
        answers: BTreeMap::from([("motive".to_owned(), motive.to_owned())]),
        files: files.iter().map(|(key, file)| ((*key).to_owned(), file.clone())).collect(),
        ..ApplicationForm::default()
    };
    participation::apply(services, competition, &by(user), form).await
}

async fn files(services: &Services, competition: &Competition, user: &User) -> Vec<AnswerFile> {
    answer_files::own(services, competition, user).await.unwrap()
}

/// What lies in the storage, whatever rows say.
fn lying(store: &Store) -> usize {
    stored(store, "applications").len()
}

#[both]
async fn a_file_is_kept_beside_the_application_and_its_name_is_the_answer(store: Store) {
    let (services, competition) = asking(&store).await;
    let kim = person(&services, "kim").await;
    let named = Attachment { name: "..\\내 문서/재직\u{202e}증명서.PDF".into(), ..pdf("하나") };
    assert_eq!(
        give(&services, &competition, &kim, "공부", &[("proof", named), ("other", pdf("x"))]).await.unwrap(),
        Applied
    );
    let own = files(&services, &competition, &kim).await;
    let told: Vec<_> = own.iter().map(|file| (file.question.as_str(), file.name.as_str(), file.bytes)).collect();
    assert_eq!(told, [("proof", "재직증명서.PDF", 15)], "what was not asked is stored nowhere");
    assert_eq!(services.files.get(&own[0].storage_key).await.unwrap(), "%PDF-1.7 하나");
    assert_eq!(lying(&store), 1);
    let answers = participation::own(&services, &competition, &kim).await.unwrap().unwrap().answers.unwrap();
    assert_eq!((answers["proof"].as_str(), answers.len()), ("재직증명서.PDF", 2));
    // Applying once more changes nothing, and leaves nothing.
    give(&services, &competition, &kim, "다시", &[("proof", pdf("둘"))]).await.unwrap();
    assert_eq!((files(&services, &competition, &kim).await, lying(&store)), (own, 1), "{}", store.name);
    let data = accounts::own_data::of(&services, &by(&kim)).await.unwrap();
    let file = &data["participations"][0]["files"][0];
    assert_eq!((file["name"].as_str(), file["bytes"].as_i64()), (Some("재직증명서.PDF"), Some(15)));
    assert!(file["address"].as_str().unwrap().starts_with("/competitions/breast-cancer/apply/files/"));
}

#[both]
async fn all_that_is_wrong_is_told_at_once_and_nothing_of_it_is_stored(store: Store) {
    let (services, competition) = asking(&store).await;
    let kim = person(&services, "kim").await;
    let wrong = async |motive: &str, chosen: &[(&str, Attachment)]| {
        let Err(Error::App(error)) = give(&services, &competition, &kim, motive, chosen).await else { panic!() };
        let fields = error.fields.iter().map(|wrong| (wrong.field.clone(), wrong.problem));
        fields.collect::<Vec<_>>()
    };
    let proof = |problem| vec![("answers[proof]".to_owned(), problem)];
    assert_eq!(wrong("공부", &[]).await, proof(FieldProblem::AnswerFile));
    let image = Attachment { name: "a.png".into(), bytes: Bytes::from_static(b"\x89PNG\r\n\x1a\n") };
    assert_eq!(wrong("공부", &[("proof", image)]).await, proof(FieldProblem::AnswerFileKind));
    let large = Attachment { name: "a.pdf".into(), bytes: [b"%PDF-".as_slice(), &[0; 1 << 20]].concat().into() };
    assert_eq!(wrong("공부", &[("proof", large)]).await, proof(FieldProblem::AnswerFileLarge));
    let program = Attachment { name: "a.pdf".into(), bytes: Bytes::from_static(b"MZ\x90") };
    assert_eq!(wrong("공부", &[("proof", program.clone())]).await, proof(FieldProblem::FileContent));
    let all = wrong("", &[("more", program)]).await;
    let expected = [
        ("answers[motive]".to_owned(), FieldProblem::AnswerEmpty),
        ("answers[proof]".to_owned(), FieldProblem::AnswerFile),
        ("answers[more]".to_owned(), FieldProblem::FileContent),
    ];
    assert_eq!(all, expected);
    assert_eq!(lying(&store), 0, "{}", store.name);
    // What is refused under the lock takes its files back: the rules have another version meanwhile.
    changed(&store, &competition, |settings| settings.apply.rules = 2).await;
    let refused = give(&services, &competition, &kim, "공부", &[("proof", pdf("하나"))]).await;
    assert_eq!((code(refused), lying(&store)), (ErrorCode::RulesChanged, 0));
}

#[both]
async fn whoever_applies_again_keeps_a_file_unless_another_is_chosen_and_the_earlier_one_goes(store: Store) {
    let (services, competition) = asking(&store).await;
    let (kim, actor) = (person(&services, "kim").await, organizer(&services, &competition).await);
    give(&services, &competition, &kim, "공부", &[("proof", pdf("하나")), ("more", pdf("둘"))]).await.unwrap();
    let [more, proof] = files(&services, &competition, &kim).await.try_into().unwrap();
    decide(&services, &competition, &actor, &[&kim], Decision::Decline).await;
    assert_eq!(lying(&store), 2, "a declined application may be corrected");
    give(&services, &competition, &kim, "고침", &[("more", pdf("셋"))]).await.unwrap();
    let [other, same] = files(&services, &competition, &kim).await.try_into().unwrap();
    assert_eq!(same, proof);
    assert!(other.id != more.id && lying(&store) == 2, "{}", store.name);
    assert!(services.files.get(&more.storage_key).await.is_err(), "the earlier one is gone");
    // One that its question takes no longer is asked for again, and what is asked no longer goes.
    decide(&services, &competition, &actor, &[&kim], Decision::Decline).await;
    let competition = changed(&store, &competition, |settings| {
        settings.apply.questions[1].file_kinds = vec!["docx".into()];
        settings.apply.questions.pop();
    })
    .await;
    let Err(Error::App(error)) = give(&services, &competition, &kim, "또", &[]).await else { panic!() };
    assert_eq!(error.fields[0].problem, FieldProblem::AnswerFileKind);
    let docx = Attachment { name: "a.docx".into(), bytes: Bytes::from_static(b"PK\x03\x04") };
    give(&services, &competition, &kim, "또", &[("proof", docx)]).await.unwrap();
    assert_eq!((files(&services, &competition, &kim).await.len(), lying(&store)), (1, 1));
}

#[both]
async fn files_go_with_the_answers(store: Store) {
    let (services, competition) = asking(&store).await;
    let people = [person(&services, "kim").await, person(&services, "lee").await, person(&services, "han").await];
    for user in &people {
        give(&services, &competition, user, "공부", &[("proof", pdf(&user.name))]).await.unwrap();
    }
    let of_kim = files(&services, &competition, &people[0]).await.remove(0);
    participation::withdraw(&services, &competition, &by(&people[0])).await.unwrap();
    assert_eq!(lying(&store), 2, "withdrawn, on {}", store.name);
    let gone = answer_files::file(&services, &competition, &by(&people[0]), of_kim.id.0).await;
    assert_eq!(code(gone), NotOrganizer, "there is none that is theirs");
    accounts::deletion::delete(&services, &by(&people[1]), "계정 삭제", TEST_PASSWORD, "").await.unwrap();
    assert_eq!(lying(&store), 1, "with the account");
    let ends = competition.stages.iter().filter_map(|stage| stage.ends_at).max().unwrap();
    services.clock.set(ends + Duration::days(90) - Duration::seconds(1));
    participation::forget(&services).await.unwrap();
    assert_eq!(lying(&store), 1);
    services.clock.advance(Duration::seconds(1));
    participation::forget(&services).await.unwrap();
    assert_eq!((lying(&store), files(&services, &competition, &people[2]).await.len()), (0, 0), "90 days later");
}

#[both]
async fn what_breaks_off_between_file_and_application_leaves_nothing_for_ever(store: Store) {
    let (services, competition) = asking(&store).await;
    let kim = person(&services, "kim").await;
    // The application's row cannot be written: as where the program is killed before.
    behind_the_back(&store.db, "ALTER TABLE participations RENAME COLUMN answers TO away").await;
    give(&services, &competition, &kim, "공부", &[("proof", pdf("하나"))]).await.unwrap_err();
    behind_the_back(&store.db, "ALTER TABLE participations RENAME COLUMN away TO answers").await;
    assert_eq!(lying(&store), 1, "whether the row came is not known");
    services.clock.advance(Duration::hours(23));
    participation::forget(&services).await.unwrap();
    assert_eq!(lying(&store), 1, "it might still be under way");
    services.clock.advance(Duration::hours(1));
    participation::forget(&services).await.unwrap();
    assert_eq!(lying(&store), 0, "{}", store.name);
    // A file that comes so late is none that could become an answer.
    give(&services, &competition, &kim, "공부", &[("proof", pdf("둘"))]).await.unwrap();
    assert_eq!(lying(&store), 1);
    // What a row still names the sweeper leaves, whatever else lies beside it.
    sweep::files(&services).await.unwrap();
    assert_eq!(lying(&store), 1);
}

#[both]
async fn files_that_cannot_be_removed_keep_none_that_come_after_them(store: Store) {
    let (services, competition) = asking(&store).await;
    let [kim, lee] = [person(&services, "kim").await, person(&services, "lee").await];
    let now = services.clock.now();
    let mut tx = services.db.begin().await.unwrap();
    for n in 0..120 {
        // Where a folder lies no file can be removed.
        let storage_key = format!("applications/held/{n}.bin");
        std::fs::create_dir_all(store.folder.path().join("files").join(&storage_key).join("held")).unwrap();
        let (question, name) = (format!("q{n}"), "a.pdf".into());
        let id = domain::ids::AnswerFileId::at(now);
        let file = Row { id, user_id: lee.id, question, name, storage_key, bytes: 1 };
        tx.put_answer_file(competition.id, &file, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    services.clock.advance(Duration::hours(1));
    give(&services, &competition, &kim, "공부", &[("proof", pdf("하나"))]).await.unwrap();
    assert_eq!(lying(&store), 1);
    participation::withdraw(&services, &competition, &by(&kim)).await.unwrap();
    participation::forget(&services).await.unwrap();
    assert_eq!(lying(&store), 0, "{}", store.name);
    let left = services
        .db
        .answer_files_due(services.clock.now(), 1000, (now, domain::ids::AnswerFileId(uuid::Uuid::nil())))
        .await
        .unwrap();
    assert_eq!(left.len(), 120, "they wait for the next time");
}

#[both]
async fn a_file_that_was_stored_too_long_ago_becomes_no_answer(store: Store) {
    let (services, competition) = asking(&store).await;
    let kim = person(&services, "kim").await;
    let now = services.clock.now();
    let file = Row {
        id: domain::ids::AnswerFileId::at(now),
        user_id: kim.id,
        question: "proof".into(),
        name: "a.pdf".into(),
        storage_key: "applications/x.bin".into(),
        bytes: 1,
    };
    let mut tx = services.db.begin().await.unwrap();
    tx.put_answer_file(competition.id, &file, now + Duration::days(1)).await.unwrap();
    assert!(!tx.keep_answer_file(file.id, now + Duration::days(1)).await.unwrap(), "{}", store.name);
    assert!(tx.keep_answer_file(file.id, now).await.unwrap());
    // Nobody removes what is an answer.
    tx.delete_answer_file(file.id).await.unwrap();
    assert_eq!(tx.answer_files(competition.id, kim.id).await.unwrap(), [file]);
}

#[both]
async fn files_are_stored_now_and_then_and_no_oftener(store: Store) {
    let (services, competition) = asking(&store).await;
    let kim = person(&services, "kim").await;
    // They are looked through and stored, and only then refused.
    changed(&store, &competition, |settings| settings.apply.rules = 2).await;
    let again = async || give(&services, &competition, &kim, "공부", &[("proof", pdf("하나"))]).await;
    for round in 0..20 {
        assert_eq!(code(again().await), ErrorCode::RulesChanged, "round {round} on {}", store.name);
    }
    assert_eq!((code(again().await), lying(&store)), (ErrorCode::TooManyAttempts, 0));
    services.clock.advance(Duration::minutes(3));
    assert_eq!(code(again().await), ErrorCode::RulesChanged);
}

#[both]
async fn a_file_is_read_by_whoever_gave_it_and_those_who_decide_by_a_session_alone(store: Store) {
    let (services, competition) = asking(&store).await;
    let kim = person(&services, "kim").await;
    let other = person(&services, "other").await;
    for user in [&kim, &other] {
        give(&services, &competition, user, "공부", &[("proof", pdf(&user.name))]).await.unwrap();
    }
    let decides = organizer(&services, &competition).await;
    let admin = accounts::add(&services, &Actor::COMMAND, form("admin"), true).await.unwrap();
    let stranger = person(&services, "stranger").await;
    let mut with_roles = Vec::new();
    for (name, role) in [("viewer", Role::Viewer), ("judge", Role::Judge), ("owner", Role::Owner)] {
        let user = person(&services, name).await;
        roles::give(&services, &competition, &Actor::COMMAND, &user.email, Some(role)).await.unwrap();
        with_roles.push(by(&user));
    }
    let [viewer, judge, owner] = with_roles.try_into().unwrap();
    let via = |actor: &Actor, via| Actor { via, ..actor.clone() };
    let token = |scope: Scope| Via::Token(scope.into());
    let callers = [
        ("a visitor", Actor::browser(None, None), Some(LoginRequired)),
        ("whoever gave it", by(&kim), None),
        ("by a token", via(&by(&kim), token(Scope::Read)), Some(TokenNotAllowed)),
        ("by a password", via(&by(&kim), Via::Password), Some(TokenNotAllowed)),
        ("another applicant", by(&other), Some(NotOrganizer)),
        ("a stranger", by(&stranger), Some(NotOrganizer)),
        ("a viewer", viewer, Some(NotOrganizer)),
        ("a judge", judge, Some(NotOrganizer)),
        ("an organizer", decides.clone(), None),
        ("an organizer by a token", via(&decides, token(Scope::Organize)), Some(TokenNotAllowed)),
        ("an owner", owner, None),
        ("an administrator", by(&admin), None),
    ];
    let id = files(&services, &competition, &kim).await[0].id.0;
    let all_may = async |when: &str| {
        for (who, actor, refused) in &callers {
            let file = answer_files::file(&services, &competition, actor, id).await;
            assert_eq!(file.as_ref().err().and_then(Error::code), *refused, "{who} {when} on {}", store.name);
            // Of a file that there is not they are told what they are told of this one, but where there is one to be told of.
            let none = answer_files::file(&services, &competition, actor, uuid::Uuid::from_u128(7)).await;
            let told = if *who == "whoever gave it" { NotOrganizer } else { refused.unwrap_or(ErrorCode::NotFound) };
            assert_eq!(code(none), told, "{who} {when}");
            let list = answer_files::of(&services, &competition, actor, kim.id).await;
            let told = if *who == "whoever gave it" { Some(NotOrganizer) } else { *refused };
            assert_eq!(list.as_ref().err().and_then(Error::code), told, "{who} {when}");
        }
    };
    all_may("while it is decided").await;
    decide(&services, &competition, &decides, &[&kim], Decision::Decline).await;
    all_may("once it is declined").await;
    apply_again(&services, &competition, &kim).await;
    decide(&services, &competition, &decides, &[&kim], Decision::Approve).await;
    all_may("once it is approved").await;
    decide(&services, &competition, &decides, &[&kim], Decision::Exclude).await;
    all_may("once they are excluded").await;
    for (when, at) in
        [("before", competition.stages[0].starts_at), ("after", services.clock.now() + Duration::days(60))]
    {
        services.clock.set(at);
        all_may(when).await;
    }
    // In another competition there is no such file.
    let elsewhere = platform::testing::demo_competition(&services, "digits").await;
    assert_eq!(code(answer_files::file(&services, &elsewhere, &by(&admin), id).await), ErrorCode::NotFound);
}

async fn apply_again(services: &Services, competition: &Competition, user: &User) {
    assert_eq!(give(services, competition, user, "다시", &[]).await.unwrap(), Applied);
}

#[both]
async fn a_form_without_files_answers_no_question_that_asks_for_one(store: Store) {
    let (services, competition) = asking(&store).await;
    let kim = person(&services, "kim").await;
    assert_eq!(code(apply(&services, &competition, &kim).await), ErrorCode::InvalidInput);
    // By the form of a team's page, or a program: a name is no file.
    let answers = BTreeMap::from([("motive".to_owned(), "x".to_owned()), ("proof".to_owned(), "a.pdf".to_owned())]);
    let form = ApplicationForm { agreed: Some(1), answers, ..ApplicationForm::default() };
    assert_eq!(code(participation::apply(&services, &competition, &by(&kim), form).await), ErrorCode::InvalidInput);
    let competition = changed(&store, &competition, |settings| settings.apply.questions[1].required = false).await;
    let answers = BTreeMap::from([("motive".to_owned(), "x".to_owned()), ("proof".to_owned(), "a.pdf".to_owned())]);
    let form = ApplicationForm { agreed: Some(1), answers, ..ApplicationForm::default() };
    assert_eq!(participation::apply(&services, &competition, &by(&kim), form).await.unwrap(), Applied);
    let answers = participation::own(&services, &competition, &kim).await.unwrap().unwrap().answers.unwrap();
    assert!(!answers.contains_key("proof"), "{}", store.name);
}
