//! Settings as an operator meets them: the written table, and what a wrong value is answered.

use std::path::Path;
use std::process::Command;

use server::settings::Settings;

/// What the program says, and its exit status, in a folder with that `madang.toml`.
fn refusal(file: &str, environment: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("madang.toml"), file).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_madang"))
        .current_dir(folder.path())
        .envs(environment.iter().copied())
        .args(arguments)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap().trim_end().to_owned())
}

#[test]
fn docs_deploy_md_has_the_table_of_the_sections() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deploy.md");
    let page = std::fs::read_to_string(path).unwrap();
    let table = Settings::table();
    assert!(
        page.contains(&format!("\n\n{table}\n")),
        "put this in the place of the table in docs/deploy.md:\n\n{table}"
    );
}

#[test]
fn a_wrong_value_stops_the_start_with_its_variable_and_what_would_be_right() {
    for (name, value, right) in [
        (
            "MADANG_ADDR",
            "localhost",
            "is \"localhost\"; it is an address and a port such as 127.0.0.1:3000: invalid socket address syntax",
        ),
        ("MADANG_BASE_URL", "madang.kr/", "is \"madang.kr\"; it starts with http:// or https://"),
        ("MADANG_DATABASE_URL", "mysql://db", "is \"mysql://db\"; it starts with sqlite:// or postgres://"),
        ("MADANG_STORAGE_URL", "data/files", "is \"data/files\"; it starts with file:// or s3://"),
        (
            "MADANG_MAIL_URL",
            "imap://kim:s3cret@mail.kr",
            "is \"imap://…@mail.kr\"; it starts with file://, smtp:// or smtps://",
        ),
        ("MADANG_MAIL_URL", "file://", "is \"file://\"; it names a folder, such as file://data/mail"),
        ("MADANG_MAIL_URL", "smtp://kim@mail.kr", "is \"smtp://…@mail.kr\"; it has a user and a password, or neither"),
        (
            "MADANG_MAIL_URL",
            "smtp://kim:s3/cret@mail.kr",
            "is \"smtp://…@mail.kr\"; it is like smtp://user:password@mail.example.kr:587, where what is special is percent-encoded",
        ),
        ("MADANG_MAIL_FROM", "Madang", "is \"Madang\"; it is an address such as Madang <madang@example.kr>"),
        (
            "MADANG_OIDC_ISSUER",
            "http://login.mail.kr",
            "is \"http://login.mail.kr\"; it is the address of a provider of OpenID Connect, such as https://login.hospital.example/realms/staff",
        ),
        ("MADANG_LOG_FORMAT", "xml", "is \"xml\"; it is text or json"),
        (
            "MADANG_TRUSTED_PROXIES",
            "::1,proxy",
            "has \"proxy\"; each part is an IP address or a range such as 10.0.0.0/8: invalid IP address syntax",
        ),
        ("MADANG_LEASE_SECONDS", "0", "is 0; it is at least 1"),
        ("MADANG_CONNECTIONS", "0", "is 0; it is at least 1"),
        ("MADANG_CONNECTIONS_PER_ADDRESS", "0", "is 0; it is at least 1"),
        ("MADANG_STREAMS_PER_ADDRESS", "0", "is 0; it is at least 1"),
    ] {
        let said = refusal("", &[(name, value)], &["migrate"]);
        assert_eq!(said, (Some(2), format!("madang: {name} {right}")));
    }
    let said = refusal("", &[("MADANG_MAIL_URL", "smtp://kim:s3cret@mail.kr")], &["migrate"]);
    let right = "MADANG_MAIL_FROM is \"\"; for smtp://…@mail.kr it is whom letters are from, such as Madang <madang@example.kr>";
    assert_eq!(said, (Some(2), format!("madang: {right}")));
    for (name, value, right) in [
        (
            "ISSUER",
            "https://login.mail.kr",
            "CLIENT_ID is \"\"; with MADANG_OIDC_ISSUER it is what the provider gave you",
        ),
        ("CLIENT_SECRET", "s3cret", "ISSUER is \"\"; with MADANG_OIDC_CLIENT_SECRET it is the address of the provider"),
    ] {
        let said = refusal("", &[(&format!("MADANG_OIDC_{name}"), value)], &["migrate"]);
        assert_eq!(said, (Some(2), format!("madang: MADANG_OIDC_{right}")));
    }
    let said = refusal("", &[("MADANG_WORKERS", "many")], &["migrate"]);
    assert_eq!(
        said,
        (Some(2), "madang: MADANG_WORKERS: invalid type: found string \"many\", expected usize".to_owned())
    );
    let said = refusal("", &[("MADANG_LOG", "a=b=c")], &["serve"]);
    let right = "MADANG_LOG is \"a=b=c\"; it is a tracing filter such as info or info,platform=debug";
    assert_eq!(said, (Some(2), format!("madang: {right}")));
}

#[test]
fn a_flag_counts_before_the_environment_and_the_environment_before_the_file() {
    let (file, environment) = ("addr = \"file\"", [("MADANG_ADDR", "environment")]);
    let counts = |environment, arguments: &[&str]| refusal(file, environment, arguments).1;
    assert!(counts(&[], &["serve"]).starts_with("madang: MADANG_ADDR is \"file\""));
    assert!(counts(&environment, &["serve"]).starts_with("madang: MADANG_ADDR is \"environment\""));
    assert!(counts(&environment, &["serve", "--addr", "flag"]).starts_with("madang: MADANG_ADDR is \"flag\""));
}

#[test]
fn an_unknown_name_in_the_file_stops_the_start_and_one_in_the_environment_is_none_of_ours() {
    let (status, said) = refusal("adress = \"127.0.0.1:3000\"", &[], &["migrate"]);
    assert_eq!(status, Some(2));
    assert!(
        said.starts_with("madang: MADANG_ADRESS: unknown field: found `adress`, expected `one of `addr`, `base_url`, "),
        "{said}"
    );
    let storage = ("MADANG_STORAGE_URL", "data/files");
    let (_, said) = refusal("", &[("MADANG_ADRESS", "127.0.0.1:3000"), storage], &["migrate"]);
    assert!(said.starts_with("madang: MADANG_STORAGE_URL is"), "{said}");
}
