//! The facts of an entry: the members of a resource that differ, before and after. Callers never pass a password, hash,
//! token or key.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// The changed members, before and after.
#[derive(Debug)]
pub struct Facts(Result<Sides>);

#[derive(Debug, Default)]
struct Sides {
    before: Map<String, Value>,
    after: Map<String, Value>,
}

/// The members that are left out, because the entry itself has them or every change alters them.
const LEFT_OUT: [&str; 4] = ["id", "version", "created_at", "updated_at"];

impl Facts {
    /// Returns no facts, for changes that the operation describes completely.
    pub fn none() -> Self {
        Self(Ok(Sides::default()))
    }

    /// Returns the facts of a creation.
    pub fn created(new: &impl Serialize) -> Self {
        Self::between(None::<&()>, Some(new))
    }

    /// Returns the facts of a deletion.
    pub fn deleted(old: &impl Serialize) -> Self {
        Self::between(Some(old), None::<&()>)
    }

    /// Returns the facts of an update.
    pub fn updated(old: &impl Serialize, new: &impl Serialize) -> Self {
        Self::between(Some(old), Some(new))
    }

    /// Returns the facts of a creation, update or deletion, depending on which of the two states exist.
    pub fn between(old: Option<&impl Serialize>, new: Option<&impl Serialize>) -> Self {
        Self(differences(old, new))
    }

    /// Adds a member with its value after the change.
    pub fn with(mut self, member: &str, value: impl Serialize) -> Self {
        if let Ok(sides) = &mut self.0 {
            match json(&value) {
                Ok(value) => drop(sides.after.insert(member.to_owned(), value)),
                Err(error) => return Self(Err(error)),
            }
        }
        self
    }

    /// Adds the members of other facts, before and after.
    pub fn and(self, other: Self) -> Self {
        let merged = self.0.and_then(|mut sides| {
            let more = other.0?;
            sides.before.extend(more.before);
            sides.after.extend(more.after);
            Ok(sides)
        });
        Self(merged)
    }

    /// Returns the members before and after; `None` for an empty side.
    pub(super) fn sides(self) -> Result<(Option<Value>, Option<Value>)> {
        let Sides { before, after } = self.0?;
        let some = |side: Map<String, Value>| (!side.is_empty()).then_some(Value::Object(side));
        Ok((some(before), some(after)))
    }
}

fn differences(old: Option<&impl Serialize>, new: Option<&impl Serialize>) -> Result<Sides> {
    let mut sides = Sides {
        before: members(old)?,
        after: members(new)?,
    };
    if old.is_some() && new.is_some() {
        let same = |(name, value): (&String, &Value)| {
            (sides.after.get(name) == Some(value)).then(|| name.clone())
        };
        let same: Vec<String> = sides.before.iter().filter_map(same).collect();
        sides.before.retain(|name, _| !same.contains(name));
        sides.after.retain(|name, _| !same.contains(name));
    }
    Ok(sides)
}

fn members(thing: Option<&impl Serialize>) -> Result<Map<String, Value>> {
    let Some(thing) = thing else {
        return Ok(Map::new());
    };
    match json(thing)? {
        Value::Object(mut members) => {
            members.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
            Ok(members)
        }
        other => Err(Error::Internal(format!("no members: {other}"))),
    }
}

fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_told_and_never_the_version() {
        let old = json!({ "id": 1, "name": "A", "url": null, "version": 1 });
        let new = json!({ "id": 1, "name": "B", "url": null, "version": 2 });
        let sides = |facts: Facts| facts.sides().unwrap();
        let (name, url) = (json!({ "name": "A" }), json!({ "name": "B" }));
        assert_eq!(sides(Facts::updated(&old, &new)), (Some(name), Some(url)));
        assert_eq!(sides(Facts::updated(&old, &old)), (None, None));
        let whole = json!({ "name": "A", "url": null });
        assert_eq!(sides(Facts::created(&old)), (None, Some(whole.clone())));
        assert_eq!(sides(Facts::deleted(&old)), (Some(whole), None));
        let more = sides(Facts::none().with("password", "changed")).1;
        assert_eq!(more, Some(json!({ "password": "changed" })));
    }
}
