//! The effects of a granted request.

use std::collections::BTreeMap;

use serde_json::Value;
use tribuna::timestamp::Timestamp;

use super::{
    Copy, Draft, Entry, Lang, Link, PersonNumber, Post, PostNumber, Request, Snapshot, Stage, Text,
    Verb, World,
};

impl World {
    /// Applies a granted request. Ids and tokens come from `answer`. Returns true if anything changed; if so, the log
    /// has a new entry.
    pub fn apply(&mut self, request: &Request, answer: &Value) -> bool {
        let (who, post, lang) = (request.who, request.post, request.lang);
        let before = self.log.len();
        match &request.verb {
            Verb::Create(draft) => self.create(who, lang, draft, answer),
            Verb::Put(draft) | Verb::Patch(draft) => self.write(request, draft),
            Verb::Delete => {
                self.take_down(Some(who), post, lang);
                self.posts[post].copies.remove(lang);
                self.update_names(post, lang);
                self.append_log(who, "translation", post, Some(lang), "delete");
            }
            Verb::Feature(featured) => self.feature(request, *featured),
            Verb::Submit => {
                self.posts[post].copies.get_mut(lang).unwrap().submitter = Some(who);
                self.step(request, "submit", Stage::Submitted);
            }
            Verb::Withdraw => self.step(request, "withdraw", Stage::Draft),
            Verb::Take => self.step(request, "take", Stage::InReview),
            Verb::Approve => self.step(request, "approve", Stage::Approved),
            Verb::RequestChanges { .. } => {
                self.step(request, "request_changes", Stage::ChangesRequested);
            }
            Verb::HandBack => self.step(request, "hand_back", Stage::Submitted),
            Verb::Publish { from, until } => self.publish(request, *from, *until),
            Verb::Retime { from, until } => self.retime(request, *from, *until),
            Verb::Postpone { from, until } => self.postpone(request, *from, *until),
            Verb::CancelReplacement => self.cancel_replacement(request),
            Verb::Unpublish => self.take_down(Some(who), post, lang),
            Verb::Archive => {
                self.take_down(Some(who), post, lang);
                self.step(request, "archive", Stage::Archived);
            }
            Verb::Unarchive => self.step(request, "unarchive", Stage::Draft),
            Verb::Trash => {
                let langs: Vec<Lang> = self.posts[post].places.keys().copied().collect();
                for lang in langs {
                    self.take_down(Some(who), post, lang);
                }
                self.posts[post].trashed_at = Some(self.now);
                self.append_log(who, "post", post, None, "delete");
            }
            Verb::Restore => {
                self.posts[post].trashed_at = None;
                self.append_log(who, "post", post, None, "restore");
            }
            Verb::Purge => self.purge(Some(who), post),
            Verb::RestoreRevision(number) => {
                self.restore_revision(who, post, lang, *number);
            }
            Verb::CopyPost => self.copy_post(request, answer),
            Verb::StartFrom(from) => {
                let from = self.posts[post].copies[from].text.clone();
                let slug = self.derived_slug(post, lang, &from.title);
                self.add_copy(who, post, lang, Text { slug, ..from }, "create");
            }
            Verb::MakeLink { ttl } => self.make_link(request, *ttl, answer),
            Verb::Revoke(link) => {
                self.links[*link].is_revoked = true;
                self.append_log(who, "preview_link", post, Some(lang), "delete");
            }
        }
        // What the clock did before is logged even if the request changes nothing.
        let is_changed = self.log[before..].iter().any(|entry| entry.by.is_some());
        if is_changed {
            self.mark_changed(request);
        }
        is_changed
    }

