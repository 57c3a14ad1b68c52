//! Generates random requests. The model grants most of them; a substantial share is refused.

use tribuna::timestamp::Timestamp;

use super::model::{Draft, LANGS, Lang, PostNumber, Request, Verb, World};
use crate::support::random::Random;

/// The number of titles per language. Slugs are drawn from a few times as many, so that posts compete for them.
const TITLES: usize = 5;

/// The maximum number of posts that exist at a time, not counting copies. A low number makes more happen to each post.
const MAX_POSTS: usize = 4;

/// The number of request kinds. See [`Generator::verb`].
const REQUEST_KINDS: usize = 60;

/// Draws requests. Each body is a word that no other request used, so that texts can be told apart.
pub struct Generator {
    pub random: Random,
    words: usize,
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            words: 0,
        }
    }

    /// Draws one request. The model grants three of four whenever its kind can be granted at all.
    pub fn request(&mut self, world: &World) -> Request {
        let kind = self.random.below(REQUEST_KINDS);
        let first = self.request_of_kind(world, kind);
        if self.random.one_in(4) {
            return first;
        }
        let mut candidate = first.clone();
        for _ in 0..40 {
            if world.check(&candidate).is_ok() {
                return candidate;
            }
            candidate = self.request_of_kind(world, kind);
        }
        first
    }

    /// Draws a request by anybody about this translation.
    pub fn request_about(&mut self, world: &World, post: PostNumber, lang: Lang) -> Request {
        let mut request = self.request(world);
        for _ in 0..20 {
            if request.verb.can_be_in_a_batch() && world.posts.len() > post {
                break;
            }
            request = self.request(world);
        }
        if !matches!(request.verb, Verb::Create(_)) {
            (request.post, request.lang) = (post, lang);
            let kind = self.random.below(REQUEST_KINDS);
            request.verb = self.verb(world, post, lang, kind);
        }
        request
    }

    fn request_of_kind(&mut self, world: &World, kind: usize) -> Request {
        let who = self.random.below(world.people.len());
        let lang = *self.random.pick(&LANGS);
        let living = world.posts.iter().filter(|post| !post.is_purged).count();
        if living == 0 || (kind == 0 && living < MAX_POSTS) {
            let draft = self.draft(world, lang, true);
            let verb = Verb::Create(draft);
            return Request {
                who,
                post: 0,
                lang,
                verb,
                seen: None,
            };
        }
        let post = self.a_post(world);
        let verb = self.verb(world, post, lang, kind);
        let is_owner = self.random.one_in(3);
        let who = if is_owner {
            world.posts[post].owner
        } else {
            who
        };
        Request {
            who,
            post,
            lang,
            verb,
            seen: None,
        }
    }

    /// Picks a post; a purged one only in rare cases.
    fn a_post(&mut self, world: &World) -> PostNumber {
        loop {
            let post = self.random.below(world.posts.len());
            if !world.posts[post].is_purged || self.random.one_in(20) {
                return post;
            }
        }
    }

    fn verb(&mut self, world: &World, post: PostNumber, lang: Lang, kind: usize) -> Verb {
        let known = world.posts[post].history.get(lang).map_or(0, Vec::len);
        let is_deleted = known > 0 && world.copy(post, lang).is_none();
        if is_deleted && self.random.one_in(3) {
            return Verb::RestoreRevision(self.random.between(1, known));
        }
        match kind {
            0..4 => Verb::Put(self.writing(world, post, lang, true)),
            4..10 => Verb::Patch(self.writing(world, post, lang, false)),
            10 => Verb::Delete,
            11..13 => Verb::Feature(!world.posts[post].featured),
            13..17 => Verb::Submit,
            17..19 => Verb::Withdraw,
            19..22 => Verb::Take,
            22..25 => Verb::Approve,
            25..28 => Verb::RequestChanges {
                with_note: !self.random.one_in(6),
            },
            28 => Verb::HandBack,
            29..38 => self.publication(world),
            38..40 => self.retiming(world),
            40 => self.postponing(world, post, lang),
            41..43 => Verb::Unpublish,
            43 => Verb::Archive,
            44 => Verb::Unarchive,
            45 => Verb::Trash,
            46..48 => Verb::Restore,
            48 if self.random.one_in(2) => Verb::Purge,
            48 => self.postponing(world, post, lang),
            49..52 => Verb::RestoreRevision(self.random.between(1, known + 1)),
            52 => Verb::CopyPost,
            53 => {
                let from = *LANGS.iter().find(|other| **other != lang).unwrap();
                Verb::StartFrom(from)
            }
            54 => Verb::MakeLink {
                ttl: *self.random.pick(&[None, Some(60), Some(4000)]),
            },
            55..57 => self.a_link(world, post, lang),
            _ => self.replacement(world, post, lang),
        }
    }

    /// Revokes a link of this translation, or makes the first.
    fn a_link(&mut self, world: &World, post: PostNumber, lang: Lang) -> Verb {
        let links = world.links.iter().enumerate();
        let its = links.filter(|(_, link)| (link.post, link.lang) == (post, lang));
        let its: Vec<usize> = its.map(|(number, _)| number).collect();
        if its.is_empty() {
            return Verb::MakeLink { ttl: None };
        }
        Verb::Revoke(*self.random.pick(&its))
    }

    /// Draws a text to write. One in six repeats the present text.
    fn writing(&mut self, world: &World, post: PostNumber, lang: Lang, is_whole: bool) -> Draft {
        let text = world.copy(post, lang).map(|copy| copy.text.clone());
        match text.filter(|_| self.random.one_in(6)) {
            Some(text) => Draft {
                title: is_whole.then_some(text.title),
                slug: self.random.one_in(2).then_some(text.slug),
                word: (is_whole || self.random.one_in(2)).then_some(text.word),
                take_over: false,
            },
            None => self.draft(world, lang, is_whole),
        }
    }

    /// Draws a whole text, or only the fields to change. The slug often belongs to another post.
    fn draft(&mut self, world: &World, lang: Lang, is_whole: bool) -> Draft {
        let initial = &lang[..1];
        let title = format!("{}{}", initial.to_uppercase(), self.random.below(TITLES));
        let slug = if self.random.one_in(3) && !world.names.is_empty() {
            let names = world.names.iter().filter(|name| name.lang == lang);
            let slugs: Vec<&String> = names.map(|name| &name.slug).collect();
            (!slugs.is_empty()).then(|| (*self.random.pick(&slugs)).clone())
        } else if self.random.one_in(3) {
            Some(format!("{initial}{}", self.random.below(TITLES * 3)))
        } else {
            None
        };
        let take_over = slug.is_some() && self.random.one_in(2);
        self.words += 1;
        let word = format!("word{}", self.words);
        let one_of_two = |random: &mut Random| is_whole || random.one_in(2);
        Draft {
            title: one_of_two(&mut self.random).then_some(title),
            slug,
            // The body always changes.
            word: Some(word),
            take_over,
        }
    }

    fn publication(&mut self, world: &World) -> Verb {
        let from = match self.random.below(6) {
            0..3 => Some(self.later(world.now)),
            3 => Some(world.now.plus_seconds(-86_400)),
            _ => None,
        };
        let after = from.unwrap_or(world.now).max(world.now);
        let until = match self.random.below(8) {
            0..2 => Some(self.later(after)),
            2 => Some(after).filter(|_| self.random.one_in(3)),
            _ => None,
        };
        Verb::Publish { from, until }
    }

    /// Schedules a replacement for a live publication.
    fn replacement(&mut self, world: &World, post: PostNumber, lang: Lang) -> Verb {
        match world.place(post, lang) {
            Some(place) if place.is_live(world.now) && place.next.is_none() => {
                let from = Some(self.later(world.now));
                Verb::Publish { from, until: None }
            }
            _ if self.random.one_in(2) => self.postponing(world, post, lang),
            _ => Verb::CancelReplacement,
        }
    }

    fn retiming(&mut self, world: &World) -> Verb {
        let from = match self.random.below(5) {
            0 => Some(self.later(world.now)),
            1 => Some(world.now.plus_seconds(-3_600)),
            _ => None,
        };
        let until = match self.random.below(4) {
            0 => Some(None),
            1 | 2 => Some(Some(self.later(from.unwrap_or(world.now).max(world.now)))),
            _ => None,
        };
        Verb::Retime { from, until }
    }

    /// Draws times that may lie in the past or after the end of the publication.
    fn postponing(&mut self, world: &World, post: PostNumber, lang: Lang) -> Verb {
        let next = world.place(post, lang).and_then(|place| place.next.clone());
        let begins = next.map_or(world.now, |next| next.begins);
        let from = match self.random.below(4) {
            0 => None,
            1 if self.random.one_in(2) => Some(world.now),
            _ => Some(self.later(world.now)),
        };
        let until = match self.random.below(4) {
            0 => Some(None),
            1 => Some(Some(self.later(from.unwrap_or(begins)))),
            2 => Some(Some(self.later(world.now))),
            _ => None,
        };
        Verb::Postpone { from, until }
    }

    fn later(&mut self, than: Timestamp) -> Timestamp {
        than.plus_seconds(*self.random.pick(&[60, 3_600, 86_400, 259_200]))
    }

    /// Draws the next time: often that of a coming event, or one millisecond beside it.
    pub fn next_time(&mut self, world: &World) -> Timestamp {
        let now = world.now;
        let mut to_come: Vec<Timestamp> = world
            .transitions
            .iter()
            .map(|transition| transition.at)
            .collect();
        to_come.extend(world.links.iter().map(|link| link.expires_at));
        to_come.retain(|at| *at > now);
        if !to_come.is_empty() && self.random.one_in(3) {
            let beside = *self.random.pick(&[0, 0, 1, -1]);
            return Timestamp::from_millis(self.random.pick(&to_come).millis() + beside).max(now);
        }
        now.plus_seconds(*self.random.pick(&[1, 1, 30, 30, 600, 4_000, 90_000]))
    }
}
