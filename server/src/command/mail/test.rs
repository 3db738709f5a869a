//! `madang mail test`.

use anyhow::bail;
use clap::Args;
use domain::Locale;
use platform::clock::Clock;
use platform::mail::Mail;
use platform::mail::transport::Step;
use scoring::Lang;

use crate::command::Answer;
use crate::settings::Settings;
use crate::terminal;

/// Send one letter now, to see that the settings are right; it needs no database
#[derive(Args)]
pub struct MailTestArgs {
    address: String,
}

impl MailTestArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let settings = Settings::load(None)?;
        let config = settings.platform();
        let mail = Mail::open(&config.mail_url, &config.mail_from, &config.base_url).map_err(anyhow::Error::msg)?;
        let locale = match terminal::lang() {
            Lang::Ko => Locale::Ko,
            Lang::En => Locale::En,
        };
        match mail.test(&self.address, locale, Clock::System.now()).await {
            Ok(answer) => Ok(format!("The letter was handed over: {answer}").into()),
            Err(why) => bail!("{why}: {}; {}", why.details, cure(why.step)),
        }
    }
}

/// What to look at.
fn cure(step: Step) -> &'static str {
    match step {
        Step::Writing | Step::Late => "write the address like kim@example.kr",
        Step::Folder => "the folder of MADANG_MAIL_URL must be one that may be written",
        Step::Connecting => {
            "look at host and port of MADANG_MAIL_URL, and whether a firewall lets this machine through"
        }
        Step::Encrypting => {
            "on port 465 write smtps://; the certificate must be for the host that MADANG_MAIL_URL names, and of an authority that \
             this machine trusts (SSL_CERT_FILE names the file of one of your own)"
        }
        Step::LoggingIn => {
            "look at user and password in MADANG_MAIL_URL, percent-encoded; some services want a password for programs"
        }
        Step::Sender => "MADANG_MAIL_FROM must be an address that this user may send from",
        Step::Recipient => "the server takes no letter to this address from us",
        Step::Content => "the server's words say why; often SPF or DKIM are missing for the domain of MADANG_MAIL_FROM",
    }
}
