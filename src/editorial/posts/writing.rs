//! Creating, changing and replacing posts.

use diesel::prelude::*;

use super::loaded::{self, LoadedPost};
use super::model::{NewPost, Post, PostPatch, PostRow};
use super::pages;
use super::relations::{self, Relations, Requested};
use super::rows::logged_whole;
use super::shared::{self, PostChange, guard_featured};
use super::shared_facts::MEMBERS;
use crate::catalogue::references::{self, ReferenceLookup, References};
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, NewEntry, Operation};
use crate::db::{Conn, each};
use crate::editorial::translations::first_translation::FirstTranslation;
use crate::editorial::translations::saving::Save;
use crate::editorial::workflow::words::Action;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::schema::posts;
use crate::user_ref::{self, UserRef};
use crate::version::Seen;

/// The JSON pointer to the text in the body of a request.
const TEXT: &str = "/translation";

/// Creates a post with its first translation.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`Error::Forbidden`] if the post is featured and the caller is no editor;
/// [`Error::Invalid`] for unknown authors, organizations, categories, tags or parents; `slug_taken`.
pub fn insert(conn: &mut Conn, by: By, new: NewPost) -> Result<Post> {
    by.require(Access::Writers)?;
    guard_featured(by, false, new.featured.unwrap_or_default())?;
    let post_type = new.r#type.unwrap_or(PostType::Post);
    let (shared, text) = new.split();
    let found = references::load(conn, &shared.lookup().and(text.text.lookup()))?;
    let lang = text.lang.clone();
    let row = new_row(by, post_type, lang.clone(), &shared);
    pages::check_place(conn, &row, None)?;
    let wanted = Requested {
        authors: shared.authors.unwrap_or_default(),
        categories: shared.categories.unwrap_or_default(),
        tags: shared.tags.unwrap_or_default(),
    };
    let none = Relations::default();
    let relations = relations::resolve(wanted, &none, found.clone(), &lang)?;
    let inserted = diesel::insert_into(posts::table).values(&row);
    let named = inserted.returning(user_ref::name_of(row.created_by));
    let creator = UserRef::new(row.created_by, each!(conn, named.get_result(conn))?);
    relations::replace(conn, row.id, &none, &relations)?;
    let facts = Facts::created(&logged_whole(&row, &relations, creator.as_ref()));
    let entry = NewEntry::new(Kind::Post, row.id, Operation::Create, facts);
    changes::append_all(conn, by, vec![entry])?;
    let mut post = LoadedPost::new(by, row, creator, relations)?;
    let change = PostChange {
        text: Some((lang, Save::new(text.text, found, TEXT))),
        ..PostChange::default()
    };
    shared::change(conn, by, &mut post, change)?;
    post.written(conn, by)
}

fn new_row(by: By, post_type: PostType, original_lang: Lang, shared: &PostPatch) -> PostRow {
    PostRow {
        id: Id::new(),
        original_lang,
        featured: shared.featured.unwrap_or_default(),
        licence: shared.licence.clone().flatten(),
        canonical_url: shared.canonical_url.clone().flatten(),
        created_by: by.actor.user(),
        version: 1,
        created_at: by.at,
        updated_at: by.at,
        deleted_at: None,
        shared_version: 1,
        post_type,
        parent: shared.parent.flatten(),
        position: shared.position.unwrap_or_default(),
    }
}

/// Changes to the properties that all languages share.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// The changes.
    pub patch: PostPatch,
    /// True to publish the members of the patch, in all languages.
    pub publish: bool,
}

/// Changes the properties that all languages share.
///
/// # Errors
/// Returns the same errors as `loaded::load_to_change`; `under_review`; [`Error::Stale`] if `seen` does not match the
/// current version; [`Error::Invalid`] for unknown authors, organizations, categories or tags; with `publish`, the same
/// errors as [`publish`].
pub fn update(conn: &mut Conn, by: By, id: Id, seen: &Seen, edit: Edit) -> Result<Post> {
    let Edit { patch, publish } = edit;
    let (mut post, found) = to_edit(conn, by, id, seen, patch.lookup())?;
    let change = PostChange {
        publish: publish.then(|| patch.members()),
        patch,
        found,
        ..PostChange::default()
    };
    shared::change(conn, by, &mut post, change)?;
    post.written(conn, by)
}

