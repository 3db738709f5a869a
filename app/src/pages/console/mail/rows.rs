use std::sync::Arc;

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::competitions::letters::{CompetitionLetter, LetterState};

use super::words::{letter_kind_word, letter_reason, letter_state_word};
use crate::api::letters::ResendLetters;
use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::tf;
use crate::ui::{Badge, Button, Size, Table, Time, TimeForm, Tone};

/// The form that the boxes of the rows belong to.
pub(super) const RESEND_FORM: &str = "resend";

/// Letters as rows, with boxes to check for the form below at those that failed.
#[component]
pub(super) fn LetterRows(
    here: Arc<Here>,
    letters: Vec<CompetitionLetter>,
    /// With the boxes.
    chosen: bool,
    /// Which boxes are checked, their ids, after an error.
    ticked: String,
) -> impl IntoView {
    use k::console::mail as w;
    let l = locale();
    let rows: Vec<_> = letters.into_iter().map(|letter| line(&here, letter, chosen, &ticked)).collect();
    view! {
        <Table caption=t(l, w::CAPTION) class="roomy">
            <thead>
                <tr>
                    {chosen.then(|| view! { <th scope="col" class="tight-col"><span class="sr-only">{t(l, w::BULK)}</span></th> })}
                    <th scope="col" class="fill">{t(l, w::LETTER)}</th>
                    <th scope="col" class="wide-only">{t(l, w::WRITTEN)}</th>
                    <th scope="col">{t(l, w::STATE)}</th>
                    {chosen.then(|| view! { <th scope="col" class="end"><span class="sr-only">{t(l, w::RESEND)}</span></th> })}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

fn line(here: &Here, mut letter: CompetitionLetter, chosen: bool, ticked: &str) -> impl IntoView + use<> {
    use k::console::mail as w;
    let (l, zone) = (locale(), here.zone());
    if letter.address.is_empty() {
        t(l, k::console::GONE).clone_into(&mut letter.address);
    }
    let state = LetterState::of(&letter.state);
    let tone = match state {
        LetterState::Failed => Tone::Danger,
        LetterState::Waiting => Tone::Neutral,
        LetterState::Sent => Tone::Success,
    };
    let has_failed = state == LetterState::Failed;
    let id = letter.id.to_string();
    // Another version may know kinds that this one does not.
    let kind = letter_kind_word(l, &letter.kind).unwrap_or(&letter.kind).to_owned();
    let label = tf!(l, w::CHOOSE, kind = kind, address = letter.address);
    let choose = chosen.then(|| {
        let (value, checked) = (id.clone(), ticked.contains(&id));
        let cell = has_failed.then(|| {
            view! { <input type="checkbox" name="letters[]" value=value checked=checked form=RESEND_FORM aria-label=label/> }
        });
        view! { <td class="tight-col">{cell}</td> }
    });
    let slug = here.slug().to_owned();
    let label = tf!(l, w::RESEND_OF, kind = kind, address = letter.address);
    let resend = chosen.then(|| {
        let form = has_failed.then(|| {
            view! {
                <form method="post" action=ResendLetters::PATH>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="letters[]" value=id/>
                    <Button size=Size::Small submit=true label>{t(l, w::RESEND)}</Button>
                </form>
            }
        });
        view! { <td class="end">{form}</td> }
    });
    let to = letter.name.map_or_else(|| letter.address.clone(), |name| format!("{name} · {}", letter.address));
    let why = letter.last_error.filter(|_| state != LetterState::Sent);
    let why = why.map(|error| view! { <span class="meta">{letter_reason(l, &error)}</span> });
    view! {
        <tr>
            {choose}
            <th scope="row">
                <strong>{kind}</strong>
                <span class="meta any-wrap">{to}</span>
                {why}
                <span class="meta narrow-only num"><Time at=letter.created_at zone form=TimeForm::Short/></span>
            </th>
            <td class="wide-only tight-col num"><Time at=letter.created_at zone form=TimeForm::Short/></td>
            <td class="tight-col"><Badge tone>{letter_state_word(l, state)}</Badge></td>
            {resend}
        </tr>
    }
}
