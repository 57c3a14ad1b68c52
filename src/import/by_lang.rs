//! A value per language, in which no language stands twice.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value per language, by BCP 47 tag.
pub type ByLang<T> = BTreeMap<String, T>;

/// Reads an object whose keys must not repeat: of two Spanish texts neither may win silently.
pub(super) fn unique<'de, D, T>(input: D) -> Result<ByLang<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Unique<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Unique<T> {
        type Value = ByLang<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object with a member per language")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut values = ByLang::new();
            while let Some(lang) = map.next_key::<String>()? {
                if values.contains_key(&lang) {
                    return Err(A::Error::custom(format_args!(
                        "language `{lang}` stands twice"
                    )));
                }
                values.insert(lang, map.next_value()?);
            }
            Ok(values)
        }
    }

    input.deserialize_map(Unique(PhantomData))
}
