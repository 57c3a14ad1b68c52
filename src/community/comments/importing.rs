//! Comments from other systems. Their writers have no tokens, and their text is HTML.

use uuid::{NoContext, Timestamp as UuidTime, Uuid};

use super::model::CommentRow;
use super::place::Place;
use super::rows;
use super::states::CommentState;
use crate::changes::actor::{Access, By};
use crate::community::people::PeopleKey;
use crate::content;
use crate::db::Conn;
use crate::db::sql_types::Json;
use crate::email::Email;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::timestamp::Timestamp;
use crate::version::Revised;

/// A comment to import.
#[derive(Debug, Clone)]
pub struct ImportedComment {
    /// The post.
    pub post: Id,
    /// The comment that this one answers.
    pub parent: Option<Id>,
    /// The language.
    pub lang: Lang,
    /// The name of the writer.
    pub name: String,
    /// The e-mail address of the writer.
    pub email: Option<Email>,
    /// The text as HTML.
    pub html: String,
    /// The state.
    pub state: CommentState,
    /// The time at which it was written.
    pub created_at: Timestamp,
}

/// Inserts a comment. Its id has the time at which it was written, so that threads stay in order.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`crate::error::Error::NotFound`] for a parent that does not exist.
pub fn insert(
    conn: &mut Conn,
    by: By,
    key: Option<&PeopleKey>,
    new: ImportedComment,
) -> Result<Id> {
    by.require(Access::System)?;
    let above = match new.parent {
        Some(parent) => Some(rows::find(conn, parent)?),
        None => None,
    };
    let above = above.map(|row| (row.depth, row.path));
    let place = Place::new(id_at(new.created_at), above);
    let row = CommentRow {
        id: place.id,
        post_id: new.post,
        parent_id: new.parent,
        depth: place.depth,
        path: place.path,
        lang: new.lang,
        name: new.name,
        email_hash: new
            .email
            .as_ref()
            .zip(key)
            .map(|(email, key)| key.email(email)),
        email: new.email,
        address_hash: None,
        user_id: None,
        by_author: false,
        html: content::comment_of_html(&new.html),
        source: new.html,
        state: new.state,
        deletion: None,
        is_public: false,
        reasons: Json(Vec::new()),
        text_hash: None,
        edit_token: None,
        edit_until: None,
        version: 1,
        created_at: new.created_at,
        updated_at: by.at,
        edited_at: None,
    };
    Ok(rows::insert(conn, by, row)?.id)
}

/// Gives a comment that was imported before the name and the text that it has now. What moderators decided stays.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`crate::error::Error::NotFound`] if it was deleted with its post.
pub fn replace(conn: &mut Conn, by: By, id: Id, new: ImportedComment) -> Result<Id> {
    by.require(Access::System)?;
    let old = rows::find(conn, id)?;
    let mut row = old.clone();
    if old.state != CommentState::Deleted {
        row.name = new.name;
        row.html = content::comment_of_html(&new.html);
        row.source = new.html;
    }
    if let Some(row) = row.next(&old, by.at) {
        rows::update(conn, by, &old, row, None)?;
    }
    Ok(id)
}

/// Returns an id of this time.
fn id_at(at: Timestamp) -> Id {
    let seconds = u64::try_from(at.millis() / 1000).unwrap_or_default();
    let nanos = u32::try_from(at.millis() % 1000 * 1_000_000).unwrap_or_default();
    Id(Uuid::new_v7(UuidTime::from_unix(NoContext, seconds, nanos)))
}
