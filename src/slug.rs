//! Slugs: the readable part of a URL, in ASCII regardless of the script of the title.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::db::sql_types::text_types;
use crate::id::Id;

/// A slug: lower-case letters and digits with single hyphens between them, and never in the form of an id.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, AsExpression, FromSqlRow,
)]
#[serde(transparent)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Slug(String);

/// The maximum length of a slug.
pub const MAX_LENGTH: usize = 200;
/// The maximum length of a slug derived from a title, which leaves room for a number.
const DERIVED_LENGTH: usize = 80;

impl Slug {
    /// Returns the slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Derives a slug from a title in any script, and truncates it at a word boundary. Uses `fallback`, a kind such as
    /// `post`, if nothing is left.
    pub fn derive(title: &str, fallback: &str) -> Self {
        let mut slug = String::new();
        for word in
            deunicode::deunicode(title).split(|c: char| !c.is_ascii_alphanumeric() && c != '\'')
        {
            let word: String = word
                .chars()
                .filter(|c| *c != '\'')
                .collect::<String>()
                .to_ascii_lowercase();
            if word.is_empty() {
                continue;
            }
            if !slug.is_empty() && slug.len() + 1 + word.len() > DERIVED_LENGTH {
                break;
            }
            if !slug.is_empty() {
                slug.push('-');
            }
            slug.extend(word.chars().take(DERIVED_LENGTH));
        }
        if slug.is_empty() {
            slug.push_str(fallback);
        }
        if slug.parse::<Id>().is_ok() {
            slug.insert_str(0, "n-");
        }
        Self(slug)
    }

    /// Returns the slug with a number appended, such as `name-2`.
    pub fn numbered(&self, number: usize) -> Self {
        Self(format!("{}-{number}", self.0))
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shaped = text.len() <= MAX_LENGTH
            && text.split('-').all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        if shaped && text.parse::<Id>().is_err() {
            Ok(Self(text.to_owned()))
        } else {
            Err(EXPECTED)
        }
    }
}

/// The regular expression of a slug.
pub const PATTERN: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// The regular expression of a slug in any case, or of an id.
pub const ANY_CASE: &str = "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$";

/// The error for any text that [`ANY_CASE`] does not match.
pub const EXPECTED_ANY_CASE: &str =
    "must be an id, or a slug: letters a-z, digits and single hyphens";

/// The error for any other text.
pub const EXPECTED: &str =
    "must be lower-case letters a-z, digits and single hyphens, and not look like an id";

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

text_types!(Slug);

impl utoipa::PartialSchema for Slug {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .min_length(Some(1))
            .max_length(Some(MAX_LENGTH))
            .description(Some(
                "Lower-case letters a-z, digits and single hyphens. It must not look like an id.",
            ))
            .examples(["a-right-to-the-city"])
            .into()
    }
}

impl utoipa::ToSchema for Slug {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_title_in_any_script_gives_a_valid_slug() {
        let titles = [
            "Housing for all!",
            "L’été à São Tomé",
            "住房権",
            "الحق في السكن",
            "ที่อยู่อาศัย",
            "🏠",
            "   ",
            "'",
            "Ελλάδα",
        ];
        for title in titles {
            let slug = Slug::derive(title, "post");
            assert!(
                slug.as_str().parse::<Slug>().is_ok(),
                "{title:?} gave {slug}"
            );
        }
        assert_eq!(
            Slug::derive("Housing for all!", "post").as_str(),
            "housing-for-all"
        );
        assert_eq!(Slug::derive("¡¿!?", "post").as_str(), "post");
    }

    #[test]
    fn a_slug_never_looks_like_an_id() {
        let id = Id::new().to_string();
        assert!(id.parse::<Slug>().is_err());
        assert!(Slug::derive(&id, "post").as_str().parse::<Id>().is_err());
    }

    #[test]
    fn slugs_with_spaces_slashes_or_capitals_are_refused() {
        for bad in [
            "",
            "a b",
            "a/b",
            "A",
            "-a",
            "a-",
            "a--b",
            "é",
            &"a".repeat(201),
        ] {
            assert!(bad.parse::<Slug>().is_err(), "{bad:?}");
        }
    }
}
