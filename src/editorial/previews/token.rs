//! The tokens of preview links: 256 random bits in base64url. The database stores only their SHA-256.

use serde::Deserialize;
use utoipa::PartialSchema;
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{RefOr, Schema, Type};

use crate::error::Result;
use crate::http::contract::path_variables::PathVariable;
use crate::secret_token::SecretToken;

/// A token in plain text, which is never stored. Does not implement `Debug`, so that no log can show it.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct PreviewToken(SecretToken);

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
    /// Returns [`Error::Internal`](crate::error::Error::Internal) if the operating system provides no randomness.
    pub fn random() -> Result<Self> {
        SecretToken::random("").map(Self)
    }

    /// Returns the SHA-256 of the token, which the database stores.
    pub fn hash(&self) -> Vec<u8> {
        self.0.hash()
    }

    /// Returns the token as text, for the response.
    pub fn into_text(self) -> String {
        self.0.into_text()
    }
}
