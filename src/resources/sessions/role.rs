//! Roles: what a user may do, and so whoever signs in as one.

use crate::db::sql_types::words;

words! {
    /// What a user may do.
    pub enum Role {
        /// Write own drafts.
        Contributor = "contributor",
        /// Also edit own posts after publication, as drafts.
        Author = "author",
        /// Everything with content: all posts, terms, authors, publishing, restoring.
        Editor = "editor",
        /// Comments and submissions.
        Moderator = "moderator",
        /// Also users, keys, permanent deletion.
        Admin = "admin",
    }
}
