//! From an entry of the change log to the items that it may have altered. This is the one place that says so.
//!
//! An entry names sources of items rather than items, because some sources, such as the posts of a category, are long.
//! Whoever follows the log reads a source in steps ([`super::expansion`]), and looks at each item as it is now
//! ([`super::evaluation`]). In doubt, an entry names more: an item that did not change is sent again, which does no
//! harm.

use super::model::ItemKind;
use crate::changes::Operation;
use crate::changes::reading::Entry;
use crate::changes::visibility::concerns_copies;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;

/// A source of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A post, in all its languages: each lists the others.
    Post(Id),
    /// The pages directly below a page, which they show.
    PagesBelow(Id),
    /// The posts in the posting list of a term, an author or an organization. They show its name.
    PostsOf(Id),
    /// The posts that name an author as a translator.
    TranslatedBy(Id),
    /// A term, an author or an organization itself.
    Thing(ItemKind, Id),
    /// The parent and the descendants of a category. They show its name.
    RelativesOf(Id),
    /// The authors who belong to an organization. They show its name.
    AuthorsOf(Id),
    /// All posts. They show the name, the licence and the settings for comments of the site.
    AllPosts,
    /// The comments of a post, which are public with it.
    CommentsOf(Id),
}

impl Source {
    /// Returns the kind of the items.
    pub fn kind(self) -> ItemKind {
        match self {
            Self::Post(_)
            | Self::PagesBelow(_)
            | Self::PostsOf(_)
            | Self::TranslatedBy(_)
            | Self::AllPosts => ItemKind::Post,
            Self::Thing(kind, _) => kind,
            Self::RelativesOf(_) => ItemKind::Category,
            Self::AuthorsOf(_) => ItemKind::Author,
            Self::CommentsOf(_) => ItemKind::Comment,
        }
    }

    /// Returns whether the entry may have altered which filters the items match. Other sources alter only what they show.
    pub fn moves_items(self) -> bool {
        match self {
            Self::Post(_) | Self::PostsOf(_) | Self::Thing(..) => true,
            Self::PagesBelow(_)
            | Self::TranslatedBy(_)
            | Self::RelativesOf(_)
            | Self::AuthorsOf(_)
            | Self::AllPosts
            | Self::CommentsOf(_) => false,
        }
    }
}

/// Returns the sources of the items that an entry may have altered; none if it alters nothing public. Their order is part of
/// the positions that clients keep: new sources are added at the end.
pub fn sources(entry: &Entry) -> Vec<Source> {
    let Some(id) = entry.entity_id else {
        return Vec::new();
    };
    match entry.kind {
        _ if !concerns_copies(entry) => Vec::new(),
        Kind::Publication | Kind::Post => of_post(id),
        Kind::Category => of_category(entry, id),
        Kind::Tag => named(ItemKind::Tag, entry, id, &[Source::PostsOf(id)]),
        Kind::Author => named(
            ItemKind::Author,
            entry,
            id,
            &[Source::PostsOf(id), Source::TranslatedBy(id)],
        ),
        Kind::Organization => named(
            ItemKind::Organization,
            entry,
            id,
            &[Source::PostsOf(id), Source::AuthorsOf(id)],
        ),
        Kind::Site if alters_posts(entry) => vec![Source::AllPosts],
        Kind::Comment => of_comment(entry, id),
        // They concern no copies.
        Kind::Translation
        | Kind::PreviewLink
        | Kind::User
        | Kind::Session
        | Kind::SigningKey
        | Kind::ApiKey
        | Kind::Webhook
        | Kind::Site => Vec::new(),
    }
}

/// Returns the language of a post of which the entry says that it was public, or is; `None` if it concerns all languages.
pub fn lang(entry: &Entry) -> Option<&Lang> {
    match entry.kind {
        Kind::Publication => entry.lang.as_ref(),
        _ => None,
    }
}

/// Returns whether the entry is the first publication of a language, or the first since it was taken down: there was
/// none when it was written.
pub fn is_first_publication(entry: &Entry) -> bool {
    let has = |member: &str| {
        let after = entry.after.as_ref();
        after.is_some_and(|after| after.0.get(member).is_some())
    };
    entry.kind == Kind::Publication
        && entry.operation == Operation::Publish
        && entry.before.is_none()
        // An entry of the clock does not say whether it begins a replacement.
        && has("revision")
}

fn of_post(id: Id) -> Vec<Source> {
    vec![
        Source::Post(id),
        Source::PagesBelow(id),
        Source::CommentsOf(id),
    ]
}

/// Returns the post, which shows how many comments it has, the comment, and those above whose places appeared or
/// disappeared.
fn of_comment(entry: &Entry, id: Id) -> Vec<Source> {
    let Some(post) = entry.commented_post() else {
        return Vec::new();
    };
    let places = entry
        .after
        .iter()
        .filter_map(|after| after.0.get("places")?.as_array());
    let places = places
        .flatten()
        .filter_map(|place| place.as_str()?.parse().ok());
    let comments = std::iter::once(id).chain(places);
    let comments = comments.map(|id| Source::Thing(ItemKind::Comment, id));
    std::iter::once(Source::Post(post))
        .chain(comments)
        .collect()
}

fn of_category(entry: &Entry, id: Id) -> Vec<Source> {
    let sources = [Source::PostsOf(id), Source::RelativesOf(id)];
    let mut sources = named(ItemKind::Category, entry, id, &sources);
    // The category is among the children of its parent, and no longer among those of its former one.
    let parents = [&entry.before, &entry.after].into_iter().flatten();
    let parents = parents.filter_map(|side| side.0.get("parent")?.as_str()?.parse().ok());
    sources.extend(parents.map(|parent| Source::Thing(ItemKind::Category, parent)));
    sources
}

/// Returns the thing itself and, if its name, slug or place changed, what shows it.
fn named(kind: ItemKind, entry: &Entry, id: Id, shown_by: &[Source]) -> Vec<Source> {
    let mut sources = vec![Source::Thing(kind, id)];
    if alters_name(entry) {
        sources.extend(shown_by);
    }
    sources
}

/// The members of terms, authors and organizations that nothing else shows and on which no filter depends.
const OWN_MEMBERS: [&str; 5] = ["bio", "links", "url", "country", "position"];

/// Returns whether the entry may alter what posts and others show of a thing, or which posts are its own.
fn alters_name(entry: &Entry) -> bool {
    match entry.operation {
        // Nothing refers to what is new, or to what could be deleted.
        Operation::Create | Operation::Delete => false,
        Operation::Update => {
            let sides = [&entry.before, &entry.after].into_iter().flatten();
            let mut members = sides
                .filter_map(|side| side.0.as_object())
                .flat_map(|side| side.keys());
            members.any(|member| match (entry.kind, member.as_str()) {
                // Bylines have an affiliation of their own.
                (Kind::Author, "organization") => false,
                (_, member) => !OWN_MEMBERS.contains(&member),
            })
        }
        _ => true,
    }
}

/// The members of the site that posts show: in their attributions, and in whether they take comments.
const SHOWN_BY_POSTS: [&str; 3] = ["translations", "licence", "comments"];

/// Returns whether the entry has facts about what posts show of the site, or no facts.
fn alters_posts(entry: &Entry) -> bool {
    let sides: Vec<_> = [&entry.before, &entry.after]
        .into_iter()
        .flatten()
        .collect();
    let shows = |member: &&str| sides.iter().any(|side| side.0.get(*member).is_some());
    sides.is_empty() || SHOWN_BY_POSTS.iter().any(shows)
}

#[cfg(test)]
mod tests;
