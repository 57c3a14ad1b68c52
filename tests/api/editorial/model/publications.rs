//! Publications: past, present and scheduled, and the transitions that the scheduler logs.

use tribuna::timestamp::Timestamp;

use super::{Entry, Lang, PersonNumber, PostNumber, Request, Stage, Text, World};

/// The publication of a translation, and its scheduled replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub shown: Row,
    pub next: Option<Row>,
}

/// The text as it was when it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub text: Text,
    pub revision: usize,
    /// The publication date that readers see.
    pub from: Timestamp,
    /// The time from which the text is public.
    pub begins: Timestamp,
    pub until: Option<Timestamp>,
    /// The time at which the text was last published.
    pub updated: Timestamp,
    /// True if the language had been public before.
    pub is_again: bool,
}

/// A scheduled begin or end of a publication that is not logged yet.
#[derive(Debug, Clone)]
pub struct Transition {
    pub at: Timestamp,
    /// The order among transitions at the same time.
    pub number: usize,
    pub post: PostNumber,
    pub lang: Lang,
    pub operation: &'static str,
}

impl Place {
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.status(now) == "published"
    }

    /// True if readers see the same text with the same times, and neither is to be replaced.
    fn shows_like(&self, other: &Self) -> bool {
        let content = |row: &Row| (row.text.clone(), row.revision, row.from, row.until);
        let is_last = self.next.is_none() && other.next.is_none();
        is_last && content(&self.shown) == content(&other.shown)
    }

    pub fn status(&self, now: Timestamp) -> &'static str {
        match self.shown.until {
            _ if now < self.shown.begins => "scheduled",
            Some(until) if until <= now => "expired",
            _ => "published",
        }
    }
}

impl World {
    /// Sets the clock, and begins publications and replacements that are due.
    pub fn set_time(&mut self, now: Timestamp) {
        self.now = now;
        for post in &mut self.posts {
            for (lang, place) in &mut post.places {
                if let Some(next) = place.next.take_if(|next| next.begins <= now) {
                    place.shown = next;
                }
                if place.shown.begins <= now {
                    post.seen.insert(lang);
                }
            }
        }
    }

    /// Ends redirects to former owners of slugs that have become public.
    pub fn end_all_former_redirects(&mut self) {
        for post in 0..self.posts.len() {
            for lang in super::LANGS {
                self.end_former_redirects(None, post, lang);
            }
        }
    }

    /// Logs all transitions that are due, and empties the trash.
    pub fn tick(&mut self, trash_days: i64) {
        let now = self.now;
        self.log_transitions(|transition| transition.at <= now);
        let limit = now.plus_seconds(-86_400 * trash_days);
        for post in 0..self.posts.len() {
            let at = &self.posts[post];
            if !at.is_purged && at.trashed_at.is_some_and(|at| at <= limit) {
                self.purge(None, post);
            }
        }
    }

    /// Logs the due transitions of a translation. Every write of its publication does so first.
    pub fn apply_due(&mut self, post: PostNumber, lang: Lang) {
        let now = self.now;
        self.log_transitions(|transition| {
            transition.at <= now && (transition.post, transition.lang) == (post, lang)
        });
    }

    fn log_transitions(&mut self, is_due: impl Fn(&Transition) -> bool) {
        let (mut due, kept): (Vec<_>, Vec<_>) = self.transitions.drain(..).partition(is_due);
        self.transitions = kept;
        due.sort_by_key(|transition| (transition.at, transition.number));
        for transition in due {
            self.log.push(Entry {
                by: None,
                kind: "publication",
                post: transition.post,
                lang: Some(transition.lang),
                operation: transition.operation,
            });
        }
    }

    /// Plans the transitions of a translation anew.
    pub fn plan_transitions(&mut self, post: PostNumber, lang: Lang) {
        self.transitions
            .retain(|transition| (transition.post, transition.lang) != (post, lang));
        let Some(place) = self.place(post, lang) else {
            return;
        };
        let (shown, next) = (&place.shown, &place.next);
        // A replaced publication does not end, unless it ends before its replacement begins.
        let replaced = next.as_ref().map(|next| next.begins);
        let end = shown
            .until
            .filter(|until| replaced.is_none_or(|at| *until < at));
        let mut to_come = vec![(Some(shown.begins), "publish"), (end, "unpublish")];
        if let Some(next) = next {
            to_come.push((Some(next.begins), "publish"));
            to_come.push((next.until, "unpublish"));
        }
        for (at, operation) in to_come {
            if let Some(at) = at.filter(|at| *at > self.now) {
                self.transition_count += 1;
                let number = self.transition_count;
                self.transitions.push(Transition {
                    at,
                    number,
                    post,
                    lang,
                    operation,
                });
            }
        }
    }

