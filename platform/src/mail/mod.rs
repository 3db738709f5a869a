//! Mail: what letters say, how they are sent, and that each is sent once. A letter is written in the transaction of the deed that it
//! tells of ([`Mail::post`]), and a job of the queue sends it afterwards ([`sending`]): docs/decisions/0023.

pub mod deliver;
mod html;
pub mod letter;
pub mod links;
mod message;
pub(crate) mod sending;
mod template;
mod text;
pub mod transport;

use std::fmt;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::ids::{CompetitionId, LetterId, UserId};
use lettre::message::Mailbox;
use storage::Tx;
use storage::letters::NewLetter;

use self::letter::{Letter, Link};
use self::message::Outgoing;
use self::transport::{Step, Transport, Undelivered};
use crate::error::{Error, Result};

#[cfg(test)]
mod tests;

/// Whom letters are from where nobody says, which is right for a folder alone.
const NOBODY: &str = "Madang <madang@localhost>";

/// Letters as this installation sends them.
#[derive(Clone)]
pub struct Mail {
    transport: Transport,
    from: Mailbox,
    /// Without a slash at its end.
    base_url: String,
}

impl fmt::Debug for Mail {
    /// Without the transport, which knows a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("from", &self.from).finish_non_exhaustive()
    }
}

/// A letter's texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Whom a letter is for: one person.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// Whose letter it is, where they have an account.
    pub user: Option<UserId>,
    /// The competition that has caused it, whose organizers see that it was written.
    pub competition: Option<CompetitionId>,
    pub address: &'a str,
    pub locale: Locale,
    /// Who reads answers, where anybody does.
    pub reply_to: Option<&'a str>,
}

/// A mailbox as people write it: `address` or `name <address>`.
pub fn mailbox(text: &str) -> Option<Mailbox> {
    if text.chars().any(char::is_control) {
        return None;
    }
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>') {
        Some(rest) => rest.split_once('<')?,
        None => ("", text),
    };
    let name = name.trim().trim_matches('"').trim();
    Some(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address.trim().parse().ok()?))
}

impl Mail {
    /// What sends letters through `url` ([`Transport::of`]), from a mailbox, for the installation at `base_url`.
    ///
    /// # Errors
    /// What would be right, without what was written.
    pub fn open(url: &str, from: &str, base_url: &str) -> Result<Self, String> {
        let transport = Transport::of(url)?;
        let from = if from.is_empty() { NOBODY } else { from };
        let from = mailbox(from).ok_or("an address that letters come from is like Madang <madang@example.kr>")?;
        Ok(Self { transport, from, base_url: base_url.to_owned() })
    }

    /// The same for every attempt to send the letter, so that whoever gets it twice sees it once.
    fn message_id(&self, id: LetterId) -> String {
        format!("<{id}@{}>", self.from.email.domain())
    }

    /// Writes a letter in the transaction of the deed that it tells of: if that is undone, there was no letter. A worker sends it. To
    /// tell several people, this is called for each.
    pub async fn post(&self, tx: &mut Tx, to: Recipient<'_>, letter: &Letter, now: DateTime<Utc>) -> Result<LetterId> {
        let id = LetterId::at(now);
        let link_until = match letter.link() {
            Some(Link::Keyed { until, .. }) => Some(until),
            _ => None,
        };
        tx.post_letter(NewLetter {
            id,
            user: to.user,
            competition: to.competition,
            address: to.address,
            reply_to: to.reply_to,
            kind: letter.kind(),
            locale: to.locale,
            payload: &serde_json::to_string(letter).map_err(Error::other)?,
            message_id: &self.message_id(id),
            link_until,
            at: now,
        })
        .await?;
        Ok(id)
    }

    /// What the letter says; `key` opens the page that its button leads to.
    fn rendered(&self, letter: &Letter, locale: Locale, key: Option<&str>) -> Rendered {
        let site = self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, host)| host);
        let mut values = letter.values(locale);
        values.push(("site", site.to_owned()));
        if let Some(link) = letter.link() {
            values.push(("link", link.address(&self.base_url, key)));
        }
        for (_, value) in &mut values {
            *value = value.replace(char::is_control, " ");
        }
        let blocks = template::read(letter.template().text(locale), locale, &values);
        let title = blocks.iter().find_map(|block| match block {
            template::Block::Title(inlines) => Some(text::written(inlines)),
            _ => None,
        });
        let subject = title.unwrap_or_default();
        Rendered {
            text: text::text(&blocks, site, locale),
            html: html::html(&blocks, &subject, site, &self.base_url, locale),
            subject,
        }
    }

    /// Sends one letter, and what was answered.
    async fn send(&self, letter: &Letter, to: &ToOne<'_>, at: DateTime<Utc>) -> Result<String, Undelivered> {
        let rendered = self.rendered(letter, to.locale, to.key);
        let outgoing = Outgoing {
            message_id: to.message_id,
            from: &self.from,
            to: to.address,
            reply_to: to.reply_to,
            unsubscribe: letter.unsubscribe().map(|page| format!("{}{page}", self.base_url)),
            at,
            rendered,
        };
        let message = outgoing.message().map_err(|why| Undelivered::here(Step::Writing, why))?;
        self.transport.send(message.envelope(), to.message_id, message.formatted()).await
    }

    /// Sends a test letter now, and what was answered.
    ///
    /// # Errors
    /// At which step it was not sent, and why.
    #[boxed]
    pub async fn test(&self, address: &str, locale: Locale, at: DateTime<Utc>) -> Result<String, Undelivered> {
        let message_id = self.message_id(LetterId::at(at));
        let to = ToOne { message_id: &message_id, address, locale, reply_to: None, key: None };
        self.send(&Letter::Test { at }, &to, at).await
    }
}

/// One attempt's envelope.
struct ToOne<'a> {
    message_id: &'a str,
    address: &'a str,
    locale: Locale,
    reply_to: Option<&'a str>,
    key: Option<&'a str>,
}
