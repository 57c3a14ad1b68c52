//! Sparse fieldsets: the members of a resource that an answer contains.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::query::Pairs;
use super::random::Random;

/// The requested members of a resource, as dotted names.
#[derive(Clone, Default)]
pub struct Wanted {
    pub fields: Option<Vec<String>>,
    pub include: Vec<&'static str>,
    /// Members that are left out unless they are requested.
    rare: &'static [&'static str],
}

/// The members that items of a list of posts have only on request.
pub const RARE_IN_LISTS: &[&str] = &["body", "seo", "translations.title"];
/// The members that a single post has only on request.
pub const RARE_IN_ONE: &[&str] = &["translations.title"];

impl Wanted {
    /// Draws names of members. `whole` returns complete resources like those that will be requested.
    pub fn at_random(
        random: &mut Random,
        whole: impl FnOnce() -> Vec<Value>,
        rare: &'static [&'static str],
    ) -> Self {
        let mut wanted = Self {
            rare,
            ..Self::default()
        };
        if random.one_in(4) {
            let mut names = BTreeSet::new();
            whole()
                .iter()
                .for_each(|one| add_names(one, "", &mut names));
            let fields = random.some(&Vec::from_iter(names), 5);
            wanted.fields = (!fields.is_empty()).then_some(fields);
        }
        if !rare.is_empty() && random.one_in(4) {
            wanted.include = random.some(RARE_IN_LISTS, 2);
        }
        wanted
    }

    pub fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        pairs.extend(
            self.fields
                .as_ref()
                .map(|fields| ("fields", fields.join(","))),
        );
        if !self.include.is_empty() {
            pairs.push(("include", self.include.join(",")));
        }
        pairs
    }

    /// Reduces a complete resource to the requested members.
    pub fn of(&self, whole: &Value) -> Value {
        pruned(whole, "", &|name| self.takes(name))
    }

    /// A name selects everything below it except the members in `rare`, and the objects above it.
    fn takes(&self, name: &str) -> bool {
        let is_rare = self.rare.iter().any(|rare| is_at_or_below(name, rare));
        let takes = |asked: &str| {
            let asks_for_rare = self.rare.iter().any(|rare| is_at_or_below(asked, rare));
            is_at_or_below(asked, name)
                || is_at_or_below(name, asked) && (asks_for_rare || !is_rare)
        };
        let fields = self.fields.iter().flatten().map(String::as_str);
        let is_default = self.fields.is_none() && !is_rare;
        is_default || fields.chain(self.include.iter().copied()).any(takes)
    }
}

/// True if `name` is `above` or is below it.
fn is_at_or_below(name: &str, above: &str) -> bool {
    name == above
        || name
            .strip_prefix(above)
            .is_some_and(|rest| rest.starts_with('.'))
}

fn below(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.into()
    } else {
        format!("{place}.{name}")
    }
}

fn add_names(value: &Value, place: &str, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add_names(item, place, names)),
        Value::Object(members) => {
            for (name, value) in members {
                let at = below(place, name);
                add_names(value, &at, names);
                names.insert(at);
            }
        }
        _ => {}
    }
}

fn pruned(value: &Value, place: &str, takes: &dyn Fn(&str) -> bool) -> Value {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| pruned(item, place, takes))
            .collect(),
        Value::Object(members) => {
            let mut kept = Map::new();
            for (name, value) in members {
                let at = below(place, name);
                if takes(&at) {
                    kept.insert(name.clone(), pruned(value, &at, takes));
                }
            }
            kept.into()
        }
        other => other.clone(),
    }
}
