//! The content of the site as plain data: everything that was written and published, and every present and former name.

use std::collections::BTreeMap;

use tribuna::timestamp::Timestamp;

/// The languages of the content.
pub const LANGS: [&str; 9] = [
    "en", "fr", "es", "pt", "pt-BR", "es-MX", "zh", "zh-Hant", "ar",
];

/// A language tag in canonical case.
pub type Lang = &'static str;

/// The kinds of resources that have slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Post,
    Category,
    Tag,
    Author,
    Organization,
}

/// The whole content.
#[derive(Default)]
pub struct World {
    pub organizations: Vec<Organization>,
    pub authors: Vec<Author>,
    pub terms: Vec<Term>,
    pub posts: Vec<Post>,
    pub names: Vec<Name>,
}

/// A slug, or the id of a merged term, and the resource that it leads to.
#[derive(Debug, Clone)]
pub struct Name {
    pub kind: Kind,
    /// Empty for kinds whose slug is the same in all languages.
    pub lang: Lang,
    pub slug: String,
    pub owner: String,
    /// The time from which it is public.
    pub public_at: Option<Timestamp>,
}

pub struct Organization {
    pub id: String,
    pub slug: String,
    pub name: String,
    /// The language of the official name, if it is known.
    pub lang: Option<Lang>,
    /// The names in other languages.
    pub names: Vec<(Lang, String)>,
    pub url: Option<String>,
    pub country: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub struct Author {
    pub id: String,
    pub slug: String,
    pub name: String,
    pub organization: Option<String>,
    /// The first is in the original language of the author.
    pub bio: Vec<(Lang, String)>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A category or a tag.
pub struct Term {
    pub id: String,
    pub kind: Kind,
    pub parent: Option<String>,
    pub position: usize,
    /// The first is in the original language of the term.
    pub names: Vec<TermName>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub struct TermName {
    pub lang: Lang,
    pub slug: String,
    pub name: String,
    pub description: Option<String>,
}

pub struct Post {
    pub id: String,
    pub original: Lang,
    /// The working copies: of the members that all languages share, and of each language.
    pub shared: Shared,
    pub texts: BTreeMap<Lang, Text>,
    /// Publications that were not taken down: past, present and scheduled.
    pub publications: BTreeMap<Lang, Publication>,
    /// The times at which each language became or becomes public.
    pub beginnings: BTreeMap<Lang, Vec<Timestamp>>,
    /// Replacements of these publications. They can have taken effect already.
    pub replacements: BTreeMap<Lang, Publication>,
    pub in_trash: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shared {
    pub bylines: Vec<Byline>,
    pub categories: Vec<String>,
    pub tags: Vec<String>,
    pub featured: bool,
    pub licence: Option<String>,
    pub canonical_url: Option<String>,
    /// Raised by each change.
    pub edition: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Byline {
    pub author: String,
    pub organization: Option<String>,
    pub role: Option<String>,
    /// The role in other languages than the original one of the post.
    pub roles: Vec<(Lang, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub slug: String,
    pub title: String,
    pub subtitle: Option<String>,
    pub excerpt: Option<String>,
    /// One paragraph of plain words.
    pub body: String,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
    /// The ids of authors.
    pub translators: Vec<String>,
    /// Raised by each change.
    pub edition: usize,
}

/// The text as it was when it was published.
#[derive(Debug, Clone)]
pub struct Publication {
    pub text: Text,
    pub shared: Shared,
    pub from: Timestamp,
    /// The time at which it replaces another publication, if it does.
    pub takes_over: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub updated_at: Timestamp,
    /// True if the language was public before.
    pub is_again: bool,
}

impl Publication {
    pub fn begins(&self) -> Timestamp {
        self.takes_over.unwrap_or(self.from)
    }

    /// True if publishing the other one in its place changes nothing.
    pub fn is_like(&self, other: &Self) -> bool {
        let content = |one: &Self| (one.text.edition, one.shared.edition, one.from, one.until);
        content(self) == content(other)
    }

    pub fn is_live(&self, now: Timestamp) -> bool {
        self.begins() <= now && self.until.is_none_or(|until| now < until)
    }
}

impl Post {
    /// True if a language was public at `now` or before.
    pub fn was_seen(&self, lang: Lang, now: Timestamp) -> bool {
        let mut beginnings = self.beginnings.get(lang).into_iter().flatten();
        beginnings.any(|at| *at <= now)
    }

    /// The publication that determines the state of a language: the last one that has begun, or else the next one.
    pub fn current(&self, lang: Lang, now: Timestamp) -> Option<&Publication> {
        let next = self.replacements.get(lang);
        next.filter(|next| next.begins() <= now)
            .or(self.publications.get(lang))
    }

    pub fn live_in(&self, lang: Lang, now: Timestamp) -> Option<&Publication> {
        self.current(lang, now).filter(|one| one.is_live(now))
    }

    /// All publications and replacements.
    pub fn all_publications(&self) -> impl Iterator<Item = &Publication> {
        self.publications.values().chain(self.replacements.values())
    }
}

impl World {
    pub fn term(&self, id: &str) -> &Term {
        self.terms.iter().find(|term| term.id == id).expect(id)
    }

    pub fn author(&self, id: &str) -> &Author {
        self.authors.iter().find(|one| one.id == id).expect(id)
    }

    pub fn organization(&self, id: &str) -> &Organization {
        let mut all = self.organizations.iter();
        all.find(|one| one.id == id).expect(id)
    }

    /// Every time at which a publication begins or ends, in order.
    pub fn boundaries(&self) -> Vec<Timestamp> {
        let publications = self.posts.iter().flat_map(Post::all_publications);
        let mut all: Vec<Timestamp> = publications
            .flat_map(|one| std::iter::once(one.begins()).chain(one.until))
            .collect();
        all.sort();
        all.dedup();
        all
    }
}
