//! The job that sends a letter: it is taken, sent outside any transaction, and then marked. Whoever dies between the two leaves it to be
//! sent once more, under the same Message-ID.

use chrono::{DateTime, Utc};
use domain::ids::LetterId;
use storage::Tx;
use storage::letters::TakenLetter;

use super::letter::Letter;
use super::transport::{LINK_ENDED, Step, Undelivered};
use super::{ToOne, links};
use crate::error::{Error, Result};
use crate::services::Services;

/// A letter that is being sent, with a key of its own where it has a link: only the key's hash is ever stored.
pub(crate) struct Sending {
    taken: TakenLetter,
    key: Option<String>,
}

/// What came of a letter that is not tried again.
pub(crate) enum Ending {
    Sent,
    /// Trying again would be answered the same.
    Failed(Undelivered),
}

impl Sending {
    /// In the transaction that takes the job; nothing where there is nothing to send.
    pub(crate) async fn begin(tx: &mut Tx, id: LetterId) -> Result<Option<Self>> {
        let Some(mut taken) = tx.take_letter(id).await? else { return Ok(None) };
        if taken.kind == Letter::RESET_PASSWORD {
            // Only here is looked whether there is such an account: whoever asked for it learns nothing.
            let Some(row) = tx.user_of_email(&taken.address).await? else {
                tx.drop_letter(id).await?;
                return Ok(None);
            };
            taken.locale = row.user.locale;
        }
        let key = match taken.link_until {
            Some(_) => Some(links::add(tx, id).await?),
            None => None,
        };
        Ok(Some(Self { taken, key }))
    }

    /// Sends it.
    ///
    /// # Errors
    /// What may go better later.
    pub(crate) async fn send(&self, services: &Services) -> Result<Ending> {
        match self.hand_over(services).await {
            Ok(_) => Ok(Ending::Sent),
            Err(why) if why.is_final() => Ok(Ending::Failed(why)),
            Err(why) => Err(Error::other(why)),
        }
    }

    async fn hand_over(&self, services: &Services) -> Result<String, Undelivered> {
        let (taken, now) = (&self.taken, services.clock.now());
        let Ok(letter) = serde_json::from_str::<Letter>(&taken.payload) else {
            return Err(Undelivered::here(Step::Writing, "this version does not know such letters"));
        };
        if taken.link_until.is_some_and(|until| until <= now) {
            return Err(Undelivered::here(Step::Late, LINK_ENDED));
        }
        let to = ToOne {
            message_id: &taken.message_id,
            address: &taken.address,
            locale: taken.locale,
            reply_to: taken.reply_to.as_deref(),
            key: self.key.as_deref(),
        };
        services.mail.send(&letter, &to, now).await
    }

    /// Writes down what came of it.
    pub(crate) async fn write(&self, tx: &mut Tx, ending: &Ending, now: DateTime<Utc>) -> Result<()> {
        let TakenLetter { id, kind, .. } = &self.taken;
        match ending {
            Ending::Sent => {
                tx.letter_sent(*id, now).await?;
                tracing::info!(letter = %id, kind, "a letter was sent");
            }
            Ending::Failed(why) => {
                let why = why.to_string();
                tx.letter_failed(*id, now, &why).await?;
                tracing::error!(letter = %id, kind, why, "a letter failed");
            }
        }
        Ok(())
    }
}

/// What is written when it was tried for a day: operators find it among the letters that failed.
pub(crate) async fn give_up(tx: &mut Tx, id: LetterId, error: &str, now: DateTime<Utc>) -> Result<()> {
    Ok(tx.letter_failed(id, now, error).await?)
}
