//! The filter and the orders of lists of named resources: categories, tags, authors and organizations.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::collation::CollationKey;
use crate::db::keyset::{Order, SortKey, SortValue, Window};
use crate::db::sql::Sql;
use crate::db::sql_types::words;
use crate::id::Id;
use crate::timestamp::{InstantOrDate, Timestamp};

/// The filter and order of a list of named things.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NamedQuery {
    /// Text that the name contains, in any language, ignoring case.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// Changed at this instant or after it.
    #[param(inline)]
    pub updated_after: Option<InstantOrDate>,
    /// Changed before this instant.
    #[param(inline)]
    pub updated_before: Option<InstantOrDate>,
    /// The order: by the time of creation, by the time of the last change, or by the name shown; organizations by their
    /// official name. `-` means descending. `-created_at` when absent. Names in all languages are sorted together, by
    /// the Unicode Collation Algorithm.
    #[param(inline)]
    pub sort: Option<NamedSort>,
}

impl NamedQuery {
    /// Returns the bounds of the time of the last change.
    pub fn updated(&self) -> Window {
        Window::new(self.updated_after, self.updated_before)
    }

    /// Returns the requested order for rows with the alias `t`. `name` is the column with the sort keys of names. The
    /// bounds of the last change become a span of that order, or else a condition of `from`.
    pub fn ordered(&self, from: &mut Sql, name: &'static str) -> Order {
        let mut order = self.sort().order(name);
        match order.by {
            Some("t.updated_at") => order.span = self.updated(),
            _ => self.updated().bound(from, "t.updated_at"),
        }
        order
    }

    /// Returns the requested order; newest first by default.
    pub fn sort(&self) -> NamedSort {
        self.sort.unwrap_or(NamedSort::Newest)
    }
}

words! {
    /// The order of a list of named things. Things with equal values are ordered by id, in the same direction.
    pub enum NamedSort {
        /// The newest first.
        Newest = "-created_at",
        /// The oldest first.
        Oldest = "created_at",
        /// The latest change first.
        LatestUpdate = "-updated_at",
        /// The earliest change first.
        EarliestUpdate = "updated_at",
        /// From A to Z.
        Name = "name",
        /// From Z to A.
        NameBackwards = "-name",
    }
}

impl NamedSort {
    /// Returns the order in SQL for rows with the alias `t`. `name` is the column with the sort keys of names.
    pub fn order(self, name: &'static str) -> Order {
        let (by, descending) = match self {
            // Ids are UUIDv7, so their order is that of creation.
            Self::Newest => (None, true),
            Self::Oldest => (None, false),
            Self::LatestUpdate => (Some("t.updated_at"), true),
            Self::EarliestUpdate => (Some("t.updated_at"), false),
            Self::Name => (Some(name), false),
            Self::NameBackwards => (Some(name), true),
        };
        Order {
            by,
            id: "t.id",
            descending,
            span: Window::default(),
        }
    }

    /// Returns the sort key of a row. The key of the name is used only in an order by name.
    pub fn key(self, id: Id, updated_at: Timestamp, name: Option<&CollationKey>) -> SortKey {
        let value = match self {
            Self::Newest | Self::Oldest => None,
            Self::LatestUpdate | Self::EarliestUpdate => Some(SortValue::At(updated_at)),
            Self::Name | Self::NameBackwards => name.cloned().map(SortValue::Text),
        };
        value.map_or_else(|| SortKey::from_id(id), |value| SortKey::new(value, id))
    }

    /// Returns whether the list is ordered by name.
    pub fn is_by_name(self) -> bool {
        matches!(self, Self::Name | Self::NameBackwards)
    }
}
