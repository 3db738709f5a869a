//! The rules have another version since the reader agreed: what is new in it, and to agree again.

use std::sync::Arc;

use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::changes::Change;

use crate::api::participation::AgreeToRules;
use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::pages::participation::standing::withdraws;
use crate::ui::{Alert, Button, Card, Checkbox, LinkButton, Look, Size, Tone};

#[component]
pub fn NewRules(here: Arc<Here>, lines: Vec<(Change, String)>, step: FormState) -> impl IntoView {
    use k::participation::new_rules as n;
    let l = locale();
    let href = address::rules(here.slug());
    let note = move || view! { <a class="caption" href=href.clone()>{t(l, k::participation::RULES_PAGE)}</a> };
    let is_empty = lines.is_empty();
    let rows: Vec<_> = lines.into_iter().map(line).collect();
    view! {
        <div class="door wide stack">
            <h1>{t(l, n::TITLE)}</h1>
            <FormError state=step/>
            <Alert tone=Tone::Warning>{t(l, n::TEXT)}</Alert>
            <Card id="changes" title=t(l, n::CHANGES) note>
                {if is_empty {
                    view! { <p class="muted">{t(l, n::UNKNOWN)}</p> }.into_html()
                } else {
                    view! { <div class="stack s" role="region" tabindex="0" aria-label=t(l, n::CHANGES)>{rows}</div> }.into_html()
                }}
            </Card>
            <form class="stack" method="post" action=AgreeToRules::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <input type="hidden" name="rules" value=here.competition.settings.apply.rules/>
                <Checkbox name="agree" required=true>{t(l, k::participation::AGREE)}</Checkbox>
                <p><Button look=Look::Primary size=Size::Large submit=true>{t(l, n::DO)}</Button></p>
            </form>
            {withdraws(&here)}
        </div>
    }
}

fn line((change, text): (Change, String)) -> Html {
    match change {
        Change::Same => view! { <p class="muted">{text}</p> }.into_html(),
        Change::Removed => view! { <p><del>{text}</del></p> }.into_html(),
        Change::Added => view! { <p><ins>{text}</ins></p> }.into_html(),
    }
}

/// That there is something to agree to, on pages of whoever takes part.
#[component]
pub fn RulesChanged(here: Arc<Here>) -> impl IntoView {
    use k::participation::new_rules as n;
    let l = locale();
    let href = address::apply(here.slug());
    here.visit().owes_agreement().then(|| {
        let action = move || view! { <LinkButton href=href.clone() size=Size::Small>{t(l, n::SEE)}</LinkButton> };
        view! { <Alert tone=Tone::Warning title=t(l, n::TITLE) action>{t(l, n::TEXT)}</Alert> }
    })
}