    pub fn publish(
        &mut self,
        request: &Request,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    ) {
        let (post, lang, now) = (request.post, request.lang, self.now);
        self.apply_due(post, lang);
        let copy = self.posts[post].copies.get_mut(lang).unwrap();
        let was_draft = copy.stage == Stage::Draft;
        copy.stage = Stage::Draft;
        let (text, revision) = (copy.text.clone(), copy.revision);
        let live = self.posts[post]
            .places
            .get(lang)
            .filter(|place| place.is_live(now))
            .cloned();
        let (was_live, is_again) = (live.is_some(), self.posts[post].seen.contains(lang));
        let date = live.as_ref().map(|place| place.shown.from);
        let is_later = from.is_some_and(|from| from > now);
        let place = match live {
            Some(mut live) if is_later => {
                let begins = from.unwrap();
                let from = live.shown.from;
                live.next = Some(Row {
                    text,
                    revision,
                    from,
                    begins,
                    until,
                    updated: begins,
                    is_again,
                });
                live
            }
            _ => {
                let from = from.or(date).unwrap_or(now);
                let shown = Row {
                    text,
                    revision,
                    from,
                    begins: from,
                    until,
                    updated: from.max(now),
                    is_again,
                };
                Place { shown, next: None }
            }
        };
        let before = self.posts[post].places.get(lang);
        // Publishing the same at the same time again has no effect.
        let is_same = before.is_some_and(|before| match is_later {
            true => *before == place,
            false => was_live && before.shows_like(&place) && !self.is_outdated(post, before),
        });
        if was_draft && is_same {
            return;
        }
        self.posts[post].places.insert(lang, place);
        let operation = if is_later { "schedule" } else { "publish" };
        self.append_log(request.who, "publication", post, Some(lang), operation);
        self.publication_changed(post, lang);
        self.end_former_redirects(Some(request.who), post, lang);
    }

    /// True if the live original was published again after this publication.
    fn is_outdated(&self, post: PostNumber, place: &Place) -> bool {
        let post = &self.posts[post];
        let original = post.places.get(post.original);
        original.is_some_and(|original| {
            let is_again = original.is_live(self.now) && original.shown.is_again;
            is_again && original.shown.updated > place.shown.updated
        })
    }

    pub fn retime(
        &mut self,
        request: &Request,
        from: Option<Timestamp>,
        until: Option<Option<Timestamp>>,
    ) {
        self.apply_due(request.post, request.lang);
        let now = self.now;
        let was_seen = self.posts[request.post].seen.contains(request.lang);
        let place = self.posts[request.post]
            .places
            .get_mut(request.lang)
            .unwrap();
        let was_live = place.is_live(now);
        let before = place.clone();
        if let Some(from) = from {
            place.shown.from = from;
            place.shown.begins = from;
            if let Some(next) = &mut place.next {
                next.from = from;
            }
        }
        if let Some(until) = until {
            place.shown.until = until;
        }
        let shown = &mut place.shown;
        let is_same = (shown.from, shown.until) == (before.shown.from, before.shown.until);
        shown.updated = match from.is_some() && !was_live && !is_same {
            true => shown.from.max(now),
            false => before.shown.updated.max(shown.from),
        };
        if !was_live && shown.updated != before.shown.updated {
            shown.is_again = was_seen;
        }
        if *place == before {
            return;
        }
        // The resulting state decides the operation, as for a publication.
        let operation = match place.shown.begins > now {
            true => "schedule",
            false if !was_live && place.is_live(now) => "publish",
            false => "update",
        };
        self.append_log(
            request.who,
            "publication",
            request.post,
            Some(request.lang),
            operation,
        );
        self.publication_changed(request.post, request.lang);
        self.end_former_redirects(Some(request.who), request.post, request.lang);
    }

    pub fn postpone(
        &mut self,
        request: &Request,
        from: Option<Timestamp>,
        until: Option<Option<Timestamp>>,
    ) {
        self.apply_due(request.post, request.lang);
        let place = self.posts[request.post]
            .places
            .get_mut(request.lang)
            .unwrap();
        let next = place.next.as_mut().unwrap();
        let before = next.clone();
        next.begins = from.unwrap_or(next.begins);
        next.updated = next.begins;
        next.until = until.unwrap_or(next.until);
        if *next == before {
            return;
        }
        self.append_log(
            request.who,
            "publication",
            request.post,
            Some(request.lang),
            "schedule",
        );
        self.publication_changed(request.post, request.lang);
    }

    pub fn cancel_replacement(&mut self, request: &Request) {
        self.apply_due(request.post, request.lang);
        let place = self.posts[request.post]
            .places
            .get_mut(request.lang)
            .unwrap();
        place.next = None;
        self.append_log(
            request.who,
            "publication",
            request.post,
            Some(request.lang),
            "update",
        );
        self.publication_changed(request.post, request.lang);
    }

    /// Ends the publication, if there is one.
    pub fn take_down(&mut self, who: Option<PersonNumber>, post: PostNumber, lang: Lang) {
        self.apply_due(post, lang);
        if self.posts[post].places.remove(lang).is_some() {
            let lang = Some(lang);
            self.log.push(Entry {
                by: who,
                kind: "publication",
                post,
                lang,
                operation: "unpublish",
            });
        }
        self.publication_changed(post, lang);
    }

    fn publication_changed(&mut self, post: PostNumber, lang: Lang) {
        self.plan_transitions(post, lang);
        self.set_time(self.now);
        self.update_names(post, lang);
    }
}