    pub fn append_log(
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

    fn mark_changed(&mut self, request: &Request) {
        if !request.verb.takes_if_match()
            && !matches!(request.verb, Verb::StartFrom(_) | Verb::Restore)
        {
            return;
        }
        self.changed_in_step.insert((request.post, None));
        for lang in super::LANGS {
            if request.verb.is_of_the_post() || lang == request.lang {
                self.changed_in_step.insert((request.post, Some(lang)));
            }
        }
    }

    fn step(&mut self, request: &Request, step: &'static str, stage: Stage) {
        let copy = self.posts[request.post]
            .copies
            .get_mut(request.lang)
            .unwrap();
        copy.stage = stage;
        let taken = (step, request.who, copy.revision);
        let steps = self.posts[request.post]
            .steps
            .entry(request.lang)
            .or_default();
        steps.push(taken);
        self.append_log(
            request.who,
            "translation",
            request.post,
            Some(request.lang),
            step,
        );
    }

    fn create(&mut self, who: PersonNumber, lang: Lang, draft: &Draft, answer: &Value) {
        let post = self.add_post(who, lang, answer);
        self.append_log(who, "post", post, None, "create");
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
        self.assign_name(post, lang, &text.slug);
        let featured = self.posts[post].featured;
        let history = self.posts[post].history.entry(lang).or_default();
        let last = history.last().map(|last| (&last.text, last.featured));
        // A deleted text that is created again without a difference is the same revision as before.
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
        self.append_log(who, "translation", post, Some(lang), operation);
    }

    /// Restores a revision. A deleted translation is created again, under its old slug if that is free.
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
            self.append_log(who, "translation", post, Some(lang), "restore");
        }
    }

    fn write(&mut self, request: &Request, draft: &Draft) {
        let (who, post, lang) = (request.who, request.post, request.lang);
        match self.copy(post, lang).map(|copy| copy.text.clone()) {
            Some(was) => {
                let text = Text {
                    title: draft.title.clone().unwrap_or(was.title),
                    slug: draft.slug.clone().unwrap_or(was.slug),
                    word: draft.word.clone().unwrap_or(was.word),
                };
                if self.save(who, post, lang, text) {
                    self.append_log(who, "translation", post, Some(lang), "update");
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

    /// Saves a text. Returns true if that makes a revision.
    fn save(&mut self, who: PersonNumber, post: PostNumber, lang: Lang, text: Text) -> bool {
        self.assign_name(post, lang, &text.slug);
        self.posts[post].copies.get_mut(lang).unwrap().text = text;
        let is_new = self.revise(who, post, lang);
        self.update_names(post, lang);
        is_new
    }

    /// Adds a revision unless nothing changed. A new revision is no longer approved.
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

    fn feature(&mut self, request: &Request, featured: bool) {
        if self.posts[request.post].featured == featured {
            return;
        }
        self.posts[request.post].featured = featured;
        let langs: Vec<Lang> = self.posts[request.post].copies.keys().copied().collect();
        for lang in langs {
            self.revise(request.who, request.post, lang);
        }
        self.append_log(request.who, "post", request.post, None, "update");
    }

    pub fn purge(&mut self, who: Option<PersonNumber>, post: PostNumber) {
        for lang in super::LANGS {
            self.take_down(who, post, lang);
        }
        let at = &mut self.posts[post];
        at.is_purged = true;
        at.copies.clear();
        for lang in super::LANGS {
            self.update_names(post, lang);
        }
        self.log.push(Entry {
            by: who,
            kind: "post",
            post,
            lang: None,
            operation: "purge",
        });
    }

    fn copy_post(&mut self, request: &Request, answer: &Value) {
        let of = self.posts[request.post].clone();
        let post = self.add_post(request.who, of.original, answer);
        self.append_log(request.who, "post", post, None, "create");
        let others = of.copies.keys().filter(|lang| **lang != of.original);
        for lang in std::iter::once(&of.original).chain(others) {
            let text = of.copies[lang].text.clone();
            let slug = self.derived_slug(post, lang, &text.title);
            self.add_copy(request.who, post, lang, Text { slug, ..text }, "create");
        }
    }

    fn make_link(&mut self, request: &Request, ttl: Option<i64>, answer: &Value) {
        let text = |name: &str| answer["data"][name].as_str().unwrap().to_owned();
        let expires_at: Timestamp = self.now.plus_seconds(ttl.unwrap_or(86_400));
        let word = self.posts[request.post].copies[request.lang]
            .text
            .word
            .clone();
        self.append_log(
            request.who,
            "preview_link",
            request.post,
            Some(request.lang),
            "create",
        );
        self.links.push(Link {
            id: text("id"),
            token: text("token"),
            post: request.post,
            lang: request.lang,
            word,
            by: request.who,
            expires_at,
            is_revoked: false,
        });
    }
}
