//! A folder, read and found right: everything is checked before anything is written.

use std::path::Path;

use chrono::{DateTime, Utc};
use domain::Text;
use domain::competitions::Settings;
use domain::stages::Stage;
use domain::zone::Zone;
use scoring::{Judged, Lang, ScoreError, Scorer, Solution};

use super::listing::Listing;
use super::pages::{self, PageText, Setting};
use super::times::{self, Counted, Schedule};
use super::{applying, data, limits};
use crate::competitions::components::Components;
use crate::competitions::folder::document::Document;
use crate::competitions::folder::problems::{Problem, Problems, said};
use crate::competitions::folder::teams::{self, BaselineEntry};
use crate::competitions::folder::{self, MANIFEST, Manifest, SAMPLE, SOLUTION, TEAMS};
use crate::markdown::images;
use crate::submissions::judge::Verdict;

/// Key of the manifest.
const ZONE: &str = "zone";

/// A reference model's file and its scores.
pub(super) struct Baseline {
    pub(super) name: Text,
    pub(super) bytes: Vec<u8>,
    pub(super) verdict: Verdict,
}

/// A folder, read and found right.
pub(super) struct Source {
    pub(super) settings: Settings,
    pub(super) stages: Vec<Stage>,
    /// Times that are counted from today.
    pub(super) counted: Vec<Counted>,
    pub(super) banner: Option<String>,
    pub(super) pages: Vec<PageText>,
    pub(super) pictures: Vec<data::DataSource>,
    pub(super) files: Vec<data::DataSource>,
    pub(super) solution: Vec<u8>,
    pub(super) baselines: Vec<Baseline>,
    pub(super) components: Components,
    /// What is worth knowing.
    pub(super) notes: Vec<Problem>,
}

/// What submissions are scored with.
struct Scored {
    components: Components,
    solution: Solution,
    solution_bytes: Vec<u8>,
    baselines: Vec<Baseline>,
}

impl Source {
    /// # Errors
    /// Everything that is wrong with the folder.
    pub(super) fn read(folder: &Path, slug: &str, now: DateTime<Utc>) -> Result<Self, Problems> {
        let listing = Listing::of(folder);
        let mut problems = listing.problems.clone();
        let text = pages::text(&listing, MANIFEST)?;
        let document = Document::parse(MANIFEST, &text)?;
        let Some(mut manifest) = Manifest::read(&document, &mut problems) else { return Err(Problems(problems)) };
        problems.extend(limits::check(&document, &manifest.settings));
        problems.extend(applying::check(&document, &manifest.settings.apply));
        problems.extend(applying::check_idle(&document, manifest.settings.idle));
        let zone = manifest.settings.zone;
        problems.extend(unknown_zone(&document));
        let scored = Scored::read(&listing, &mut manifest);
        let scored = scored.map_err(|found| problems.extend(found.0)).ok();
        let solution = scored.as_ref().map(|scored| &scored.solution);
        let schedule = times::schedule(&document, &manifest, zone, now, solution, &mut problems);
        let Schedule { data_opens, merges_until, .. } = schedule;
        let settings = Settings { data_opens, merges_until, ..manifest.settings };

        let pictures = data::pictures(&listing, &mut problems);
        let files = data::files(&listing, &mut problems);
        let setting = Setting { slug, settings: &settings, stages: &schedule.stages, zone, pictures: &pictures };
        let pages = pages::pages(&listing, &setting, &mut problems);
        let banner = pages::banner(&listing, &mut problems);
        let Some(scored) = scored else { return Err(Problems(problems)) };
        Problems::check(problems)?;
        let mut notes = listing.left_out(|path| is_used(path, &settings));
        notes.extend(data::strangers(&files, &scored.solution, &settings.columns.id));
        Ok(Self {
            settings,
            stages: schedule.stages,
            counted: schedule.counted,
            banner,
            pages,
            pictures,
            files,
            solution: scored.solution_bytes,
            baselines: scored.baselines,
            components: scored.components,
            notes,
        })
    }
}

