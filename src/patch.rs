//! JSON Merge Patch (RFC 7396): an absent member keeps the value, `null` clears it, and any other value replaces it.

use serde::{Deserialize, Deserializer};

/// A clearable member of a patch: `None` keeps the value, `Some(None)` clears it, and `Some(Some(v))` sets it.
pub type Patched<T> = Option<Option<T>>;

/// A change to an item.
#[derive(Debug, Clone)]
pub enum Edit<N, P> {
    /// `PUT`: replaces the item.
    Replace(N),
    /// `PATCH`: changes only the members in the patch.
    Merge(P),
}

/// Deserialises a clearable member, and distinguishes an absent member from `null`. Use with `#[serde(default,
/// deserialize_with = "patch::clearable")]`.
pub fn clearable<'de, D, T>(deserializer: D) -> Result<Patched<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Deserialises a member that may be absent but not `null`. Use with `#[serde(default, deserialize_with =
/// "patch::required")]`.
pub fn required<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Deserialises a member whose `null` means its empty value. Use with `#[serde(default, deserialize_with =
/// "patch::emptied")]`.
pub fn emptied<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let given: Option<T> = Option::deserialize(deserializer)?;
    Ok(Some(given.unwrap_or_default()))
}

/// Deserialises a member whose absence and `null` mean its empty value. Use with `#[serde(default, deserialize_with =
/// "patch::null_is_empty")]`.
pub fn null_is_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    emptied(deserializer).map(Option::unwrap_or_default)
}
