//! Lists of posts.

use tribuna::timestamp::Timestamp;

use super::super::query::{Date, PostQuery};
use super::super::world::{Kind, Lang, Post, Publication, World};
use super::languages::{live, shown};
use super::order::{Key, Place, order};

/// A post in the language in which it is shown.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub post: &'a Post,
    pub lang: Lang,
    pub publication: &'a Publication,
}

impl World {
    /// The matching posts, in order.
    pub fn posts(&self, query: &PostQuery, now: Timestamp) -> Vec<Shown<'_>> {
        let mut found = Vec::new();
        for post in &self.posts {
            let Some((lang, publication)) = shown(post, &query.reader, now) else {
                continue;
            };
            let one = Shown {
                post,
                lang,
                publication,
            };
            if self.is_wanted(one, query, now) {
                found.push(one);
            }
        }
        let sort = query.sort();
        order(&mut found, sort, |one| one.place(sort));
        found
    }

    fn is_wanted(&self, one: Shown<'_>, query: &PostQuery, now: Timestamp) -> bool {
        let live = live(one.post, now);
        let is_live = |lang: &Lang| live.iter().any(|(there, _)| there == lang);
        let has_any = |(kind, names): &(Kind, Vec<String>)| {
            names
                .iter()
                .any(|name| self.has(one.publication, *kind, name))
        };
        let is_within = |date: &Date| date.takes(one.publication.from, one.publication.updated_at);
        !query.exclude.contains(&one.post.id)
            && query.available_in.iter().all(is_live)
            && query.any_of.iter().all(has_any)
            && !query.none_of.iter().any(has_any)
            && query.dates.iter().all(is_within)
            && query
                .featured
                .is_none_or(|featured| one.publication.shared.featured == featured)
    }

    /// True if a publication has the named resource. A category also matches its descendants.
    fn has(&self, publication: &Publication, kind: Kind, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let named = self.named(kind, &name);
        let is_named = |id: &String| named.contains(&id.as_str());
        self.carried(publication, kind).iter().any(is_named)
    }

    /// The ids of this kind that a publication has, including the ancestors of its categories.
    pub fn carried(&self, publication: &Publication, kind: Kind) -> Vec<String> {
        let shared = &publication.shared;
        let bylines = shared.bylines.iter();
        let mut ids: Vec<String> = match kind {
            Kind::Category => shared
                .categories
                .iter()
                .flat_map(|id| self.lineage(id))
                .collect(),
            Kind::Tag => shared.tags.clone(),
            Kind::Author => bylines.map(|line| line.author.clone()).collect(),
            Kind::Organization => bylines
                .filter_map(|line| line.organization.clone())
                .collect(),
            Kind::Post => Vec::new(),
        };
        ids.sort();
        ids.dedup();
        ids
    }
}

impl Shown<'_> {
    /// The position of the post in a list of this order.
    pub fn place(&self, sort: &str) -> Place {
        let key = match sort.trim_start_matches('-') {
            "published_at" => Key::Instant(self.publication.from),
            "updated_at" => Key::Instant(self.publication.updated_at),
            "title" => Key::Text(self.publication.text.title.clone()),
            other => panic!("unknown order {other}"),
        };
        let id = self.post.id.clone();
        Place { key, id }
    }
}
