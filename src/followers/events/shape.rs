//! The members of posts that listeners want to see. Listeners with the same shape get the same text.

use crate::fields::Selection;
use crate::followers::items::model::ItemFilter;
use crate::publications::lists::query::IncludedMember;

/// The members of posts that a listener has asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shape {
    fields: Vec<String>,
    include: Vec<IncludedMember>,
}

impl Shape {
    /// Returns the shape that a filter asks for.
    pub fn of(filter: &ItemFilter) -> Self {
        Self {
            fields: filter.fields.clone(),
            include: filter.include.clone(),
        }
    }

    /// Returns the members.
    pub fn members(&self) -> Selection {
        ItemFilter {
            fields: self.fields.clone(),
            include: self.include.clone(),
            ..ItemFilter::default()
        }
        .members()
    }
}
