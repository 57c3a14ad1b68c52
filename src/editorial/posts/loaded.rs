//! A post in all its languages, loaded for an operation: read once and passed on. `translations::loaded` loads one language.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Nullable;

use super::access::{self, Involvement};
use super::model::{Post, PostRow, PostSummary};
use super::related::{self, Related};
use super::relations::Relations;
use super::rows::check_not_in_trash;
use crate::accounts::api_keys::limits;
use crate::catalogue::references::{Existing, ReferenceLookup, References};
use crate::catalogue::site::comments::CommentSettings;
use crate::changes::actor::By;
use crate::db::sql_types::{Json, JsonDocument};
use crate::db::{Conn, each};
use crate::editorial::translations::loaded::{AccessedPost, context};
use crate::editorial::translations::model::TranslationSummary;
use crate::editorial::translations::rows::TranslationRow;
use crate::editorial::translations::shown::{self, SummaryRow, Surroundings};
use crate::editorial::workflow::rules::{self, PostContext, Relationship};
use crate::editorial::workflow::words::Action;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::publications::comments::discussion::{Discussion, ShownDiscussion, StoredDiscussion};
use crate::publications::writing::current::{CurrentPublication, current_of_rows};
use crate::publications::writing::rows::PublicationRow;
use crate::schema::{discussions, posts, publications, translations, users};
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;

/// The rows that one statement reads for an operation on a whole post: the row, the creator and the relations, the
/// working copies and the publications of all languages, and the caller's relationship to the post. It lacks the facts
/// that a write to the publications of a language needs; such an operation takes a `LoadedTranslation` for that
/// language.
#[derive(Debug, Clone)]
pub(in crate::editorial) struct LoadedPost {
    pub(in crate::editorial) post: PostRow,
    /// The user who created the post.
    pub(in crate::editorial) creator: Option<UserRef>,
    pub(in crate::editorial) relations: Relations,
    /// The working copies, by language.
    pub(in crate::editorial) copies: Vec<TranslationRow>,
    pub(in crate::editorial) relationship: Relationship,
    /// The publications and planned replacements of all languages.
    pub(super) publications: Vec<PublicationRow>,
    /// The same as they are now.
    current: Vec<CurrentPublication>,
    /// The stored facts about the comments, and the settings of the site for them.
    discussion: (Option<StoredDiscussion>, CommentSettings),
    /// True if languages outside of the limits of the caller's key were left out.
    is_partial: bool,
}

/// The settings of the site for comments.
const SETTINGS: &str = "(SELECT s.comments FROM site s)";

type Columns = (
    PostRow,
    Option<UserRef>,
    String,
    Option<TranslationRow>,
    Option<PublicationRow>,
    (bool, bool),
    String,
    Option<StoredDiscussion>,
    Option<Json<CommentSettings>>,
);

/// Loads a post, in one statement.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such post; the errors of [`access::restricted_to`].
pub(in crate::editorial) fn load(conn: &mut Conn, by: By, id: Id) -> Result<LoadedPost> {
    Ok(load_with(conn, by, id, ReferenceLookup::default())?.0)
}

/// Loads a post and those of the things to look up that exist, in one statement.
///
/// # Errors
/// Returns the same errors as [`load`].
pub(super) fn load_with(
    conn: &mut Conn,
    by: By,
    id: Id,
    lookup: ReferenceLookup,
) -> Result<(LoadedPost, References)> {
    limits::check_post(conn, by.actor, id)?;
    let published = publications::post_id
        .eq(translations::post_id)
        .and(publications::lang.eq(translations::lang));
    let joined = posts::table
        .left_join(translations::table.on(translations::post_id.eq(posts::id)))
        .left_join(publications::table.on(published))
        .left_join(users::table.on(users::id.nullable().eq(posts::created_by)))
        .left_join(discussions::table.on(discussions::post_id.eq(posts::id)))
        .filter(posts::id.eq(id))
        .order(translations::lang);
    let involvement = access::involvement(id, access::author(by), by.at);
    let rows: Vec<Columns> = each!(
        conn,
        joined
            .select((
                PostRow::as_select(),
                Option::<UserRef>::as_select(),
                Related,
                Option::<TranslationRow>::as_select(),
                Option::<PublicationRow>::as_select(),
                involvement,
                Existing(lookup.clone()),
                Option::<StoredDiscussion>::as_select(),
                sql::<Nullable<JsonDocument>>(SETTINGS),
            ))
            .load(conn)
    )?;
    let found = rows.first().map_or("[]", |row| row.6.as_str());
    let found = References::read(&lookup, found)?;
    Ok((together(by, rows)?, found))
}

