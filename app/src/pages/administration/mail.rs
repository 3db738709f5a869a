use domain::zone::Zone;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::administration::{self, ListedLetter};

use super::{AdminRoom, room};
use crate::api::administration::ResendLetter;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Badge, Button, Empty, Icon, Size, Table, Time, TimeForm, Tone};

/// `/admin/mail`: letters that wait, that were sent and that failed, the latest hundred of each.
#[component]
pub fn AdminMailPage() -> impl IntoView {
    let state = FormState::of::<ResendLetter>();
    room(AdminRoom::Mail, move || async move {
        use k::administration as w;
        let l = locale();
        let letters = administration::letters(&request::services(), &request::actor()).await?;
        let said = state.done().map(|_| {
            view! { <div role="status"><Alert tone=Tone::Success>{t(l, w::RESENT)}</Alert></div> }
        });
        let list = if letters.is_empty() {
            view! { <Empty whole_page=true icon=Icon::Mail title=t(l, w::NO_LETTERS) text=t(l, w::NO_LETTERS_TEXT)/> }
                .into_html()
        } else {
            view! {
                <Table caption=t(l, w::MAIL) class="roomy">
                    <thead>
                        <tr>
                            <th scope="col" class="fill">{t(l, w::LETTER_TO)}</th>
                            <th scope="col" class="wide-only">{t(l, w::LETTER_KIND)}</th>
                            <th scope="col" class="wide-only">{t(l, w::WRITTEN)}</th>
                            <th scope="col">{t(l, w::STATE)}</th>
                            <th scope="col" class="end"><span class="sr-only">{t(l, w::RESEND)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{letters.into_iter().map(|letter| line(l, letter)).collect_view()}</tbody>
                </Table>
            }
            .into_html()
        };
        Ok(view! { <FormError state/> {said} <p class="muted">{t(l, w::MAIL_LEAD)}</p> {list} })
    })
}

fn line(l: Locale, letter: ListedLetter) -> impl IntoView + use<> {
    use k::administration as w;
    let zone = Zone::default();
    let (tone, word) = match letter.state.as_str() {
        "failed" => (Tone::Danger, w::LETTER_FAILED),
        "sent" => (Tone::Success, w::LETTER_SENT),
        _ => (Tone::Neutral, w::LETTER_WAITS),
    };
    let resend = (letter.state == "failed").then(|| {
        let label = tf!(l, w::RESEND_TO, address = letter.address.clone());
        view! {
            <form method="post" action=ResendLetter::PATH>
                <input type="hidden" name="id" value=letter.id.to_string()/>
                <Button size=Size::Small submit=true label>{t(l, w::RESEND)}</Button>
            </form>
        }
    });
    let why = letter.last_error.map(|why| view! { <span class="meta any-wrap">{why}</span> });
    view! {
        <tr>
            <th scope="row"><span class="any-wrap">{letter.address}</span><span class="meta narrow-only"><code>{letter.kind.clone()}</code></span></th>
            <td class="wide-only tight-col"><code>{letter.kind}</code></td>
            <td class="wide-only tight-col num"><Time at=letter.created_at zone form=TimeForm::Short/></td>
            <td><Badge tone>{t(l, word)}</Badge>{why}</td>
            <td class="end">{resend}</td>
        </tr>
    }
}
