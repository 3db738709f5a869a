//! Accounts, tokens and who is asking.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Scopes;
use crate::error::{FieldProblem, WrongFields};
use crate::ids::{IdentityId, TokenId, UserId};
use crate::{AppError, Locale, Result};

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
    /// When they showed that they read mail at the address; until then it counts for nothing.
    pub verified_at: Option<DateTime<Utc>>,
    /// The language of their letters.
    pub locale: Locale,
    /// Where a second factor is required of whoever helps to run something: they have none, and no role comes along until they do. Known
    /// of whoever came in by a door, and false of anybody else.
    #[serde(default)]
    #[cfg_attr(feature = "sqlx", sqlx(skip))]
    pub needs_factor: bool,
}

impl User {
    /// Whether the address is theirs for sure.
    pub fn is_verified(&self) -> bool {
        self.verified_at.is_some()
    }
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

/// Where and how somebody is logged in, as they see it themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What ends it, and opens nothing.
    pub id: String,
    /// Browser and system in two words; empty where they are not known.
    pub device: String,
    /// The network's address, without its last part; empty where it is not known.
    pub network: String,
    pub began_at: Option<DateTime<Utc>>,
    /// To the day.
    pub seen_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// Whether it was begun at the log-in of an institution.
    pub by_institution: bool,
}

/// An account at an institution that opens one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Identity {
    pub id: IdentityId,
    /// Who vouches for it: the address of the institution's log-in.
    pub issuer: String,
    /// Whose it is there.
    pub subject: String,
    pub linked_at: DateTime<Utc>,
}

/// What someone says of themselves who comes from an institution for the first time; their address is the institution's word.
#[derive(Debug, Clone)]
pub struct Newcomer {
    pub name: String,
    pub public_name: String,
    pub affiliation: String,
    pub locale: Locale,
}

impl Newcomer {
    /// The same trimmed, or every wrong field, by the rules of [`SignUp`].
    pub fn validated(self) -> Result<Self> {
        let tidy = Self { name: self.name.trim().to_owned(), affiliation: self.affiliation.trim().to_owned(), ..self };
        let mut wrong = WrongFields::default();
        check_person(&mut wrong, &tidy.name, &tidy.affiliation);
        if !valid_public_name(&tidy.public_name) {
            wrong.note("public_name", FieldProblem::PublicName);
        }
        wrong.or(tidy)
    }
}

/// What a person says of themselves and may change at will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    pub affiliation: String,
    pub locale: Locale,
}

impl Profile {
    /// The same trimmed, or every wrong field.
    pub fn validated(self) -> Result<Self> {
        let tidy = Self { name: self.name.trim().to_owned(), affiliation: self.affiliation.trim().to_owned(), ..self };
        let mut wrong = WrongFields::default();
        check_person(&mut wrong, &tidy.name, &tidy.affiliation);
        wrong.or(tidy)
    }
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
    /// The language in which they signed up.
    #[serde(default)]
    pub locale: Locale,
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
            locale: self.locale,
        };
        let mut wrong = WrongFields::default();
        if !valid_email(&tidy.email) {
            wrong.note("email", FieldProblem::Email);
        }
        check_person(&mut wrong, &tidy.name, &tidy.affiliation);
        if !valid_public_name(&tidy.public_name) {
            wrong.note("public_name", FieldProblem::PublicName);
        }
        if let Some(problem) = password_problem(&tidy.password, &tidy.email) {
            wrong.note("password", problem);
        }
        wrong.or(tidy)
    }
}

fn check_person(wrong: &mut WrongFields, name: &str, affiliation: &str) {
    if name.is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
        wrong.note("name", FieldProblem::PersonName);
    }
    if affiliation.chars().count() > 80 || affiliation.chars().any(char::is_control) {
        wrong.note("affiliation", FieldProblem::Affiliation);
    }
}

/// Why this cannot be the password of the account of an address.
pub fn password_problem(password: &str, email: &str) -> Option<FieldProblem> {
    match password.chars().count() {
        n if n < PASSWORD_MIN => Some(FieldProblem::PasswordShort),
        n if n > PASSWORD_MAX => Some(FieldProblem::PasswordLong),
        _ if password.to_lowercase() == email => Some(FieldProblem::PasswordEmail),
        _ => None,
    }
}

/// Refuses what cannot be the new password of the account of an address.
pub fn check_password(password: &str, email: &str) -> Result<()> {
    password_problem(password, email).map_or(Ok(()), |problem| Err(AppError::field("password", problem)))
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
        // No mail reaches such (RFC 2606); accounts that are gone have them.
        && !host.ends_with(".invalid")
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
            locale: Locale::Ko,
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
