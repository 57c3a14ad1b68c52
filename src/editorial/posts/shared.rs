//! Changing the properties that all languages of a post share, and publishing them without a text.

use diesel::prelude::*;

use super::loaded::LoadedPost;
use super::model::{PostPatch, PostRow};
use super::pages;
use super::relations::{self, Relations, Requested};
use super::rows::logged;
use super::shared_facts::{self, Transfer};
use crate::accounts::api_keys::limits;
use crate::catalogue::references::References;
use crate::changes::actor::{Access, By};
use crate::changes::{self, Facts, NewEntry, Operation};
use crate::db::{Conn, each};
use crate::editorial::translations::rows::{TranslationRow, raise_versions};
use crate::editorial::translations::saving::{self, Save};
use crate::editorial::translations::shown::has_unpublished_changes;
use crate::editorial::translations::writing;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::lang::Lang;
use crate::publications::writing::rows::PublicationRow;
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
    /// The members to publish, if any. Then no revision records the change.
    pub(super) publish: Option<Vec<&'static str>>,
}

/// The post before a change, for comparison.
struct Before {
    post: PostRow,
    relations: Relations,
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
    fn of(post: &LoadedPost) -> Self {
        Self {
            post: post.post.clone(),
            relations: post.relations.clone(),
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
/// [`Error::BeyondLimit`] for a key, if the post has languages outside of its limits, and shared properties change;
/// [`Error::Invalid`] for unknown authors, organizations, categories, tags or parents; `page_cycle`; `slug_taken`.
pub(super) fn change(
    conn: &mut Conn,
    by: By,
    post: &mut LoadedPost,
    change: PostChange<'_>,
) -> Result<()> {
    if change.publish.is_some() {
        post.context(by).may_publish_shared()?;
        limits::check_whole_post(conn, by.actor, &post.langs())?;
    }
    if let Some((lang, _)) = &change.text {
        limits::check_written_language(conn, by.actor, lang)?;
    }
    let before = Before::of(post);
    let mut entries = Vec::new();
    let applied = apply(by, post, change.patch, change.found)?;
    let has_changed = applied.is_some();
    if let Some(entry) = applied {
        limits::check_whole_post(conn, by.actor, &post.langs())?;
        pages::check_place(conn, &post.post, before.post.parent)?;
        relations::replace(conn, post.post.id, &before.relations, &post.relations)?;
        entries.push(entry);
        if change.text.is_none() && change.publish.is_none() {
            take_version_back(conn, post, &before)?;
        }
    }
    let records = has_changed && change.publish.is_none();
    entries.extend(save(conn, by, post, change.text, records)?);
    if let Some(members) = &change.publish {
        entries.extend(publish(conn, by, post, (&before, members))?);
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
        shared_version: next_version(post),
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

/// Returns a version of the shared properties that no publication has.
fn next_version(post: &LoadedPost) -> i32 {
    let versions = post.publications.iter().map(PublicationRow::shared_version);
    versions.fold(post.post.shared_version, i32::max) + 1
}

/// Gives the changed shared properties the version of a publication that has the same: the change took an earlier one back,
/// and leaves nothing to publish.
fn take_version_back(conn: &mut Conn, post: &mut LoadedPost, before: &Before) -> Result<()> {
    let rows = &post.publications;
    let had = shared_facts::members_of(conn, &before.post, &before.relations, rows)?;
    let present = logged(&post.post, &post.relations);
    let mut versions = rows.iter().map(PublicationRow::shared_version).zip(had);
    if let Some((version, _)) = versions.find(|(_, had)| *had == present) {
        post.post.shared_version = version;
    }
    Ok(())
}

/// Gives all publications of a post the named members of its shared properties. Those that then have all of them have their
/// version, too. Returns the entry of the change log; `None` if nothing changes.
fn publish(
    conn: &mut Conn,
    by: By,
    post: &mut LoadedPost,
    (before, members): (&Before, &[&str]),
) -> Result<Option<NewEntry>> {
    let old = post.publications.clone();
    let had = shared_facts::members_of(conn, &before.post, &before.relations, &old)?;
    let present = logged(&post.post, &post.relations);
    let transfer = Transfer::new(had, &present, members);
    let mut rows = old.clone();
    for (row, has) in rows.iter_mut().zip(&transfer.has) {
        let version = post.post.shared_version;
        if *has == present && row.shared_version() != version {
            row.set_shared(version, last_revision(post, row.lang()));
        }
    }
    if rows == old && transfer.is_empty() {
        return Ok(None);
    }
    let new = properties(post, &transfer.changed());
    shared::update(conn, post.post.id, &rows, &new)?;
    post.set_publications(rows, by.at);
    raise_changed(conn, post, before)?;
    let facts = transfer.facts(post, by, &old);
    let entry = NewEntry::new(Kind::Post, post.post.id, Operation::PublishShared, facts);
    Ok(Some(entry))
}

/// Raises the versions of the working copies that editors see differently now.
fn raise_changed(conn: &mut Conn, post: &mut LoadedPost, before: &Before) -> Result<()> {
    let now = states(post).into_iter();
    let changed = now.filter(|state| !before.states.contains(state));
    let changed: Vec<Lang> = changed.map(|state| state.lang).collect();
    if !changed.is_empty() {
        raise_versions(conn, post.post.id, &changed)?;
    }
    let copies = post.copies.iter_mut();
    for copy in copies.filter(|copy| changed.contains(&copy.lang)) {
        copy.version += 1;
    }
    Ok(())
}

fn last_revision(post: &LoadedPost, lang: &Lang) -> Option<LastRevision> {
    let copy = post.copy(lang)?;
    Some(LastRevision {
        number: copy.revision,
        same_since: copy.text_revision,
    })
}

/// Returns the named shared properties of a post.
fn properties(post: &LoadedPost, named: &[&str]) -> SharedProperties {
    let (row, relations) = (&post.post, &post.relations);
    let has = |member: &str| named.contains(&member);
    let lines = || relations.authors.iter().cloned().map(FrozenByline::from);
    SharedProperties {
        featured: has("featured").then_some(row.featured),
        licence: has("licence").then(|| row.licence.clone()),
        canonical_url: has("canonical_url").then(|| row.canonical_url.clone()),
        parent: has("parent").then_some(row.parent),
        position: has("position").then_some(row.position),
        bylines: has("authors").then(|| lines().collect()),
        categories: has("categories").then(|| relations.categories.clone()),
        tags: has("tags").then(|| relations.tags.clone()),
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
