//! The names of users, by which others know them.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::email::Email;
use crate::text;

/// The name of a user: a text of a single line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct UserName(String);

/// The maximum length of a name in characters.
const MAX_LENGTH: usize = 200;

/// The error for any other text.
const EXPECTED: &str = "must have 1 to 200 characters, and not be blank";

impl UserName {
    /// Returns the name of a user who was given none: that of the linked author or, without one, the part of the e-mail
    /// address before the @.
    pub fn default_for(author: Option<String>, email: &Email) -> Self {
        let (mailbox, _) = email.as_str().split_once('@').unwrap_or_default();
        Self(author.unwrap_or_else(|| mailbox.to_owned()))
    }
}

impl FromStr for UserName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text::in_one_line(text.to_owned());
        if name.chars().count() <= MAX_LENGTH && text::is_visible(&name) {
            Ok(Self(name))
        } else {
            Err(EXPECTED)
        }
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl<'de> Deserialize<'de> for UserName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for UserName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX_LENGTH))
            .pattern(Some(text::VISIBLE))
            .description(Some(
                "The name by which others know a user. White space at its ends is removed, and line breaks become spaces.",
            ))
            .examples(["Ada Lovelace"])
            .into()
    }
}

impl utoipa::ToSchema for UserName {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_documents_allow_what_is_read_and_nothing_else() {
        let schema = serde_json::to_value(<UserName as utoipa::PartialSchema>::schema()).unwrap();
        let documented = jsonschema::validator_for(&schema).unwrap();
        let (longest, longer) = ("é".repeat(MAX_LENGTH), "é".repeat(MAX_LENGTH + 1));
        for text in [
            "Ada", " 李 ", "", " ", "\u{85}", "\u{200b}", &longest, &longer,
        ] {
            let read = text.parse::<UserName>().is_ok();
            assert_eq!(documented.is_valid(&text.into()), read, "{text:?}");
        }
    }

    #[test]
    fn a_name_that_was_not_given_is_the_authors_or_the_mailbox() {
        let email: Email = "ada.lovelace@example.org".parse().unwrap();
        let name = |author: Option<&str>| {
            String::from(UserName::default_for(author.map(str::to_owned), &email))
        };
        assert_eq!(name(None), "ada.lovelace");
        assert_eq!(name(Some("Ada Lovelace")), "Ada Lovelace");
    }
}
