//! The notice that goes up by itself when a folder changes dates, limits or rules while the competition is under way: what was, and what is.

use chrono::{DateTime, Utc};
use domain::access::{Actor, Role};
use domain::boards::PostDraft;
use domain::competitions::{Competition, DataOpens, Settings, Ties};
use domain::events::Event;
use domain::ids::UserId;
use domain::stages::{Phase, Stage};
use domain::{Locale, Text, address};
use storage::Tx;

use super::source::Source;
use crate::boards::{self, ChangeNotice};
use crate::changes::{self, Change};
use crate::competitions::folder::problems::said;
use crate::error::Result;
use crate::services::Services;

/// Changed lines of the rules that a notice shows of each language, their characters, and the bytes of all: far less than a post may have.
const LINES: usize = 60;
const LINE: usize = 300;
const BYTES: usize = 12_000;

/// What was, and what is; nothing where there is none.
type Row = (Text, Option<Text>, Option<Text>);

/// What is to be told of a change.
pub(super) struct Told {
    announcement: ChangeNotice,
    author: UserId,
}

/// Reads what a folder changes that whoever takes part must know; nothing before the start and after the end, and where there is none in
/// whose name it could be said.
pub(super) async fn read(
    services: &Services,
    actor: &Actor,
    source: &Source,
    existing: &Competition,
    now: DateTime<Utc>,
) -> Result<Option<Told>> {
    let has_begun = existing.stages.iter().any(|stage| stage.takes_submissions && stage.starts_at <= now);
    let after = Competition { settings: source.settings.clone(), stages: source.stages.clone(), ..existing.clone() };
    let is_over = existing.phase(now) == Phase::Closed && after.phase(now) == Phase::Closed;
    if !has_begun || is_over {
        return Ok(None);
    }
    let (dates, limits) = (dates(existing, &after), limits(existing, &after));
    let mut rules = Vec::new();
    for page in source.pages.iter().filter(|page| page.name == "rules") {
        let before = services.db.rules(existing.id, existing.settings.apply.rules, page.locale).await?;
        let lines = difference(&before.unwrap_or_default(), &page.filled);
        if !lines.is_empty() {
            rules.push((page.locale, lines));
        }
    }
    if dates.is_empty() && limits.is_empty() && rules.is_empty() {
        return Ok(None);
    }
    let Some(author) = author(services, actor, existing).await? else { return Ok(None) };
    let parts = [
        (!dates.is_empty(), said("일정", "dates")),
        (!limits.is_empty(), said("제한", "limits")),
        (!rules.is_empty(), said("규칙", "rules")),
    ];
    let parts: Vec<Text> = parts.into_iter().filter_map(|(is_so, part)| is_so.then_some(part)).collect();
    let draft = PostDraft {
        title: title(&parts),
        markdown: text(existing, &[dates.as_slice(), limits.as_slice()].concat(), &rules),
        category: if rules.is_empty() && limits.is_empty() { "schedule" } else { "rules" }.to_owned(),
        required: true,
        for_all: true,
        ..PostDraft::default()
    };
    let announcement = ChangeNotice::of(existing, draft).await?;
    Ok(Some(Told { announcement, author }))
}

/// In whose name it is said: of whoever changes it, or of who has run the competition longest; nobody's name is shown.
async fn author(services: &Services, actor: &Actor, competition: &Competition) -> Result<Option<UserId>> {
    let holders = services.db.role_holders(competition.id).await?;
    let runs = holders.iter().filter(|holder| holder.role >= Role::Organizer);
    Ok(runs.clone().map(|holder| holder.user_id).find(|user| Some(*user) == actor.id()).or_else(|| {
        // The holders come by when they were given their roles.
        runs.map(|holder| holder.user_id).next()
    }))
}

impl Told {
    /// Posts it in the transaction that changes the competition; what is to be said.
    pub(super) async fn post(
        &self,
        tx: &mut Tx,
        competition: &Competition,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Vec<Event>> {
        boards::announce(tx, competition, actor, self.author, &self.announcement, now).await
    }
}

/// `일정·규칙이 바뀌었습니다 (dates and rules changed)`
fn title(parts: &[Text]) -> String {
    let ko = parts.iter().map(|part| part.ko.as_str()).collect::<Vec<_>>().join("·");
    let en: Vec<&str> = parts.iter().map(|part| part.get(Locale::En)).collect();
    let en = match en.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        all => all.concat(),
    };
    let particle = scoring::josa(&ko, "이", "가");
    format!("{ko}{particle} 바뀌었습니다 ({en} changed)")
}

