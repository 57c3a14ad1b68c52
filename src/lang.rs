//! Languages: BCP 47 tags (RFC 5646) in canonical case.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use oxilangtag::LanguageTag;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::db::sql_types::text_types;

/// A language tag such as `fr`, `pt-BR` or `zh-Hant`: a primary language of two or three letters, in canonical case.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, AsExpression, FromSqlRow,
)]
#[serde(transparent)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Lang(String);

/// The maximum length of a tag, as recommended by RFC 5646 section 4.4.1.
const MAX_LENGTH: usize = 35;

impl Lang {
    /// Returns the tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the tags of a lookup (RFC 4647 section 3.4): this one and its shorter forms.
    pub fn lookup(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::shorter)
    }

    /// Returns the next shorter tag for a lookup (RFC 4647 section 3.4): the tag without its last subtag, and without
    /// single-letter subtags that would then be the last. Returns `None` if there is none.
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
        Ok(Self(preferred(tag.into_inner())))
    }
}

/// Deprecated language subtags of the IANA registry with their preferred values (RFC 5646 section 4.5).
const PREFERRED: [(&str, &str); 5] = [
    ("iw", "he"),
    ("in", "id"),
    ("ji", "yi"),
    ("jw", "jv"),
    ("mo", "ro"),
];

fn preferred(tag: String) -> String {
    let (primary, rest) = match tag.split_once('-') {
        Some((primary, rest)) => (primary, Some(rest)),
        None => (tag.as_str(), None),
    };
    let Some((_, preferred)) = PREFERRED.iter().find(|(old, _)| *old == primary) else {
        return tag;
    };
    match rest {
        Some(rest) => format!("{preferred}-{rest}"),
        None => (*preferred).to_owned(),
    }
}

/// The syntax of RFC 5646 section 2.1 as a regular expression without anchors. It requires a primary language of two or
/// three letters and limits repetitions (there are two extensions, `t` and `u`).
macro_rules! langtag {
    () => {
        "[A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?\
         (-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3})){0,6}(-[0-9A-WY-Za-wy-z](-[A-Za-z0-9]{2,8}){1,8}){0,2}\
         (-[Xx](-[A-Za-z0-9]{1,8}){1,8})?"
    };
}
pub(crate) use langtag;

/// The regular expression of a tag.
pub const PATTERN: &str = concat!("^", langtag!(), "$");
/// The error for any other text.
pub const EXPECTED: &str = "must be a BCP 47 language tag, such as fr or pt-BR";

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

text_types!(Lang);

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
            ("iw", "he"),
            ("IN-id", "id-ID"),
            ("ji-latn", "yi-Latn"),
            ("jw", "jv"),
            ("mo-MD", "ro-MD"),
            ("inh", "inh"),
        ] {
            assert_eq!(given.parse::<Lang>().unwrap().as_str(), canonical);
        }
    }

    #[test]
    fn the_documents_allow_what_is_read_and_nothing_else() {
        let schema = serde_json::to_value(<Lang as utoipa::PartialSchema>::schema()).unwrap();
        let documented = jsonschema::validator_for(&schema).unwrap();
        let tags = [
            "en",
            "EN",
            "zh-yue-HK",
            "zh-Hant-TW",
            "es-419",
            "sl-rozaj-biske-1994",
            "de-1901-x-foo",
            "ar-u-nu-latn",
            "en-t-jp-m0-true",
            "aaa-bbb-ccc-ddd",
            "fr-x-a", // tags
            "",
            "e",
            "english",
            "en-",
            "en--us",
            "en_US",
            "en-a",
            "en-x",
            "en-abcdefghi",
            "x-klingon",
            "i-klingon",
            "en-GB-Latn",
            "français",
            "en-US\n",
            "zh-aaa-bbb-ccc-ddd",
            "en-abcd-efgh",
            "de-DE-u-co-phonebk-x-abcdefgh-ij",
            "de-DE-u-co-phonebk-x-abcdefgh-ijklm", // none
        ];
        for tag in tags {
            let read = tag.parse::<Lang>().is_ok();
            assert_eq!(documented.is_valid(&tag.into()), read, "{tag:?}");
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
