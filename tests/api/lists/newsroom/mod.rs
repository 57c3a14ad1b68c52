//! A random newsroom. It does what editors do, through the API and in any order, and records the result in a [`World`].

mod authors;
mod posts;
mod publishing;
mod terms;
mod words;

use serde_json::Value;
use tribuna::timestamp::Timestamp;

use super::random::Random;
use super::world::{Kind, Lang, Name, World};
use crate::support::TestApp;
use crate::support::client::Client;

/// An editor, the content so far, and a random generator.
pub struct Newsroom<'a> {
    pub app: &'a TestApp,
    pub random: Random,
    pub world: World,
    editor: Client,
}

impl<'a> Newsroom<'a> {
    pub async fn open(app: &'a TestApp, random: Random) -> Self {
        Self {
            app,
            random,
            world: World::default(),
            editor: app.editor("ada").await,
        }
    }

    /// Creates organizations, authors, terms, and this many posts in all states.
    pub async fn fill(&mut self, posts: usize) {
        for _ in 0..5 {
            self.founds_an_organization().await;
        }
        for _ in 0..7 {
            self.meets_an_author().await;
        }
        for _ in 0..10 {
            self.makes_a_term(Kind::Category).await;
            self.makes_a_term(Kind::Tag).await;
        }
        for _ in 0..posts {
            self.pass_time();
            self.writes_and_publishes_a_post().await;
            while self.random.one_in(2) {
                self.changes_something().await;
            }
        }
        for _ in 0..posts / 4 {
            self.plans_a_replacement().await;
        }
    }

    /// Makes one random change to existing content.
    pub async fn changes_something(&mut self) {
        self.pass_time();
        match self.random.below(20) {
            0 => self.renames_a_term().await,
            1 => self.merges_a_term().await,
            2 => self.renames_an_author().await,
            3 => self.renames_an_organization().await,
            4 => self.trashes_a_post().await,
            5 => self.restores_a_post().await,
            6 | 7 => self.unpublishes_a_translation().await,
            8 | 9 => self.rewrites_a_translation().await,
            10 | 11 => self.changes_shared_members().await,
            12 => self.cancels_a_replacement().await,
            13 | 14 => self.changes_times().await,
            _ => self.publishes_something().await,
        }
    }

    /// Lets time pass. Often no time passes, so that times are equal.
    fn pass_time(&mut self) {
        let minutes = *self.random.pick(&[0, 0, 0, 1, 5, 60, 300]);
        let now = self.now().plus_seconds(minutes * 60);
        self.app.clock.set(now);
    }

    fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Draws a slug to request, but never one that another resource has. Often there is none, and the server derives
    /// one.
    fn slug(&mut self, kind: Kind, lang: Lang, owner: Option<&str>) -> Option<String> {
        if self.random.one_in(3) {
            return None;
        }
        let slug = format!("s{}", self.random.below(24));
        let mut names = self.world.names.iter();
        let taken = names.any(|name| {
            (name.kind, name.lang, &name.slug) == (kind, lang, &slug)
                && owner != Some(name.owner.as_str())
        });
        (!taken).then_some(slug)
    }

    /// Records the owner of a slug.
    fn record_name(&mut self, kind: Kind, lang: Lang, slug: &str, owner: &str) {
        let public_at = (kind != Kind::Post).then(|| self.now());
        let name = Name {
            kind,
            lang,
            slug: slug.into(),
            owner: owner.into(),
            public_at,
        };
        let is = |one: &Name| (one.kind, one.lang, &one.slug) == (kind, lang, &name.slug);
        if !self.world.names.iter().any(is) {
            self.world.names.push(name);
        }
    }
}

/// Removes members that are null, as many editing tools do.
fn terse(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    body
}
