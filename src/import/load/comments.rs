//! Loads comments.

use super::Loader;
use crate::community::comments::importing::{self, ImportedComment};
use crate::community::comments::states::CommentState;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::import::record::{Comment, CommentStatus, RecordKind};

/// The maximum length of a name in characters.
const LONGEST_NAME: usize = 100;

impl Loader {
    pub(super) fn comment(&self, conn: &mut Conn, record: &Comment, id: Option<Id>) -> Result<Id> {
        let post = match self.known(conn, RecordKind::Post, &record.post)? {
            Some((post, _)) => post,
            None => self.id(conn, RecordKind::Page, &record.post, "/post")?,
        };
        let parent = record.parent.as_deref();
        let new = ImportedComment {
            post,
            parent: self.optional_id(conn, RecordKind::Comment, parent, "/parent")?,
            lang: record.lang.clone(),
            name: record.name.chars().take(LONGEST_NAME).collect(),
            // What is no address is of no use.
            email: record.email.as_deref().and_then(|email| email.parse().ok()),
            html: record.html.clone(),
            state: match record.status {
                CommentStatus::Pending => CommentState::Pending,
                CommentStatus::Approved => CommentState::Approved,
                CommentStatus::Spam => CommentState::Spam,
            },
            created_at: record.created_at.parse().map_err(|_| {
                let expected = "must be a time as in RFC 3339";
                Error::invalid("/created_at", "wrong_format", expected)
            })?,
        };
        match id {
            Some(id) => importing::replace(conn, self.by(), id, new),
            None => importing::insert(conn, self.by(), self.people.as_ref(), new),
        }
    }
}
