//! What letters say, and how they look on the wire.

use chrono::{DateTime, Utc};
use domain::boards::BoardKind;
use domain::zone::Zone;
use domain::{Locale, address};
use mail_parser::{Address, HeaderValue, Message, MessageParser};
use scoring::Text;

use super::message::Outgoing;
use super::transport::{Step, Transport, Undelivered};
use super::*;
use crate::testing::smtp::SmtpServer;

const KEY: &str = "k2y0fth1s1etter";

fn at(moment: &str) -> DateTime<Utc> {
    moment.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn text(ko: &str, en: &str) -> Text {
    Text { ko: ko.to_owned(), en: Some(en.to_owned()) }
}

/// One of each kind, on its page.
fn letters() -> Vec<Letter> {
    let until = at("2026-11-27T09:00:00Z");
    let page = address::apply("breast-cancer");
    let (zone, competition) = (Zone::default(), text("유방암 분류 대회", "Breast cancer classification"));
    vec![
        Letter::Test { at: until },
        Letter::VerifyAddress { page: "/verify".to_owned(), until },
        Letter::ResetPassword { page: "/reset".to_owned(), until },
        Letter::AddressChanged { address: "seoyeon@example.kr".to_owned(), at: until },
        Letter::AccountSecurity {
            page: address::SECURITY.to_owned(),
            change: letter::SecurityChange::SecondFactorOff,
            at: until,
        },
        Letter::AccountSuspended { reason: "남의 계정으로 제출했습니다.".to_owned() },
        Letter::AccountResumed { page: address::LOGIN.to_owned() },
        Letter::RoleInvitation {
            page: address::role_invitation("breast-cancer"),
            until,
            zone: Zone::find("Europe/Berlin").unwrap_or_default(),
            competition: competition.clone(),
            role: "organizer".to_owned(),
            inviter: "김서연".to_owned(),
        },
        Letter::TeamInvitation {
            page: address::mailed_invitation("breast-cancer"),
            until,
            zone,
            competition: competition.clone(),
            team: "새벽판독실".to_owned(),
            inviter: "박지훈".to_owned(),
        },
        Letter::RequiredNotice {
            page: address::post("breast-cancer", BoardKind::Notice, 7),
            competition: competition.clone(),
            title: "예선 마감이 하루 늦춰졌습니다".to_owned(),
        },
        Letter::PostMentioned {
            page: address::comment("breast-cancer", BoardKind::Qna, 7, 2),
            competition: competition.clone(),
            title: "결측값을 그대로 두어도 되나요?".to_owned(),
        },
        Letter::RemovedFromTeam {
            page: address::team("breast-cancer"),
            competition: competition.clone(),
            team: "새벽판독실".to_owned(),
        },
        Letter::LeadsTeam {
            page: address::team("breast-cancer"),
            competition: competition.clone(),
            team: "새벽판독실".to_owned(),
        },
        Letter::TeamIdleSoon {
            page: address::team("breast-cancer"),
            zone: Zone::default(),
            competition: competition.clone(),
            team: "가람".to_owned(),
            at: until,
            lacks: 0,
        },
        Letter::TeamExcluded {
            page: address::team("breast-cancer"),
            competition: competition.clone(),
            team: "가람".to_owned(),
            reason: String::new(),
        },
        Letter::TeamRestored {
            page: address::team("breast-cancer"),
            competition: competition.clone(),
            team: "가람".to_owned(),
        },
        Letter::CaseAsked {
            page: address::case("breast-cancer", 482_913),
            until,
            zone,
            competition: competition.clone(),
            team: "새벽판독실".to_owned(),
        },
        Letter::CaseDecided {
            page: address::case("breast-cancer", 482_913),
            competition: competition.clone(),
            team: "새벽판독실".to_owned(),
        },
        Letter::QuestionSame {
            page: address::post("breast-cancer", BoardKind::Qna, 12),
            competition: competition.clone(),
            title: "제출 마감은 언제인가요".to_owned(),
        },
        Letter::QuestionPublished {
            page: address::post("breast-cancer", BoardKind::Qna, 12),
            competition: competition.clone(),
            title: "제출 마감은 언제인가요".to_owned(),
        },
        Letter::CaseDeliberates {
            page: address::manage_case("breast-cancer", 482_913),
            competition: competition.clone(),
        },
        Letter::ApplicationsWait {
            page: address::manage_applications("breast-cancer"),
            competition: competition.clone(),
            count: 12,
        },
        Letter::PlaceOffered { page: page.clone(), until, zone, competition: competition.clone() },
        Letter::ApplicationApproved { page: page.clone(), competition: competition.clone() },
        Letter::ApplicationWaits { page: page.clone(), competition: competition.clone() },
        Letter::ApplicationDeclined {
            page: page.clone(),
            competition: competition.clone(),
            reason: "소속을 확인할 수 없습니다.".to_owned(),
        },
        Letter::ParticipationEnded {
            page: page.clone(),
            competition: competition.clone(),
            reason: "규칙 제5조를 어겼습니다.".to_owned(),
        },
        Letter::ApplicationInvitation { page, competition },
    ]
}

fn mail() -> Mail {
    Mail::open("file://mail", "마당 <madang@example.kr>", "https://madang.example.kr")
        .unwrap_or_else(|why| panic!("{why}"))
}

fn rendered(letter: &Letter, locale: Locale) -> Rendered {
    mail().rendered(letter, locale, Some(KEY))
}

fn both() -> impl Iterator<Item = (Letter, Locale)> {
    letters().into_iter().flat_map(|letter| [(letter.clone(), Locale::Ko), (letter, Locale::En)])
}

/// The names of the places that a template has for values.
fn places(template: &str) -> Vec<&str> {
    let mut names: Vec<_> = template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(place, _)| place.split('|').next().unwrap_or_default()))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn each_letter_in_both_languages() {
    for (letter, locale) in both() {
        let Rendered { subject, text, html } = rendered(&letter, locale);
        let name = format!("{}.{}", letter.kind(), locale.tag());
        insta::assert_snapshot!(format!("{name}.text"), format!("Subject: {subject}\n\n{text}"));
        insta::assert_snapshot!(format!("{name}.html"), html);
    }
}

