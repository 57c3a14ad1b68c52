//! Slugs: which name leads to what, and since when the world has seen it.

use tribuna::timestamp::Timestamp;

use super::{Lang, PersonNumber, PostNumber, World};

#[derive(Debug, Clone)]
pub struct Name {
    pub lang: Lang,
    pub slug: String,
    pub owner: PostNumber,
    pub public_at: Option<Timestamp>,
    /// Whose it was, and since when it was seen there: until it is seen here, it leads there.
    pub former: Option<(PostNumber, Timestamp)>,
}

impl Name {
    pub fn is_seen(&self, now: Timestamp) -> bool {
        self.public_at.is_some_and(|at| at <= now)
    }

    /// Where it leads the world.
    pub fn leads_to(&self, now: Timestamp) -> Option<PostNumber> {
        match self.is_seen(now) {
            true => Some(self.owner),
            false => self.former.map(|former| former.0),
        }
    }
}

impl World {
    pub fn name(&self, lang: Lang, slug: &str) -> Option<&Name> {
        let mut names = self.names.iter();
        names.find(|name| name.lang == lang && name.slug == slug)
    }

    /// Whether its post only redirects from it, or says that it is gone.
    pub fn is_freed(&self, name: &Name) -> bool {
        let owner = &self.posts[name.owner];
        owner.is_purged || (owner.trashed_at.is_none() && !self.is_in_use(name))
    }

    /// By a working copy, a publication or a replacement.
    fn is_in_use(&self, name: &Name) -> bool {
        let written = self.copy(name.owner, name.lang).map(|copy| &copy.text);
        let place = self.place(name.owner, name.lang);
        let shown = place.map(|place| &place.shown.text);
        let next = place.and_then(|place| place.next.as_ref());
        let texts = [written, shown, next.map(|row| &row.text)];
        let mut texts = texts.into_iter().flatten();
        texts.any(|text| text.slug == name.slug)
    }

    /// Whatever was asked for, or else the first that is free for this post: `e1`, `e1-2`, `e1-3` …
    pub fn derived_slug(&self, post: PostNumber, lang: Lang, title: &str) -> String {
        let base = title.to_lowercase();
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let mut candidates = std::iter::once(base.clone()).chain(numbered);
        let is_free = |slug: &String| self.name(lang, slug).is_none_or(|name| name.owner == post);
        candidates.find(is_free).unwrap()
    }

    /// The post has this name from now on, whoever had it.
    pub fn give_name(&mut self, post: PostNumber, lang: Lang, slug: &str) {
        if self.name(lang, slug).is_some_and(|name| name.owner == post) {
            return;
        }
        let former = self.name(lang, slug);
        let former = former.and_then(|name| Some((name.owner, name.public_at?)));
        self.names
            .retain(|name| name.lang != lang || name.slug != slug);
        self.names.push(Name {
            lang,
            slug: slug.to_owned(),
            owner: post,
            public_at: None,
            former,
        });
    }

    /// What the world sees here leads to no other any more; the log tells of that one, if somebody brought it about.
    pub fn part(&mut self, who: Option<PersonNumber>, post: PostNumber, lang: Lang) {
        let now = self.now;
        let mut former = Vec::new();
        for name in &mut self.names {
            let is_its = name.owner == post && name.lang == lang;
            if is_its && name.is_seen(now) {
                former.extend(name.former.take());
            }
        }
        for (former, _) in former {
            if let Some(who) = who {
                self.note(who, "post", former, Some(lang), "update");
            }
        }
    }

    /// Names that are out of use are free again, unless the world has seen them; what was to be seen later will not, unless
    /// something says so.
    pub fn settle_names(&mut self, post: PostNumber, lang: Lang) {
        let now = self.now;
        let place = self.place(post, lang);
        let rows = place.map(|place| (place.shown.clone(), place.next.clone()));
        for name in &mut self.names {
            let is_its = name.owner == post && name.lang == lang;
            if is_its && name.public_at.is_none_or(|at| at > now) {
                let (shown, next) = rows.clone().unzip();
                let rows = shown.into_iter().chain(next.flatten());
                let begins = rows
                    .filter(|row| row.text.slug == name.slug)
                    .map(|row| row.begins);
                name.public_at = begins.min();
            }
        }
        let all = self.names.clone();
        let kept = all.into_iter().filter_map(|name| {
            let is_its = name.owner == post && name.lang == lang;
            let is_used = self.is_in_use(&name) && !self.posts[post].is_purged;
            if !is_its || name.is_seen(now) || is_used {
                return Some(name);
            }
            // What was never seen here is the former owner's again.
            let (owner, since) = name.former?;
            Some(Name {
                owner,
                public_at: Some(since),
                former: None,
                ..name
            })
        });
        self.names = kept.collect();
    }
}
