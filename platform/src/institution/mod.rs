//! The log-in of an institution: OpenID Connect, the code flow with PKCE. What it says of somebody is believed when its signature, its
//! audience, its time and our nonce fit: docs/decisions/0029. Who has which account is `accounts::identities`' matter.

mod line;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ErrorCode;
use domain::accounts::{normal_email, valid_email};
use domain::address::service::INSTITUTION_BACK;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenVerifier, CoreJwsSigningAlgorithm as Alg,
    CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, LocalizedClaim, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    TokenResponse as _,
};
use tokio::sync::Mutex;
use url::Url;

use self::line::Line;
use crate::error::{Error, Result};

/// How long what a provider says of itself is believed.
const BELIEVED: TimeDelta = TimeDelta::hours(1);
/// How soon it is asked again where a token is signed with a key that it had not named.
const ASKED_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// Longest name of somebody at a provider (OpenID Connect Core, 2).
const SUBJECT_MAX: usize = 255;
/// Longest name of a person that is taken over.
const NAME_MAX: usize = 40;
/// Signatures that only the provider can make. Not those with the client's secret, and not none.
const SIGNED: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// How long it is taken to be away that did not answer: nobody waits for what another has just waited for.
const SILENCE: TimeDelta = TimeDelta::seconds(15);

/// Whose log-in it is, and as whom we are known there.
#[derive(Debug, Clone)]
pub struct InstitutionConfig {
    issuer: IssuerUrl,
    client: ClientId,
    secret: ClientSecret,
    /// As its button calls it; empty where nobody has said.
    name: String,
}

impl InstitutionConfig {
    /// # Errors
    /// What an issuer would be, without what was written.
    pub fn new(issuer: &str, client: String, secret: String, name: String) -> Result<Self, &'static str> {
        let right =
            "is the address of a provider of OpenID Connect, such as https://login.hospital.example/realms/staff";
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| right)?;
        let url = issuer.url();
        // Without TLS on this machine alone.
        let is_here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && is_here) {
            return Err(right);
        }
        Ok(Self { issuer, client: ClientId::new(client), secret: ClientSecret::new(secret), name })
    }
}

/// An institution whose log-in opens accounts here.
pub struct Institution {
    config: InstitutionConfig,
    back: RedirectUrl,
    line: Line,
    /// What the provider said of itself last; whoever asks it anew lets the others wait for the answer.
    said: Mutex<Option<Said>>,
    /// When it last did not answer.
    silent: Mutex<Option<DateTime<Utc>>>,
}

#[derive(Clone)]
struct Said {
    provider: CoreProviderMetadata,
    at: DateTime<Utc>,
}

/// Somebody on their way there.
pub(crate) struct Away {
    pub(crate) address: Url,
    pub(crate) state: String,
    pub(crate) nonce: String,
    /// What shows that whoever comes back is who left.
    pub(crate) verifier: String,
}