#[test]
fn each_template_uses_all_its_values_and_no_others() {
    for (letter, locale) in both() {
        let mut given: Vec<_> = letter.values(locale).into_iter().map(|(name, _)| name).chain(["site"]).collect();
        given.extend(letter.link().map(|_| "link"));
        given.sort_unstable();
        let template = letter.template().text(locale);
        assert_eq!(places(template), given, "{} in {locale:?}", letter.kind());
        let Rendered { subject, text, html } = rendered(&letter, locale);
        for told in [&subject, &text] {
            assert!(!told.contains(['{', '}', '*', '`']), "{told}");
        }
        assert!(!html.contains("{link}") && !subject.is_empty());
    }
}

#[test]
fn no_line_of_plain_text_is_longer_than_mail_may_have() {
    let long = "가".repeat(40);
    for (mut letter, locale) in both() {
        if let Letter::TeamInvitation { team, inviter, competition, .. } = &mut letter {
            (*team, *inviter, competition.ko) = (long.clone(), long.clone(), "가".repeat(100));
        }
        for line in rendered(&letter, locale).text.lines() {
            assert!(line.len() <= 998, "{line}");
        }
    }
}

#[test]
fn both_texts_of_a_letter_hold_the_same_link() {
    for (letter, locale) in both() {
        let Rendered { text, html, .. } = rendered(&letter, locale);
        let expected = match letter.link() {
            Some(Link::Keyed { page, .. }) => format!("https://madang.example.kr{page}?key={KEY}"),
            Some(Link::Page(page)) => format!("https://madang.example.kr{page}"),
            None => continue,
        };
        assert!(text.lines().any(|line| line == expected), "{text}");
        assert!(html.contains(&format!("href=\"{expected}\"")), "{html}");
    }
}

/// The screen's colours that letters use, by their tokens: light and dark.
const COLOURS: [(&str, &str, &str); 7] = [
    ("surface-raised", "#ffffff", "#1e2124"),
    ("surface-sunken", "#f4f5f6", "#0c0d0e"),
    ("text", "#1e2124", "#f4f5f6"),
    ("text-muted", "#58616a", "#b1b8be"),
    ("border", "#e6e8ea", "#33363d"),
    ("accent-text", "#0b50d0", "#86aff9"),
    ("accent", "#256ef4", "#256ef4"),
];

#[test]
fn the_colours_of_letters_are_those_of_the_screen() {
    let tokens = include_str!("../../../style/tokens.css");
    for (name, light, dark) in COLOURS {
        let written = [format!("--{name}: light-dark({light}, {dark})"), format!("--{name}: {light}")];
        assert!(written.iter().any(|token| tokens.contains(token)), "{name} is another one now");
    }
    let html = rendered(&letters()[1], Locale::Ko).html;
    let is_colour = |after: &&str| after.len() > 6 && after.bytes().take(6).all(|byte| byte.is_ascii_hexdigit());
    let used: Vec<_> = html.split('#').skip(1).filter(is_colour).map(|after| format!("#{}", &after[..6])).collect();
    assert!(used.len() > 20);
    for colour in used {
        assert!(
            COLOURS.iter().any(|(_, light, dark)| [light, dark].contains(&&colour.as_str())),
            "{colour} is no token's"
        );
    }
}

