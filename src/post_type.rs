//! The types of posts: an article of the feed, or a page that stands for itself.

use crate::db::sql_types::words;

words! {
    /// The type of a post.
    pub enum PostType {
        /// An article, in the feed of posts.
        Post = "post",
        /// A page such as "About" or "Contact", outside of the feed, with a parent and a position.
        Page = "page",
    }
}

impl PostType {
    /// Returns the only type among those that a request names; `None` if it names both, or none.
    pub fn only(named: &[Self]) -> Option<Self> {
        let (first, others) = named.split_first()?;
        others.iter().all(|other| other == first).then_some(*first)
    }
}
