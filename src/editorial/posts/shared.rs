//! Changing the properties that all languages of a post share, and publishing them without a text.

use diesel::prelude::*;
use serde_json::Value;

use super::loaded::LoadedPost;
use super::model::{PostPatch, PostRow};
use super::pages;
use super::relations::{self, Relations, Requested};
use super::rows::logged;
use super::shared_facts;
use crate::catalogue::references::References;
use crate::changes::actor::{Access, By};
use crate::changes::{self, Facts, NewEntry, Operation};
use crate::db::{Conn, each};
use crate::editorial::translations::rows::{TranslationRow, raise_versions};
use crate::editorial::translations::saving::{self, Save};
use crate::editorial::translations::shown::has_unpublished_changes;
use crate::editorial::translations::writing;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::publications::writing::shared::{self, LastRevision, SharedProperties};
use crate::publications::writing::snapshot::FrozenByline;
use crate::schema::posts;

/// A change to a post.
#[derive(Default)]
pub(super) struct PostChange<'a> {
    /// The changes to what all languages share.
    pub(super) patch: PostPatch,
    /// The things that the patch names and that exist.
    pub(super) found: References,
    /// The text to save in one language.
    pub(super) text: Option<(Lang, Save<'a>)>,
    /// True to publish what all languages share. Then no revision records it.
    pub(super) publish: bool,
}

/// The post before a change, for comparison.
struct Before {
    relations: Relations,
    /// The page above.
    parent: Option<Id>,
    /// True if all publications had the shared properties.
    is_published: bool,
    /// The shared properties that the public saw if all publications had them; `None` if it saw no language.
    seen: Option<Value>,
    states: Vec<LanguageState>,
}

/// The properties of a language that editors see and that publishing the shared properties can change.
#[derive(PartialEq)]
struct LanguageState {
    lang: Lang,
    has_unpublished_changes: bool,
    /// The number of the published revision.
    published: Option<i32>,
    /// The number of the revision that is planned to replace it.
    planned: Option<i32>,
}

impl Before {
    fn of(post: &LoadedPost, by: By) -> Self {
        let is_seen = !post.live_langs(by.at).is_empty();
        Self {
            seen: is_seen.then(|| logged(&post.post, &post.relations)),
            relations: post.relations.clone(),
            parent: post.post.parent,
            is_published: shared::have_version(&post.publications, post.post.shared_version),
            states: states(post),
        }
    }
}

fn states(post: &LoadedPost) -> Vec<LanguageState> {
    let state = |copy: &TranslationRow| {
        let current = post.current(&copy.lang);
        let next = current.and_then(|current| current.replacement.as_ref());
        LanguageState {
            lang: copy.lang.clone(),
            has_unpublished_changes: has_unpublished_changes(&post.post, copy, current),
            published: current.map(|current| current.revision),
            planned: next.map(|next| next.revision),
        }
    };
    post.copies.iter().map(state).collect()
}

/// Applies a change to the post that was loaded, and writes it. Records a revision of each translation if shared properties
/// change and are not published. Writes nothing if nothing changes.
///
/// # Errors
/// Returns [`Error::Forbidden`] if the caller is no editor and publishes, or changes what is featured; `not_published`;
/// [`Error::Invalid`] for unknown authors, organizations, categories, tags or parents; `page_cycle`; `slug_taken`.
pub(super) fn change(
    conn: &mut Conn,
    by: By,
    post: &mut LoadedPost,
    change: PostChange<'_>,
) -> Result<()> {
    if change.publish {
        post.context().may_publish_shared()?;
    }
    let before = Before::of(post, by);
    let mut entries = Vec::new();
    let applied = apply(by, post, change.patch, change.found)?;
    let has_changed = applied.is_some();
    if let Some(entry) = applied {
        pages::check_place(conn, &post.post, before.parent)?;
        relations::replace(conn, post.post.id, &before.relations, &post.relations)?;
        entries.push(entry);
    }
    let records = has_changed && !change.publish;
    entries.extend(save(conn, by, post, change.text, records)?);
    if change.publish {
        entries.extend(publish(conn, by, post, &before)?);
    }
    if entries.is_empty() {
        return Ok(());
    }
    post.post.version += 1;
    post.post.updated_at = by.at;
    write_row(conn, &post.post)?;
    changes::append_all(conn, by, entries)
}