/// Somebody as the institution knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) subject: String,
    /// Where the institution vouches for it.
    pub(crate) email: Option<String>,
    /// Empty where it says none.
    pub(crate) name: String,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl Institution {
    /// The institution of these settings, for the installation at `base_url`. It is not asked for anything yet: whoever starts while it
    /// is away serves all the same.
    ///
    /// # Errors
    /// Where there can be no connections at all.
    pub(crate) fn open(config: InstitutionConfig, base_url: &str) -> Result<Self> {
        let back = RedirectUrl::new(format!("{base_url}{INSTITUTION_BACK}")).map_err(Error::other)?;
        let line = Line::open(config.issuer.url().scheme() == "https")?;
        Ok(Self { config, back, line, said: Mutex::default(), silent: Mutex::default() })
    }

    /// As its button calls it; empty where nobody has said.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    pub(crate) fn issuer(&self) -> &str {
        self.config.issuer.as_str()
    }

    /// The way to its log-in.
    ///
    /// # Errors
    /// `institution_down`.
    #[boxed]
    pub(crate) async fn leave(&self, now: DateTime<Utc>) -> Result<Away> {
        let client = self.client(self.provider(now, BELIEVED).await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let (state, nonce, verifier) = (state.into_secret(), nonce.secret().clone(), verifier.into_secret());
        Ok(Away { address, state, nonce, verifier })
    }

    /// Who came back with a code, if it was given to who left with this nonce and verifier.
    ///
    /// # Errors
    /// `institution_down`, `institution_refused`.
    #[boxed]
    pub(crate) async fn person(
        &self,
        code: String,
        nonce: String,
        verifier: String,
        now: DateTime<Utc>,
    ) -> Result<Person> {
        let mut client = self.client(self.provider(now, BELIEVED).await?);
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(down)?;
        let answer = request.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&self.line).await;
        let token = answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(said) => refused(said.error()),
            RequestTokenError::Other(why) => refused(why),
            RequestTokenError::Request(error) => down(error),
            RequestTokenError::Parse(error, _) => down(error),
        })?;
        let (nonce, id) = (Nonce::new(nonce), token.id_token().ok_or_else(|| refused("no ID token"))?);
        let mut claims = id.claims(&verifier_of(&client, now), &nonce);
        if matches!(
            claims,
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey))
        ) {
            client = self.client(self.provider(now, ASKED_AGAIN).await?);
            claims = id.claims(&verifier_of(&client, now), &nonce);
        }
        let claims = claims.map_err(refused)?;
        if let Some(expected) = claims.access_token_hash() {
            let checked = verifier_of(&client, now);
            let (alg, key) = (id.signing_alg().map_err(refused)?, id.signing_key(&checked).map_err(refused)?);
            if AccessTokenHash::from_token(token.access_token(), alg, key).map_err(refused)? != *expected {
                return Err(refused("the access token is another one"));
            }
        }
        let subject = claims.subject().clone();
        if subject.is_empty() || subject.len() > SUBJECT_MAX {
            return Err(refused("a subject that is none"));
        }
        let mut email = claims.email().cloned().zip(claims.email_verified());
        let mut name = claims.name().and_then(first);
        // Most providers put it into the token; the others are asked.
        if claims.email().is_none() && client.user_info_url().is_some() {
            let request = client.user_info(token.access_token().clone(), Some(subject.clone())).map_err(down)?;
            let said: CoreUserInfoClaims = request.request_async(&self.line).await.map_err(down)?;
            email = said.email().cloned().zip(said.email_verified());
            name = name.or_else(|| said.name().and_then(first));
        }
        let email = email.filter(|(_, is_verified)| *is_verified).map(|(email, _)| normal_email(&email));
        let name: String = name.unwrap_or_default().chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
        Ok(Person { subject: subject.to_string(), email: email.filter(|email| valid_email(email)), name })
    }

    /// What the provider says of itself and its keys, no older than that.
    async fn provider(&self, now: DateTime<Utc>, within: TimeDelta) -> Result<CoreProviderMetadata> {
        let mut said = self.said.lock().await;
        if let Some(said) = said.as_ref().filter(|said| said.at <= now && now < said.at + within) {
            return Ok(said.provider.clone());
        }
        // Whoever waited while another was not answered is told so at once, and the next in a while ask again.
        let mut silent = self.silent.lock().await;
        if silent.is_some_and(|at| at <= now && now < at + SILENCE) {
            return Err(ErrorCode::InstitutionDown.into());
        }
        match CoreProviderMetadata::discover_async(self.config.issuer.clone(), &self.line).await {
            Ok(provider) => {
                (*said, *silent) = (Some(Said { provider: provider.clone(), at: now }), None);
                Ok(provider)
            }
            Err(error) => {
                *silent = Some(now);
                Err(down(error))
            }
        }
    }

    fn client(&self, provider: CoreProviderMetadata) -> Client {
        // Where nothing is said it is in a header (OpenID Connect Discovery, 3).
        let methods = provider.token_endpoint_auth_methods_supported().cloned().unwrap_or_default();
        let is_in_body = !methods.is_empty() && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic);
        let InstitutionConfig { client, secret, .. } = &self.config;
        CoreClient::from_provider_metadata(provider, client.clone(), Some(secret.clone()))
            .set_redirect_uri(self.back.clone())
            .set_auth_type(if is_in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }
}

fn verifier_of(client: &Client, now: DateTime<Utc>) -> CoreIdTokenVerifier<'_> {
    client.id_token_verifier().set_allowed_algs(SIGNED).set_time_fn(move || now)
}

fn first<T: std::ops::Deref<Target = String>>(claim: &LocalizedClaim<T>) -> Option<String> {
    claim.get(None).or_else(|| claim.iter().next().map(|(_, value)| value)).map(|value| (**value).clone())
}

/// It does not answer, or not as a provider would.
fn down(error: impl std::error::Error) -> Error {
    tracing::warn!(why = chain(&error), "the log-in of the institution does not answer");
    ErrorCode::InstitutionDown.into()
}

/// It answers, and what it says does not let anybody in.
fn refused(why: impl std::fmt::Display) -> Error {
    tracing::warn!(%why, "somebody who came from the institution was refused");
    ErrorCode::InstitutionRefused.into()
}

/// An error with what it came of.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(of) = source {
        said = format!("{said}: {of}");
        source = of.source();
    }
    said
}
