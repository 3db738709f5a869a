//! What there is to know of a server function's form: which of its fields are shown again, and where it stands.

use domain::address;
use std::collections::BTreeMap;

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
    let of_competition = |address: &dyn Fn(&str) -> String| match typed("slug") {
        "" => address::HOME.to_owned(),
        slug => address(slug),
    };
    let door = |path: &str| address::asking(path, &[("next", safe_path(typed("next")))]);
    match function {
        "log_in" => door(address::LOGIN),
        "sign_up" => door(address::SIGNUP),
        "create_token" | "revoke_token" => address::TOKENS.to_owned(),
        "log_out" | "log_out_everywhere" | "set_public_name" => address::ACCOUNT.to_owned(),
        "join" => of_competition(&address::apply),
        "post_notice" => of_competition(&address::new_notice),
        "edit_notice" => of_competition(&|slug| address::edit_notice(slug, typed("number"))),
        "pin_notice" | "remove_notice" | "preview_notice" => of_competition(&address::notices),
        _ => of_competition(&address::team),
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
        assert_eq!(page("set_public_name", &[("public_name", "x")]), "/account");
        assert_eq!(page("create_team", &[("slug", "breast-cancer")]), "/competitions/breast-cancer/team");
        assert_eq!(page("create_team", &[("slug", "/evil.example")]), "/competitions/%2Fevil.example/team");
        assert_eq!(page("create_team", &[]), "/");
    }
}
