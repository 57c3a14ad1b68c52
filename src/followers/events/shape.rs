//! The members of posts that listeners want to see. Listeners with the same shape get the same text.

use std::collections::BTreeSet;

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
    /// Returns the shape that a filter asks for, whatever the order in which it names the members.
    pub fn of(filter: &ItemFilter) -> Self {
        let fields: BTreeSet<&String> = filter.fields.iter().collect();
        let all = IncludedMember::ALL.into_iter();
        Self {
            fields: fields.into_iter().cloned().collect(),
            include: all.filter(|one| filter.include.contains(one)).collect(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_makes_no_other_shape() {
        let shape = |fields: &[&str], include: &[IncludedMember]| {
            Shape::of(&ItemFilter {
                fields: fields.iter().map(|name| (*name).to_owned()).collect(),
                include: include.to_vec(),
                ..ItemFilter::default()
            })
        };
        let mut reversed = IncludedMember::ALL.to_vec();
        reversed.reverse();
        let one = shape(&["title", "slug"], &IncludedMember::ALL);
        assert_eq!(one, shape(&["slug", "title", "slug"], &reversed));
        assert_ne!(one, shape(&["slug"], &reversed));
    }
}
