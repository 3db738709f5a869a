use domain::address;
use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::cases::fields::FilesField;
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::ui::{Button, Checkbox, Choices, Icon, LinkButton, Look, Radio, Size, TextArea, TextField};

/// `/competitions/:slug/manage/cases/new`
#[component]
pub fn NewCasePage() -> impl IntoView {
    let state = FormState::of_any(&[address::MANAGE_CASES]);
    let named = request::query("team").unwrap_or_default();
    room(Room::Cases, move |here| async move {
        use k::cases::house as h;
        let l = locale();
        here.visit().may(Room::CASES_LED_BY, None).check()?;
        let optional = t(l, h::OPTIONAL);
        let team = state.typed("team").cloned().unwrap_or(named);
        let by_vote = state.value("by_vote") == "on";
        let shown = state.value("is_shown") == "on";
        let votes = state.field_error("by_vote");
        Ok(view! {
            <p><LinkButton href=address::manage_cases(here.slug()) size=Size::Small icon=Icon::Left>{t(l, h::BACK)}</LinkButton></p>
            <FormError state=state.clone()/>
            <form class="card stack" method="post" enctype="multipart/form-data" action=address::manage_cases(here.slug())>
                <TextField name="team" kind="number" label=t(l, h::TEAM_NUMBER) value=team hint=t(l, h::TEAM_HINT) error=state.field_error("team") required=true/>
                <TextField name="title" label=t(l, h::CASE_TITLE) value=state.value("title") hint=t(l, h::TITLE_HINT) error=state.field_error("title") max=120 required=true/>
                <TextArea name="markdown" label=t(l, h::SUSPICION) value=state.value("markdown") hint=t(l, k::cases::MARKDOWN_HINT) error=state.field_error("markdown") rows=8 required=true/>
                <TextField name="submissions" label=t(l, h::NUMBERS) note=optional value=state.value("submissions") hint=t(l, h::NUMBERS_HINT) error=state.field_error("submissions")/>
                <FilesField id="files" state=state.clone()/>
                <Checkbox name="is_shown" checked=shown>{t(l, h::SHOW)}</Checkbox>
                <Choices legend=t(l, h::WHO_DECIDES) error=votes>
                    <Radio name="by_vote" value="" checked=!by_vote>{t(l, h::ORGANIZER_CHOICE)}</Radio>
                    <Radio name="by_vote" value="on" checked=by_vote>{t(l, h::VOTE_CHOICE)}</Radio>
                </Choices>
                <p><Button look=Look::Primary submit=true>{t(l, h::OPEN_DO)}</Button></p>
            </form>
        })
    })
}
