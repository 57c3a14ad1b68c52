//! The shapes of a session. Those that hold secrets have no `Debug`.

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

/// E-mail and password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The user's e-mail.
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

/// A refresh token to be exchanged.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The newest one of the session.
    #[schema(
        min_length = 1,
        max_length = 200,
        examples("trb_r_bmV2ZXIgdXNlZCwgb25seSBhbiBleGFtcGxlIG9mIG9uZQ")
    )]
    pub refresh_token: String,
}

/// What a client gets to go on with (RFC 6749 section 5.1).
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// A JWT (RFC 9068), for `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(pattern = "^Bearer$", examples("Bearer"))]
    pub token_type: &'static str,
    /// For how many seconds the access token is good.
    #[schema(minimum = 0, examples(600))]
    pub expires_in: i64,
    /// For the next access token; good for one exchange.
    #[schema(examples("trb_r_bmV2ZXIgdXNlZCwgb25seSBhbiBleGFtcGxlIG9mIG9uZQ"))]
    pub refresh_token: String,
    /// For how many seconds the refresh token is good.
    #[schema(minimum = 0, examples(2_592_000))]
    pub refresh_expires_in: i64,
}

/// One login.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its id.
    pub id: Id,
    /// Whose.
    pub user_id: Id,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends by itself; each exchange of its refresh token puts that off.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// What a session is given at login and at each exchange.
pub struct Grant {
    /// The session.
    pub session: Session,
    /// The user's role now.
    pub role: Role,
    /// The next refresh token.
    pub refresh: RefreshToken,
    /// The key to sign with.
    pub key: SigningKey,
}

impl Grant {
    /// The answer to the client.
    ///
    /// # Errors
    /// [`crate::error::Error::Internal`] when the key is damaged.
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
