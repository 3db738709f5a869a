//! The data page: the organizers' text, the files, and what a submission must look like.

use std::sync::Arc;

use domain::access::Obstacle;
use domain::address;
use leptos::prelude::*;
use platform::{competitions, submissions};
use scoring::{ColumnKind, Schema};

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::request;
use crate::tf;
use crate::ui::{Alert, Card, Fact, Facts, Glyph, Icon, LinkButton, PageHead, Size, Table, Tone};

#[component]
pub fn Data() -> impl IntoView {
    competition_page(CompetitionTab::Data, false, move |here| async move {
        let services = request::services();
        let text = competitions::page(&services, &here.competition, "data", locale()).await?;
        let files = competitions::data_files(&services, &here.competition).await?;
        let files = files
            .iter()
            .map(|file| File { name: file.name.clone(), bytes: file.bytes, is_open: file.is_open })
            .collect();
        let schema = submissions::schema(&services, &here.competition).await.ok();
        let file_max = here.competition.settings.file_max();
        Ok(view! {
            <div class="page body stack l">
                <PageHead title=t(locale(), k::competitions::tabs::DATA)/>
                <div class="with-rail">
                    <div class="stack l">
                        <Files here=Arc::clone(&here) files/>
                        <article class="prose" inner_html=text></article>
                    </div>
                    <aside class="stack" aria-label=t(locale(), k::competitions::FORMAT)>{schema.map(|schema| view! { <Format schema file_max/> })}</aside>
                </div>
            </div>
        })
    })
}

struct File {
    name: String,
    bytes: i64,
    is_open: bool,
}

/// Every file with its size; what the reader may not have yet is shown with a lock and the way to it.
#[component]
fn Files(here: Arc<Here>, files: Vec<File>) -> impl IntoView {
    let l = locale();
    let obstacles = here.visit().read_data(false);
    let may_have_all = !matches!(obstacles.check(), Err(Obstacle::NotSignedIn | Obstacle::NotParticipant));
    let opens = match obstacles.told() {
        Err(Obstacle::DataNotOpen { at }) => Some(format::deadline(l, here.zone(), at)),
        _ => None,
    };
    let locked = files.iter().any(|file| !file.is_open) && !may_have_all;
    let (join, word) = if here.actor.user.is_some() {
        (address::apply(here.slug()), k::competitions::JOIN)
    } else {
        (address::login_then(&address::apply(here.slug())), k::competitions::LOGIN_JOIN)
    };
    let can_join = !matches!(here.visit().take_part().told(), Err(Obstacle::Closed { .. }));
    view! {
        <section class="stack files" aria-labelledby="files">
            <h2 id="files">{t(l, k::competitions::FILES)}</h2>
            {opens.clone().map(|at| view! {
                <Alert tone=Tone::Info title=tf!(l, k::competitions::DATA_OPENS, at = at)>{t(l, k::competitions::DATA_OPENS_TEXT)}</Alert>
            })}
            {locked.then(|| view! {
                <Alert tone=Tone::Info title=t(l, k::competitions::LOCKED).to_owned() + "." action=move || can_join.then(|| view! { <LinkButton href=join.clone() size=Size::Small>{t(l, word)}</LinkButton> })>
                    {t(l, k::competitions::LOCKED_TEXT)}
                </Alert>
            })}
            <Table caption=t(l, k::competitions::FILES_CAPTION)>
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, k::competitions::FILE)}</th>
                        <th scope="col" class="end">{t(l, k::competitions::SIZE)}</th>
                        <th scope="col" class="wide-only">{t(l, k::competitions::WHO)}</th>
                        <th scope="col" class="end"><span class="sr-only">{t(l, k::competitions::DOWNLOAD)}</span></th>
                    </tr>
                </thead>
                <tbody>
                    {files
                        .into_iter()
                        .map(|file| {
                            let href = address::file::data(here.slug(), &file.name);
                            let who = t(l, if file.is_open { k::competitions::EVERYONE } else { k::competitions::PARTICIPANTS });
                            let size = format::bytes(u64::try_from(file.bytes).unwrap_or_default(), l);
                            let label = tf!(l, k::competitions::DOWNLOAD_NAME, name = file.name);
                            view! {
                                <tr>
                                    <th scope="row"><code>{file.name}</code><span class="meta narrow-only">{who}</span></th>
                                    <td class="end num nowrap">{size}</td>
                                    <td class="wide-only nowrap">{who}</td>
                                    <td class="end">
                                        {if opens.is_some() {
                                            view! { <span class="badge" data-tone=""><Glyph icon=Icon::Lock/>{t(l, k::competitions::DATA_LATER)}</span> }.into_html()
                                        } else if file.is_open || may_have_all {
                                            view! { <a class="btn s" href=href download="" aria-label=label><Glyph icon=Icon::Download small=true/>{t(l, k::competitions::DOWNLOAD)}</a> }.into_html()
                                        } else {
                                            view! { <span class="badge" data-tone=""><Glyph icon=Icon::Lock/>{t(l, k::competitions::PARTICIPANTS)}</span> }.into_html()
                                        }}
                                    </td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </Table>
        </section>
    }
}

/// What a submission must look like, as the reader of files checks it.
#[component]
fn Format(schema: Schema, file_max: u64) -> impl IntoView {
    let l = locale();
    let header = schema.header();
    let mut facts = vec![(t(l, k::competitions::FORMAT_ID).to_owned(), schema.id)];
    facts.extend(schema.columns.into_iter().map(|column| {
        let values = match column.kind {
            ColumnKind::Number | ColumnKind::Size => t(l, k::competitions::FORMAT_NUMBER).to_owned(),
            ColumnKind::Amount | ColumnKind::Weight => t(l, k::competitions::FORMAT_AMOUNT).to_owned(),
            ColumnKind::Items | ColumnKind::Gains => t(l, k::competitions::FORMAT_ITEMS).to_owned(),
            ColumnKind::Mask => t(l, k::competitions::FORMAT_MASK).to_owned(),
            ColumnKind::Probability => t(l, k::competitions::FORMAT_PROBABILITY).to_owned(),
            ColumnKind::Label { classes } if classes.is_empty() => t(l, k::competitions::FORMAT_TEXT).to_owned(),
            ColumnKind::Label { classes } => tf!(l, k::competitions::FORMAT_CLASSES, classes = classes.join(", ")),
        };
        (values, column.name)
    }));
    let rows = schema.rows.and_then(|rows| i64::try_from(rows).ok()).map(format::grouped);
    view! {
        <Card id="format" title=t(l, k::competitions::FORMAT)>
            <div class="stack">
                <p class="caption">{t(l, k::competitions::FORMAT_HEADER)}" "<code>{header}</code></p>
                <Facts lines=true>
                    {rows.map(|rows| view! { <Fact term=t(l, k::competitions::SPLIT_ROWS)>{rows}</Fact> })}
                    {facts.into_iter().map(|(term, name)| view! { <Fact term><code>{name}</code></Fact> }).collect_view()}
                    <Fact term=t(l, k::competitions::FORMAT_FILE)>{t(l, k::competitions::FORMAT_CSV)}</Fact>
                    <Fact term=t(l, k::competitions::SIZE)>{tf!(l, k::competitions::FORMAT_SIZE, size = format::bytes(file_max, l))}</Fact>
                </Facts>
            </div>
        </Card>
    }
}