#[test]
fn a_name_is_a_name_whatever_it_holds() {
    let evil = "**굵게** <script>alert(1)</script> \"&\r\nBcc: all@example.kr [여기](https://evil.example)";
    let mut letters = letters().into_iter();
    let mut letter = letters.find(|letter| letter.kind() == "team_invitation").unwrap_or_else(|| panic!("no letter"));
    if let Letter::TeamInvitation { team, .. } = &mut letter {
        evil.clone_into(team);
    }
    let Rendered { subject, text, html } = rendered(&letter, Locale::Ko);
    assert!(!subject.contains(['\r', '\n']));
    assert!(text.contains("**굵게** <script>"), "{text}");
    assert!(html.contains("**굵게** &lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;"), "{html}");
    assert!(!html.contains("href=\"https://evil") && !html.contains("https://evil"), "{html}");
}

/// A message on the wire.
fn wire(
    to: &str,
    reply_to: Option<&str>,
    from: &str,
    subject: &str,
    unsubscribe: Option<&str>,
) -> Result<Vec<u8>, &'static str> {
    let from = mailbox(from).ok_or("from")?;
    let outgoing = Outgoing {
        message_id: "<0194@example.kr>",
        from: &from,
        to,
        reply_to,
        unsubscribe: unsubscribe.map(str::to_owned),
        at: at("2026-11-21T03:00:00Z"),
        rendered: Rendered { subject: subject.to_owned(), ..rendered(&letters()[1], Locale::Ko) },
    };
    Ok(outgoing.message()?.formatted())
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap_or_else(|| panic!("no message"))
}

fn only<'a>(address: Option<&'a Address<'a>>) -> (Option<&'a str>, Option<&'a str>) {
    let all: Vec<_> = address.map(|address| address.iter().collect()).unwrap_or_default();
    assert_eq!(all.len(), 1);
    (all[0].name(), all[0].address())
}

#[test]
fn another_program_reads_the_headers_as_they_were_meant() {
    let long = "{competition}: 새벽판독실 팀에 초대합니다 — 유방암 분류 대회 ".repeat(4);
    let bytes = wire(
        "kim@example.kr",
        Some("운영 \"팀\", 대회 <help@example.kr>"),
        "마당 운영팀 <madang@example.kr>",
        long.trim(),
        None,
    );
    let bytes = bytes.unwrap_or_else(|why| panic!("{why}"));
    let message = parsed(&bytes);
    assert_eq!(message.subject(), Some(long.trim()));
    assert_eq!(only(message.from()), (Some("마당 운영팀"), Some("madang@example.kr")));
    assert_eq!(only(message.to()), (None, Some("kim@example.kr")));
    assert_eq!(only(message.reply_to()), (Some("운영 \"팀\", 대회"), Some("help@example.kr")));
    assert_eq!(message.message_id(), Some("0194@example.kr"));
    assert_eq!(message.date().map(mail_parser::DateTime::to_rfc3339).as_deref(), Some("2026-11-21T03:00:00Z"));
    assert!(matches!(message.header("Auto-Submitted"), Some(HeaderValue::Text(text)) if text == "auto-generated"));
    assert!(message.cc().is_none() && message.bcc().is_none());
    assert!(message.header("List-Unsubscribe").is_none(), "nobody turns off what their account needs");
    let letter = rendered(&letters()[1], Locale::Ko);
    assert_eq!(message.body_text(0).as_deref().map(|text| text.replace("\r\n", "\n")), Some(letter.text));
    assert_eq!(message.body_html(0).as_deref().map(|html| html.replace("\r\n", "\n")), Some(letter.html));
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
    assert!(bytes.is_ascii());
}

#[test]
fn what_may_be_turned_off_says_how_in_one_step() {
    let page = "https://madang.example.kr/account/mail?key=abc";
    let bytes =
        wire("kim@example.kr", None, "madang@example.kr", "공지", Some(page)).unwrap_or_else(|why| panic!("{why}"));
    let message = String::from_utf8_lossy(&bytes);
    assert!(message.contains(&format!("List-Unsubscribe: <{page}>\r\n")), "{message}");
}

