//! The facet counts of the matching posts.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tribuna::timestamp::Timestamp;

use super::super::query::PostQuery;
use super::super::world::{Kind, World};

impl World {
    /// The counts, with at most `limit` values of each kind.
    pub fn facets(&self, query: &PostQuery, limit: usize, now: Timestamp) -> Value {
        let posts = self.posts(query, now);
        let counts = |kind| {
            let mut counts = BTreeMap::<String, usize>::new();
            for id in posts
                .iter()
                .flat_map(|one| self.carried(one.publication, kind))
            {
                *counts.entry(id).or_default() += 1;
            }
            let named = counts.into_iter().map(|(id, count)| {
                let mut value = self.facet_name(kind, &id, query);
                value["count"] = json!(count);
                value
            });
            most(named.collect(), limit)
        };
        let mut langs = BTreeMap::<&str, usize>::new();
        let mut years = BTreeMap::<i64, usize>::new();
        for one in &posts {
            *langs.entry(one.lang).or_default() += 1;
            let year = one.publication.from.to_string()[..4].parse().unwrap();
            *years.entry(year).or_default() += 1;
        }
        let langs = langs
            .into_iter()
            .map(|(lang, count)| json!({ "lang": lang, "count": count }));
        let years = years
            .into_iter()
            .rev()
            .map(|(year, count)| json!({ "year": year, "count": count }));
        json!({
            "total": posts.len(),
            "categories": counts(Kind::Category), "tags": counts(Kind::Tag),
            "authors": counts(Kind::Author), "organizations": counts(Kind::Organization),
            "languages": most(langs.collect(), limit), "years": years.take(limit).collect::<Vec<_>>()
        })
    }

    fn facet_name(&self, kind: Kind, id: &str, query: &PostQuery) -> Value {
        match kind {
            Kind::Author => {
                let author = self.author(id);
                json!({ "id": id, "lang": null, "slug": author.slug, "name": author.name })
            }
            Kind::Organization => self.organization_ref(id, None, &query.reader),
            _ => {
                let name = self.term(id).shown(&query.reader);
                json!({ "id": id, "lang": name.lang, "slug": name.slug, "name": name.name })
            }
        }
    }
}

/// The values with the highest counts. Equal counts keep their order.
fn most(mut values: Vec<Value>, limit: usize) -> Vec<Value> {
    values.sort_by_key(|value| std::cmp::Reverse(value["count"].as_u64()));
    values.truncate(limit);
    values
}
