//! Connections to a provider: with the TLS and the certificates that files in a bucket are fetched with, bounded in time and size, and
//! led nowhere else.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use reqwest_of_object_store::{Client, Request, redirect};
use rustls::crypto::ring;

use crate::error::{Error, Result};

/// How long it takes to reach it at most, and to have its answer.
const REACHED: Duration = Duration::from_secs(3);
const ANSWERED: Duration = Duration::from_secs(10);
/// Longest answer: keys and tokens are a few thousand bytes.
const ANSWER_MAX: usize = 256 << 10;

pub(super) struct Line(Client);

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Broken {
    Http(reqwest_of_object_store::Error),
    Head(http::Error),
    TooLong,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(error) => error.fmt(f),
            Self::Head(error) => error.fmt(f),
            Self::TooLong => f.write_str("the answer is too long"),
        }
    }
}

impl std::error::Error for Broken {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Http(error) => error.source(),
            Self::Head(error) => error.source(),
            Self::TooLong => None,
        }
    }
}

impl From<reqwest_of_object_store::Error> for Broken {
    fn from(error: reqwest_of_object_store::Error) -> Self {
        Self::Http(error)
    }
}

impl Line {
    /// # Errors
    /// Where there is no TLS.
    pub(super) fn open(is_encrypted: bool) -> Result<Self> {
        let _ = ring::default_provider().install_default();
        let client = Client::builder()
            .https_only(is_encrypted)
            .redirect(redirect::Policy::none())
            .connect_timeout(REACHED)
            .timeout(ANSWERED)
            .build();
        Ok(Self(client.map_err(Error::other)?))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Broken> {
        let mut answer = self.0.execute(Request::try_from(request)?).await?;
        let mut response = http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await? {
            if body.len() + part.len() > ANSWER_MAX {
                return Err(Broken::TooLong);
            }
            body.extend_from_slice(&part);
        }
        response.body(body).map_err(Broken::Head)
    }
}

impl<'c> AsyncHttpClient<'c> for Line {
    type Error = Broken;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Broken>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
