//! What is, was or will be public of a language, and what the clock tells the change log of it.

use tribuna::timestamp::Timestamp;

use super::{Ask, Entry, Lang, PersonNumber, PostNumber, Stage, Text, World};

/// What a language shows: now, and after a replacement.
#[derive(Debug, Clone)]
pub struct Place {
    pub shown: Row,
    pub next: Option<Row>,
}

/// A copy of a text, made when it was published.
#[derive(Debug, Clone)]
pub struct Row {
    pub text: Text,
    pub revision: usize,
    /// The date shown.
    pub from: Timestamp,
    /// Since when the world sees it.
    pub begins: Timestamp,
    pub until: Option<Timestamp>,
}

/// What the clock does to a publication, until the log tells of it.
#[derive(Debug, Clone)]
pub struct Moment {
    pub at: Timestamp,
    /// The order among those of one instant.
    pub number: usize,
    pub post: PostNumber,
    pub lang: Lang,
    pub operation: &'static str,
}

impl Place {
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.status(now) == "published"
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
    /// Time goes on, and what was to begin has begun.
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

    /// The clock comes to where names lead elsewhere.
    pub fn names_part(&mut self) {
        for post in 0..self.posts.len() {
            for lang in super::LANGS {
                self.part(None, post, lang);
            }
        }
    }

    /// The scheduler tells the log of all that has come about, and empties the trash.
    pub fn tick(&mut self, trash_days: i64) {
        let now = self.now;
        self.tell_moments(|moment| moment.at <= now);
        let limit = now.plus_seconds(-86_400 * trash_days);
        for post in 0..self.posts.len() {
            let at = &self.posts[post];
            if !at.is_purged && at.trashed_at.is_some_and(|at| at <= limit) {
                self.purge(None, post);
            }
        }
    }

    /// Whoever writes a publication tells the log first of what the clock did to it.
    pub fn settle(&mut self, post: PostNumber, lang: Lang) {
        let now = self.now;
        self.tell_moments(|moment| moment.at <= now && (moment.post, moment.lang) == (post, lang));
    }

    fn tell_moments(&mut self, is_told: impl Fn(&Moment) -> bool) {
        let (mut told, kept): (Vec<_>, Vec<_>) = self.moments.drain(..).partition(is_told);
        self.moments = kept;
        told.sort_by_key(|moment| (moment.at, moment.number));
        for moment in told {
            self.log.push(Entry {
                by: None,
                kind: "publication",
                post: moment.post,
                lang: Some(moment.lang),
                operation: moment.operation,
            });
        }
    }

    /// The moments to come of a place, anew.
    pub fn plan(&mut self, post: PostNumber, lang: Lang) {
        self.moments
            .retain(|moment| (moment.post, moment.lang) != (post, lang));
        let Some(place) = self.place(post, lang) else {
            return;
        };
        let (shown, next) = (&place.shown, &place.next);
        // What is replaced does not end, unless it ends before: the other begins.
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
                self.drawn += 1;
                let number = self.drawn;
                self.moments.push(Moment {
                    at,
                    number,
                    post,
                    lang,
                    operation,
                });
            }
        }
    }

    pub fn publish(&mut self, ask: &Ask, from: Option<Timestamp>, until: Option<Timestamp>) {
        let (post, lang, now) = (ask.post, ask.lang, self.now);
        self.settle(post, lang);
        let copy = self.posts[post].copies.get_mut(lang).unwrap();
        copy.stage = Stage::Draft;
        let (text, revision) = (copy.text.clone(), copy.revision);
        let live = self.posts[post]
            .places
            .get(lang)
            .filter(|place| place.is_live(now))
            .cloned();
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
                };
                Place { shown, next: None }
            }
        };
        self.posts[post].places.insert(lang, place);
        let operation = if is_later { "schedule" } else { "publish" };
        self.note(ask.who, "publication", post, Some(lang), operation);
        self.placed(post, lang);
        self.part(Some(ask.who), post, lang);
    }

    pub fn retime(&mut self, ask: &Ask, from: Option<Timestamp>, until: Option<Option<Timestamp>>) {
        self.settle(ask.post, ask.lang);
        let now = self.now;
        let place = self.posts[ask.post].places.get_mut(ask.lang).unwrap();
        let was_live = place.is_live(now);
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
        // What becomes of it counts, as when it is published.
        let operation = match place.shown.begins > now {
            true => "schedule",
            false if !was_live && place.is_live(now) => "publish",
            false => "update",
        };
        self.note(ask.who, "publication", ask.post, Some(ask.lang), operation);
        self.placed(ask.post, ask.lang);
        self.part(Some(ask.who), ask.post, ask.lang);
    }

    pub fn postpone(
        &mut self,
        ask: &Ask,
        from: Option<Timestamp>,
        until: Option<Option<Timestamp>>,
    ) {
        self.settle(ask.post, ask.lang);
        let place = self.posts[ask.post].places.get_mut(ask.lang).unwrap();
        let next = place.next.as_mut().unwrap();
        next.begins = from.unwrap_or(next.begins);
        next.until = until.unwrap_or(next.until);
        self.note(ask.who, "publication", ask.post, Some(ask.lang), "schedule");
        self.placed(ask.post, ask.lang);
    }

    pub fn cancel_replacement(&mut self, ask: &Ask) {
        self.settle(ask.post, ask.lang);
        let place = self.posts[ask.post].places.get_mut(ask.lang).unwrap();
        place.next = None;
        self.note(ask.who, "publication", ask.post, Some(ask.lang), "update");
        self.placed(ask.post, ask.lang);
    }

    /// If there is something to take down.
    pub fn take_down(&mut self, who: Option<PersonNumber>, post: PostNumber, lang: Lang) {
        self.settle(post, lang);
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
        self.placed(post, lang);
    }

    fn placed(&mut self, post: PostNumber, lang: Lang) {
        self.plan(post, lang);
        self.set_time(self.now);
        self.settle_names(post, lang);
    }
}
