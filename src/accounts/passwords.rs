//! Passwords: Argon2id hashes (RFC 9106). They are computed outside the async threads and only a few at a time, so that
//! a flood of sign-ins waits in a queue instead of occupying all cores.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Deserializer, de};
use tokio::sync::Semaphore;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::config::Secret;
use crate::db::off_thread;
use crate::error::{Error, Result};

/// A new password: 12 to 200 characters in any script. It is never displayed.
#[derive(Debug, Clone)]
pub struct Password(Secret);

/// The minimum length of a new password in characters.
pub const MIN_LENGTH: usize = 12;
/// The maximum length of a new password in characters.
pub const MAX_LENGTH: usize = 200;

/// The queue for hashing and verifying passwords.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
}

/// The time for which a password waits in the queue before the request is refused with 503.
const PATIENCE: Duration = Duration::from_secs(5);

/// The parameters that OWASP recommends first for Argon2id, with twice the passes: 19 MiB and four passes take about 50
/// ms.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 4;

/// The hash that is verified for an unknown e-mail address, so that known and unknown addresses take the same time.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=4,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Passwords {
    /// Creates a queue that uses at most half of the cores, so that the other half remains available to readers.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            slots: Arc::new(Semaphore::new((cores / 2).max(1))),
        }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the queue is too long.
    pub async fn hash(&self, password: Password) -> Result<String> {
        self.in_turn(move || hash(&password)).await
    }

    /// Hashes a new password, if there is one.
    ///
    /// # Errors
    /// Returns the same errors as [`Passwords::hash`].
    pub async fn hash_any(&self, password: Option<Password>) -> Result<Option<String>> {
        match password {
            Some(password) => self.hash(password).await.map(Some),
            None => Ok(None),
        }
    }

    /// Returns whether a password matches a hash. Without a hash the result is false, after the same time.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the queue is too long.
    pub async fn verify(&self, hash: Option<String>, password: String) -> Result<bool> {
        self.in_turn(move || verify(hash.as_deref(), &password))
            .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = tokio::time::timeout(PATIENCE, self.slots.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(Error::Unavailable("too many passwords to check".into()));
        };
        off_thread(move || {
            let done = work();
            // The permit is dropped here rather than by the caller, who may be gone before the work is done.
            drop(turn);
            done
        })
        .await
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// Hashes a new password on the calling thread.
///
/// # Errors
/// Returns [`Error::Internal`] if the system provides no memory or randomness.
pub fn hash(password: &Password) -> Result<String> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(broken)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2
        .hash_password(password.0.expose().as_bytes())
        .map_err(broken)?;
    Ok(hash.to_string())
}

/// Returns whether a password matches a hash, on the calling thread.
///
/// # Errors
/// Returns [`Error::Internal`] if the hash is malformed.
pub fn verify(hash: Option<&str>, password: &str) -> Result<bool> {
    let kept = PasswordHash::new(hash.unwrap_or(NOBODY)).map_err(broken)?;
    // The hash contains its own cost parameters.
    let right = Argon2::default().verify_password(password.as_bytes(), &kept);
    Ok(right.is_ok() && hash.is_some())
}

fn broken(error: impl fmt::Display) -> Error {
    Error::Internal(format!("password hash: {error}"))
}

impl FromStr for Password {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        if (MIN_LENGTH..=MAX_LENGTH).contains(&text.chars().count()) {
            Ok(Self(Secret::new(text)))
        } else {
            Err("must have 12 to 200 characters")
        }
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for Password {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(MIN_LENGTH))
            .max_length(Some(MAX_LENGTH))
            .write_only(true)
            .description(Some("A new password. It is never shown again."))
            .examples(["a long walk by the sea"])
            .into()
    }
}

impl utoipa::ToSchema for Password {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn password(text: &str) -> Password {
        text.parse().unwrap()
    }

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let kept = hash(&password("correct horse battery")).unwrap();
        assert!(verify(Some(&kept), "correct horse battery").unwrap());
        assert!(!verify(Some(&kept), "correct horse batterz").unwrap());
        assert_ne!(kept, hash(&password("correct horse battery")).unwrap());
    }

    #[test]
    fn an_unknown_user_costs_what_a_known_one_costs() {
        let kept = hash(&password("correct horse battery")).unwrap();
        let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(cost(NOBODY), cost(&kept));
        assert_eq!(NOBODY.len(), kept.len());
        assert!(!verify(None, "").unwrap());
    }

    #[test]
    fn a_password_is_counted_in_characters_and_never_shown() {
        assert!("11 letters.".parse::<Password>().is_err());
        assert!("é".repeat(200).parse::<Password>().is_ok());
        assert!("é".repeat(201).parse::<Password>().is_err());
        assert!(!format!("{:?}", password("correct horse battery")).contains("horse"));
    }

    #[actix_web::test]
    async fn many_at_once_stand_in_line() {
        let passwords = Passwords {
            slots: Arc::new(Semaphore::new(1)),
        };
        let busy = passwords.slots.acquire().await.unwrap();
        let waiting = passwords.verify(None, String::new());
        assert!(
            tokio::time::timeout(Duration::from_millis(200), waiting)
                .await
                .is_err()
        );
        drop(busy);
        assert!(!passwords.verify(None, String::new()).await.unwrap());
    }
}
