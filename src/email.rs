//! E-mail addresses, with which users sign in. They are trimmed and in lower case, so that each address has only one
//! form.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use validator::ValidateEmail;

use crate::db::sql_types::text_types;

/// An e-mail address according to HTML's `input type=email`, trimmed and in lower case.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, AsExpression, FromSqlRow,
)]
#[serde(transparent)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Email(String);

/// The maximum length of an address. RFC 5321 section 4.5.3.1.3 limits a path to 256 octets, two of which are brackets.
pub const MAX_LENGTH: usize = 254;

/// The regular expression of an address according to HTML's `input type=email`, with optional surrounding white space.
/// Domains in other scripts are written in Punycode, as by browsers.
pub const PATTERN: &str = "^[ \\t\\r\\n]*[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}\
    @[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*[ \\t\\r\\n]*$";

/// The error for any other text.
pub const EXPECTED: &str = "must be an e-mail address, such as ada@example.org";

impl Email {
    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let email = text.trim().to_lowercase();
        if email.len() <= MAX_LENGTH && email.validate_email() {
            Ok(Self(email))
        } else {
            Err(EXPECTED)
        }
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

text_types!(Email);

impl utoipa::PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(MAX_LENGTH))
            .pattern(Some(PATTERN))
            .description(Some(
                "An e-mail address. The server trims it and stores it in lower case.",
            ))
            .examples(["ada@example.org"])
            .into()
    }
}

impl utoipa::ToSchema for Email {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_person_is_one_address() {
        let email: Email = " Ada.Lovelace@Example.ORG\n".parse().unwrap();
        assert_eq!(email.as_str(), "ada.lovelace@example.org");
    }

    #[test]
    fn the_documents_allow_what_is_read_and_nothing_else() {
        let schema = serde_json::to_value(<Email as utoipa::PartialSchema>::schema()).unwrap();
        let documented = jsonschema::validator_for(&schema).unwrap();
        for text in [
            "ada@example.org",
            " Ada.Lovelace@Example.ORG\n",
            "a+b@x",
            "o'neill@mail.example.org",
            "a@xn--mnchen-3ya.example",
            "",
            "ada",
            "ada@",
            "@example.org",
            "a b@example.org",
            "a@b@c",
            "a@-b.org",
            "a@b-.org",
            "a@b..org",
            "\"a\"@b.org",
        ] {
            let read = text.parse::<Email>().is_ok();
            assert_eq!(documented.is_valid(&text.into()), read, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(MAX_LENGTH));
        for text in ["", "ada", "ada@", "@example.org", "a b@example.org", &long] {
            assert!(text.parse::<Email>().is_err(), "{text}");
        }
    }
}