/// The zone that is none, and so was read as another.
fn unknown_zone(document: &Document<'_>) -> Option<Problem> {
    let zone: String = document.key(ZONE, &mut Vec::new()).filter(|name: &String| Zone::find(name).is_none())?;
    let text = said(
        format!("‘{zone}’ 시간대를 모르겠어요. Asia/Seoul처럼 IANA 이름으로 적어 주세요."),
        format!("“{zone}” is no IANA time zone; write one such as Asia/Seoul"),
    );
    Some(document.problem(ZONE, text))
}

/// Whether the import looks at a file of the folder.
fn is_used(path: &str, settings: &Settings) -> bool {
    let within = |folder: &str| path.strip_prefix(folder).and_then(|path| path.strip_prefix('/'));
    if let Some(name) = within(folder::DATA) {
        return !name.contains('/') && !super::listing::is_litter(name);
    }
    if let Some(name) = within(folder::PAGES) {
        let is_picture = !name.contains('/') && !super::listing::is_litter(name) && images::kind(name).is_some();
        return is_picture || pages::is_page(path);
    }
    // Whatever lies there is named by teams.toml or is nobody's.
    within(folder::SUBMISSIONS).is_some()
        || [MANIFEST, SOLUTION, SAMPLE, TEAMS, folder::BANNER].contains(&path)
        || settings.metric.customs().any(|(_, custom)| custom.component == path)
}

fn bytes(listing: &Listing, path: &str) -> Result<Vec<u8>, Problem> {
    let Some(file) = listing.get(path) else {
        return Err(Problem::system(path, &std::io::ErrorKind::NotFound.into()));
    };
    std::fs::read(file).map_err(|error| Problem::system(path, &error))
}

impl Scored {
    fn read(listing: &Listing, manifest: &mut Manifest) -> Result<Self, Problems> {
        let settings = &mut manifest.settings;
        let components = Components::read(listing, &mut settings.metric)?;
        let scorer = components.scorer(&settings.metric)?;
        let columns = &settings.columns;
        let mut solution_bytes = bytes(listing, SOLUTION)?;
        if let Some(rule) = manifest.split {
            solution_bytes = scoring::split(&solution_bytes, &scorer, &columns.id, &columns.target, rule)
                .map_err(|errors| Problem::table(SOLUTION, &errors))?;
        }
        let solution = Solution::parse(&solution_bytes, &scorer, &columns.id, &columns.target)
            .map_err(|errors| Problem::table(SOLUTION, &errors))?;
        if solution.public_rows() == 0 {
            return Err(Problem::of(
                SOLUTION,
                said(
                    "Public인 행이 없어서 보여 줄 공개 점수가 없어요. usage 열을 확인해 주세요.",
                    "No row is Public, so there would be no public score to show; check the usage column",
                ),
            )
            .into());
        }
        let sample = bytes(listing, SAMPLE)?;
        scoring::check(&solution, &sample).map_err(|errors| Problem::table(SAMPLE, &errors))?;
        components.try_out(&settings.metric, &solution, &solution_bytes, &sample)?;
        let baselines = baselines(listing, &scorer, &solution)?;
        Ok(Self { components, solution, solution_bytes, baselines })
    }
}

fn baselines(listing: &Listing, scorer: &Scorer, solution: &Solution) -> Result<Vec<Baseline>, Problems> {
    if listing.get(TEAMS).is_none() {
        return Ok(Vec::new());
    }
    let text = pages::text(listing, TEAMS)?;
    let (mut baselines, mut problems) = (Vec::new(), Vec::new());
    for BaselineEntry { name, file } in teams::baselines(&text, &mut problems)? {
        let path = format!("{}/{file}", folder::SUBMISSIONS);
        let scored = bytes(listing, &path).and_then(|bytes| {
            let judged =
                scoring::judge(solution, scorer, &bytes).and_then(Judged::whole).map_err(|error| match error {
                    ScoreError::File(errors) => Problem::table(&path, &errors),
                    ScoreError::Metric(error) => {
                        Problem::of(&path, said(error.message(Lang::Ko), error.message(Lang::En)))
                    }
                });
            judged.map(|judged| Baseline { name, bytes, verdict: judged.into() })
        });
        match scored {
            Ok(baseline) => baselines.push(baseline),
            Err(problem) => problems.push(problem),
        }
    }
    Problems::check(problems).map(|()| baselines)
}
