//! Lists of what has a name: categories, tags, authors, organizations. What can be looked for in them, and their orders.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::collation::CollationKey;
use crate::db::keyset::{Order, SortKey, SortValue, Window};
use crate::db::sql::Sql;
use crate::db::sql_types::words;
use crate::id::Id;
use crate::timestamp::{InstantOrDate, Timestamp};

/// What to look for in names.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NameQuery {
    /// Text in the name, in any language, whatever the case.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
}

/// Which to list, and in which order.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NamedQuery {
    /// Text in the name, in any language, whatever the case.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// Last changed at this instant or after it.
    #[param(inline)]
    pub updated_after: Option<InstantOrDate>,
    /// Last changed before this instant.
    #[param(inline)]
    pub updated_before: Option<InstantOrDate>,
    /// By the time they were made or last changed, or by the name shown. Names stand in one order for all languages, that of the Unicode Collation Algorithm. Absent: `-created_at`, the newest first.
    #[param(inline)]
    pub sort: Option<NamedSort>,
}

impl NamedQuery {
    /// When they are to have been changed.
    pub fn updated(&self) -> Window {
        Window::new(self.updated_after, self.updated_before)
    }

    /// The order asked for, of rows called `t`; `name` is the column with the places of names. What is asked of the times of
    /// change is a span of that order, or else a condition of `from`.
    pub fn ordered(&self, from: &mut Sql, name: &'static str) -> Order {
        let mut order = self.sort().order(name);
        match order.by {
            Some("t.updated_at") => order.span = self.updated(),
            _ => self.updated().bound(from, "t.updated_at"),
        }
        order
    }

    /// The order asked for, else the newest first.
    pub fn sort(&self) -> NamedSort {
        self.sort.unwrap_or(NamedSort::Newest)
    }
}

impl From<NameQuery> for NamedQuery {
    fn from(NameQuery { q }: NameQuery) -> Self {
        Self {
            q,
            ..Self::default()
        }
    }
}

words! {
    /// The order of a list of named things; equal ones stand by their ids, the same way.
    pub enum NamedSort {
        /// The newest first.
        Newest = "-created_at",
        /// The oldest first.
        Oldest = "created_at",
        /// The last to be changed first.
        LatestUpdate = "-updated_at",
        /// The first to be changed first.
        EarliestUpdate = "updated_at",
        /// From A to Z.
        Name = "name",
        /// From Z to A.
        NameBackwards = "-name",
    }
}

impl NamedSort {
    /// In SQL, of rows called `t`; `name` is the column with the places of names.
    fn order(self, name: &'static str) -> Order {
        let (by, descending) = match self {
            // Ids are UUIDv7: they stand in the order in which they were made.
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

    /// Where a row stands in this order; the place of its name is looked at only if that is what orders.
    pub fn key(self, id: Id, updated_at: Timestamp, name: Option<&CollationKey>) -> SortKey {
        let value = match self {
            Self::Newest | Self::Oldest => None,
            Self::LatestUpdate | Self::EarliestUpdate => Some(SortValue::At(updated_at)),
            Self::Name | Self::NameBackwards => name.cloned().map(SortValue::Text),
        };
        value.map_or_else(|| SortKey::from_id(id), |value| SortKey::new(value, id))
    }

    /// Whether names are what orders.
    pub fn is_by_name(self) -> bool {
        matches!(self, Self::Name | Self::NameBackwards)
    }
}
