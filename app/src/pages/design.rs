use leptos::prelude::*;

#[component]
pub fn Design() -> impl IntoView {
    view! { <div class="page body"><h1>"컴포넌트"</h1></div> }
}
