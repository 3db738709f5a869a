//! Random strings: tokens, submission keys, invitation codes, incident numbers.

use rand::Rng;
use scoring::Hash;

/// Letters and digits that are not mistaken for each other when read aloud or copied by hand.
const CLEAR: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";

fn random(length: usize) -> String {
    let mut rng = rand::rng();
    (0..length).map(|_| char::from(CLEAR[rng.random_range(0..CLEAR.len())])).collect()
}

const TOKEN: &str = "mdg_";

/// A personal access token: `mdg_` and 40 characters (198 bits).
pub(crate) fn token() -> String {
    format!("{TOKEN}{}", random(40))
}

/// Whether that is written as our tokens are.
pub fn is_token(secret: &str) -> bool {
    secret.starts_with(TOKEN)
}

/// By which a service reports of a competition's teams: `mds_` and 40 characters (198 bits).
pub(crate) fn service_token() -> String {
    format!("mds_{}", random(40))
}

/// What a browser's session cookie holds: 52 characters (257 bits).
pub(crate) fn session() -> String {
    random(52)
}

/// A team's submission key: `k-` and 20 characters (99 bits).
pub(crate) fn submission_key() -> String {
    format!("k-{}", random(20))
}

/// An invitation link's code: 16 characters (79 bits).
pub(crate) fn invitation() -> String {
    random(16)
}

/// The key of a link in a letter: 40 characters (198 bits).
pub(crate) fn letter_key() -> String {
    random(40)
}

/// What stands for the second factor once: 24 characters (118 bits).
pub(crate) fn recovery_code() -> String {
    random(24)
}

/// 256 bits that cannot be guessed.
pub(crate) fn random_bytes() -> [u8; 32] {
    rand::rng().random()
}

/// A short number to quote when something failed: six characters.
pub fn incident() -> String {
    random(6).to_uppercase()
}

/// What is stored of a token or a letter's key: it has enough entropy that a plain hash cannot be searched.
pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    Hash::of(token).0.to_vec()
}
