//! A single post, by id or slug.

use tribuna::timestamp::Timestamp;

use super::super::query::Reader;
use super::super::world::{Kind, Lang, Name, Post, World};
use super::best;
use super::languages::{live, shown};
use super::posts::Shown;

/// The answer to the request.
#[derive(Clone, PartialEq, Eq)]
pub enum PostAnswer {
    /// The id of the post and the language in which it is shown.
    Shown(String, Lang),
    /// A redirect: the id of the post, and the language of its present slug. That is the language of the former slug,
    /// or else the one shown.
    Moved(String, Lang),
    /// The post was public in a language that the reader accepts.
    Gone,
    NotFound,
}

impl PostAnswer {
    /// The id of the post and the language in which it is shown, now or after the redirect.
    pub fn shown(&self) -> Option<(&str, Lang)> {
        match self {
            Self::Shown(id, lang) | Self::Moved(id, lang) => Some((id, lang)),
            Self::Gone | Self::NotFound => None,
        }
    }
}

impl World {
    /// All acceptable answers. If a slug leads to several posts, the order is: shown under the slug, has it in the
    /// requested language, exists. Among equals any is acceptable.
    pub fn found(&self, id_or_slug: &str, reader: &Reader, now: Timestamp) -> Vec<PostAnswer> {
        if let Some(post) = self.posts.iter().find(|post| post.id == id_or_slug) {
            return vec![self.found_as(post, None, reader, now)];
        }
        let leads = self.names.iter().filter(|name| {
            let is_seen = name.public_at.is_some_and(|at| at <= now);
            name.kind == Kind::Post && name.slug == id_or_slug && is_seen
        });
        let found = leads.map(|name| {
            let post = self
                .posts
                .iter()
                .find(|post| post.id == name.owner)
                .unwrap();
            (name, self.found_as(post, Some(name), reader, now))
        });
        let best = best(found.collect(), |(name, found)| {
            let is_asked = reader.lang == Some(name.lang);
            match found {
                PostAnswer::Shown(id, lang) if self.slug_in(id, lang, now) == id_or_slug => {
                    u8::from(!is_asked)
                }
                _ if is_asked => 2,
                PostAnswer::Shown(..) => 3,
                PostAnswer::Moved(..) => 4,
                PostAnswer::Gone | PostAnswer::NotFound => 5,
            }
        });
        if best.is_empty() {
            return vec![PostAnswer::NotFound];
        }
        best.into_iter().map(|(_, found)| found).collect()
    }

    /// `name` is the slug that was requested, or `None` for an id.
    fn found_as(
        &self,
        post: &Post,
        name: Option<&Name>,
        reader: &Reader,
        now: Timestamp,
    ) -> PostAnswer {
        let of_slug = name.and_then(|name| {
            let publication = post.live_in(name.lang, now)?;
            Some((name.lang, publication.text.slug == name.slug))
        });
        let shown = shown(post, reader, now).map(|(lang, _)| lang);
        let is_called = |lang: Lang, slug: &str| {
            let live = post.live_in(lang, now);
            live.is_some_and(|one| one.text.slug == slug)
        };
        let id = post.id.clone();
        match (name, of_slug, shown) {
            (_, _, None) if self.was_public(post, reader, now) => PostAnswer::Gone,
            (_, _, None) => PostAnswer::NotFound,
            (None, _, Some(lang)) => PostAnswer::Shown(id, lang),
            (_, Some((lang, true)), Some(shown)) => {
                PostAnswer::Shown(id, if reader.lang.is_none() { lang } else { shown })
            }
            // The translation shown may have the slug in its own language.
            (Some(name), _, Some(shown)) if is_called(shown, &name.slug) => {
                PostAnswer::Shown(id, shown)
            }
            (_, Some((lang, false)), _) => PostAnswer::Moved(id, lang),
            // Without a language, a slug stands for its own, in which the post is gone.
            (Some(_), None, Some(_)) if reader.lang.is_none() => PostAnswer::Gone,
            (_, None, Some(shown)) => PostAnswer::Moved(id, shown),
        }
    }

    /// True if the post was public in a language that the reader accepts. A post that is public in no language counts
    /// for any.
    fn was_public(&self, post: &Post, reader: &Reader, now: Timestamp) -> bool {
        let chain = reader.chain(post.original);
        let any = reader.lang.is_none() || live(post, now).is_empty();
        self.names.iter().any(|name| {
            let is_its = name.kind == Kind::Post && name.owner == post.id;
            let is_taken = any || chain.iter().any(|lang| lang == name.lang);
            is_its && is_taken && name.public_at.is_some_and(|at| at <= now)
        })
    }

    pub fn slug_in(&self, id: &str, lang: Lang, now: Timestamp) -> &str {
        &self.shown_in(id, lang, now).publication.text.slug
    }

    /// A post in a language that is live.
    pub fn shown_in(&self, id: &str, lang: Lang, now: Timestamp) -> Shown<'_> {
        let post = self.posts.iter().find(|post| post.id == id).expect(id);
        let publication = post.live_in(lang, now).expect("it is live");
        Shown {
            post,
            lang,
            publication,
        }
    }
}
