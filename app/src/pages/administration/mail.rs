use domain::address::{self, file};
use domain::zone::Zone;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::administration::{self, ListedLetter, SiteLettersPage};
use platform::competitions::letters::{LetterState, LettersWanted};

use super::{AdminRoom, room};
use crate::api::administration::ResendLetter;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::console::asked::{ListAsked, ListHead};
use crate::pages::console::mail::words::{letter_kind_word, letter_reason, letter_state_word};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Badge, Button, Empty, Icon, LinkButton, Pagination, Size, Tab, Table, Time, TimeForm, Tone};

const PER_PAGE: i64 = 50;

type Asked = ListAsked<LetterState>;

/// What any kind of letter is called.
pub fn any_letter_word(l: Locale, kind: &str) -> Option<&'static str> {
    use k::administration::letter_kinds as w;
    let word = match kind {
        "test" => w::TEST,
        "verify_address" => w::VERIFY_ADDRESS,
        "reset_password" => w::RESET_PASSWORD,
        "address_changed" => w::ADDRESS_CHANGED,
        "account_security" => w::ACCOUNT_SECURITY,
        "account_suspended" => w::ACCOUNT_SUSPENDED,
        "account_resumed" => w::ACCOUNT_RESUMED,
        of_a_competition => return letter_kind_word(l, of_a_competition),
    };
    Some(t(l, word))
}

/// `/admin/mail`: letters that wait, that were sent and that failed.
#[component]
pub fn AdminMailPage() -> impl IntoView {
    let asked = Asked::of_address();
    let state = FormState::of::<ResendLetter>();
    room(AdminRoom::Mail, move || async move {
        use k::administration as w;
        let l = locale();
        let wanted = LettersWanted {
            state: asked.state,
            text: asked.text.clone(),
            limit: PER_PAGE,
            offset: (asked.page - 1) * PER_PAGE,
        };
        let (services, actor) = (request::services(), request::actor());
        let page = administration::letters(&services, &actor, &wanted, (l, any_letter_word)).await?;
        let said = state.done().map(|_| {
            view! { <div role="status"><Alert tone=Tone::Success>{t(l, w::RESENT)}</Alert></div> }
        });
        let parts = [
            view! { <FormError state/> {said} <p class="muted">{t(l, w::MAIL_LEAD)}</p> }.into_html(),
            view! { <Filters asked=asked.clone() page=page.clone()/> }.into_html(),
            view! { <Found asked page/> }.into_html(),
        ];
        Ok(parts.collect_view())
    })
}

#[component]
fn Filters(asked: Asked, page: SiteLettersPage) -> impl IntoView {
    use k::console::mail as w;
    let l = locale();
    let base = address::ADMIN_MAIL;
    let tab = |state: Option<LetterState>, word: &'static str, count: i64| {
        let href = Asked { state, ..asked.clone() }.at(base, None);
        view! { <Tab href current=asked.state == state count>{word}</Tab> }.into_html()
    };
    let tabs: Vec<_> = std::iter::once(tab(None, t(l, w::ALL), page.counts.all()))
        .chain(LetterState::ALL.map(|state| tab(Some(state), letter_state_word(l, state), page.counts.of(state))))
        .collect();
    let csv = (page.total > 0).then(|| asked.at(file::ADMIN_MAIL, None));
    let total = tf!(l, w::TOTAL, n = page.total);
    let search = t(l, k::administration::LETTERS_SEARCH);
    view! { <ListHead label=t(l, k::administration::FILTER) tabs action=base search text=asked.text.clone() keep=asked.kept() total csv csv_of=t(l, w::CSV_OF)/> }
}

#[component]
fn Found(asked: Asked, page: SiteLettersPage) -> impl IntoView {
    use k::administration as w;
    let l = locale();
    if page.rows.is_empty() {
        return if page.counts.all() == 0 {
            view! { <Empty whole_page=true icon=Icon::Mail title=t(l, w::NO_LETTERS) text=t(l, w::NO_LETTERS_TEXT)/> }
                .into_html()
        } else {
            use k::console::mail as m;
            view! {
                <Empty whole_page=true icon=Icon::Mail title=t(l, m::NOTHING) text=t(l, m::NOTHING_TEXT)>
                    <LinkButton href=address::ADMIN_MAIL>{t(l, m::SEE_ALL)}</LinkButton>
                </Empty>
            }
            .into_html()
        };
    }
    let (shown, pages) = asked.shown(page.total, PER_PAGE);
    let at = asked.clone();
    view! {
        <Table caption=t(l, w::MAIL) class="roomy">
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, k::console::mail::LETTER)}</th>
                    <th scope="col" class="wide-only">{t(l, k::console::mail::WRITTEN)}</th>
                    <th scope="col">{t(l, w::STATE)}</th>
                    <th scope="col" class="end"><span class="sr-only">{t(l, w::RESEND)}</span></th>
                </tr>
            </thead>
            <tbody>{page.rows.into_iter().map(|letter| line(l, letter)).collect_view()}</tbody>
        </Table>
        <Pagination label=t(l, k::console::mail::PAGES) page=shown pages href=move |page| at.at(address::ADMIN_MAIL, Some(page))/>
    }
    .into_html()
}

fn line(l: Locale, mut letter: ListedLetter) -> impl IntoView + use<> {
    use k::administration as w;
    let zone = Zone::default();
    if letter.address.is_empty() {
        t(l, k::console::GONE).clone_into(&mut letter.address);
    }
    let state = LetterState::of(&letter.state);
    let tone = match state {
        LetterState::Failed => Tone::Danger,
        LetterState::Waiting => Tone::Neutral,
        LetterState::Sent => Tone::Success,
    };
    let resend = (state == LetterState::Failed).then(|| {
        let label = tf!(l, w::RESEND_TO, address = letter.address.clone());
        view! {
            <form method="post" action=ResendLetter::PATH>
                <input type="hidden" name="id" value=letter.id.to_string()/>
                <Button size=Size::Small submit=true label>{t(l, w::RESEND)}</Button>
            </form>
        }
    });
    let kind = any_letter_word(l, &letter.kind).map_or_else(|| letter.kind.clone(), str::to_owned);
    // In plain words, and as the server said it for whoever runs this one.
    let why = letter.last_error.filter(|_| state != LetterState::Sent).map(|error| {
        view! { <span class="meta">{letter_reason(l, &error)}</span> <span class="meta any-wrap"><code>{error.clone()}</code></span> }
    });
    view! {
        <tr>
            <th scope="row">
                <strong>{kind}</strong>
                <span class="meta any-wrap">{letter.address}</span>
                <span class="meta narrow-only num"><Time at=letter.created_at zone form=TimeForm::Short/></span>
            </th>
            <td class="wide-only tight-col num"><Time at=letter.created_at zone form=TimeForm::Short/></td>
            <td><Badge tone>{letter_state_word(l, state)}</Badge>{why}</td>
            <td class="end">{resend}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use platform::mail::letter::Letter;

    use super::*;

    #[test]
    fn every_kind_of_letter_has_a_name_in_both_languages() {
        for kind in Letter::OF_ACCOUNTS.into_iter().chain(Letter::OF_COMPETITIONS) {
            assert!(
                any_letter_word(Locale::Ko, kind).is_some() && any_letter_word(Locale::En, kind).is_some(),
                "{kind}"
            );
        }
        assert_eq!(any_letter_word(Locale::Ko, "of another version"), None);
    }
}