/// Saves a text in one language. If `records`, records a revision of each other language, too. Returns the entry about the
/// text.
fn save(
    conn: &mut Conn,
    by: By,
    post: &mut LoadedPost,
    text: Option<(Lang, Save<'_>)>,
    records: bool,
) -> Result<Option<NewEntry>> {
    let mut saved = None;
    let mut note = None;
    if let Some((lang, save)) = text {
        note = save.note().map(|note| (lang.clone(), note.clone()));
        saved = saving::prepare_in(conn, by, post, &lang, save)?;
    }
    let recorded = match records {
        true => {
            let lang = saved.as_ref().map(|text| text.lang());
            writing::record(by, post, lang, note.as_ref())?
        }
        false => Vec::new(),
    };
    writing::write_in(conn, by, post, saved, recorded)
}

/// Applies a patch to the loaded post. Returns the entry of the change log; `None` if it changes nothing.
fn apply(
    by: By,
    post: &mut LoadedPost,
    patch: PostPatch,
    found: References,
) -> Result<Option<NewEntry>> {
    let is_featured = post.post.featured;
    guard_featured(by, is_featured, patch.featured.unwrap_or(is_featured))?;
    let was = &post.relations;
    let kept = || was.authors.iter().cloned().map(Into::into).collect();
    let wanted = Requested {
        authors: patch.authors.unwrap_or_else(kept),
        categories: patch.categories.unwrap_or_else(|| was.categories.clone()),
        tags: patch.tags.unwrap_or_else(|| was.tags.clone()),
    };
    let relations = relations::resolve(wanted, was, found, &post.post.original_lang)?;
    let before = logged(&post.post, was);
    let old = post.post.clone();
    let row = PostRow {
        featured: patch.featured.unwrap_or(old.featured),
        licence: patch.licence.unwrap_or(old.licence),
        canonical_url: patch.canonical_url.unwrap_or(old.canonical_url),
        parent: patch.parent.unwrap_or(old.parent),
        position: patch.position.unwrap_or(old.position),
        shared_version: old.shared_version + 1,
        ..old
    };
    let after = logged(&row, &relations);
    if before == after {
        return Ok(None);
    }
    (post.post, post.relations) = (row, relations);
    let facts = Facts::updated(&before, &after);
    let entry = NewEntry::new(Kind::Post, post.post.id, Operation::Update, facts);
    Ok(Some(entry))
}

/// Gives all publications of a post its shared properties. Returns the entry of the change log; `None` if they have them.
fn publish(
    conn: &mut Conn,
    by: By,
    post: &mut LoadedPost,
    before: &Before,
) -> Result<Option<NewEntry>> {
    if shared::have_version(&post.publications, post.post.shared_version) {
        return Ok(None);
    }
    let seen = match before.is_published {
        true => Vec::from_iter(before.seen.clone()),
        false => shared_facts::seen(conn, by, post)?,
    };
    let mut rows = post.publications.clone();
    let new = properties(post, before);
    shared::update(conn, post.post.id, &mut rows, &new, &last_revisions(post))?;
    post.set_publications(rows, by.at);
    let now = states(post).into_iter();
    let changed = now.filter(|state| !before.states.contains(state));
    let changed: Vec<Lang> = changed.map(|state| state.lang).collect();
    if !changed.is_empty() {
        raise_versions(conn, post.post.id, &changed)?;
    }
    for copy in post
        .copies
        .iter_mut()
        .filter(|copy| changed.contains(&copy.lang))
    {
        copy.version += 1;
    }
    let facts = shared_facts::facts(post, by, &seen);
    let entry = NewEntry::new(Kind::Post, post.post.id, Operation::PublishShared, facts);
    Ok(Some(entry))
}

fn last_revisions(post: &LoadedPost) -> Vec<LastRevision> {
    let last = post.copies.iter().map(|copy| LastRevision {
        lang: copy.lang.clone(),
        number: copy.revision,
        same_since: copy.text_revision,
    });
    last.collect()
}

/// Returns the shared properties of a post: of its relations those that publications may lack.
fn properties(post: &LoadedPost, before: &Before) -> SharedProperties {
    let (was, is) = (&before.relations, &post.relations);
    let is_same_authors = before.is_published && was.authors == is.authors;
    let is_same_terms =
        before.is_published && was.categories == is.categories && was.tags == is.tags;
    let lines = is.authors.iter().cloned().map(FrozenByline::from);
    SharedProperties {
        version: post.post.shared_version,
        featured: post.post.featured,
        licence: post.post.licence.clone(),
        canonical_url: post.post.canonical_url.clone(),
        parent: post.post.parent,
        position: post.post.position,
        bylines: (!is_same_authors).then(|| lines.collect()),
        terms: (!is_same_terms).then(|| [is.categories.clone(), is.tags.clone()].concat()),
    }
}

fn write_row(conn: &mut Conn, row: &PostRow) -> Result<()> {
    let set = (
        posts::featured.eq(row.featured),
        posts::licence.eq(&row.licence),
        posts::canonical_url.eq(&row.canonical_url),
        posts::parent_id.eq(row.parent),
        posts::position.eq(row.position),
        posts::shared_version.eq(row.shared_version),
        posts::version.eq(row.version),
        posts::updated_at.eq(row.updated_at),
    );
    let this = posts::table.find(row.id);
    each!(conn, diesel::update(this).set(set).execute(conn))?;
    Ok(())
}

/// Checks that only editors change what is featured.
///
/// # Errors
/// Returns [`Error::Forbidden`] if anybody else would change it.
pub(super) fn guard_featured(by: By, was: bool, is: bool) -> Result<()> {
    if was == is || by.require(Access::Editors).is_ok() {
        return Ok(());
    }
    Err(Error::Forbidden("Only editors may change `featured`."))
}