fn together(by: By, rows: Vec<Columns>) -> Result<LoadedPost> {
    let (mut copies, mut published): (Vec<TranslationRow>, Vec<PublicationRow>) =
        Default::default();
    let mut post = None;
    for (row, creator, related, copy, publication, involvement, _, stored, settings) in rows {
        let settings = settings.map_or(CommentSettings::CLOSED, |stored| stored.0);
        post = Some((row, creator, related, involvement, (stored, settings)));
        published.extend(publication);
        // A replacement that waits makes a second line of its language.
        let is_new =
            |copy: &TranslationRow| copies.last().is_none_or(|last| last.lang != copy.lang);
        let copy = copy.filter(is_new);
        copies.extend(copy);
    }
    let (post, creator, related, (credited, ever_public), discussion) =
        post.ok_or(Error::NotFound)?;
    let involvement = Involvement {
        credited,
        ever_public,
    };
    Ok(LoadedPost {
        relationship: access::relationship_of(by, &post, involvement)?,
        current: current_of_rows(published.clone(), by.at),
        publications: published,
        relations: related::read(&related)?,
        post,
        creator,
        copies,
        discussion,
        is_partial: false,
    })
}

/// Loads a post that the caller may read.
///
/// # Errors
/// Returns the same errors as [`load`]; [`Error::NotFound`] for a post of others.
pub(in crate::editorial) fn load_to_read(conn: &mut Conn, by: By, id: Id) -> Result<LoadedPost> {
    let mut found = load(conn, by, id)?;
    found.relationship.may_read()?;
    found.limit(conn, by)?;
    Ok(found)
}

/// Loads a post that the caller may change.
///
/// # Errors
/// Returns the same errors as [`load`]; [`Error::NotFound`] for a post of others; [`Error::Forbidden`] if the caller
/// may not change it; `post_in_trash`.
pub(in crate::editorial) fn load_to_change(conn: &mut Conn, by: By, id: Id) -> Result<LoadedPost> {
    Ok(load_to_change_with(conn, by, id, ReferenceLookup::default())?.0)
}

/// Loads a post that the caller may change, and those of the things to look up that exist.
///
/// # Errors
/// Returns the same errors as [`load_to_change`].
pub(super) fn load_to_change_with(
    conn: &mut Conn,
    by: By,
    id: Id,
    lookup: ReferenceLookup,
) -> Result<(LoadedPost, References)> {
    let (post, found) = load_with(conn, by, id, lookup)?;
    post.relationship.may_write()?;
    check_not_in_trash(&post.post)?;
    Ok((post, found))
}

impl LoadedPost {
    /// A post that the caller creates. It has no translation yet.
    ///
    /// # Errors
    /// Returns the same errors as [`access::restricted_to`].
    pub(super) fn new(
        by: By,
        post: PostRow,
        creator: Option<UserRef>,
        relations: Relations,
    ) -> Result<Self> {
        Ok(Self {
            relationship: access::relationship_of(by, &post, Involvement::default())?,
            post,
            creator,
            relations,
            copies: Vec::new(),
            publications: Vec::new(),
            current: Vec::new(),
            discussion: (None, CommentSettings::CLOSED),
            is_partial: false,
        })
    }

    /// Leaves out the languages outside of the limits of an API key.
    fn limit(&mut self, conn: &mut Conn, by: By) -> Result<()> {
        if let Some(languages) = limits::languages(conn, by.actor)? {
            let all = self.copies.len();
            self.copies.retain(|copy| languages.contains(&copy.lang));
            self.is_partial = self.copies.len() < all;
            self.current.retain(|one| languages.contains(&one.id.lang));
        }
        Ok(())
    }

    /// Checks that a write has left the post inside of the limits of the caller. Returns the post as the caller sees it.
    ///
    /// # Errors
    /// Returns [`Error::BeyondLimit`] with the limit.
    pub(super) fn written(mut self, conn: &mut Conn, by: By) -> Result<Post> {
        limits::check_written_post(conn, by.actor, self.post.id)?;
        self.limit(conn, by)?;
        self.shown(by)
    }

    /// Sets the working copy in its language.
    pub(in crate::editorial) fn set_copy(&mut self, row: TranslationRow) {
        self.copies.retain(|old| old.lang != row.lang);
        let after = self.copies.partition_point(|old| old.lang < row.lang);
        self.copies.insert(after, row);
    }

    /// Sets the publications, as they are at `now`.
    pub(super) fn set_publications(&mut self, rows: Vec<PublicationRow>, now: Timestamp) {
        self.current = current_of_rows(rows.clone(), now);
        self.publications = rows;
    }

    /// Returns the facts about the whole post.
    pub(in crate::editorial) fn context(&self, by: By) -> PostContext {
        let is_under_review = |copy: &TranslationRow| rules::is_under_review(copy.stage);
        PostContext {
            relationship: self.relationship,
            trashed: self.post.deleted_at.is_some(),
            has_publication: !self.current.is_empty(),
            is_live_or_scheduled: {
                let mut all = self.current.iter();
                all.any(|one| one.is_live_or_scheduled(by.at))
            },
            has_unpublished_changes: lack_shared(&self.post, &self.current, by.at),
            under_review: self.copies.iter().any(is_under_review),
        }
    }

