//! Publishing, taking down, the trash.

use serde_json::{Value, json};
use tribuna::timestamp::Timestamp;

use super::super::world::{Kind, Lang, Name, Publication};
use super::{Newsroom, terse};
use crate::support::content::{POSTS, publication};

/// Dates of long ago, few, so that many are equal.
const PAST: [&str; 6] = [
    "1999-12-31T23:59:59.999Z",
    "2024-02-29T12:00:00.000Z",
    "2025-01-01T00:00:00.000Z",
    "2025-07-01T08:00:00.000Z",
    "2025-07-01T08:00:00.001Z",
    "2026-03-01T08:00:00.000Z",
];

const HOUR: i64 = 3600;

impl Newsroom<'_> {
    pub async fn publishes_something(&mut self) {
        if let Some(post) = self.a_post(false) {
            let texts = &self.world.posts[post].texts;
            let langs: Vec<Lang> = texts.keys().copied().collect();
            let lang = *self.random.pick(&langs);
            self.publishes(post, lang).await;
        }
    }

    /// Publishes a language of a post: now, at a time past or to come, for good or for a time.
    pub async fn publishes(&mut self, post: usize, lang: Lang) {
        let now = self.now();
        let before = self.world.posts[post].publications.get(lang);
        let live = before.filter(|one| one.is_live(now)).map(|one| one.from);
        let publish_at = self.a_beginning(live.is_some());
        let from = publish_at.or(live).unwrap_or(now);
        let until = self.an_end(from.max(now));
        let times = json!({ "publish_at": publish_at, "unpublish_at": until });
        let at = &self.world.posts[post];
        let path = publication(&at.id, lang);
        self.editor.put(&path, terse(times)).await.expect(200);
        self.places(post, lang, (from, until));
    }

    fn a_beginning(&mut self, is_live: bool) -> Option<Timestamp> {
        let days = *self.random.pick(&[1, 2, 3, 5]);
        match self.random.below(5) {
            0 => Some(self.random.pick(&PAST).parse().unwrap()),
            1 | 2 if !is_live => Some(self.now().plus_seconds(days * 24 * HOUR)),
            _ => None,
        }
    }

    fn an_end(&mut self, after: Timestamp) -> Option<Timestamp> {
        let hours = *self.random.pick(&[1, 24, 48, 96]);
        (self.random.one_in(4)).then(|| after.plus_seconds(hours * HOUR))
    }

    fn places(&mut self, post: usize, lang: Lang, (from, until): (Timestamp, Option<Timestamp>)) {
        self.withdraws_names(post, lang);
        let (now, updated_at) = (self.now(), self.now().max(from));
        let at = &mut self.world.posts[post];
        let placed = Publication {
            text: at.texts[lang].clone(),
            shared: at.shared.clone(),
            from,
            until,
            updated_at,
        };
        let is_its = |name: &&mut Name| {
            (name.kind, name.lang, &name.slug) == (Kind::Post, lang, &placed.text.slug)
        };
        let name = self.world.names.iter_mut().find(is_its).expect("a name");
        // A post may be dated back; the world meets its name now.
        let met = from.max(now);
        name.public_at = Some(name.public_at.map_or(met, |before| before.min(met)));
        at.publications.insert(lang, placed);
        at.beginnings.entry(lang).or_default().push(updated_at);
        self.free_slugs(post, lang);
    }

    /// What was to become public later will not.
    fn withdraws_names(&mut self, post: usize, lang: Lang) {
        let now = self.now();
        let beginnings = self.world.posts[post].beginnings.entry(lang).or_default();
        beginnings.retain(|at| *at <= now);
        let id = &self.world.posts[post].id;
        for name in &mut self.world.names {
            if (&name.owner, name.lang) == (id, lang) && name.public_at.is_some_and(|at| at > now) {
                name.public_at = None;
            }
        }
    }

    /// Slugs that are out of use are free again, unless the world has seen them.
    pub fn free_slugs(&mut self, post: usize, lang: Lang) {
        let (now, at) = (self.now(), &self.world.posts[post]);
        let written = at.texts.get(lang).map(|text| &text.slug);
        let published = at.publications.get(lang).map(|one| &one.text.slug);
        self.world.names.retain(|name| {
            let in_use = [written, published].contains(&Some(&name.slug));
            let seen = name.public_at.is_some_and(|at| at <= now);
            name.owner != at.id || name.lang != lang || in_use || seen
        });
    }

    pub async fn takes_a_language_down(&mut self) {
        let Some(post) = self.a_post(false) else {
            return;
        };
        let publications = &self.world.posts[post].publications;
        let langs: Vec<Lang> = publications.keys().copied().collect();
        if !langs.is_empty() {
            let lang = *self.random.pick(&langs);
            self.takes_down(post, lang).await;
        }
    }

    pub async fn takes_down(&mut self, post: usize, lang: Lang) {
        let path = publication(&self.world.posts[post].id, lang);
        self.editor.delete(&path).await.expect(204);
        self.is_down(post, lang);
    }

    fn is_down(&mut self, post: usize, lang: Lang) {
        self.world.posts[post].publications.remove(lang);
        self.withdraws_names(post, lang);
        self.free_slugs(post, lang);
    }

    pub async fn trashes_a_post(&mut self) {
        if let Some(post) = self.a_post(false) {
            self.trashes(post).await;
        }
    }

    pub async fn trashes(&mut self, post: usize) {
        let path = format!("{POSTS}/{}", self.world.posts[post].id);
        self.editor.delete(&path).await.expect(204);
        self.world.posts[post].in_trash = true;
        let publications = &self.world.posts[post].publications;
        for lang in publications.keys().copied().collect::<Vec<_>>() {
            self.is_down(post, lang);
        }
    }

    pub async fn takes_a_post_out_of_the_trash(&mut self) {
        if let Some(post) = self.a_post(true) {
            let path = format!("{POSTS}/{}/restoration", self.world.posts[post].id);
            self.editor.post(&path, Value::Null).await.expect(200);
            self.world.posts[post].in_trash = false;
        }
    }
}
