//! A letter with its headers, as it goes over the wire.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::{Rendered, mailbox};

/// All that a message is made of.
pub(super) struct Outgoing<'a> {
    pub(super) message_id: &'a str,
    pub(super) from: &'a Mailbox,
    /// The one recipient.
    pub(super) to: &'a str,
    pub(super) reply_to: Option<&'a str>,
    /// Where such letters are turned off, in one step as RFC 8058 has it.
    pub(super) unsubscribe: Option<String>,
    pub(super) at: DateTime<Utc>,
    pub(super) rendered: Rendered,
}

impl Outgoing<'_> {
    /// The message.
    ///
    /// # Errors
    /// Why it cannot be written, without what stands in it.
    pub(super) fn message(self) -> Result<Message, &'static str> {
        let to: Address = self.to.parse().map_err(|_| "the address is none that a letter can be sent to")?;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(to.into())
            .message_id(Some(self.message_id.to_owned()))
            .date(SystemTime::from(self.at))
            .subject(self.rendered.subject)
            // No program shall answer (RFC 3834).
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(reply_to) = self.reply_to {
            builder = builder.reply_to(mailbox(reply_to).ok_or("the address for answers is none")?);
        }
        if let Some(page) = self.unsubscribe {
            builder = builder.raw_header(header("List-Unsubscribe", format!("<{page}>")));
        }
        builder
            .multipart(MultiPart::alternative_plain_html(self.rendered.text, self.rendered.html))
            .map_err(|_| "the message could not be put together")
    }
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
