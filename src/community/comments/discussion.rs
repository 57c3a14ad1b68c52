//! The settings of a post for comments. They take effect at once: whoever closes a discussion cannot wait for the next
//! publication of the post.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::moderation::check;
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::patch;
use crate::publications::comments::discussion::{self as public, PostComments};
use crate::publications::siblings;
use crate::schema::discussions;
use crate::slugs;
use crate::timestamp::Timestamp;
use crate::version::{Revised, Seen, Versioned, revised};

/// The discussion of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostDiscussion {
    /// The setting of the post.
    pub comments: PostComments,
    /// The time at which comments close; null if the post has none of its own.
    pub close_at: Option<Timestamp>,
    /// The number of public comments.
    #[schema(minimum = 0)]
    pub comment_count: i32,
    /// True if comments are accepted now.
    pub comments_open: bool,
    /// The time at which they will close, by the setting of the post or of the site; null if they are closed, or stay open.
    pub comments_close_at: Option<Timestamp>,
    /// The version; every change of the settings increases it.
    #[schema(minimum = 1)]
    pub version: i32,
}

impl Versioned for PostDiscussion {
    fn version(&self) -> i32 {
        self.version
    }
}

/// The settings of a post for comments.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PostDiscussionInput, examples(json!({ "comments": "open", "close_at": "2026-12-31T23:00:00Z" })))]
pub struct NewDiscussion {
    /// The setting; `inherit` when absent.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub comments: Option<PostComments>,
    /// The time at which comments close; null or absent if the post has none of its own.
    pub close_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = discussions, primary_key(post_id), treat_none_as_null = true)]
struct DiscussionRow {
    post_id: Id,
    comments: PostComments,
    close_at: Option<Timestamp>,
    comment_count: i32,
    version: i32,
    updated_at: Timestamp,
}

revised!(DiscussionRow);

/// Returns the discussion of a post that is or was public.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::BeyondLimit`] for a limited key; [`Error::NotFound`].
pub fn find(conn: &mut Conn, by: By, post: Id) -> Result<PostDiscussion> {
    check(by)?;
    let row = row(conn, by, post)?;
    shown(conn, by, post, &row)
}

/// Replaces the settings of a post.
///
/// # Errors
/// Returns the same errors as [`find`]; [`Error::Stale`].
pub fn replace(
    conn: &mut Conn,
    by: By,
    post: Id,
    seen: &Seen,
    new: NewDiscussion,
) -> Result<PostDiscussion> {
    check(by)?;
    let old = row(conn, by, post)?;
    preconditions::check(conn, seen, old.version, post)?;
    let edited = DiscussionRow {
        comments: new.comments.unwrap_or(PostComments::Inherit),
        close_at: new.close_at,
        ..old.clone()
    };
    let Some(row) = edited.next(&old, by.at) else {
        return shown(conn, by, post, &old);
    };
    each!(
        conn,
        diesel::insert_into(discussions::table)
            .values(&row)
            .on_conflict(discussions::post_id)
            .do_update()
            .set(&row)
            .execute(conn)
    )?;
    let live = siblings::load_live(conn, &[post], by.at)?.0;
    let langs: Vec<Lang> = live.into_iter().map(|one| one.lang).collect();
    let facts = Facts::updated(&members(&old), &members(&row)).with("langs", langs);
    let operation = Operation::PublishShared;
    changes::append(conn, by, Kind::Post, post, operation, facts)?;
    shown(conn, by, post, &row)
}

fn members(row: &DiscussionRow) -> impl Serialize {
    json!({ "comments": row.comments, "comments_close_at": row.close_at })
}

/// Returns the stored row, or that of a post without settings and comments. Moderators see posts that the public has seen.
fn row(conn: &mut Conn, by: By, post: Id) -> Result<DiscussionRow> {
    let stored = discussions::table.find(post);
    let stored: Option<DiscussionRow> = each!(
        conn,
        stored
            .select(DiscussionRow::as_select())
            .first(conn)
            .optional()
    )?;
    if let Some(row) = stored {
        return Ok(row);
    }
    if siblings::load(conn, &[post])?.is_empty()
        && slugs::public_langs(conn, Kind::Post, post, by.at)?.is_empty()
    {
        return Err(Error::NotFound);
    }
    Ok(DiscussionRow {
        post_id: post,
        comments: PostComments::Inherit,
        close_at: None,
        comment_count: 0,
        version: 1,
        updated_at: by.at,
    })
}

fn shown(conn: &mut Conn, by: By, post: Id, row: &DiscussionRow) -> Result<PostDiscussion> {
    let (stored, settings) = public::load(conn, post, by.at)?;
    let now = stored.shown(&settings, by.at);
    Ok(PostDiscussion {
        comments: row.comments,
        close_at: row.close_at,
        comment_count: row.comment_count,
        comments_open: now.is_open(),
        comments_close_at: now.closes_at,
        version: row.version,
    })
}