#[test]
fn no_header_comes_from_a_name_an_address_or_a_subject() {
    let evil = "x\r\nBcc: all@example.kr\r\n\r\nbody";
    let bytes = wire("kim@example.kr", None, "madang@example.kr", evil, None).unwrap_or_else(|why| panic!("{why}"));
    let message = parsed(&bytes);
    assert!(message.bcc().is_none());
    assert_eq!(message.subject().map(str::len), Some(evil.len()));
    for address in
        ["kim@example.kr\r\nBcc: all@example.kr", "kim@example.kr, lee@example.kr", "kim@example.kr>", "kim", ""]
    {
        assert!(wire(address, None, "madang@example.kr", "제목", None).is_err(), "{address:?}");
    }
    for reply_to in ["a\r\nBcc: all@example.kr <kim@example.kr>", "kim@example.kr\n", "<a@b.kr> x <c@d.kr>"] {
        assert!(wire("kim@example.kr", Some(reply_to), "madang@example.kr", "제목", None).is_err(), "{reply_to:?}");
    }
}

#[test]
fn what_is_stored_of_a_refusal_names_nobody() {
    let details = "permanent error (550): 5.1.1 <kim@example.kr>: Recipient address rejected".to_owned();
    let why = Undelivered { step: Step::Recipient, code: Some(550), details };
    assert_eq!(why.to_string(), "the recipient was refused (550 5.1.1)");
    let why = Undelivered {
        step: Step::Content,
        code: Some(451),
        details: "transient error (451): 1.2.3.4 is busy".to_owned(),
    };
    assert_eq!(why.to_string(), "the letter was not taken (451)");
}

async fn sent(transport: &Transport, to: &str) -> Result<String, Undelivered> {
    let mail = Mail { transport: transport.clone(), ..mail() };
    mail.test(to, Locale::Ko, at("2026-11-21T03:00:00Z")).await
}

fn changed(url: &str, change: impl FnOnce(&mut transport::Smtp)) -> Transport {
    let Ok(Transport::Smtp(mut smtp)) = Transport::of(url) else { panic!("{url}") };
    change(&mut smtp);
    Transport::Smtp(smtp)
}

#[tokio::test]
async fn a_server_that_must_encrypt_and_does_not_is_told_nothing() {
    let server = SmtpServer::start(&["--no-starttls"]).await;
    let transport = changed(&server.url(""), |smtp| smtp.encryption = transport::Encryption::Required);
    let why = sent(&transport, "kim@example.kr").await.unwrap_err();
    assert_eq!((why.step, why.is_final()), (Step::Encrypting, false));
    assert_eq!(server.received().await.len(), 0);
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_at_each_step() {
    let server = SmtpServer::start(&[]).await;
    let transport = changed(&server.url(""), |smtp| smtp.patience = std::time::Duration::from_secs(2));
    let why = sent(&transport, "hang@example.kr").await.unwrap_err();
    assert_eq!((why.step, why.details.as_str()), (Step::Recipient, "no answer in time"));
    let why = sent(&transport, "hang-after@example.kr").await.unwrap_err();
    assert_eq!((why.step, why.details.as_str()), (Step::Content, "no answer in time"));
}

#[tokio::test]
async fn a_certificate_of_somebody_else_ends_the_conversation() {
    let server = SmtpServer::start(&["--tls"]).await;
    let transport = changed(&server.url("").replace("smtp://", "smtps://"), |_| {});
    let why = sent(&transport, "kim@example.kr").await.unwrap_err();
    assert_eq!((why.step, why.is_final()), (Step::Encrypting, false), "{why:?}");
    assert!(why.details.contains("certificate"), "{why:?}");
}

#[test]
fn a_letter_that_leads_to_a_competition_is_among_those_that_competitions_cause() {
    for letter in letters() {
        let leads = match letter.link() {
            Some(Link::Keyed { page, .. } | Link::Page(page)) => page.starts_with("/competitions/"),
            None => false,
        };
        assert_eq!(Letter::OF_COMPETITIONS.contains(&letter.kind()), leads, "{}", letter.kind());
    }
    assert!(Letter::OF_CASES.iter().all(|kind| Letter::OF_COMPETITIONS.contains(kind)));
}

#[test]
fn why_a_letter_was_not_handed_over_can_be_read_from_what_is_stored() {
    let stored = |step, code, details: &str| Undelivered { step, code, details: details.to_owned() }.to_string();
    let refused = stored(Step::Recipient, Some(550), "5.1.1 no such user kim@example.kr");
    assert_eq!(Step::of(&refused), Some(Step::Recipient));
    assert_eq!(Step::of(&stored(Step::Connecting, None, "timed out")), Some(Step::Connecting));
    assert_eq!(Step::of(&stored(Step::Late, None, transport::LINK_ENDED)), Some(Step::Late));
    assert_eq!(Step::of("something else"), None);
}
