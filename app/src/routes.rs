//! Every page and its address.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::pages::design::Design;
use crate::pages::home::Home;

#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Router>
            <FlatRoutes fallback=|| view! { <p>"404"</p> }>
                <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                <Route path=path!("/design") view=Design ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
