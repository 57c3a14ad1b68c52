//! What the world sees at this instant.

use tribuna::timestamp::Timestamp;

use super::{Lang, PostNumber, Row, World};

/// An item of a list: id, language, slug, title, word of the text, date shown.
pub type Listed = (String, Lang, String, String, Timestamp);

/// What a single post answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The word of its text.
    Here(Lang, String),
    /// The slug, and its language.
    Moved(Lang, String),
    Gone,
    Never,
}

impl World {
    pub fn shown(&self, post: PostNumber, lang: Lang) -> Option<&Row> {
        let place = self.place(post, lang)?;
        place.is_live(self.now).then_some(&place.shown)
    }

    /// Without a language: the original, or else the first published of the others.
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

    /// Newest first.
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

    pub fn by_id(&self, post: PostNumber, lang: Option<Lang>) -> Found {
        match self.chosen(post, lang) {
            Some((lang, row)) => Found::Here(lang, row.text.word.clone()),
            None => self.absent(post, lang),
        }
    }

    /// Gone is what was public in a language the reader takes; of what is public in none any more, in any.
    fn absent(&self, post: PostNumber, lang: Option<Lang>) -> Found {
        let seen = &self.posts[post].seen;
        let any = lang.is_none() || self.chosen(post, None).is_none();
        let is_gone = if any {
            !seen.is_empty()
        } else {
            lang.is_some_and(|lang| seen.contains(lang))
        };
        if is_gone { Found::Gone } else { Found::Never }
    }

    /// By a slug of one language; asked for in this language, or without one.
    pub fn by_slug(&self, of: Lang, slug: &str, with_lang: bool) -> Found {
        let name = self.name(of, slug);
        let Some(owner) = name.and_then(|name| name.leads_to(self.now)) else {
            return Found::Never;
        };
        let lang = with_lang.then_some(of);
        match (self.shown(owner, of), self.chosen(owner, lang)) {
            (Some(row), _) if row.text.slug == slug => Found::Here(of, row.text.word.clone()),
            (Some(row), _) => Found::Moved(of, row.text.slug.clone()),
            (None, Some((lang, row))) => Found::Moved(lang, row.text.slug.clone()),
            (None, None) => self.absent(owner, lang),
        }
    }
}
