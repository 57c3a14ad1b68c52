//! RFC 7396 JSON Merge Patch, member by member: absent keeps, `null` clears, a value sets.

use serde::{Deserialize, Deserializer};

/// A clearable member of a patch: `None` keeps, `Some(None)` clears, `Some(Some(v))` sets.
pub type Patched<T> = Option<Option<T>>;

/// A change of an item.
#[derive(Debug, Clone)]
pub enum Edit<N, P> {
    /// `PUT`: replaces the item.
    Replace(N),
    /// `PATCH`: changes the members that the patch names.
    Merge(P),
}

/// For `#[serde(default, deserialize_with = "patch::clearable")]`: distinguishes an absent member from `null`.
pub fn clearable<'de, D, T>(deserializer: D) -> Result<Patched<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// For `#[serde(default, deserialize_with = "patch::required")]`: a member that may be absent, but never `null`.
pub fn required<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// For `#[serde(default, deserialize_with = "patch::emptied")]`: a member whose `null` means its empty value.
pub fn emptied<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let given: Option<T> = Option::deserialize(deserializer)?;
    Ok(Some(given.unwrap_or_default()))
}
