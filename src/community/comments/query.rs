//! The filter of the list of comments for moderators.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::states::CommentState;
use crate::db::Conn;
use crate::db::keyset::{Order, Window};
use crate::db::sql::Sql;
use crate::db::sql_types::words;
use crate::id::Id;
use crate::lang::Lang;
use crate::timestamp::InstantOrDate;

words! {
    /// The order of the list of comments.
    pub enum QueueSort {
        /// The newest first.
        Newest = "-created_at",
        /// The oldest first.
        Oldest = "created_at",
    }
}

/// The filter and the order of the list of comments.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// Comments in any of these states, comma-separated: all when absent. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 5)]
    pub state: Vec<CommentState>,
    /// Comments of this post.
    pub post: Option<Id>,
    /// Comments in this language.
    pub lang: Option<Lang>,
    /// Comments of the person with this `author_hash`.
    #[param(pattern = "^[0-9a-f]{64}$", min_length = 64, max_length = 64)]
    pub author: Option<String>,
    /// Text that the comment or the name of its writer contains, ignoring case.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// Written at this instant or after it.
    #[param(inline)]
    pub since: Option<InstantOrDate>,
    /// The order: newest first when absent.
    #[param(inline)]
    pub sort: Option<QueueSort>,
}

impl QueueQuery {
    /// Returns the part of a statement after `FROM`, for rows with the alias `t`.
    pub(super) fn from(&self, conn: &Conn) -> Sql {
        let mut from = Sql::new("comments t WHERE TRUE");
        if !self.state.is_empty() {
            let states = self.state.iter().map(|state| state.as_str());
            from.push(" AND t.state IN ").bind_all(states);
        }
        if let Some(post) = self.post {
            from.push(" AND t.post_id = ").bind(post);
        }
        if let Some(lang) = &self.lang {
            from.push(" AND t.lang = ").bind(lang.as_str());
        }
        if let Some(author) = &self.author {
            let hash = data_encoding::HEXLOWER.decode(author.as_bytes());
            from.push(" AND t.email_hash = ")
                .bind(hash.unwrap_or_default());
        }
        if let Some(q) = &self.q {
            from.push(" AND (").contains(conn, "t.source", q);
            from.push(" OR ").contains(conn, "t.name", q).push(")");
        }
        Window::new(self.since, None).bound(&mut from, "t.created_at");
        from
    }

    /// Returns the order in SQL. Ids are UUIDv7, so their order is that of creation.
    pub(super) fn order(&self) -> Order {
        Order {
            descending: self.sort != Some(QueueSort::Oldest),
            ..Order::newest("t.id")
        }
    }
}