/// Publishes the properties that all languages share, in all languages at once. No text is published.
///
/// # Errors
/// Returns the same errors as `loaded::load_to_change`; [`Error::Stale`] if `seen` does not match the current version;
/// [`Error::Forbidden`] unless the caller is an editor; `not_published` if no language is published or scheduled.
pub fn publish(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<Post> {
    let (mut post, _) = to_edit(conn, by, id, seen, ReferenceLookup::default())?;
    let change = PostChange {
        publish: Some(MEMBERS.to_vec()),
        ..PostChange::default()
    };
    shared::change(conn, by, &mut post, change)?;
    post.written(conn, by)
}

/// Loads a post whose shared properties the caller may change, and those of the things to look up that exist.
pub(super) fn to_edit(
    conn: &mut Conn,
    by: By,
    id: Id,
    seen: &Seen,
    lookup: ReferenceLookup,
) -> Result<(LoadedPost, References)> {
    let (post, found) = loaded::load_to_change_with(conn, by, id, lookup)?;
    preconditions::check(conn, seen, post.post.version, id)?;
    post.context(by).may_edit()?;
    Ok((post, found))
}

/// Replaces a post's shared properties and writes the given translation. Other translations keep their texts. Without
/// `featured`, an editor's post is no longer featured; nobody else may change that, so theirs stays as it is.
///
/// # Errors
/// Returns the same errors as [`update`]; `archived` if that translation is archived; `slug_taken`.
pub fn replace(conn: &mut Conn, by: By, id: Id, seen: &Seen, new: NewPost) -> Result<Post> {
    let post_type = new.r#type;
    let (mut patch, text) = new.split();
    if by.require(Access::Editors).is_ok() {
        patch.featured = patch.featured.or(Some(false));
    }
    let lookup = patch.lookup().and(text.text.lookup());
    let (mut post, found) = to_edit(conn, by, id, seen, lookup)?;
    check_type(post_type, &post.post)?;
    post.guard(by, &text.lang, Action::Edit)?;
    let change = replacement(patch, found, text);
    shared::change(conn, by, &mut post, change)?;
    post.written(conn, by)
}

/// Replaces a post that was imported before, whatever its stage and version.
///
/// # Errors
/// Returns the same errors as [`By::require`] and [`replace`]; [`Error::NotFound`] if the post is in the trash.
pub fn replace_imported(conn: &mut Conn, by: By, id: Id, new: NewPost) -> Result<()> {
    by.require(Access::Writers)?;
    let post_type = new.r#type;
    let (patch, text) = new.split();
    let lookup = patch.lookup().and(text.text.lookup());
    let (mut post, found) = loaded::load_with(conn, by, id, lookup)?;
    if post.post.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    check_type(post_type, &post.post)?;
    shared::change(conn, by, &mut post, replacement(patch, found, text))
}

/// Returns the change that replaces what all languages share and the text of one.
fn replacement(patch: PostPatch, found: References, text: FirstTranslation) -> PostChange<'static> {
    let save = Save::new(text.text, found.clone(), TEXT);
    PostChange {
        patch,
        found,
        text: Some((text.lang, save)),
        publish: None,
    }
}

/// Checks that a replacement is of the type of the post.
fn check_type(wanted: Option<PostType>, post: &PostRow) -> Result<()> {
    if wanted.is_none_or(|wanted| wanted == post.post_type) {
        return Ok(());
    }
    let detail = format!("cannot change; this is a {}", post.post_type);
    Err(Error::invalid("/type", "invalid", detail))
}
