//! Sort keys for titles and names: the Unicode Collation Algorithm with the CLDR root collation. The keys compare byte by
//! byte, so the order is the same in all languages and on both databases.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{self, Error};

/// The sort key of a text. Differences in case and accents count only between texts with the same letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct CollationKey(Vec<u8>);

/// The number of characters that are taken into account. Texts that agree up to there have the same key.
const LONGEST_TEXT: usize = 200;
/// The maximum length of a key in bytes. It is necessary because some characters expand to many letters, and index
/// entries have a maximum size.
const LONGEST_KEY: usize = 1200;
/// The maximum length of a key in a cursor, in bytes, so that the headers of a page stay short.
const LONGEST_IN_CURSOR: usize = 96;

impl CollationKey {
    /// Computes the key of a text.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the data of the root collation is not compiled in.
    pub fn new(text: &str) -> error::Result<Self> {
        let end = text.char_indices().nth(LONGEST_TEXT);
        let text = end.map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
        let mut key = Vec::with_capacity(3 * text.len());
        match root()?.write_sort_key_to(text, &mut key) {
            Ok(()) => key.truncate(LONGEST_KEY),
            Err(never) => match never {},
        }
        Ok(Self(key))
    }

    /// Returns the beginning of the key, if it is too long for a cursor.
    pub fn beginning(&self) -> Option<Self> {
        let beginning = self.0.get(..LONGEST_IN_CURSOR)?;
        (beginning.len() < self.0.len()).then(|| Self(beginning.to_vec()))
    }

    /// Returns whether the key begins with another one.
    pub fn begins_with(&self, beginning: &Self) -> bool {
        self.0.starts_with(&beginning.0)
    }

    /// Returns a key after all keys that begin with this one.
    #[must_use]
    pub fn beyond_its_continuations(mut self) -> Self {
        self.0.resize(LONGEST_KEY.max(self.0.len()), u8::MAX);
        self
    }
}

/// Creates a collator for each key. This is cheap, because a collator only refers to compiled data.
fn root() -> error::Result<CollatorBorrowed<'static>> {
    Collator::try_new(CollatorPreferences::default(), CollatorOptions::default())
        .map_err(|error| Error::Internal(format!("collation: {error}")))
}

impl From<CollationKey> for Vec<u8> {
    fn from(key: CollationKey) -> Self {
        key.0
    }
}

impl Serialize for CollationKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for CollationKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD.decode(text);
        bytes.map(Self).map_err(de::Error::custom)
    }
}

impl<DB: Backend> ToSql<Binary, DB> for CollationKey
where
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <[u8] as ToSql<Binary, DB>>::to_sql(&self.0, out)
    }
}

impl<DB: Backend> FromSql<Binary, DB> for CollationKey
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Vec::<u8>::from_sql(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn letters_come_before_accents_and_accents_before_case() {
        let mut titles = [
            "zebra", "Éclair", "eclair", "élan", "Eclair", "état", "10", "Ωmega", "あ",
        ];
        titles.sort_by_key(|title| CollationKey::new(title).unwrap());
        assert_eq!(
            titles,
            [
                "10", "eclair", "Eclair", "Éclair", "élan", "état", "zebra", "Ωmega", "あ"
            ]
        );
    }

    /// Stored keys must remain valid. If this test fails after an update of the collation data, all keys must be
    /// recomputed.
    #[test]
    fn keys_are_those_that_are_stored() {
        let key = |text: &str| CollationKey::new(text).unwrap().0;
        assert_eq!(key("Ab"), [43, 45, 1, 6, 1, 220, 5]);
    }

    #[test]
    fn the_beginning_of_a_long_key_stands_for_its_continuations() {
        let key = |text: &str| CollationKey::new(text).unwrap();
        assert_eq!(key("A title").beginning(), None);
        let (long, longer) = (key(&"a".repeat(150)), key(&"a".repeat(190)));
        let beginning = long.beginning().unwrap();
        assert_eq!(beginning.0.len(), LONGEST_IN_CURSOR);
        assert_eq!(beginning.beginning(), None);
        assert_eq!(longer.beginning(), Some(beginning.clone()));
        let end = beginning.clone().beyond_its_continuations();
        for key in [&long, &longer] {
            assert!(key.begins_with(&beginning));
            assert!(beginning < *key && *key < end);
        }
        assert!(end < key("b") && !key("b").begins_with(&beginning));
    }

    #[test]
    fn a_key_is_bounded_whatever_the_text() {
        let long = "ﷺ".repeat(500);
        assert_eq!(CollationKey::new(&long).unwrap().0.len(), LONGEST_KEY);
        let (one, other) = ("a".repeat(200), "a".repeat(201));
        assert_eq!(
            CollationKey::new(&one).unwrap(),
            CollationKey::new(&other).unwrap()
        );
    }
}
