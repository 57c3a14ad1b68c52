//! The discussion of a post: how many comments the public sees, and whether and until when more are accepted.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};

use crate::catalogue::site::comments::{CommentMode, CommentSettings};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Json, JsonDocument, Uuid, words};
use crate::delivery::visibility::live;
use crate::error::Result;
use crate::id::Id;
use crate::schema::discussions;
use crate::timestamp::Timestamp;

words! {
    /// The setting of a post for comments.
    pub enum PostComments {
        /// The settings of the site apply.
        Inherit = "inherit",
        /// Comments are open, also if the site closes them, and until the time of the post. Where the site is for members,
        /// the post is, too.
        Open = "open",
        /// Comments are closed.
        Closed = "closed",
    }
}

/// A day, in seconds.
const DAY: i64 = 24 * 60 * 60;

/// The row of the discussion of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = discussions)]
pub struct StoredDiscussion {
    /// The setting of the post.
    pub comments: PostComments,
    /// The time at which comments close, if the post has one.
    pub close_at: Option<Timestamp>,
    /// The number of approved comments.
    pub comment_count: i32,
}

/// The facts about the discussion of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discussion {
    /// The setting of the post.
    pub comments: PostComments,
    /// The time at which comments close, if the post has one.
    pub close_at: Option<Timestamp>,
    /// The number of approved comments.
    pub comment_count: i32,
    /// The time at which the last of the languages that are live was published.
    pub published_at: Option<Timestamp>,
}

/// The discussion of a post as it is at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownDiscussion {
    /// The number of approved comments.
    pub comment_count: i32,
    /// The people who may comment now.
    pub mode: CommentMode,
    /// The time at which comments close, while they are open.
    pub closes_at: Option<Timestamp>,
}

impl ShownDiscussion {
    /// The discussion of a post that is not public.
    pub const NONE: Self = Self {
        comment_count: 0,
        mode: CommentMode::Closed,
        closes_at: None,
    };

    /// Returns whether comments are accepted, from everyone or from members.
    pub fn is_open(&self) -> bool {
        match self.mode {
            CommentMode::Open | CommentMode::Members => true,
            CommentMode::Closed => false,
        }
    }
}

impl Discussion {
    /// Returns the discussion at `now` on a site with these settings.
    pub fn shown(&self, site: &CommentSettings, now: Timestamp) -> ShownDiscussion {
        let of_site = || {
            let days = i64::from(site.close_after_days?);
            Some(self.published_at?.plus_seconds(days * DAY))
        };
        let (mode, of_site) = match (self.comments, site.mode) {
            (PostComments::Inherit, mode) => (mode, of_site()),
            (PostComments::Open, CommentMode::Members) => (CommentMode::Members, None),
            (PostComments::Open, CommentMode::Open | CommentMode::Closed) => {
                (CommentMode::Open, None)
            }
            (PostComments::Closed, _) => (CommentMode::Closed, None),
        };
        let closes_at = self.close_at.into_iter().chain(of_site).min();
        let is_over = closes_at.is_some_and(|at| at <= now) || self.published_at.is_none();
        let mode = match is_over {
            true => CommentMode::Closed,
            false => mode,
        };
        ShownDiscussion {
            comment_count: self.comment_count,
            mode,
            closes_at: closes_at.filter(|_| mode != CommentMode::Closed),
        }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    post_id: Id,
    #[diesel(sql_type = Text)]
    comments: PostComments,
    #[diesel(sql_type = Nullable<Instant>)]
    close_at: Option<Timestamp>,
    #[diesel(sql_type = Integer)]
    comment_count: i32,
    #[diesel(sql_type = Nullable<Instant>)]
    published_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    settings: Option<Json<CommentSettings>>,
}

impl Row {
    fn parts(self) -> (Discussion, CommentSettings) {
        let discussion = Discussion {
            comments: self.comments,
            close_at: self.close_at,
            comment_count: self.comment_count,
            published_at: self.published_at,
        };
        let settings = self
            .settings
            .map_or(CommentSettings::CLOSED, |stored| stored.0);
        (discussion, settings)
    }
}

/// Returns the discussion of a post that has a publication, and the settings of the site.
///
/// # Errors
/// Returns database errors.
pub fn load(conn: &mut Conn, post: Id, now: Timestamp) -> Result<(Discussion, CommentSettings)> {
    let found = rows(conn, &[post], now)?.into_iter().next();
    let none = (Discussion::NONE, CommentSettings::CLOSED);
    Ok(found.map_or(none, Row::parts))
}

/// Returns the discussions of those of the posts that have publications, in one statement.
///
/// # Errors
/// Returns database errors.
pub fn load_all(
    conn: &mut Conn,
    posts: &[Id],
    now: Timestamp,
) -> Result<HashMap<Id, ShownDiscussion>> {
    let shown = |row: Row| {
        let post = row.post_id;
        let (discussion, settings) = row.parts();
        (post, discussion.shown(&settings, now))
    };
    Ok(rows(conn, posts, now)?.into_iter().map(shown).collect())
}

fn rows(conn: &mut Conn, posts: &[Id], now: Timestamp) -> Result<Vec<Row>> {
    let mut sql = Sql::new(
        "SELECT t.post_id, coalesce(d.comments, 'inherit') AS comments, d.close_at, \
         CAST(coalesce(d.comment_count, 0) AS integer) AS comment_count, \
         (SELECT max(s.published_at) FROM publications s WHERE s.post_id = t.post_id AND ",
    );
    live(&mut sql, "s", now);
    sql.push(
        ") AS published_at, (SELECT s.comments FROM site s) AS settings \
         FROM (SELECT DISTINCT p.post_id FROM publications p WHERE p.post_id IN ",
    )
    .bind_all(posts.iter().copied())
    .push(") t LEFT JOIN discussions d ON d.post_id = t.post_id");
    sql.load(conn)
}

impl Discussion {
    /// Returns the discussion of a post that stores this, and whose last live language was published at this time.
    pub fn of(stored: Option<StoredDiscussion>, published_at: Option<Timestamp>) -> Self {
        let none = Self {
            published_at,
            ..Self::NONE
        };
        stored.map_or(none, |stored| Self {
            comments: stored.comments,
            close_at: stored.close_at,
            comment_count: stored.comment_count,
            published_at,
        })
    }

    /// The discussion of a post that stores nothing and is not public.
    pub const NONE: Self = Self {
        comments: PostComments::Inherit,
        close_at: None,
        comment_count: 0,
        published_at: None,
    };
}

#[cfg(test)]
mod tests;
