//! The parts of the sitemap, by their names in the path.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};
use utoipa::PartialSchema;
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{RefOr, Schema, Type};

use crate::http::contract::path_variables::PathVariable;
use crate::kind::Kind;

/// The kinds of resources that have parts of their own beside posts, in the order of the index.
pub const THINGS: [Kind; 3] = [Kind::Category, Kind::Author, Kind::Organization];

/// A part of the sitemap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The posts of the last two days.
    News,
    /// Posts and pages.
    Posts(Number),
    /// Resources of another kind.
    Things(Kind, Number),
}

/// The number of a part, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number(u32);

impl Number {
    /// Returns the number of the part at an index.
    pub fn at(index: i64) -> Option<Self> {
        let number = u32::try_from(index.checked_add(1)?).ok()?;
        Some(Self(number))
    }

    /// Returns the index, from 0.
    pub fn index(self) -> i64 {
        i64::from(self.0) - 1
    }
}

/// The regular expression of a part.
const PATTERN: &str = r"^(news|(posts|categories|authors|organizations)-[1-9][0-9]{0,7})\.xml$";

impl FromStr for Part {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const UNKNOWN: &str = "is not a part of the sitemap";
        let name = text.strip_suffix(".xml").ok_or(UNKNOWN)?;
        if name == "news" {
            return Ok(Self::News);
        }
        let (plural, number) = name.split_once('-').ok_or(UNKNOWN)?;
        let number: u32 = number.parse().map_err(|_| UNKNOWN)?;
        let number = Number(number);
        if plural == Kind::Post.plural() {
            return Ok(Self::Posts(number));
        }
        let kind = THINGS.into_iter().find(|kind| kind.plural() == plural);
        kind.map(|kind| Self::Things(kind, number)).ok_or(UNKNOWN)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::News => f.write_str("news.xml"),
            Self::Posts(Number(number)) => write!(f, "{}-{number}.xml", Kind::Post.plural()),
            Self::Things(kind, Number(number)) => write!(f, "{}-{number}.xml", kind.plural()),
        }
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl PartialSchema for Part {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .examples(["posts-1.xml"])
            .into()
    }
}

impl PathVariable for Part {
    const DESCRIPTION: &'static str = "The name of the part, from the index.";
    const MEMBER: Option<&'static str> = None;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_as_it_is_written() {
        for name in [
            "news.xml",
            "posts-1.xml",
            "categories-20.xml",
            "authors-3.xml",
        ] {
            assert_eq!(
                name.parse().map(|part: Part| part.to_string()),
                Ok(name.to_owned())
            );
        }
        for name in ["news", "posts.xml", "tags-1.xml", "posts-x.xml", ""] {
            assert!(name.parse::<Part>().is_err(), "{name}");
        }
    }
}
