//! The data types of sessions. Those that contain secrets have no `Debug`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::refresh::RefreshToken;
use super::token::{self, Claims};
use crate::accounts::signing_keys::model::SigningKey;
use crate::changes::actor::Role;
use crate::config::Config;
use crate::error::Result;
use crate::id::Id;
use crate::schema::sessions;
use crate::timestamp::Timestamp;

/// The credentials of a user.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The user's e-mail address.
    #[schema(min_length = 1, max_length = 320, examples("ada@example.org"))]
    pub email: String,
    /// The user's password.
    #[schema(
        min_length = 1,
        max_length = 200,
        format = "password",
        write_only,
        examples("a long walk by the sea")
    )]
    pub password: String,
}

/// A refresh token to exchange.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The latest refresh token of the session.
    #[schema(
        min_length = 1,
        max_length = 200,
        examples("trb_r_bmV2ZXIgdXNlZCwgb25seSBhbiBleGFtcGxlIG9mIG9uZQ")
    )]
    pub refresh_token: String,
}

/// The tokens of a session (RFC 6749 section 5.1).
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// The access token, a JWT (RFC 9068), for `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(pattern = "^Bearer$", examples("Bearer"))]
    pub token_type: &'static str,
    /// The lifetime of the access token, in seconds.
    #[schema(minimum = 0, examples(600))]
    pub expires_in: i64,
    /// The refresh token, which can be exchanged once.
    #[schema(examples("trb_r_bmV2ZXIgdXNlZCwgb25seSBhbiBleGFtcGxlIG9mIG9uZQ"))]
    pub refresh_token: String,
    /// The lifetime of the refresh token, in seconds.
    #[schema(minimum = 0, examples(2_592_000))]
    pub refresh_expires_in: i64,
}

/// A session, which begins with a sign-in.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// The session's id (UUIDv7).
    pub id: Id,
    /// The user who signed in.
    pub user_id: Id,
    /// The time of the sign-in.
    pub created_at: Timestamp,
    /// The time of expiry. Each exchange of the refresh token extends it.
    pub expires_at: Timestamp,
    /// The time at which the session was ended early, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// The result of a sign-in or a token exchange: the data from which the tokens are created.
pub struct Grant {
    /// The session.
    pub session: Session,
    /// The user's current role.
    pub role: Role,
    /// The next refresh token.
    pub refresh: RefreshToken,
    /// The key that signs the access token.
    pub key: SigningKey,
}

impl Grant {
    /// Creates the token response.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] if the signing key is malformed.
    pub fn tokens(self, config: &Config, now: Timestamp) -> Result<Tokens> {
        let left = (self.session.expires_at.millis() - now.millis()) / 1000;
        let life = i64::try_from(config.accounts.access_token_ttl.as_secs()).unwrap_or(left);
        let expires_in = life.min(left);
        let iat = now.millis().div_euclid(1000);
        let issuer = config.server.public_url.as_str();
        let claims = Claims {
            iss: issuer.to_owned(),
            aud: issuer.to_owned(),
            sub: self.session.user_id,
            sid: self.session.id,
            jti: Id::new(),
            client_id: token::CLIENT.to_owned(),
            iat,
            exp: iat + expires_in,
            role: self.role,
        };
        Ok(Tokens {
            access_token: token::sign(&claims, &self.key.kid, &self.key.private_key)?,
            token_type: "Bearer",
            expires_in,
            refresh_token: self.refresh.into_text(),
            refresh_expires_in: left,
        })
    }
}
