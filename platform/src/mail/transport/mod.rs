//! How a letter leaves: to a mail server, or into a folder.

mod folder;
mod smtp;

use std::fmt;
use std::path::PathBuf;

use lettre::address::Envelope;

#[cfg(test)]
pub(super) use self::smtp::Encryption;
pub use self::smtp::Smtp;

/// Where letters go.
#[derive(Clone)]
pub enum Transport {
    /// A file each in this folder.
    Folder(PathBuf),
    Smtp(Box<Smtp>),
}

impl Transport {
    /// What is true of every URL of a kind that there is, for whoever wrote another.
    pub const STARTS: &'static str = "starts with file://, smtp:// or smtps://";

    /// `file://folder`, `smtp://user:password@host:port` (STARTTLS) or `smtps://…` (TLS from the start). What is special in a user's
    /// name or a password is percent-encoded.
    ///
    /// # Errors
    /// What would be right, without what was written: that may be a password.
    pub fn of(url: &str) -> Result<Self, String> {
        match url.strip_prefix("file://") {
            Some("") => Err("names a folder, such as file://data/mail".to_owned()),
            Some(folder) => Ok(Self::Folder(folder.into())),
            None if url.starts_with("smtp://") || url.starts_with("smtps://") => {
                Ok(Self::Smtp(Box::new(Smtp::of(url)?)))
            }
            None => Err(Self::STARTS.to_owned()),
        }
    }

    /// Hands a message over, and what was answered.
    pub(super) async fn send(&self, envelope: &Envelope, id: &str, message: Vec<u8>) -> Result<String, Undelivered> {
        match self {
            Self::Folder(folder) => folder::put(folder.clone(), id.to_owned(), message).await,
            Self::Smtp(smtp) => smtp.send(envelope, &message).await,
        }
    }
}

/// What is stored of a letter that was not sent in time.
pub(super) const LINK_ENDED: &str = "its link has ended";

/// How far a letter came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It could not be written.
    Writing,
    /// It is too late for it.
    Late,
    /// The folder took no file.
    Folder,
    /// To the server, which has to greet.
    Connecting,
    /// TLS.
    Encrypting,
    LoggingIn,
    /// The server hears whom it is from.
    Sender,
    /// And whom it is for.
    Recipient,
    /// The letter itself. From here on nobody knows whether it was taken, if no answer comes.
    Content,
}

impl Step {
    const ALL: [Self; 9] = [
        Self::Writing,
        Self::Late,
        Self::Folder,
        Self::Connecting,
        Self::Encrypting,
        Self::LoggingIn,
        Self::Sender,
        Self::Recipient,
        Self::Content,
    ];

    /// The step at which a letter was not handed over, as it is stored ([`Undelivered`], displayed).
    pub fn of(error: &str) -> Option<Self> {
        if error == LINK_ENDED {
            return Some(Self::Late);
        }
        Self::ALL.into_iter().find(|step| error.starts_with(step.said()))
    }

    fn said(self) -> &'static str {
        match self {
            Self::Writing => "the letter could not be written",
            Self::Late => "too late",
            Self::Folder => "the folder took no file",
            Self::Connecting => "the server did not answer",
            Self::Encrypting => "no encrypted connection",
            Self::LoggingIn => "the log-in was refused",
            Self::Sender => "the sender was refused",
            Self::Recipient => "the recipient was refused",
            Self::Content => "the letter was not taken",
        }
    }
}

/// Why a letter was not handed over. Displayed, it is short and says nothing of a person: what is stored and logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    pub step: Step,
    /// The server's reply code.
    pub code: Option<u16>,
    /// All that is known, such as the server's own words, which may name the recipient: for an operator who asks.
    pub details: String,
}

impl Undelivered {
    pub(super) fn here(step: Step, details: impl fmt::Display) -> Self {
        Self { step, code: None, details: details.to_string() }
    }

    /// Whether trying again would be answered the same: what the server refuses for good about this letter or its recipient. What it
    /// refuses about us, such as the password, an operator may put right meanwhile.
    pub(super) fn is_final(&self) -> bool {
        let is_refused = self.code.is_some_and(|code| code >= 500);
        matches!(self.step, Step::Writing | Step::Late)
            || (is_refused && matches!(self.step, Step::Recipient | Step::Content))
    }

    /// The status of RFC 3463 (`5.1.1`) in the server's words.
    fn status(&self) -> Option<&str> {
        let is_status = |word: &&str| {
            let mut parts = word.split('.');
            let mut is_number =
                || parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
            word.starts_with(['4', '5']) && is_number() && is_number() && is_number() && word.len() <= 9
        };
        self.details.split(|c: char| c.is_whitespace() || c == ':').find(is_status)
    }
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            // In our own words.
            Step::Writing | Step::Late => return f.write_str(&self.details),
            step => f.write_str(step.said())?,
        }
        match (self.code, self.status()) {
            (Some(code), Some(status)) => write!(f, " ({code} {status})"),
            (Some(code), None) => write!(f, " ({code})"),
            (None, _) => Ok(()),
        }
    }
}
