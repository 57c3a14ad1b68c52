//! What people write who need no account: comments. It is kept apart from working copies, and what the public reads of it is
//! in `publications`.

pub mod comments;
pub mod guard;
pub mod people;
