//! A real provider of OpenID Connect that tests start.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

use crate::institution::InstitutionConfig;

/// npm's `oidc-provider` in a process of its own; `oidc-provider.mjs` says what it takes and who is who.
pub struct OidcProvider {
    child: Child,
    pub issuer: String,
}

/// What the script prints.
#[derive(Deserialize)]
struct Listens {
    issuer: String,
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl OidcProvider {
    /// Starts it for an installation at that address, with the script's options, and waits until it listens.
    pub fn start(base_url: &str, options: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testing/oidc-provider.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg("--back").arg(format!("{base_url}{}", domain::address::service::INSTITUTION_BACK));
        let piped = command.args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = piped.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let listens: Listens = serde_json::from_str(&line).expect("no provider: run tools/setup.sh or npm ci");
        Self { child, issuer: listens.issuer }
    }

    /// The institution that it is the log-in of.
    pub fn config(&self) -> InstitutionConfig {
        let secret = "a secret of at least thirty-two bytes".to_owned();
        InstitutionConfig::new(&self.issuer, "madang".to_owned(), secret, "마당대병원".to_owned()).unwrap()
    }
}
