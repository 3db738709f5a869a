//! `madang audit verify`.

use clap::Args;
use platform::audit::{self, Fault, Walked};

use crate::command::{Answer, open};
use crate::settings::Settings;

/// Walk along the chain of deeds; exit 1 and the first entry that is wrong, or 0 and the last entry's hash
#[derive(Args)]
pub struct AuditVerifyArgs {}

impl AuditVerifyArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let services = open(&Settings::load(None)?).await?;
        let walked = audit::verify(&services).await?;
        services.db.close().await;
        Ok(answer(walked))
    }
}

/// What was found, in a sentence or two.
fn answer(walked: Walked) -> Answer {
    match walked {
        Walked::Whole { entries, head } => format!(
            "{entries} entries, the chain holds.
The last one's hash is {head}
Kept elsewhere, it vouches for every entry up to that one."
        )
        .into(),
        Walked::Broken { seq, fault } => {
            let what = match fault {
                Fault::Missing => "is missing",
                Fault::Loose => {
                    "does not hold the hash of the one before it: that one was put there later, or this one"
                }
                Fault::Changed => "is not what its hash is of: it was changed",
                Fault::DetailChanged => {
                    "has a personal detail that is not what its hash is of: it was changed or added"
                }
                Fault::HeadChanged => "has another hash than is kept in audit_head",
                Fault::Added => "stands behind the last one that is kept in audit_head",
            };
            Answer { text: format!("The chain is broken: entry {seq} {what}."), ok: false }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_chain_is_bad_news_with_the_number_of_the_entry() {
        let broken = answer(Walked::Broken { seq: 7, fault: Fault::Missing });
        assert_eq!((broken.text.as_str(), broken.ok), ("The chain is broken: entry 7 is missing.", false));
        let whole = answer(Walked::Whole { entries: 12, head: "ab".repeat(32) });
        assert!(
            whole.ok && whole.text.starts_with("12 entries, the chain holds.") && whole.text.contains(&"ab".repeat(32))
        );
    }
}
