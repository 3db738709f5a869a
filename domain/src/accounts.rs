//! Accounts, tokens and who is asking.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::access::Scopes;
use crate::error::{FieldProblem, WrongFields};
use crate::ids::{TokenId, UserId};

/// A signed-in person as the pages need them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct User {
    pub id: UserId,
    pub email: String,
    /// The real name: for the own teams and organizers alone.
    pub name: String,
    /// What everyone may call them; `None` and they are counted, not named.
    pub public_name: Option<String>,
    pub affiliation: String,
    pub is_admin: bool,
}

/// A personal access token as its owner sees it; the secret is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    /// The first characters, to tell tokens apart.
    pub prefix: String,
    #[cfg_attr(feature = "sqlx", sqlx(try_from = "String"))]
    pub scopes: Scopes,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What someone types to sign up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignUp {
    pub email: String,
    pub name: String,
    #[serde(default)]
    pub public_name: String,
    #[serde(default)]
    pub affiliation: String,
    pub password: String,
}

/// Longest e-mail address in bytes (RFC 5321).
pub const EMAIL_MAX: usize = 254;
/// Longest public name in characters.
pub const PUBLIC_NAME_MAX: u32 = 20;
/// Fewest characters of a password (OWASP ASVS 2.1.1 asks for 12, or 8 with a breach check; we have no such list).
pub const PASSWORD_MIN: usize = 12;
/// Longest password in characters: bounds the work of hashing.
pub const PASSWORD_MAX: usize = 128;

impl SignUp {
    /// The same data trimmed and with the e-mail in lower case, or every wrong field.
    pub fn validated(self) -> Result<Self> {
        let tidy = Self {
            email: normal_email(&self.email),
            name: self.name.trim().to_owned(),
            public_name: self.public_name,
            affiliation: self.affiliation.trim().to_owned(),
            password: self.password,
        };
        let mut wrong = WrongFields::default();
        if !valid_email(&tidy.email) {
            wrong.note("email", FieldProblem::Email);
        }
        if tidy.name.is_empty() || tidy.name.chars().count() > 40 || tidy.name.chars().any(char::is_control) {
            wrong.note("name", FieldProblem::PersonName);
        }
        if !valid_public_name(&tidy.public_name) {
            wrong.note("public_name", FieldProblem::PublicName);
        }
        if tidy.affiliation.chars().count() > 80 || tidy.affiliation.chars().any(char::is_control) {
            wrong.note("affiliation", FieldProblem::Affiliation);
        }
        match tidy.password.chars().count() {
            n if n < PASSWORD_MIN => wrong.note("password", FieldProblem::PasswordShort),
            n if n > PASSWORD_MAX => wrong.note("password", FieldProblem::PasswordLong),
            _ if tidy.password.to_lowercase() == tidy.email => wrong.note("password", FieldProblem::PasswordEmail),
            _ => {}
        }
        wrong.or(tidy)
    }
}

/// Whether everyone may be shown this name; an empty one is none.
pub fn valid_public_name(name: &str) -> bool {
    name.chars().nth(PUBLIC_NAME_MAX as usize).is_none() && !name.chars().any(char::is_control)
}

/// E-mail addresses are compared in lower case, without surrounding spaces.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A shape check only; that the address works is shown by the mail that arrives.
pub fn valid_email(email: &str) -> bool {
    let Some((local, host)) = email.rsplit_once('@') else { return false };
    !local.is_empty()
        && email.len() <= EMAIL_MAX
        && !email.chars().any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\"\\".contains(c))
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> SignUp {
        SignUp {
            email: " Kim@Example.KR ".into(),
            name: " 김서연 ".into(),
            public_name: String::new(),
            affiliation: String::new(),
            password: "correct horse battery".into(),
        }
    }

    #[test]
    fn a_good_form_comes_back_tidy() {
        let tidy = form().validated().unwrap();
        assert_eq!((tidy.email.as_str(), tidy.name.as_str()), ("kim@example.kr", "김서연"));
    }

    #[test]
    fn every_wrong_field_is_reported_at_once() {
        let wrong = SignUp { email: "kim@".into(), name: "  ".into(), password: "short".into(), ..form() };
        let fields: Vec<_> = wrong.validated().unwrap_err().fields.into_iter().map(|f| f.field).collect();
        assert_eq!(fields, ["email", "name", "password"]);
    }

    #[test]
    fn the_e_mail_itself_is_no_password() {
        let same = SignUp { email: "kimseoyeon@example.kr".into(), password: "KimSeoyeon@example.kr".into(), ..form() };
        assert_eq!(same.validated().unwrap_err().fields[0].problem, FieldProblem::PasswordEmail);
    }
}
