//! Languages: BCP 47 tags (RFC 5646) in canonical case.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use oxilangtag::LanguageTag;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// A language tag such as `fr`, `pt-BR` or `zh-Hant`: a primary language of two or three letters, in canonical case.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, AsExpression, FromSqlRow,
)]
#[serde(transparent)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Lang(String);

/// Longest tag that is accepted, as RFC 5646 section 4.4.1 advises.
const MAX_LENGTH: usize = 35;

impl Lang {
    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The next shorter tag to look up (RFC 4647 section 3.4): without the last subtag, and without a single letter that
    /// would then stand at the end.
    pub fn shorter(&self) -> Option<Self> {
        let (mut rest, _) = self.0.rsplit_once('-')?;
        while let Some((before, last)) = rest.rsplit_once('-')
            && last.len() == 1
        {
            rest = before;
        }
        Some(Self(rest.to_owned()))
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Lang {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let tag = LanguageTag::parse_and_normalize(text).map_err(|_| EXPECTED)?;
        let primary = tag.primary_language().len();
        if text.len() > MAX_LENGTH || !(2..=3).contains(&primary) || text.starts_with("x-") {
            return Err(EXPECTED);
        }
        Ok(Self(tag.into_inner()))
    }
}

/// What a tag looks like.
pub const PATTERN: &str = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$";
/// The same in words.
pub const EXPECTED: &str = "must be a BCP 47 language tag, such as fr or pt-BR";

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for Lang {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .max_length(Some(MAX_LENGTH))
            .description(Some("A BCP 47 language tag."))
            .examples(["fr", "pt-BR"])
            .into()
    }
}

impl utoipa::ToSchema for Lang {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn tags_are_brought_to_canonical_case() {
        for (given, canonical) in [
            ("pt-br", "pt-BR"),
            ("ZH-hant", "zh-Hant"),
            ("de-1901", "de-1901"),
            ("EN", "en"),
        ] {
            assert_eq!(given.parse::<Lang>().unwrap().as_str(), canonical);
        }
    }

    #[test]
    fn what_is_no_language_tag_is_refused() {
        for bad in [
            "",
            "e",
            "english",
            "xx-invalid-",
            "en_US",
            "en-",
            "x-klingon",
            "i-klingon",
            "fr\0",
            "français",
        ] {
            assert!(bad.parse::<Lang>().is_err(), "{bad:?}");
        }
    }
}
