//! What an import may not do to a competition that exists: scores were given by it.

use domain::competitions::Competition;
use domain::stages::Stage;
use scoring::solution_hash;

use super::source::Source;
use crate::competitions::components;
use crate::competitions::folder::problems::{Problem, said};
use crate::competitions::folder::{MANIFEST, MERGES_UNTIL, SOLUTION};
use crate::error::Result;
use crate::services::Services;

/// Why an existing competition cannot become what the folder says.
pub(super) async fn refusals(services: &Services, source: &Source, existing: &Competition) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    if let Some(name) = components::exchanged(&existing.settings.metric, &source.settings.metric) {
        problems.push(Problem::of(
            name,
            said(
                "이미 채점에 쓴 컴포넌트와 달라요. 다른 주소로 가져와 주세요.",
                "This differs from the component submissions were scored with; import under another address",
            ),
        ));
    } else if existing.settings.metric != source.settings.metric {
        problems.push(Problem::of(
            MANIFEST,
            said(
                "이미 있는 대회의 평가지표([metric])는 바꿀 수 없어요. 다른 주소로 가져와 주세요.",
                "The metric of a competition that exists cannot change; import under another address",
            ),
        ));
    }
    if source.settings.apply.rules < existing.settings.apply.rules {
        let (now, less) = (existing.settings.apply.rules, source.settings.apply.rules);
        problems.push(Problem::of(
            MANIFEST,
            said(
                format!("[apply]의 규칙 판(rules)은 작아질 수 없어요. 지금은 {now}인데 {less}(이)라고 적혀 있어요."),
                format!(
                    "The version of the rules under [apply] never becomes less: it is {now}, the folder says {less}"
                ),
            ),
        ));
    }
    if existing.settings.columns != source.settings.columns {
        problems.push(Problem::of(
            MANIFEST,
            said(
                "이미 있는 대회의 열 이름([columns])은 바꿀 수 없어요. 다른 주소로 가져와 주세요.",
                "The columns of a competition that exists cannot change; import under another address",
            ),
        ));
    } else if !is_same_solution(services, source, existing).await? {
        problems.push(Problem::of(
            SOLUTION,
            said(
                "이미 채점에 쓴 정답과 달라요. 다른 주소로 가져와 주세요.",
                "This differs from the solution submissions were scored with; import under another address",
            ),
        ));
    }
    problems.extend(source.stages.iter().filter_map(|stage| refusal_of_stage(stage, existing)));
    problems.extend(dropped(source, existing).filter(|stage| stage.takes_submissions).map(has_submissions));
    problems.extend(source.counted.iter().map(|counted| {
        let stage = existing.stages.iter().find(|stage| Some(&stage.key) == counted.stage.as_ref());
        let now = match counted.key {
            "starts" => stage.map(|stage| stage.starts_at),
            "ends" => stage.and_then(|stage| stage.ends_at),
            "reveal" => stage.and_then(|stage| stage.reveal_at),
            MERGES_UNTIL => existing.settings.merges_until,
            _ => existing.data_opens_at(),
        };
        let zone = existing.settings.zone;
        let (key, text) = (counted.key, &counted.text);
        let exact = now.map(|at| format!("{key} = \"{}\"", zone.exact(at)));
        let (ko, en) = match exact {
            Some(exact) => (format!("지금 값은 {exact}"), format!("its present value is {exact}")),
            None => ("정해진 시각으로 적어 주세요".to_owned(), "write a fixed time".to_owned()),
        };
        Problem::at(
            MANIFEST,
            counted.line,
            said(
                format!("\"{text}\"는 가져오는 날부터 세니, 이미 있는 대회의 일정이 옮겨져요. {ko}"),
                format!(
                    "\"{text}\" is counted from the day of the import and would move a competition that exists; {en}"
                ),
            ),
        )
    }));
    Ok(problems)
}

/// The same table, whatever program saved it: line ends, marks and the order of rows are no difference.
async fn is_same_solution(services: &Services, source: &Source, existing: &Competition) -> Result<bool> {
    let Some(stage) = existing.stages.iter().find(|stage| stage.takes_submissions) else { return Ok(false) };
    let hash = |bytes: &[u8]| {
        let column = &existing.settings.columns.id;
        solution_hash(bytes, column).map(|hash| hash.to_string()).map_err(|errors| Problem::table(SOLUTION, &errors))
    };
    if let Some(row) = services.db.commitment(stage.id).await? {
        return Ok(row.solution_sha256 == hash(&source.solution)?);
    }
    // Of a time before commitments.
    let Some((Some(key), _)) = services.db.solution_key(stage.id).await? else { return Ok(false) };
    Ok(hash(&services.files.get(&key).await?)? == hash(&source.solution)?)
}

fn refusal_of_stage(stage: &Stage, existing: &Competition) -> Option<Problem> {
    let key = &stage.key;
    let text = match existing.stages.iter().find(|old| old.key == *key) {
        None => said(
            format!("‘{key}’ 단계는 새것이에요. 이미 있는 대회에는 단계를 더할 수 없어요."),
            format!("stage “{key}” is new; stages of a competition that exists cannot be added"),
        ),
        Some(old) if old.takes_submissions != stage.takes_submissions => said(
            format!("‘{key}’ 단계의 submissions는 바꿀 수 없어요. 제출을 받는 단계는 처음 그대로예요."),
            format!("submissions of the stage “{key}” cannot change: the stage that takes them is the one it was"),
        ),
        Some(_) => return None,
    };
    Some(Problem::of(MANIFEST, text))
}

/// Stages that the folder no longer has.
pub(super) fn dropped<'a>(source: &'a Source, existing: &'a Competition) -> impl Iterator<Item = &'a Stage> {
    existing.stages.iter().filter(|old| !source.stages.iter().any(|stage| stage.key == old.key))
}

pub(super) fn has_submissions(stage: &Stage) -> Problem {
    let key = &stage.key;
    Problem::of(
        MANIFEST,
        said(
            format!("‘{key}’ 단계는 제출을 받는 단계라 지울 수 없어요. 다시 적어 주세요."),
            format!("the stage “{key}” takes submissions and cannot be dropped; put it back"),
        ),
    )
}