/// The whole notice, in Korean and then in English.
fn text(competition: &Competition, rows: &[Row], rules: &[(Locale, String)]) -> String {
    let link = address::rules(&competition.slug);
    let part = |l: Locale| {
        let pick = |ko: &'static str, en: &'static str| if l == Locale::Ko { ko } else { en };
        let mut out = pick(
            "대회 운영 중에 아래 내용이 바뀌었습니다. 이 공지는 설정이 바뀔 때 자동으로 올라옵니다.\n",
            "While the competition is under way, the following has changed. This notice is posted by itself whenever that happens.\n",
        )
        .to_owned();
        if !rows.is_empty() {
            out += pick("\n| 항목 | 이전 | 지금 |\n|---|---|---|\n", "\n| What | Before | Now |\n|---|---|---|\n");
            for (what, before, after) in rows {
                let value = |value: &Option<Text>| value.as_ref().map_or("–".to_owned(), |value| cell(value.get(l)));
                out.extend(["| ", &cell(what.get(l)), " | ", &value(before), " | ", &value(after), " |\n"]);
            }
        }
        // Of rules that changed in one language alone the difference is shown once.
        let of_language = rules.iter().find(|(locale, _)| *locale == l);
        if let Some((_, lines)) = of_language {
            let title = pick("바뀐 규칙", "Rules that changed");
            out.extend(["\n[", title, "](", &link, ")\n\n~~~~~~~~~~diff\n", lines, "~~~~~~~~~~\n"]);
        }
        out
    };
    format!("{}\n---\n\n{}", part(Locale::Ko), part(Locale::En))
}

/// A text as it stands in a cell of a table.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(if letter.is_control() { ' ' } else { letter });
    }
    out
}

/// The lines of the rules that were added and taken away.
fn difference(before: &str, after: &str) -> String {
    let changed = changes::lines(before, after).into_iter().filter(|(change, _)| *change != Change::Same);
    let lines: Vec<String> = changed
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(change, line)| {
            let sign = if change == Change::Added { '+' } else { '-' };
            format!("{sign} {}\n", line.chars().take(LINE).collect::<String>())
        })
        .collect();
    let mut shown = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index == LINES || shown.len() + line.len() > BYTES {
            return shown + "…\n";
        }
        shown += line;
    }
    shown
}

/// When stages begin, end and are revealed, and what else has a moment.
fn dates(before: &Competition, after: &Competition) -> Vec<Row> {
    let zone = after.settings.zone;
    let shown =
        |at: Option<DateTime<Utc>>| at.map(|at| said(zone.deadline(Locale::Ko, at), zone.deadline(Locale::En, at)));
    let mut rows = Vec::new();
    let mut note = |what: Text, before: Option<DateTime<Utc>>, after: Option<DateTime<Utc>>| {
        if before != after {
            rows.push((what, shown(before), shown(after)));
        }
    };
    for stage in keys(before, after) {
        let one = |competition: &Competition| competition.stages.iter().find(|one| one.key == stage.key).cloned();
        let (old, new) = (one(before), one(after));
        let moment = |of: fn(&Stage) -> Option<DateTime<Utc>>| (old.as_ref().and_then(of), new.as_ref().and_then(of));
        let name = |ko: &str, en: &str| {
            said(format!("{} {ko}", stage.name.ko), format!("{}: {en}", stage.name.get(Locale::En)))
        };
        let (from, to) = moment(|stage| Some(stage.starts_at));
        note(name("시작", "start"), from, to);
        let (from, to) = moment(|stage| stage.ends_at);
        note(if stage.takes_submissions { name("마감", "deadline") } else { name("종료", "end") }, from, to);
        let (from, to) = moment(|stage| stage.reveal_at);
        note(name("최종 결과 공개", "final results"), from, to);
    }
    let (old, new) = (&before.settings, &after.settings);
    note(said("팀 합치기 마감", "Merging of teams until"), old.merges_until, new.merges_until);
    let opens = |settings: &Settings| match settings.data_opens {
        Some(DataOpens::At(at)) => Some(at),
        Some(DataOpens::Join) | None => None,
    };
    note(said("데이터 공개", "Data available from"), opens(old), opens(new));
    rows
}

