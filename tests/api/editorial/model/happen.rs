//! What comes of a request that is granted.

use std::collections::BTreeMap;

use serde_json::Value;
use tribuna::timestamp::Timestamp;

use super::{
    Ask, Copy, Draft, Entry, Lang, Link, PersonNumber, Post, PostNumber, Snapshot, Stage, Text,
    Verb, World,
};

impl World {
    /// `answer`: what is learnt from it is ids and tokens, nothing else.
    ///
    /// What changes nothing leaves no trace; whether something changed.
    pub fn happen(&mut self, ask: &Ask, answer: &Value) -> bool {
        let (who, post, lang) = (ask.who, ask.post, ask.lang);
        let told = self.log.len();
        match &ask.verb {
            Verb::Create(draft) => self.create(who, lang, draft, answer),
            Verb::Put(draft) | Verb::Patch(draft) => self.write(ask, draft),
            Verb::Delete => {
                self.take_down(Some(who), post, lang);
                self.posts[post].copies.remove(lang);
                self.settle_names(post, lang);
                self.note(who, "translation", post, Some(lang), "delete");
            }
            Verb::Feature(featured) => self.feature(ask, *featured),
            Verb::Submit => {
                self.posts[post].copies.get_mut(lang).unwrap().submitter = Some(who);
                self.step(ask, "submit", Stage::Submitted);
            }
            Verb::Withdraw => self.step(ask, "withdraw", Stage::Draft),
            Verb::Take => self.step(ask, "take", Stage::InReview),
            Verb::Approve => self.step(ask, "approve", Stage::Approved),
            Verb::RequestChanges { .. } => {
                self.step(ask, "request_changes", Stage::ChangesRequested);
            }
            Verb::HandBack => self.step(ask, "hand_back", Stage::Submitted),
            Verb::Publish { from, until } => self.publish(ask, *from, *until),
            Verb::Retime { from, until } => self.retime(ask, *from, *until),
            Verb::Postpone { from, until } => self.postpone(ask, *from, *until),
            Verb::CancelReplacement => self.cancel_replacement(ask),
            Verb::Unpublish => self.take_down(Some(who), post, lang),
            Verb::Archive => {
                self.take_down(Some(who), post, lang);
                self.step(ask, "archive", Stage::Archived);
            }
            Verb::Unarchive => self.step(ask, "unarchive", Stage::Draft),
            Verb::Trash => {
                let langs: Vec<Lang> = self.posts[post].places.keys().copied().collect();
                for lang in langs {
                    self.take_down(Some(who), post, lang);
                }
                self.posts[post].trashed_at = Some(self.now);
                self.note(who, "post", post, None, "delete");
            }
            Verb::Restore => {
                self.posts[post].trashed_at = None;
                self.note(who, "post", post, None, "restore");
            }
            Verb::Purge => self.purge(Some(who), post),
            Verb::RestoreRevision(number) => {
                self.restore_revision(who, post, lang, *number);
            }
            Verb::CopyPost => self.copy_post(ask, answer),
            Verb::StartFrom(from) => {
                let from = self.posts[post].copies[from].text.clone();
                let slug = self.derived_slug(post, lang, &from.title);
                self.add_copy(who, post, lang, Text { slug, ..from }, "create");
            }
            Verb::MakeLink { ttl } => self.make_link(ask, *ttl, answer),
            Verb::Revoke(link) => {
                self.links[*link].is_revoked = true;
                self.note(who, "preview_link", post, Some(lang), "delete");
            }
        }
        let is_changed = self.log.len() > told;
        if is_changed {
            self.touch(ask);
        }
        is_changed
    }

    pub fn note(
        &mut self,
        who: PersonNumber,
        kind: &'static str,
        post: PostNumber,
        lang: Option<Lang>,
        operation: &'static str,
    ) {
        self.log.push(Entry {
            by: Some(who),
            kind,
            post,
            lang,
            operation,
        });
    }

    fn touch(&mut self, ask: &Ask) {
        if !ask.verb.takes_if_match() && !matches!(ask.verb, Verb::StartFrom(_) | Verb::Restore) {
            return;
        }
        self.touched.insert((ask.post, None));
        for lang in super::LANGS {
            if ask.verb.is_of_the_post() || lang == ask.lang {
                self.touched.insert((ask.post, Some(lang)));
            }
        }
    }

    fn step(&mut self, ask: &Ask, step: &'static str, stage: Stage) {
        let copy = self.posts[ask.post].copies.get_mut(ask.lang).unwrap();
        copy.stage = stage;
        let taken = (step, ask.who, copy.revision);
        let steps = self.posts[ask.post].steps.entry(ask.lang).or_default();
        steps.push(taken);
        self.note(ask.who, "translation", ask.post, Some(ask.lang), step);
    }

    fn create(&mut self, who: PersonNumber, lang: Lang, draft: &Draft, answer: &Value) {
        let post = self.add_post(who, lang, answer);
        self.note(who, "post", post, None, "create");
        let title = draft.title.clone().unwrap();
        let slug = draft.slug.clone();
        let slug = slug.unwrap_or_else(|| self.derived_slug(post, lang, &title));
        let word = draft.word.clone().unwrap();
        self.add_copy(who, post, lang, Text { title, slug, word }, "create");
    }

    fn add_post(&mut self, owner: PersonNumber, original: Lang, answer: &Value) -> PostNumber {
        self.posts.push(Post {
            id: answer["data"]["id"].as_str().unwrap().to_owned(),
            original,
            owner,
            featured: false,
            trashed_at: None,
            is_purged: false,
            copies: BTreeMap::new(),
            places: BTreeMap::new(),
            history: BTreeMap::new(),
            steps: BTreeMap::new(),
            seen: [].into(),
        });
        self.posts.len() - 1
    }

