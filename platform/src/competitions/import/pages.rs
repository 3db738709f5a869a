//! Pages in Markdown with the settings' values in them, and the cover drawing.

use domain::Locale;
use domain::competitions::Settings;
use domain::stages::Stage;
use domain::zone::Zone;

use super::data;
use super::listing::Listing;
use crate::competitions::PAGE_NAMES;
use crate::competitions::folder::document::zero;
use crate::competitions::folder::problems::{Problem, said};
use crate::competitions::folder::{self, BANNER};
use crate::markdown::images::{self, ImageSource};
use crate::markdown::{self, Breaks, Refused, Why};

/// Largest cover drawing in bytes.
const BANNER_MAX: usize = 100 * 1024;

/// A page in one language.
pub(super) struct PageText {
    pub(super) name: &'static str,
    pub(super) locale: Locale,
    pub(super) markdown: String,
    /// With the settings' values in it.
    pub(super) filled: String,
    pub(super) html: String,
}

/// The file of a page: the one of this language, or the one for both.
fn file_of(listing: &Listing, name: &str, locale: Locale) -> Option<String> {
    let names = [format!("{name}.{}.md", locale.tag()), format!("{name}.md")];
    names.into_iter().map(|name| format!("{}/{name}", folder::PAGES)).find(|path| listing.get(path).is_some())
}

/// Whether a file of the folder is a page.
pub(super) fn is_page(path: &str) -> bool {
    PAGE_NAMES.iter().any(|name| {
        let rest = path.strip_prefix(folder::PAGES).and_then(|path| path.strip_prefix('/')?.strip_prefix(name));
        rest.is_some_and(|rest| [".md", ".ko.md", ".en.md"].contains(&rest))
    })
}

/// A text file without the mark that some editors put before it.
pub(super) fn text(listing: &Listing, path: &str) -> Result<String, Problem> {
    let Some(file) = listing.get(path) else {
        return Err(Problem::system(path, &std::io::ErrorKind::NotFound.into()));
    };
    let text = std::fs::read_to_string(file).map_err(|error| Problem::system(path, &error))?;
    if let Some(at) = text.find('\0') {
        let line = text[..at].matches('\n').count() + 1;
        return Err(Problem::at(path, Some(line), zero()));
    }
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// What the pages are made from beside their texts.
pub(super) struct Setting<'a> {
    pub(super) slug: &'a str,
    pub(super) settings: &'a Settings,
    pub(super) stages: &'a [Stage],
    pub(super) zone: Zone,
    pub(super) pictures: &'a [data::DataSource],
}

