//! The events of webhooks, and which of them a receiver wants.

use crate::db::sql_types::words;
use crate::followers::items::model::ItemKind;

words! {
    /// An event to which a webhook can subscribe.
    pub enum EventType {
        /// Every event.
        All = "*",
        /// A post became public in a language.
        PostPublished = "post.published",
        /// A public post changed, or a category, tag, author or organization that it shows.
        PostUpdated = "post.updated",
        /// A post is no longer public in a language, or left the categories of the webhook.
        PostUnpublished = "post.unpublished",
        /// A public post was deleted.
        PostDeleted = "post.deleted",
        /// A page became public in a language.
        PagePublished = "page.published",
        /// A public page changed, or something else that it shows.
        PageUpdated = "page.updated",
        /// A page is no longer public in a language, or left the categories of the webhook.
        PageUnpublished = "page.unpublished",
        /// A public page was deleted.
        PageDeleted = "page.deleted",
        /// A category was created.
        CategoryCreated = "category.created",
        /// A category changed, or its parent or a descendant was renamed.
        CategoryUpdated = "category.updated",
        /// A category was deleted or merged into another one.
        CategoryDeleted = "category.deleted",
        /// A tag was created.
        TagCreated = "tag.created",
        /// A tag changed.
        TagUpdated = "tag.updated",
        /// A tag was deleted or merged into another one.
        TagDeleted = "tag.deleted",
        /// An author was created.
        AuthorCreated = "author.created",
        /// An author changed, or the organization that it shows was renamed.
        AuthorUpdated = "author.updated",
        /// An author was deleted.
        AuthorDeleted = "author.deleted",
        /// An organization was created.
        OrganizationCreated = "organization.created",
        /// An organization changed.
        OrganizationUpdated = "organization.updated",
        /// An organization was deleted.
        OrganizationDeleted = "organization.deleted",
        /// A comment became public.
        CommentPublished = "comment.published",
        /// A public comment changed, or only its place is left.
        CommentUpdated = "comment.updated",
        /// A comment is no longer public.
        CommentDeleted = "comment.deleted",
    }
}

/// A change to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// It is public now, and was not before.
    Appeared,
    /// It is public, and was before.
    Changed,
    /// It is no longer public.
    Withdrawn,
    /// It was deleted.
    Deleted,
}

impl EventType {
    /// Returns the event of an item. Of the kinds that are public as long as they exist, whatever is withdrawn was deleted.
    pub fn of(kind: ItemKind, is_page: bool, happening: Happening) -> Self {
        use Happening::{Appeared, Changed, Deleted, Withdrawn};
        match (kind, is_page, happening) {
            (ItemKind::Post, false, Appeared) => Self::PostPublished,
            (ItemKind::Post, false, Changed) => Self::PostUpdated,
            (ItemKind::Post, false, Withdrawn) => Self::PostUnpublished,
            (ItemKind::Post, false, Deleted) => Self::PostDeleted,
            (ItemKind::Post, true, Appeared) => Self::PagePublished,
            (ItemKind::Post, true, Changed) => Self::PageUpdated,
            (ItemKind::Post, true, Withdrawn) => Self::PageUnpublished,
            (ItemKind::Post, true, Deleted) => Self::PageDeleted,
            (ItemKind::Category, _, Appeared) => Self::CategoryCreated,
            (ItemKind::Category, _, Changed) => Self::CategoryUpdated,
            (ItemKind::Category, _, Withdrawn | Deleted) => Self::CategoryDeleted,
            (ItemKind::Tag, _, Appeared) => Self::TagCreated,
            (ItemKind::Tag, _, Changed) => Self::TagUpdated,
            (ItemKind::Tag, _, Withdrawn | Deleted) => Self::TagDeleted,
            (ItemKind::Author, _, Appeared) => Self::AuthorCreated,
            (ItemKind::Author, _, Changed) => Self::AuthorUpdated,
            (ItemKind::Author, _, Withdrawn | Deleted) => Self::AuthorDeleted,
            (ItemKind::Organization, _, Appeared) => Self::OrganizationCreated,
            (ItemKind::Organization, _, Changed) => Self::OrganizationUpdated,
            (ItemKind::Organization, _, Withdrawn | Deleted) => Self::OrganizationDeleted,
            (ItemKind::Comment, _, Appeared) => Self::CommentPublished,
            (ItemKind::Comment, _, Changed) => Self::CommentUpdated,
            (ItemKind::Comment, _, Withdrawn | Deleted) => Self::CommentDeleted,
        }
    }

    /// Returns whether a subscription to these events includes this one.
    pub fn is_among(self, subscribed: &[Self]) -> bool {
        subscribed.contains(&Self::All) || subscribed.contains(&self)
    }
}
