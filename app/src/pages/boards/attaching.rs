//! What is attached to a post: the field of its form, and the list under its text.

use domain::attachments::accept;
use domain::boards::{BoardKind, PostFile};
use domain::{ErrorCode, address};
use leptos::prelude::*;

use crate::context::locale;
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::tf;
use crate::ui::{Field, Glyph, Icon};

/// Files to attach. Without a script they come with the form; with one (`boot.js`) each comes as it is chosen, pasted or dropped, and the
/// list grows by what the template has.
#[component]
pub fn PostFilesField(
    slug: String,
    kind: BoardKind,
    /// Those that are attached already, and whether each still is.
    files: Vec<(PostFile, bool)>,
    error: Option<String>,
) -> impl IntoView {
    let l = locale();
    let to = address::asking(&address::file::post_files(&slug), &[("board", kind.key())]);
    let invalid = error.is_some().then_some("true");
    let described = if error.is_some() { "upload-error" } else { "upload-hint" };
    let is_empty = files.is_empty();
    let files: Vec<_> = files
        .into_iter()
        .map(|(file, checked)| {
            let name = format!("files[{}]", file.id);
            let (id, size) = (file.id.to_string(), size(&file, l));
            view! { <li>{line(name, id, checked, file.name, size)}</li> }
        })
        .collect();
    view! {
        <div
            class="stack s"
            data-uploads=to
            data-busy=tf!(l, k::boards::UPLOADING, name = "{}")
            data-last=t(l, k::boards::UPLOADING_LAST)
            data-done=tf!(l, k::boards::UPLOADED, name = "{}")
            data-failed=t(l, k::boards::UPLOAD_FAILED)
            data-large=format::error::error(l, &ErrorCode::BodyTooLarge.into())
            data-hint=t(l, k::boards::ATTACH_HINT_SCRIPT)
        >
            <Field id="upload" label=t(l, k::boards::ATTACH) note=t(l, k::boards::ATTACH_NOTE).to_owned() hint=Some(t(l, k::boards::ATTACH_HINT).to_owned()) error>
                <input class="input" id="upload" name="upload" type="file" multiple accept=accept(&[]) aria-invalid=invalid aria-describedby=described/>
            </Field>
            <p class="caption" role="status" data-upload-status=""></p>
            <fieldset class="field" hidden=is_empty>
                <legend class="strong">{t(l, k::boards::ATTACHED)}</legend>
                <ul class="stack s" data-files="">{files}</ul>
                <span class="hint">{t(l, k::boards::ATTACHED_HINT)}</span>
            </fieldset>
            <template><li>{line(String::new(), String::new(), true, String::new(), String::new())}</li></template>
        </div>
    }
}

fn line(name: String, id: String, checked: bool, file: String, size: String) -> impl IntoView {
    view! {
        <label class="check any-wrap">
            <input type="checkbox" name=name value=id checked=checked/>
            <span><span>{file}</span> " " <span class="caption num">{size}</span></span>
        </label>
    }
}

fn size(file: &PostFile, l: Locale) -> String {
    format::bytes(u64::try_from(file.bytes).unwrap_or_default(), l)
}

/// What is attached, to be saved.
#[component]
pub fn Attachments(slug: String, files: Vec<PostFile>) -> impl IntoView {
    let l = locale();
    let files: Vec<_> = files
        .into_iter()
        .filter(|file| !file.is_picture)
        .map(|file| {
            let (href, size) = (file.address(&slug), size(&file, l));
            let downloads = tf!(l, k::boards::DOWNLOADS, n = file.downloads);
            view! {
                <li>
                    <Glyph icon=Icon::Clip small=true/>
                    <a class="any-wrap" href=href download>{file.name}</a>
                    <span class="caption num">{size} " · " {downloads}</span>
                </li>
            }
        })
        .collect();
    (!files.is_empty()).then(|| {
        view! {
            <section class="attachments" aria-labelledby="attachments">
                <h2 id="attachments">{tf!(l, k::boards::ATTACHMENTS, n = files.len())}</h2>
                <ul>{files}</ul>
            </section>
        }
    })
}
