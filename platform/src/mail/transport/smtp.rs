//! SMTP, step by step, so that a refusal says what was refused. A connection a letter: a server counts letters a connection, and one
//! that was left in the middle of an answer is used for nothing else.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::{Error, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::{Step, Undelivered};

/// How long each step may take (RFC 5321 would wait longer: whoever is waited for that long has usually died).
const PATIENCE: Duration = Duration::from_mins(1);

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Encryption {
    /// From the first byte.
    Wrapped,
    /// By STARTTLS, or nothing is sent.
    Required,
    /// By STARTTLS where the server has it, whoever's certificate that shows: it is this machine.
    Offered,
}

/// A mail server and how to talk to it.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    pub(in crate::mail) encryption: Encryption,
    credentials: Option<Credentials>,
    /// For each step; the letter itself, which a server may look through before it answers, has three times as much.
    pub(in crate::mail) patience: Duration,
}

impl Smtp {
    pub(super) fn of(url: &str) -> Result<Self, String> {
        const FORM: &str = "is like smtp://user:password@mail.example.kr:587, where what is special is percent-encoded";
        let url = Url::parse(url).map_err(|_| FORM)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(FORM)?;
        let has_more = !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some();
        if has_more {
            return Err(format!("ends with the host or the port; it {FORM}"));
        }
        let (is_wrapped, host) = (url.scheme() == "smtps", host.trim_matches(['[', ']']).to_owned());
        let encryption = match is_wrapped {
            true => Encryption::Wrapped,
            false if is_this_machine(&host) => Encryption::Offered,
            false => Encryption::Required,
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| FORM);
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) | (_, None) => return Err("has a user and a password, or neither".to_owned()),
            (user, Some(password)) => Some(Credentials::new(decoded(user)?, decoded(password)?)),
        };
        let port = url.port().unwrap_or(if is_wrapped { SUBMISSIONS_PORT } else { SUBMISSION_PORT });
        Ok(Self { host, port, encryption, credentials, patience: PATIENCE })
    }

    /// Hands a message over, and what the server answered.
    pub(super) async fn send(&self, envelope: &Envelope, message: &[u8]) -> Result<String, Undelivered> {
        let from = envelope.from().cloned();
        let hello = hello(from.as_ref());
        let mut connection = self.connected(&hello).await?;
        if let Some(credentials) = &self.credentials {
            let log_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
            self.step(Step::LoggingIn, log_in).await?;
        }
        let options = options(&connection, envelope, message)?;
        self.step(Step::Sender, connection.command(Mail::new(from, options))).await?;
        for to in envelope.to() {
            self.step(Step::Recipient, connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
        }
        self.step(Step::Content, connection.command(Data)).await?;
        let taken = self.within(self.patience * 3, Step::Content, connection.message(message)).await?;
        // It was taken: whether the server hears that we leave is nobody's concern.
        let _ = tokio::time::timeout(self.patience, connection.quit()).await;
        Ok(format!("{} {}", taken.code(), taken.message().collect::<Vec<_>>().join(" ")))
    }

    /// A connection that is encrypted as it must be.
    async fn connected(&self, hello: &ClientId) -> Result<AsyncSmtpConnection, Undelivered> {
        let wrapped = match self.encryption {
            Encryption::Wrapped => Some(self.tls()?),
            Encryption::Required | Encryption::Offered => None,
        };
        let server = (self.host.as_str(), self.port);
        let connect = AsyncSmtpConnection::connect_tokio1(server, Some(self.patience), hello, wrapped, None);
        let mut connection = self.step(Step::Connecting, connect).await?;
        match self.encryption {
            Encryption::Wrapped => {}
            Encryption::Offered if !connection.can_starttls() => {}
            Encryption::Required if !connection.can_starttls() => {
                return Err(Undelivered::here(Step::Encrypting, "the server does not offer STARTTLS"));
            }
            Encryption::Required | Encryption::Offered => {
                self.step(Step::Encrypting, connection.starttls(self.tls()?, hello)).await?;
            }
        }
        Ok(connection)
    }

    fn tls(&self) -> Result<TlsParameters, Undelivered> {
        TlsParameters::builder(self.host.clone())
            .dangerous_accept_invalid_certs(self.encryption == Encryption::Offered)
            .build()
            .map_err(|error| Undelivered::here(Step::Encrypting, error))
    }

    async fn step<T>(&self, step: Step, work: impl Future<Output = Result<T, Error>>) -> Result<T, Undelivered> {
        self.within(self.patience, step, work).await
    }

    async fn within<T>(
        &self,
        patience: Duration,
        step: Step,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Undelivered> {
        match tokio::time::timeout(patience, work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(undelivered(step, &error)),
            Err(_) => Err(Undelivered::here(step, "no answer in time")),
        }
    }
}

/// What the server is told of the message before it comes.
fn options(
    connection: &AsyncSmtpConnection,
    envelope: &Envelope,
    message: &[u8],
) -> Result<Vec<MailParameter>, Undelivered> {
    let has = |extension| connection.server_info().supports_feature(extension);
    let mut options = Vec::new();
    let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    if !envelope.to().iter().chain(envelope.from()).all(is_ascii) {
        if !has(Extension::SmtpUtfEight) {
            return Err(Undelivered::here(Step::Writing, "the server takes no address with such letters (SMTPUTF8)"));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !message.is_ascii() && has(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(options)
}

/// The innermost cause says it best: the server's own words, where it answered.
fn undelivered(step: Step, error: &Error) -> Undelivered {
    let mut cause: &(dyn std::error::Error + 'static) = error;
    let mut is_tls = is_tls_error(cause);
    while let Some(source) = cause.source() {
        cause = source;
        is_tls |= is_tls_error(cause);
    }
    // TLS from the first byte fails while connecting.
    let step = if is_tls { Step::Encrypting } else { step };
    Undelivered { step, code: error.status().map(u16::from), details: cause.to_string() }
}

fn is_tls_error(error: &(dyn std::error::Error + 'static)) -> bool {
    let within = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || within.is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
}

/// How we call ourselves: by the domain that letters come from.
fn hello(from: Option<&Address>) -> ClientId {
    from.map_or_else(ClientId::default, |from| ClientId::Domain(from.domain().to_owned()))
}

fn is_this_machine(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        _ => host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encryption(url: &str) -> Encryption {
        Smtp::of(url).unwrap_or_else(|error| panic!("{error}")).encryption
    }

    #[test]
    fn beyond_this_machine_nothing_is_sent_unencrypted() {
        for url in ["smtp://mail.example.kr", "smtp://10.0.0.7:25", "smtp://[2001:db8::1]", "smtp://localhost.example"]
        {
            assert_eq!(encryption(url), Encryption::Required, "{url}");
        }
        for url in ["smtp://localhost", "smtp://127.0.0.1:2525", "smtp://[::1]"] {
            assert_eq!(encryption(url), Encryption::Offered, "{url}");
        }
        assert_eq!(encryption("smtps://localhost"), Encryption::Wrapped);
    }

    #[test]
    fn a_url_says_host_port_user_and_password_and_nothing_else() {
        let smtp = Smtp::of("smtp://kim%40a.kr:p%2Fw%3A%23@mail.example.kr").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((smtp.host.as_str(), smtp.port), ("mail.example.kr", 587));
        assert_eq!(smtp.credentials, Some(Credentials::new("kim@a.kr".into(), "p/w:#".into())));
        assert_eq!(Smtp::of("smtps://mail.example.kr").map(|smtp| smtp.port), Ok(465));
        for wrong in
            ["smtp://", "smtp://user@mail.kr", "smtp://:pw@mail.kr", "smtp://mail.kr/x", "smtp://mail.kr?tls=no"]
        {
            assert!(Smtp::of(wrong).is_err(), "{wrong}");
        }
    }
}
