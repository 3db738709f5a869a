//! What there is to know of a server function's form: which of its fields are shown again, and where it stands.

use std::collections::BTreeMap;

use crate::format::query;
use crate::session::safe_path;

/// The fields of a form that its page fills in again after a failure. Nothing else that was sent is kept.
pub fn kept(function: &str) -> &'static [&'static str] {
    match function {
        "log_in" => &["email"],
        "sign_up" => &["email", "name", "public_name", "affiliation"],
        "set_public_name" => &["public_name"],
        "create_token" => &["name", "days"],
        "create_team" | "rename_team" => &["name"],
        "post_notice" | "edit_notice" => &["title", "pinned", "required", "markdown"],
        "submit" => &["dry_run", "memo"],
        _ => &[],
    }
}

/// The page that shows how a form ended, for a browser that does not say where the form stood.
pub fn page_of(function: &str, typed: &BTreeMap<String, String>) -> String {
    let typed = |field: &str| typed.get(field).map(String::as_str).unwrap_or_default();
    let of_competition = |rest: &str| match typed("slug") {
        "" => "/".to_owned(),
        slug => format!("/competitions/{}/{rest}", query(slug)),
    };
    let door = |path: &str| format!("{path}?next={}", query(safe_path(typed("next"))));
    match function {
        "log_in" => door("/login"),
        "sign_up" => door("/signup"),
        "create_token" | "revoke_token" => "/account/tokens".to_owned(),
        "log_out" | "log_out_everywhere" | "set_public_name" => "/account".to_owned(),
        "join" => of_competition("apply"),
        "post_notice" => of_competition("boards/notice/new"),
        "edit_notice" => of_competition(&format!("boards/notice/{}/edit", query(typed("number")))),
        "pin_notice" | "remove_notice" | "preview_notice" => of_competition("boards/notice"),
        _ => of_competition("team"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_its_own_page_and_nowhere_else() {
        let page = |function: &str, fields: &[(&str, &str)]| {
            let typed = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            page_of(function, &typed)
        };
        assert_eq!(page("log_in", &[("next", "/account")]), "/login?next=%2Faccount");
        assert_eq!(page("log_in", &[("next", "//evil.example")]), "/login?next=%2F");
        assert_eq!(page("create_team", &[("slug", "breast-cancer")]), "/competitions/breast-cancer/team");
        assert_eq!(page("create_team", &[("slug", "/evil.example")]), "/competitions/%2Fevil.example/team");
        assert_eq!(page("create_team", &[]), "/");
    }
}
