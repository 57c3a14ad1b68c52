//! E-mail about comments: to the writer of a comment that is answered, and to the writer of one about which a moderator has
//! decided. A message is entered in the transaction of what it tells of.

use serde_json::json;

use super::model::{CommentRow, DecisionReason};
use super::reason_texts;
use super::rows;
use super::states::CommentState;
use crate::config::{Config, Site};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::mail::outbox::enqueue;
use crate::mail::{Message, Template, Topic};
use crate::publications::comments::posts::{self, CommentedPost};
use crate::timestamp::Timestamp;

/// The pages to which messages lead: those of the site, or else the addresses of the API.
#[derive(Debug, Clone)]
pub struct Pages {
    site: Site,
    base: String,
}

impl Pages {
    /// Returns the pages that the settings describe.
    pub fn of(config: &Config) -> Self {
        Self {
            site: config.site.clone(),
            base: config.server.public_url.as_str().to_owned(),
        }
    }

    fn comment(&self, post: &CommentedPost, id: Id) -> String {
        format!("{}#comment-{id}", post.url(&self.site, &self.base))
    }
}

/// Tells the writer of the comment above that an answer is public. Does so once, and not about one's own answers.
///
/// # Errors
/// Returns database errors.
pub(super) fn answered(
    conn: &mut Conn,
    pages: &Pages,
    answer: &CommentRow,
    now: Timestamp,
) -> Result<()> {
    let Some(parent) = answer.parent_id else {
        return Ok(());
    };
    if answer.state != CommentState::Approved || was_public_before(conn, answer.id)? {
        return Ok(());
    }
    let above = rows::find(conn, parent)?;
    let is_own = above.email_hash == answer.email_hash;
    if above.state != CommentState::Approved || is_own {
        return Ok(());
    }
    let Some((to, post)) = above
        .email
        .zip(post(conn, answer.post_id, &above.lang, now)?)
    else {
        return Ok(());
    };
    let message = Message {
        to: to.as_str(),
        lang: Some(&above.lang),
        template: Template::CommentReply,
        values: json!({
            "name": above.name,
            "post_title": post.title,
            "reply_name": answer.name,
            "reply": answer.source,
            "url": pages.comment(&post, answer.id),
        }),
        topic: Some(Topic::CommentReplies),
    };
    enqueue(conn, now, &message).map(drop)
}

/// Tells the writer of a comment that waited that a moderator has approved or rejected it. Nobody is told of spam.
///
/// # Errors
/// Returns database errors.
pub(super) fn decided(
    conn: &mut Conn,
    pages: &Pages,
    (old, new): (&CommentRow, &CommentRow),
    reason: Option<DecisionReason>,
    now: Timestamp,
) -> Result<()> {
    let is_approved = match (old.state, new.state) {
        (CommentState::Pending, CommentState::Approved) => true,
        (CommentState::Pending, CommentState::Rejected) => false,
        (
            CommentState::Pending
            | CommentState::Approved
            | CommentState::Rejected
            | CommentState::Spam
            | CommentState::Deleted,
            _,
        ) => return Ok(()),
    };
    let found = post(conn, new.post_id, &new.lang, now)?;
    let Some((to, post)) = new.email.as_ref().zip(found) else {
        return Ok(());
    };
    let message = Message {
        to: to.as_str(),
        lang: Some(&new.lang),
        template: Template::CommentDecided,
        values: json!({
            "name": new.name,
            "post_title": post.title,
            "decision": if is_approved { "approved" } else { "rejected" },
            "comment": new.source,
            "reason": reason.map(|reason| reason_texts::text(reason, &new.lang)),
            "note": null,
            "url": is_approved.then(|| pages.comment(&post, new.id)),
        }),
        topic: Some(Topic::StatusNotices),
    };
    enqueue(conn, now, &message).map(drop)
}

/// Returns the post in the language of the receiver, or else in another one; `None` if it is not public.
fn post(conn: &mut Conn, id: Id, lang: &Lang, now: Timestamp) -> Result<Option<CommentedPost>> {
    let found = posts::load(conn, [id], now)?;
    let langs = found.get(&id).map(Vec::as_slice).unwrap_or_default();
    Ok(posts::nearest(langs, lang).cloned())
}

/// Returns whether the log says that the comment became public before it did so now.
fn was_public_before(conn: &mut Conn, id: Id) -> Result<bool> {
    let mut sql = Sql::new(
        "SELECT count(*) AS n FROM changes WHERE kind = 'comment' AND operation = 'publish' AND entity_id = ",
    );
    sql.bind(id);
    Ok(sql.number(conn)? > 1)
}
