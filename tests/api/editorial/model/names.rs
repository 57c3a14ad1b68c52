//! Slugs: which post a slug leads to, and since when it has been public.

use tribuna::timestamp::Timestamp;

use super::{Lang, PersonNumber, PostNumber, World};

#[derive(Debug, Clone)]
pub struct Name {
    pub lang: Lang,
    pub slug: String,
    pub owner: PostNumber,
    pub public_at: Option<Timestamp>,
    /// The former owner, and since when the slug was public there. The slug leads there until `public_at`.
    pub former: Option<(PostNumber, Timestamp)>,
}

impl Name {
    pub fn is_seen(&self, now: Timestamp) -> bool {
        self.public_at.is_some_and(|at| at <= now)
    }

    /// The post that the slug leads readers to.
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

    /// True if the owner only redirects from the slug, or answers `410`.
    pub fn is_freed(&self, name: &Name) -> bool {
        let owner = &self.posts[name.owner];
        owner.is_purged || (owner.trashed_at.is_none() && !self.is_in_use(name))
    }

    /// True if a working copy, a publication or a replacement uses the slug.
    fn is_in_use(&self, name: &Name) -> bool {
        let written = self.copy(name.owner, name.lang).map(|copy| &copy.text);
        let place = self.place(name.owner, name.lang);
        let shown = place.map(|place| &place.shown.text);
        let next = place.and_then(|place| place.next.as_ref());
        let texts = [written, shown, next.map(|row| &row.text)];
        let mut texts = texts.into_iter().flatten();
        texts.any(|text| text.slug == name.slug)
    }

    /// Returns the first slug that is free for this post: `e1`, `e1-2`, `e1-3` …
    pub fn derived_slug(&self, post: PostNumber, lang: Lang, title: &str) -> String {
        let base = title.to_lowercase();
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let mut candidates = std::iter::once(base.clone()).chain(numbered);
        let is_free = |slug: &String| self.name(lang, slug).is_none_or(|name| name.owner == post);
        candidates.find(is_free).unwrap()
    }

    /// Assigns the slug to this post, even if another owned it.
    pub fn assign_name(&mut self, post: PostNumber, lang: Lang, slug: &str) {
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

    /// Ends redirects to former owners of the slugs that this translation now holds publicly. With `who`, logs an
    /// update of each former owner.
    pub fn end_former_redirects(
        &mut self,
        who: Option<PersonNumber>,
        post: PostNumber,
        lang: Lang,
    ) {
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
                self.append_log(who, "post", former, Some(lang), "update");
            }
        }
    }

    /// Frees slugs that are out of use and were never public, and sets when the others become public.
    pub fn update_names(&mut self, post: PostNumber, lang: Lang) {
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
            // A slug that was never public here returns to its former owner.
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