/// The stages of both, each once.
fn keys<'a>(before: &'a Competition, after: &'a Competition) -> Vec<&'a Stage> {
    let gone = before.stages.iter().filter(|old| after.stages.iter().all(|new| new.key != old.key));
    after.stages.iter().chain(gone).collect()
}

/// Numbers that bound what a team may do.
fn limits(before: &Competition, after: &Competition) -> Vec<Row> {
    let (old, new) = (&before.settings, &after.settings);
    let none = || said("제한 없음", "no limit");
    let number = |value: Option<i64>| Some(value.map_or_else(none, |n| said(n.to_string(), n.to_string())));
    let size = |settings: &Settings| {
        let (min, max) = (settings.team.min, settings.team.max);
        Some(said(format!("{min}–{max}명"), format!("{min}–{max} members")))
    };
    let megabytes =
        |settings: &Settings| Some(said(format!("{} MB", settings.file_mb), format!("{} MB", settings.file_mb)));
    let external = |settings: &Settings| {
        Some(if settings.policy.external_data {
            said("쓸 수 있음", "allowed")
        } else {
            said("쓸 수 없음", "not allowed")
        })
    };
    let finals = |settings: &Settings| number(Some(i64::from(settings.policy.final_selection)));
    let prize = |settings: &Settings| settings.prize.clone();
    let ties = |settings: &Settings| {
        Some(match settings.ties {
            Ties::Exact => said("점수가 정확히 같을 때", "the very same score"),
            Ties::Shown => said("보이는 점수가 같을 때", "the same shown score"),
        })
    };
    let data = |settings: &Settings| {
        Some(match settings.data_opens {
            Some(DataOpens::Join) => said("참가하면 바로", "on joining"),
            Some(DataOpens::At(_)) => said("정한 시각부터", "from a set time"),
            None => said("첫 단계 시작부터", "from the start of the first stage"),
        })
    };
    let rows = [
        (said("상금", "Prize"), prize(old), prize(new)),
        (said("동점으로 보는 기준", "A tie is"), ties(old), ties(new)),
        (said("데이터 받기", "Data available"), data(old), data(new)),
        (said("하루 제출", "Submissions a day"), number(old.quota.per_day), number(new.quota.per_day)),
        (said("전체 제출", "Submissions in total"), number(old.quota.total), number(new.quota.total)),
        (said("동시 채점", "Scored at once"), number(old.quota.in_flight), number(new.quota.in_flight)),
        (
            said("제출 간격(초)", "Seconds between submissions"),
            number(old.quota.min_interval_seconds),
            number(new.quota.min_interval_seconds),
        ),
        (said("팀 인원", "Team size"), size(old), size(new)),
        (said("파일 크기", "File size"), megabytes(old), megabytes(new)),
        (said("최종 제출 수", "Final submissions"), finals(old), finals(new)),
        (said("외부 데이터", "External data"), external(old), external(new)),
    ];
    rows.into_iter().filter(|(_, old, new)| old != new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_what_changed_in_both_languages() {
        let parts = [said("일정", "dates"), said("제한", "limits"), said("규칙", "rules")];
        assert_eq!(title(&parts[..1]), "일정이 바뀌었습니다 (dates changed)");
        assert_eq!(title(&parts), "일정·제한·규칙이 바뀌었습니다 (dates, limits and rules changed)");
    }

    #[test]
    fn what_stands_in_a_table_cannot_leave_its_cell() {
        assert_eq!(cell("a|b\n*c*"), "a\\|b \\*c\\*");
    }

    #[test]
    fn of_the_rules_only_what_changed_is_shown_up_to_a_number_of_lines() {
        assert_eq!(difference("하나\n둘\n셋", "하나\n2\n셋"), "- 둘\n+ 2\n");
        let long = (0..100).map(|n| format!("줄 {n}")).collect::<Vec<_>>().join("\n");
        assert_eq!(difference("", &long).lines().count(), LINES + 1);
        let wide = vec!["가".repeat(1000); 60].join("\n");
        assert!(difference("", &wide).len() <= BYTES + "…\n".len(), "however long the lines are");
        assert!(difference("~~~~~~~~~~", "").starts_with("- ~"), "no line of theirs can end the block");
    }
}
