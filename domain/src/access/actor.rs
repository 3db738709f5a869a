//! Who acts, and through which door they came.

use std::net::IpAddr;

use crate::ErrorCode;
use crate::accounts::User;
use crate::ids::UserId;

/// What a token may be used for. No token changes an account, a team or a role, whatever its scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    Read,
    Submit,
    Organize,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Read, Self::Submit, Self::Organize];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Submit => "submit",
            Self::Organize => "organize",
        }
    }
}

/// The scopes of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scopes(u8);

impl Scopes {
    pub fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    #[must_use]
    pub fn with(self, scope: Scope) -> Self {
        Self(self.0 | 1 << scope as u8)
    }

    /// Keys in the order of [`Scope::ALL`], a space between: as they are stored.
    pub fn keys(self) -> String {
        let keys: Vec<_> = Scope::ALL.into_iter().filter(|scope| self.has(*scope)).map(Scope::key).collect();
        keys.join(" ")
    }

    /// Those that are named; a word that is none of them gives nothing.
    pub fn from_keys(text: &str) -> Self {
        text.split(' ').filter_map(|word| Scope::ALL.into_iter().find(|scope| scope.key() == word)).collect()
    }
}

impl From<String> for Scopes {
    fn from(keys: String) -> Self {
        Self::from_keys(&keys)
    }
}

impl From<Scope> for Scopes {
    fn from(scope: Scope) -> Self {
        Self::default().with(scope)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::default(), Self::with)
    }
}

/// How a deed came in. Only a session is the account itself: a password sent along with a request may do what a token may that
/// reads and submits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Session,
    Password,
    Token(Scopes),
    /// The operator, at the machine itself.
    Command,
    /// The program by itself, at its moment.
    Timer,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// None is a visitor, the operator or the program.
    pub user: Option<User>,
    pub via: Via,
    /// The client's address, as far as proxies are trusted.
    pub from: Option<IpAddr>,
}

impl Actor {
    /// The operator, who answers for what is done at the machine itself.
    pub const COMMAND: Self = Self { user: None, via: Via::Command, from: None };
    /// The program by itself.
    pub const TIMER: Self = Self { user: None, via: Via::Timer, from: None };

    /// Somebody in a browser, signed in or not.
    pub fn browser(user: Option<User>, from: Option<IpAddr>) -> Self {
        Self { user, via: Via::Session, from }
    }

    pub fn id(&self) -> Option<UserId> {
        self.user.as_ref().map(|user| user.id)
    }

    /// The person.
    ///
    /// # Errors
    /// `login_required`.
    pub fn person(&self) -> Result<&User, ErrorCode> {
        self.user.as_ref().ok_or(ErrorCode::LoginRequired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_stored_as_words_and_unknown_ones_give_nothing() {
        let scopes = Scopes::from_keys("submit read");
        assert_eq!(scopes.keys(), "read submit");
        assert!(scopes.has(Scope::Submit) && !scopes.has(Scope::Organize));
        assert_eq!(Scopes::from_keys("everything"), Scopes::default());
        assert_eq!(Scope::ALL.into_iter().collect::<Scopes>().keys(), "read submit organize");
    }
}
