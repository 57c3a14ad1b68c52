//! The tokens of preview links: 256 random bits in base64url. The database stores only their SHA-256.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::PartialSchema;
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{RefOr, Schema, Type};

use crate::error::{Error, Result};
use crate::http::contract::path_variables::PathVariable;

/// A token in plain text, which is never stored. Does not implement `Debug`, so that no log can show it.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct PreviewToken(String);

impl PartialSchema for PreviewToken {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Za-z0-9_-]{43}$"))
            .into()
    }
}

impl PathVariable for PreviewToken {
    const DESCRIPTION: &'static str = "The token of a preview link.";
}

impl PreviewToken {
    /// Creates a random token.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the operating system provides no randomness.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|error| Error::Internal(format!("randomness: {error}")))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Returns the SHA-256 of the token, which the database stores.
    pub fn hash(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.0.as_bytes())
            .as_ref()
            .to_vec()
    }

    /// Returns the token as text, for the response.
    pub fn into_text(self) -> String {
        self.0
    }
}
