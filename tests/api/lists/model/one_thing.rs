//! A single category, tag, author or organization, by id or slug.

use super::super::query::Reader;
use super::super::world::{Kind, Lang, Name, World};
use super::best;

/// The answer to the request.
#[derive(Debug, PartialEq, Eq)]
pub enum ThingAnswer {
    /// The resource with this id.
    Shown(String),
    /// A redirect to this slug, in this language unless the kind has one slug for all languages.
    Moved(String, Lang),
    NotFound,
}

impl World {
    /// All acceptable answers. If a slug leads to several resources, the order is: shown under the slug, has it in any
    /// language, had it. Among equals any is acceptable, but the requested language wins.
    pub fn answers_to(&self, kind: Kind, id_or_slug: &str, reader: &Reader) -> Vec<ThingAnswer> {
        if self.ids(kind).contains(&id_or_slug) {
            return vec![ThingAnswer::Shown(id_or_slug.into())];
        }
        let names = self.names.iter();
        let leads = names.filter(|name| name.kind == kind && name.slug == id_or_slug);
        let has_it = |name: &Name| self.present_slug(name) == Some(id_or_slug);
        let is_shown = |name: &Name| self.shown_slug(name, reader) == id_or_slug;
        let best = best(leads.collect(), |name| match reader.lang {
            Some(lang) if is_shown(name) => u8::from(lang != name.lang),
            None if is_shown(name) => 0,
            _ if has_it(name) => 2,
            _ => 3,
        });
        let answer = |name: &Name| {
            if has_it(name) || is_shown(name) {
                return ThingAnswer::Shown(name.owner.clone());
            }
            let (slug, lang) = match self.present_slug(name) {
                Some(present) => (present, name.lang),
                None => (self.shown_slug(name, reader), self.shown_lang(name, reader)),
            };
            ThingAnswer::Moved(slug.into(), lang)
        };
        if best.is_empty() {
            return vec![ThingAnswer::NotFound];
        }
        best.into_iter().map(answer).collect()
    }

    /// The present slug of the owner in the language of the name.
    fn present_slug(&self, name: &Name) -> Option<&str> {
        match name.kind {
            Kind::Author => Some(&self.author(&name.owner).slug),
            Kind::Organization => Some(&self.organization(&name.owner).slug),
            _ => {
                let mut names = self.term(&name.owner).names.iter();
                names
                    .find(|one| one.lang == name.lang)
                    .map(|one| one.slug.as_str())
            }
        }
    }

    /// The slug under which the owner is shown.
    fn shown_slug(&self, name: &Name, reader: &Reader) -> &str {
        match name.kind {
            Kind::Author => &self.author(&name.owner).slug,
            Kind::Organization => &self.organization(&name.owner).slug,
            _ => &self.term(&name.owner).shown(reader).slug,
        }
    }

    /// The language of that slug.
    fn shown_lang(&self, name: &Name, reader: &Reader) -> Lang {
        match name.kind {
            Kind::Author | Kind::Organization => "",
            _ => self.term(&name.owner).shown(reader).lang,
        }
    }
}