    fn add_copy(
        &mut self,
        who: PersonNumber,
        post: PostNumber,
        lang: Lang,
        text: Text,
        operation: &'static str,
    ) {
        self.give_name(post, lang, &text.slug);
        let featured = self.posts[post].featured;
        let history = self.posts[post].history.entry(lang).or_default();
        let last = history.last().map(|last| (&last.text, last.featured));
        // What was deleted and is made again, to the letter, is the revision it was.
        if last != Some((&text, featured)) {
            history.push(Snapshot {
                text: text.clone(),
                featured,
                by: who,
            });
        }
        let revision = history.len();
        let copy = Copy {
            text,
            revision,
            stage: Stage::Draft,
            submitter: None,
            begun_after: self.posts[post].steps.get(lang).map_or(0, Vec::len),
        };
        self.posts[post].copies.insert(lang, copy);
        self.note(who, "translation", post, Some(lang), operation);
    }

    /// A language that was deleted is there again, under the old name if that is free.
    fn restore_revision(&mut self, who: PersonNumber, post: PostNumber, lang: Lang, number: usize) {
        let was = self.posts[post].history[lang][number - 1].text.clone();
        let Some(present) = self.copy(post, lang) else {
            let name = self.name(lang, &was.slug);
            let slug = match name.is_none_or(|name| name.owner == post) {
                true => was.slug.clone(),
                false => self.derived_slug(post, lang, &was.title),
            };
            return self.add_copy(who, post, lang, Text { slug, ..was }, "restore");
        };
        let slug = present.text.slug.clone();
        if self.save(who, post, lang, Text { slug, ..was }) {
            self.note(who, "translation", post, Some(lang), "restore");
        }
    }

    fn write(&mut self, ask: &Ask, draft: &Draft) {
        let (who, post, lang) = (ask.who, ask.post, ask.lang);
        match self.copy(post, lang).map(|copy| copy.text.clone()) {
            Some(was) => {
                let text = Text {
                    title: draft.title.clone().unwrap_or(was.title),
                    slug: draft.slug.clone().unwrap_or(was.slug),
                    word: draft.word.clone().unwrap_or(was.word),
                };
                if self.save(who, post, lang, text) {
                    self.note(who, "translation", post, Some(lang), "update");
                }
            }
            None => {
                let title = draft.title.clone().unwrap();
                let slug = draft.slug.clone();
                let slug = slug.unwrap_or_else(|| self.derived_slug(post, lang, &title));
                let word = draft.word.clone().unwrap();
                self.add_copy(who, post, lang, Text { title, slug, word }, "create");
            }
        }
    }

    /// Whether it is a new revision.
    fn save(&mut self, who: PersonNumber, post: PostNumber, lang: Lang, text: Text) -> bool {
        self.give_name(post, lang, &text.slug);
        self.posts[post].copies.get_mut(lang).unwrap().text = text;
        let is_new = self.revise(who, post, lang);
        self.settle_names(post, lang);
        is_new
    }

    /// What is identical makes no revision; an approval is of one revision.
    fn revise(&mut self, who: PersonNumber, post: PostNumber, lang: Lang) -> bool {
        let at = &mut self.posts[post];
        let copy = at.copies.get_mut(lang).unwrap();
        let history = at.history.get_mut(lang).unwrap();
        let last = history.last().unwrap();
        if (&last.text, last.featured) == (&copy.text, at.featured) {
            return false;
        }
        history.push(Snapshot {
            text: copy.text.clone(),
            featured: at.featured,
            by: who,
        });
        copy.revision = history.len();
        if copy.stage == Stage::Approved {
            copy.stage = Stage::Draft;
        }
        true
    }

    fn feature(&mut self, ask: &Ask, featured: bool) {
        if self.posts[ask.post].featured == featured {
            return;
        }
        self.posts[ask.post].featured = featured;
        let langs: Vec<Lang> = self.posts[ask.post].copies.keys().copied().collect();
        for lang in langs {
            self.revise(ask.who, ask.post, lang);
        }
        self.note(ask.who, "post", ask.post, None, "update");
    }

    pub fn purge(&mut self, who: Option<PersonNumber>, post: PostNumber) {
        for lang in super::LANGS {
            self.take_down(who, post, lang);
        }
        let at = &mut self.posts[post];
        at.is_purged = true;
        at.copies.clear();
        for lang in super::LANGS {
            self.settle_names(post, lang);
        }
        self.log.push(Entry {
            by: who,
            kind: "post",
            post,
            lang: None,
            operation: "purge",
        });
    }

    fn copy_post(&mut self, ask: &Ask, answer: &Value) {
        let of = self.posts[ask.post].clone();
        let post = self.add_post(ask.who, of.original, answer);
        self.note(ask.who, "post", post, None, "create");
        let others = of.copies.keys().filter(|lang| **lang != of.original);
        for lang in std::iter::once(&of.original).chain(others) {
            let text = of.copies[lang].text.clone();
            let slug = self.derived_slug(post, lang, &text.title);
            self.add_copy(ask.who, post, lang, Text { slug, ..text }, "create");
        }
    }

    fn make_link(&mut self, ask: &Ask, ttl: Option<i64>, answer: &Value) {
        let told = |name: &str| answer["data"][name].as_str().unwrap().to_owned();
        let expires_at: Timestamp = self.now.plus_seconds(ttl.unwrap_or(86_400));
        let word = self.posts[ask.post].copies[ask.lang].text.word.clone();
        self.note(ask.who, "preview_link", ask.post, Some(ask.lang), "create");
        self.links.push(Link {
            id: told("id"),
            token: told("token"),
            post: ask.post,
            lang: ask.lang,
            word,
            by: ask.who,
            expires_at,
            is_revoked: false,
        });
    }
}