pub(super) fn pages(listing: &Listing, setting: &Setting<'_>, problems: &mut Vec<Problem>) -> Vec<PageText> {
    let mut pages = Vec::new();
    for name in PAGE_NAMES {
        for locale in [Locale::Ko, Locale::En] {
            let Some(path) = file_of(listing, name, locale) else {
                if locale == Locale::Ko {
                    let path = format!("{}/{name}.ko.md", folder::PAGES);
                    problems
                        .push(Problem::of(path, said("이 글이 없어요. 써 주세요.", "This page is missing; write it.")));
                }
                continue;
            };
            let converted = text(listing, &path).and_then(|markdown| {
                let filled = fill(&markdown, setting, locale);
                let html = markdown::html(&filled, Breaks::Space);
                html.map(|html| (markdown, filled, html)).map_err(|refused| refusal(&path, refused))
            });
            match converted {
                Ok((markdown, filled, html)) => {
                    problems.extend(missing(&path, &markdown, &html, setting.pictures));
                    pages.push(PageText { name, locale, markdown, filled, html: images::shown(&html, setting.slug) });
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    pages
}

/// Why a page is not converted.
fn refusal(path: &str, refused: Refused) -> Problem {
    let ko = match refused.why {
        Why::Long => "글이 너무 길어요. 나누거나 줄여 주세요.",
        Why::Deep => {
            "인용, 목록, 강조, 링크, 수식의 묶음이 너무 깊게 겹쳐 있거나 수식이 너무 길어요. 닫거나 줄여 주세요."
        }
        Why::Much => "표시나 표의 칸이 너무 많아요. 나누거나 줄여 주세요.",
    };
    Problem::at(path, Some(refused.line), said(ko, refused.to_string()))
}

/// The pictures that a page names and would not show.
fn missing(path: &str, markdown: &str, html: &str, pictures: &[data::DataSource]) -> Vec<Problem> {
    let line = |name: &str| {
        let encoded = domain::address::encoded(name);
        markdown.lines().position(|line| line.contains(name) || line.contains(&encoded)).map(|line| line + 1)
    };
    let problem = |named: ImageSource| match named {
        ImageSource::Beside(name) if !pictures.iter().any(|picture| picture.name == name) => {
            let text = said(
                format!("‘{name}’ 그림이 pages/에 없어요. PNG, JPEG, WebP 파일을 글 옆에 넣어 주세요."),
                format!("There is no picture “{name}” in pages/; put a PNG, JPEG or WebP file beside the text."),
            );
            Some(Problem::at(path, line(&name), text))
        }
        ImageSource::Elsewhere(address) => {
            let text = said(
                format!("다른 곳의 그림은 보이지 않아요({address}). 파일을 pages/에 넣고 이름으로 적어 주세요."),
                format!(
                    "A picture from elsewhere is not shown ({address}); put the file into pages/ and write its name."
                ),
            );
            Some(Problem::at(path, line(&address), text))
        }
        ImageSource::Beside(_) | ImageSource::Here(_) => None,
    };
    images::named(html).into_iter().filter_map(problem).collect()
}

/// Puts the settings' values into a page's placeholders, so that the rules never say other than what is enforced.
fn fill(page: &str, setting: &Setting<'_>, locale: Locale) -> String {
    let Setting { settings, stages, zone, .. } = setting;
    let per_day = settings.quota.per_day.map_or_else(|| "∞".to_owned(), |limit| limit.to_string());
    let external = match (settings.policy.external_data, locale) {
        (true, Locale::Ko) => {
            "공개되어 누구나 쓸 수 있는 외부 데이터와 사전 학습 모델을 사용할 수 있습니다. 사용한 것은 출처와 함께 밝혀야 합니다."
        }
        (false, Locale::Ko) => "제공한 데이터 외의 외부 데이터와 사전 학습 모델은 사용할 수 없습니다.",
        (true, Locale::En) => "Public external data and pretrained models may be used; name each with its source.",
        (false, Locale::En) => "External data and pretrained models may not be used.",
    };
    let public = stages.iter().find(|stage| stage.takes_submissions).map_or(100, Stage::public_percent);
    page.replace("{{quota_per_day}}", &per_day)
        .replace("{{team_min}}", &settings.team.min.to_string())
        .replace("{{team_max}}", &settings.team.max.to_string())
        .replace("{{final_selection}}", &settings.policy.final_selection.to_string())
        .replace("{{public_share}}", &public.to_string())
        .replace("{{external_data}}", external)
        .replace("{{schedule}}", &schedule(stages, *zone, locale))
}

fn schedule(stages: &[Stage], zone: Zone, locale: Locale) -> String {
    let head = match locale {
        Locale::Ko => "| 단계 | 시작 | 끝 |\n|---|---|---|\n",
        Locale::En => "| Stage | Starts | Ends |\n|---|---|---|\n",
    };
    stages.iter().fold(head.to_owned(), |table, stage| {
        let starts = zone.deadline(locale, stage.starts_at);
        let ends = stage.ends_at.map_or_else(|| "–".to_owned(), |end| zone.deadline(locale, end));
        format!("{table}| {} | {starts} | {ends} |\n", stage.name.get(locale))
    })
}

/// The cover drawing, cleaned.
pub(super) fn banner(listing: &Listing, problems: &mut Vec<Problem>) -> Option<String> {
    listing.get(BANNER)?;
    let svg = text(listing, BANNER).map_err(|problem| problems.push(problem)).ok()?;
    if svg.len() > BANNER_MAX {
        problems.push(Problem::of(BANNER, said("표지 그림은 100 KB까지예요.", "A banner has at most 100 KB.")));
        return None;
    }
    // It is put into the page, so it may draw and nothing else.
    let mut allowed = ammonia::Builder::empty();
    allowed
        .add_tags(["svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"])
        .add_generic_attributes([
            "viewBox",
            "preserveAspectRatio",
            "fill",
            "fill-opacity",
            "stroke",
            "stroke-width",
            "stroke-linecap",
            "stroke-linejoin",
            "stroke-dasharray",
            "stroke-opacity",
            "opacity",
            "d",
            "cx",
            "cy",
            "r",
            "rx",
            "ry",
            "x",
            "y",
            "x1",
            "y1",
            "x2",
            "y2",
            "width",
            "height",
            "points",
            "transform",
            "class",
            "aria-hidden",
        ]);
    Some(allowed.clean(&svg).to_string())
}
