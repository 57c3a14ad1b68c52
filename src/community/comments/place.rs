//! The place of a comment in its thread.

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::publications::comments::store as public;

/// The greatest depth of a comment in its thread.
const DEEPEST: i32 = 3;

/// The place of a new comment in its thread.
pub(super) struct Place {
    /// The id of the comment.
    pub(super) id: Id,
    /// The depth.
    pub(super) depth: i32,
    /// The ids of the ancestors, and the own id.
    pub(super) path: Vec<u8>,
}

impl Place {
    /// Returns the place of an answer to a public comment of the post; of a new thread without one.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] if the public sees no such comment of the post.
    pub(super) fn below(conn: &mut Conn, post: Id, parent: Option<Id>) -> Result<Self> {
        let unknown = || Error::unknown("/parent", "comment");
        let above = match parent {
            Some(parent) => {
                let found = public::load(conn, parent)?.ok_or_else(unknown)?;
                if found.post != post || found.is_deleted {
                    return Err(unknown());
                }
                Some((found.depth, found.path.into()))
            }
            None => None,
        };
        Ok(Self::new(Id::new(), above))
    }

    /// Returns the place of a comment below one with this depth and path.
    pub(super) fn new(id: Id, above: Option<(i32, Vec<u8>)>) -> Self {
        let (depth, mut path) = above.unwrap_or_default();
        if depth >= DEEPEST {
            // It stands beside the comment that it answers.
            path.truncate(path.len().saturating_sub(id.0.as_bytes().len()));
        }
        path.extend(id.0.as_bytes());
        Self {
            id,
            depth: (depth + 1).min(DEEPEST),
            path,
        }
    }
}