    /// Returns the working copy in a language.
    pub(in crate::editorial) fn copy(&self, lang: &Lang) -> Option<&TranslationRow> {
        self.copies.iter().find(|copy| copy.lang == *lang)
    }

    /// Returns the current publication in a language.
    pub(in crate::editorial) fn current(&self, lang: &Lang) -> Option<&CurrentPublication> {
        self.current.iter().find(|one| one.id.lang == *lang)
    }

    /// Returns the languages of the post.
    pub(super) fn langs(&self) -> Vec<Lang> {
        self.copies.iter().map(|copy| copy.lang.clone()).collect()
    }

    /// Returns the languages that have a publication.
    pub(in crate::editorial) fn published_langs(&self) -> Vec<Lang> {
        self.current.iter().map(|one| one.id.lang.clone()).collect()
    }

    /// Returns the languages that are live.
    pub(super) fn live_langs(&self, now: Timestamp) -> Vec<&Lang> {
        let live = self.current.iter().filter(|one| one.is_live(now));
        live.map(|one| &one.id.lang).collect()
    }

    /// Checks that the caller may take an action on a language, if the post has it.
    ///
    /// # Errors
    /// Returns the same errors as [`rules::guard`].
    pub(in crate::editorial) fn guard(&self, by: By, lang: &Lang, action: Action) -> Result<()> {
        match self.copy(lang) {
            Some(copy) => rules::guard(action, &self.context_of(by, copy)),
            None => Ok(()),
        }
    }

    fn context_of(&self, by: By, copy: &TranslationRow) -> rules::TranslationContext {
        let post = AccessedPost {
            row: &self.post,
            relationship: self.relationship,
        };
        let has_publication = self.current(&copy.lang).is_some();
        context(by, post, copy, has_publication)
    }

    /// Returns the discussion as it is at `now`.
    fn discussion(&self, now: Timestamp) -> ShownDiscussion {
        let (stored, settings) = self.discussion;
        let live = self.current.iter().filter(|one| one.is_live(now));
        let published_at = live.map(|one| one.published_at).max();
        Discussion::of(stored, published_at).shown(&settings, now)
    }

    /// Returns the post in its representation for editors, with the text in its original language. If that is outside of the
    /// limits of an API key, with the text in the first language inside of them.
    ///
    /// # Errors
    /// Returns [`Error::NotFound`] if the post has no language.
    pub(in crate::editorial) fn shown(self, by: By) -> Result<Post> {
        let original = self.copy(&self.post.original_lang);
        let text = original.or(self.copies.first()).ok_or(Error::NotFound)?;
        let text = text.clone();
        let surroundings = Surroundings {
            current: self.current(&text.lang).cloned(),
            allowed_actions: rules::allowed_actions(&self.context_of(by, &text)),
            now: by.at,
        };
        let translation = shown::translation(&self.post, text, surroundings);
        let line = |copy: &TranslationRow| {
            let current = self.current(&copy.lang);
            SummaryRow::of(copy).shown(current, by.at)
        };
        let translations = self.copies.iter().map(line).collect();
        let discussion = self.discussion(by.at);
        Ok(Post {
            allowed_actions: match self.is_partial {
                // Each concerns all languages, and the key may write only some.
                true => Vec::new(),
                false => rules::post_actions(self.context(by)),
            },
            summary: PostSummary {
                has_unpublished_changes: lack_shared(&self.post, &self.current, by.at),
                comment_count: discussion.comment_count,
                comments_open: discussion.is_open(),
                comments_close_at: discussion.closes_at,
                ..summary(self.post, self.creator, self.relations, translations)
            },
            translation,
        })
    }
}

/// Returns whether the public sees, or will see, other shared properties of a post in some language than the post has.
pub(super) fn lack_shared<'a>(
    post: &PostRow,
    current: impl IntoIterator<Item = &'a CurrentPublication>,
    now: Timestamp,
) -> bool {
    let mut current = current.into_iter();
    current.any(|one| one.lacks_shared(post.shared_version, now))
}

/// Puts together what was read about a post. The caller knows whether its shared properties are published, and of comments.
pub(super) fn summary(
    row: PostRow,
    creator: Option<UserRef>,
    relations: Relations,
    translations: Vec<TranslationSummary>,
) -> PostSummary {
    PostSummary {
        id: row.id,
        r#type: row.post_type,
        parent: row.parent,
        position: row.position,
        original_lang: row.original_lang,
        authors: relations.authors,
        categories: relations.categories,
        tags: relations.tags,
        featured: row.featured,
        licence: row.licence,
        canonical_url: row.canonical_url,
        has_unpublished_changes: false,
        comment_count: 0,
        comments_open: false,
        comments_close_at: None,
        translations,
        created_by: creator,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        deleted_at: row.deleted_at,
        included: None,
    }
}
