//! The public view of the posts at the present time.

use tribuna::timestamp::Timestamp;

use super::{Lang, PostNumber, Row, World};

/// An item of a list: id, language, slug, title, and publication date.
pub type Listed = (String, Lang, String, String, Timestamp);

/// The answer to a request for a single post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicAnswer {
    /// The language and the text.
    Shown(Lang, String),
    /// The language and the slug of the redirect.
    Moved(Lang, String),
    Gone,
    NotFound,
}

impl World {
    pub fn shown(&self, post: PostNumber, lang: Lang) -> Option<&Row> {
        let place = self.place(post, lang)?;
        place.is_live(self.now).then_some(&place.shown)
    }

    /// The translation that a reader gets. Without a requested language, that is the original, or else the first live
    /// one.
    fn chosen(&self, post: PostNumber, lang: Option<Lang>) -> Option<(Lang, &Row)> {
        let original = self.posts[post].original;
        let wanted = match lang {
            Some(lang) => vec![lang],
            None => {
                let others = super::LANGS.into_iter().filter(|lang| *lang != original);
                std::iter::once(original).chain(others).collect()
            }
        };
        let mut wanted = wanted.into_iter();
        wanted.find_map(|lang| Some((lang, self.shown(post, lang)?)))
    }

    /// The list, newest first.
    pub fn list(&self, lang: Option<Lang>) -> Vec<Listed> {
        let all = 0..self.posts.len();
        let shown = all.filter_map(|post| {
            let (lang, row) = self.chosen(post, lang)?;
            let id = self.posts[post].id.clone();
            Some((
                id,
                lang,
                row.text.slug.clone(),
                row.text.title.clone(),
                row.from,
            ))
        });
        let mut list: Vec<Listed> = shown.collect();
        list.sort_by(|a, b| (b.4, &b.0).cmp(&(a.4, &a.0)));
        list
    }

    pub fn by_id(&self, post: PostNumber, lang: Option<Lang>) -> PublicAnswer {
        match self.chosen(post, lang) {
            Some((lang, row)) => PublicAnswer::Shown(lang, row.text.word.clone()),
            None => self.absent(post, lang),
        }
    }

    /// The answer for a translation that is not live. It is gone if it was ever public in the requested language. A
    /// post that is live in no language is gone if it was ever public in any.
    fn absent(&self, post: PostNumber, lang: Option<Lang>) -> PublicAnswer {
        let seen = &self.posts[post].seen;
        let any = lang.is_none() || self.chosen(post, None).is_none();
        let is_gone = if any {
            !seen.is_empty()
        } else {
            lang.is_some_and(|lang| seen.contains(lang))
        };
        if is_gone {
            PublicAnswer::Gone
        } else {
            PublicAnswer::NotFound
        }
    }

    /// The answer for a slug of language `of`, requested with that language or without one.
    pub fn by_slug(&self, of: Lang, slug: &str, with_lang: bool) -> PublicAnswer {
        let name = self.name(of, slug);
        let Some(owner) = name.and_then(|name| name.leads_to(self.now)) else {
            return PublicAnswer::NotFound;
        };
        let lang = with_lang.then_some(of);
        match (self.shown(owner, of), self.chosen(owner, lang)) {
            (Some(row), _) if row.text.slug == slug => {
                PublicAnswer::Shown(of, row.text.word.clone())
            }
            (Some(row), _) => PublicAnswer::Moved(of, row.text.slug.clone()),
            // Without a language, a slug stands for its own, in which the post is gone.
            (None, Some(_)) if !with_lang => PublicAnswer::Gone,
            (None, Some((lang, row))) => PublicAnswer::Moved(lang, row.text.slug.clone()),
            (None, None) => self.absent(owner, lang),
        }
    }
}
