//! The lifetimes of sessions, and the first admin.

use std::time::Duration;

use super::parse;
use super::reader::{Bad, SettingsReader};
use super::secret::Secret;
use super::setting::{Accepts, DefaultValue, Setting, YEAR};
use super::table::settings;

settings! {
    "Session settings"
    /// The lifetimes of sessions, and the first admin, whose e-mail address and password must both be set or both be
    /// absent.
    pub struct Accounts {
        /// How long an access token is valid
        access_token_ttl: Duration {
            name: "access-token-ttl",
            env: "TRIBUNA_ACCESS_TOKEN_TTL",
            accepts: Accepts::Whole("seconds", 60, 3600),
            default: DefaultValue::Text("600"),
            read: SettingsReader::seconds,
        }
        /// How long a refresh token is valid
        refresh_token_ttl: Duration {
            name: "refresh-token-ttl",
            env: "TRIBUNA_REFRESH_TOKEN_TTL",
            accepts: Accepts::Whole("seconds", 3600, YEAR),
            default: DefaultValue::Text("2592000"),
            read: SettingsReader::seconds,
        }
        /// The e-mail address of the first admin, who is created at the start if there are no users yet; requires the
        /// password
        admin_email: Option<String> {
            name: "admin-email",
            env: ADMIN_EMAIL,
            accepts: Accepts::Text("EMAIL", "an e-mail address, such as ada@example.org"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_optional(s, parse::email),
        }
        /// The password of the first admin; requires the e-mail address
        admin_password: Option<Secret> {
            name: "admin-password",
            env: "TRIBUNA_ADMIN_PASSWORD",
            accepts: Accepts::Text("PASSWORD", "a password"),
            default: DefaultValue::Nothing,
            secret: true,
            read: |r, s| read_admin_password(r, s, admin_email.as_ref().ok()),
        }
    }
}

const ADMIN_EMAIL: &str = "TRIBUNA_ADMIN_EMAIL";

/// Reads the password of the first admin, which must be set if and only if the e-mail address is. `email` is `None` if
/// the address could not be read.
fn read_admin_password(
    r: &mut SettingsReader<'_>,
    setting: &Setting,
    email: Option<&Option<String>>,
) -> Result<Option<Secret>, Bad> {
    let password = r.read_optional(setting, parse::secret)?;
    match (email, &password) {
        (Some(Some(_)), None) => Err(r.miss(setting.env, ADMIN_EMAIL)),
        (Some(None), Some(_)) => Err(r.miss(ADMIN_EMAIL, setting.env)),
        (Some(_) | None, _) => Ok(password),
    }
}
