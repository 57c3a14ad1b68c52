//! Sparse fieldsets: the selection of an item's members by dotted names such as `authors.organization.name`.

use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer, ser};
use serde_json::Value;
use utoipa::IntoParams;
use validator::Validate;

/// The query parameter `fields`. The OpenAPI documents take its valid names from the schema of the item.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Fields {
    /// The members to return, comma-separated. A dot names a member within a member, as in `authors.name`. May be
    /// repeated. All other members are then absent, also those that the schema of the response requires. When absent,
    /// all members are returned, except those that a request must name.
    #[serde(default)]
    #[param(style = Form, explode = false, min_items = 1, max_items = 100)]
    pub fields: Vec<String>,
}

/// The selected members of an item.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    only: Vec<String>,
    besides: Vec<String>,
    left_out: Option<&'static str>,
}

impl Selection {
    /// Creates the selection from `fields` and additional names.
    pub fn new(fields: Fields, besides: Vec<String>) -> Self {
        Self {
            only: fields.fields,
            besides,
            left_out: None,
        }
    }

    /// Creates the selection from `fields`. The member `included` belongs to it if the request has `include`.
    pub fn with_included(fields: Fields, includes: bool) -> Self {
        let included = includes.then(|| "included".to_owned());
        Self::new(fields, included.into_iter().collect())
    }

    /// Selects all members of an item except one of its own.
    pub fn all_but(member: &'static str) -> Self {
        Self {
            left_out: Some(member),
            ..Self::default()
        }
    }

    /// Adds names to the selection.
    pub fn including(mut self, mut members: Vec<String>) -> Self {
        self.besides.append(&mut members);
        self
    }

    /// Returns whether an ordinary member, or a part of it, is selected. Ordinary members are selected by default.
    pub fn has(&self, member: &str) -> bool {
        if self.left_out == Some(member) {
            return false;
        }
        self.only.is_empty() || self.names().any(|name| within(name, member))
    }

    /// Returns whether a heavy member, or a part of it, is selected. Heavy members must be selected by name.
    pub fn names_heavy(&self, member: &str) -> bool {
        self.names().any(|name| within(name, member))
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        self.only.iter().chain(&self.besides)
    }

    /// Removes the members of an item that are not selected.
    fn prune(&self, value: &mut Value, path: &str) {
        match value {
            Value::Object(members) => {
                members.retain(|name, member| {
                    let path = join(path, name);
                    let kept = self
                        .names()
                        .any(|name| within(&path, name) || within(name, &path));
                    if kept {
                        self.prune(member, &path);
                    }
                    kept
                });
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.prune(item, path)),
            _ => {}
        }
    }
}

impl From<Fields> for Selection {
    /// Selects nothing besides `fields`.
    fn from(fields: Fields) -> Self {
        Self::new(fields, Vec::new())
    }
}

/// Returns whether `name` is `outer` or a member of it.
fn within(name: &str, outer: &str) -> bool {
    let rest = name.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// An item that serialises only its selected members.
#[derive(Debug, Clone)]
pub struct Selected<T> {
    item: T,
    selection: Arc<Selection>,
}

impl<T> Selected<T> {
    /// Wraps one item.
    pub fn one(item: T, selection: Selection) -> Self {
        let selection = Arc::new(selection);
        Self { item, selection }
    }

    /// Returns the whole item.
    pub fn item(&self) -> &T {
        &self.item
    }

    /// Returns the whole item, to be changed.
    pub fn item_mut(&mut self) -> &mut T {
        &mut self.item
    }

    /// Wraps the items of a list.
    pub fn all(items: Vec<T>, selection: Selection) -> Vec<Self> {
        let selection = Arc::new(selection);
        let selected = |item| Self {
            item,
            selection: selection.clone(),
        };
        items.into_iter().map(selected).collect()
    }
}

impl<T: Serialize> Serialize for Selected<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let selection = &self.selection;
        if selection.only.is_empty() && selection.left_out.is_none() {
            return self.item.serialize(serializer);
        }
        let mut value = serde_json::to_value(&self.item).map_err(ser::Error::custom)?;
        if let (Value::Object(members), Some(left_out)) = (&mut value, selection.left_out) {
            members.shift_remove(left_out);
        }
        if !selection.only.is_empty() {
            selection.prune(&mut value, "");
        }
        value.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn selected(item: Value, fields: &[&str], besides: &[&str]) -> Value {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let fields = Fields {
            fields: owned(fields),
        };
        let one = Selected::one(item, Selection::new(fields, owned(besides)));
        serde_json::to_value(one).unwrap()
    }

    #[test]
    fn only_what_is_named_is_written_through_lists_and_nulls() {
        let item = json!({ "title": "A", "slug": "a", "authors": [
            { "name": "Ada", "role": null, "organization": { "id": 1, "name": "City" } },
            { "name": "Bo", "role": null, "organization": null } ] });
        assert_eq!(
            selected(item.clone(), &["title", "authors.organization.name"], &[]),
            json!({ "title": "A", "authors": [{ "organization": { "name": "City" } }, { "organization": null }] })
        );
        let whole = selected(item.clone(), &["authors", "authors.name"], &["slug"]);
        assert_eq!(whole.get("authors"), item.get("authors"));
        assert_eq!(selected(item.clone(), &[], &["slug"]), item);
    }

    #[test]
    fn a_heavy_member_is_asked_for_by_name_or_by_something_in_it() {
        let asked = |fields: &[&str], besides: &[&str], member: &str| {
            let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            Selection::new(
                Fields {
                    fields: owned(fields),
                },
                owned(besides),
            )
            .names_heavy(member)
        };
        assert!(asked(&["body.html"], &[], "body"));
        assert!(asked(&[], &["body"], "body"));
        assert!(!asked(&["body_count"], &[], "body"));
        assert!(!asked(&["translations"], &[], "translations.title"));
        assert!(!asked(&[], &[], "body"));
    }
}
