//! Publishing, unpublishing and the trash.

use serde_json::{Value, json};
use tribuna::timestamp::Timestamp;

use super::super::world::{Kind, Lang, Name, Publication};
use super::{Newsroom, terse};
use crate::support::content::{POSTS, publication};

/// A few dates in the past, so that many are equal.
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

    /// Publishes a translation at a past, present or future time, with or without an end.
    pub async fn publishes(&mut self, post: usize, lang: Lang) {
        let publish_at = self.a_beginning();
        self.publishes_at(post, lang, publish_at).await;
    }

    /// Schedules a new text as the replacement of a live publication.
    pub async fn plans_a_replacement(&mut self) {
        let now = self.now();
        let posts = self.world.posts.iter().enumerate();
        let live = posts.flat_map(|(place, post)| {
            let langs = post.publications.keys().copied();
            let live = langs.filter(move |lang| post.live_in(lang, now).is_some());
            live.map(move |lang| (place, lang))
        });
        let live: Vec<(usize, Lang)> = live.collect();
        if !live.is_empty() {
            let (post, lang) = *self.random.pick(&live);
            self.writes(post, lang).await;
            let hours = *self.random.pick(&[1, 24, 48, 96]);
            let at = self.now().plus_seconds(hours * HOUR);
            self.publishes_at(post, lang, Some(at)).await;
        }
    }

    async fn publishes_at(&mut self, post: usize, lang: Lang, publish_at: Option<Timestamp>) {
        let now = self.now();
        let live = self.world.posts[post].live_in(lang, now);
        let live = live.map(|one| one.from);
        let takes_over = live.and(publish_at).filter(|at| *at > now);
        // A correction keeps the publication date.
        let from = match takes_over {
            Some(_) => live.unwrap(),
            None => publish_at.or(live).unwrap_or(now),
        };
        let until = self.an_end(takes_over.unwrap_or(from).max(now));
        let times = json!({ "publish_at": publish_at, "unpublish_at": until });
        let at = &self.world.posts[post];
        let path = publication(&at.id, lang);
        self.editor.put(&path, terse(times)).await.expect(200);
        self.record_publication(post, lang, (from, takes_over, until));
    }

    fn a_beginning(&mut self) -> Option<Timestamp> {
        let days = *self.random.pick(&[1, 2, 3, 5]);
        match self.random.below(5) {
            0 => Some(self.random.pick(&PAST).parse().unwrap()),
            1 | 2 => Some(self.now().plus_seconds(days * 24 * HOUR)),
            _ => None,
        }
    }

    fn an_end(&mut self, after: Timestamp) -> Option<Timestamp> {
        let hours = *self.random.pick(&[1, 24, 48, 96]);
        (self.random.one_in(4)).then(|| after.plus_seconds(hours * HOUR))
    }

    fn record_publication(
        &mut self,
        post: usize,
        lang: Lang,
        (from, takes_over, until): (Timestamp, Option<Timestamp>, Option<Timestamp>),
    ) {
        self.apply_due_replacement(post, lang);
        let now = self.now();
        let updated_at = now.max(takes_over.unwrap_or(from));
        let at = &mut self.world.posts[post];
        let placed = Publication {
            text: at.texts[lang].clone(),
            shared: at.shared.clone(),
            from,
            takes_over,
            until,
            updated_at,
            is_again: at.was_seen(lang, now),
        };
        // A live text that is published again as it is has no effect, unless its original was published after it.
        let original = at.live_in(at.original, now).filter(|one| one.is_again);
        let live = at.publications.get(lang).filter(|one| one.is_live(now));
        let live = live.filter(|live| original.is_none_or(|one| one.updated_at <= live.updated_at));
        let is_alone = takes_over.is_none() && !at.replacements.contains_key(lang);
        if is_alone && live.is_some_and(|live| live.is_like(&placed)) {
            return;
        }
        if takes_over.is_some() {
            at.replacements.insert(lang, placed);
        } else {
            at.replacements.remove(lang);
            at.publications.insert(lang, placed);
        }
        self.update_names(post, lang);
    }

    /// Turns a replacement that has begun into the publication.
    fn apply_due_replacement(&mut self, post: usize, lang: Lang) {
        let (now, at) = (self.now(), &mut self.world.posts[post]);
        let has_begun = |next: &&Publication| next.begins() <= now;
        if at.replacements.get(lang).filter(has_begun).is_some() {
            let next = at.replacements.remove(lang).unwrap();
            at.publications.insert(lang, next);
        }
    }

    /// Updates when the names become public, and frees those that are no longer used.
    fn update_names(&mut self, post: usize, lang: Lang) {
        self.withdraws_names(post, lang);
        let now = self.now();
        let at = &mut self.world.posts[post];
        let publications = [at.publications.get(lang), at.replacements.get(lang)];
        for one in publications.into_iter().flatten() {
            let is_its = |name: &&mut Name| {
                (name.kind, name.lang, &name.slug) == (Kind::Post, lang, &one.text.slug)
            };
            let name = self.world.names.iter_mut().find(is_its).expect("a name");
            // A post can be dated back, but its name is public only from now on.
            let met = one.begins().max(now);
            name.public_at = Some(name.public_at.map_or(met, |before| before.min(met)));
            at.beginnings.entry(lang).or_default().push(met);
        }
        self.free_slugs(post, lang);
    }

    pub async fn cancels_a_replacement(&mut self) {
        let now = self.now();
        let posts = self.world.posts.iter().enumerate();
        let planned = posts.flat_map(|(place, post)| {
            let to_come = post.replacements.iter().filter(|one| one.1.begins() > now);
            to_come.map(move |(lang, _)| (place, *lang))
        });
        let planned: Vec<(usize, Lang)> = planned.collect();
        if planned.is_empty() {
            return;
        }
        let (post, lang) = *self.random.pick(&planned);
        let path = publication(&self.world.posts[post].id, lang);
        let path = format!("{path}/replacement");
        self.editor.delete(&path).await.expect(204);
        self.world.posts[post].replacements.remove(lang);
        self.update_names(post, lang);
    }

    /// Changes the times of a publication and keeps its text.
    pub async fn changes_times(&mut self) {
        let Some((post, lang)) = self.a_publication() else {
            return;
        };
        self.apply_due_replacement(post, lang);
        let now = self.now();
        let at = &self.world.posts[post];
        let (was, path) = (at.publications[lang].clone(), publication(&at.id, lang));
        let is_fixed = was.is_live(now) || at.replacements.contains_key(lang);
        let given = self.a_beginning();
        let given = given.filter(|at| !is_fixed || *at <= now);
        let from = given.unwrap_or(was.from);
        let until = self.an_end(from.max(now));
        let mut times = json!({ "unpublish_at": until });
        if let Some(given) = given {
            times["publish_at"] = json!(given);
        }
        self.editor.patch(&path, times).await.expect(200);
        let is_new = given.is_some() && !was.is_live(now);
        let is_again = if is_new {
            self.world.posts[post].was_seen(lang, now)
        } else {
            was.is_again
        };
        let before = if is_new { now } else { was.updated_at };
        let at = &mut self.world.posts[post];
        let one = at.publications.get_mut(lang).unwrap();
        (one.from, one.until, one.updated_at) = (from, until, before.max(from));
        one.is_again = is_again;
        // After it has replaced another, a publication begins at its date.
        one.takes_over = None;
        if let Some(next) = at.replacements.get_mut(lang) {
            next.from = from;
        }
        self.update_names(post, lang);
    }

    fn a_publication(&mut self) -> Option<(usize, Lang)> {
        let posts = self.world.posts.iter().enumerate();
        let all = posts.flat_map(|(place, post)| {
            let langs = post.publications.keys();
            langs.map(move |lang| (place, *lang))
        });
        let all: Vec<(usize, Lang)> = all.collect();
        (!all.is_empty()).then(|| *self.random.pick(&all))
    }

    /// Withdraws names that were to become public later.
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

    /// Frees slugs that are out of use and were never public.
    pub fn free_slugs(&mut self, post: usize, lang: Lang) {
        let (now, at) = (self.now(), &self.world.posts[post]);
        let written = at.texts.get(lang).map(|text| &text.slug);
        let published = at.publications.get(lang).map(|one| &one.text.slug);
        let to_come = at.replacements.get(lang).map(|one| &one.text.slug);
        self.world.names.retain(|name| {
            let in_use = [written, published, to_come].contains(&Some(&name.slug));
            let seen = name.public_at.is_some_and(|at| at <= now);
            name.owner != at.id || name.lang != lang || in_use || seen
        });
    }

    pub async fn unpublishes_a_translation(&mut self) {
        let Some(post) = self.a_post(false) else {
            return;
        };
        let publications = &self.world.posts[post].publications;
        let langs: Vec<Lang> = publications.keys().copied().collect();
        if !langs.is_empty() {
            let lang = *self.random.pick(&langs);
            self.unpublishes(post, lang).await;
        }
    }

    pub async fn unpublishes(&mut self, post: usize, lang: Lang) {
        let path = publication(&self.world.posts[post].id, lang);
        self.editor.delete(&path).await.expect(204);
        self.record_unpublished(post, lang);
    }

    fn record_unpublished(&mut self, post: usize, lang: Lang) {
        self.world.posts[post].publications.remove(lang);
        self.world.posts[post].replacements.remove(lang);
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
            self.record_unpublished(post, lang);
        }
    }

    pub async fn restores_a_post(&mut self) {
        if let Some(post) = self.a_post(true) {
            let path = format!("{POSTS}/{}/restoration", self.world.posts[post].id);
            self.editor.post(&path, Value::Null).await.expect(200);
            self.world.posts[post].in_trash = false;
        }
    }
}
