//! The representation of the calendar: events of publications, and the parameters that select them.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::db::sql_types::words;
use crate::editorial::posts::query::PostFilter;
use crate::editorial::publishing::local_time::LocalTime;
use crate::id::Id;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::timestamp::{InstantOrDate, Timestamp};

words! {
    /// The kind of an event: something that happens to the publication of a translation.
    pub enum Event {
        /// The translation becomes public.
        Publish = "publish",
        /// A new text replaces the public one.
        Replace = "replace",
        /// The publication ends.
        Unpublish = "unpublish",
    }
}

words! {
    /// The state of an event.
    pub enum Progress {
        /// The event has happened.
        Done = "done",
        /// The event is still to come.
        Due = "due",
    }
}

/// An event of the publication of a translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarEvent {
    /// The time of the event.
    pub at: Timestamp,
    /// The same time on the clocks of `time_zone`; null without one, and if the offset has seconds.
    pub at_local: Option<LocalTime>,
    /// The kind of the event.
    pub event: Event,
    /// The post's id (UUIDv7).
    pub post: Id,
    /// The language of the translation.
    pub lang: Lang,
    /// The title that is, was or will be public.
    pub title: String,
    /// The IANA time zone in which the editor gave the time.
    pub time_zone: Option<String>,
    /// The state of the event: past or still to come.
    pub status: Progress,
}

/// The span of time and the filter of the calendar.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// The start of the span: an instant, or a date, meaning its start. Inclusive.
    #[param(inline, example = "2026-05-01")]
    pub from: InstantOrDate,
    /// The end of the span: an instant, or a date, meaning its start. Exclusive, and at most 366 days after `from`.
    #[param(inline, example = "2026-06-01")]
    pub to: InstantOrDate,
    /// Only events in this language.
    pub lang: Option<Lang>,
    /// Only events of posts of any of these types, comma-separated; of both types when absent. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 2)]
    pub r#type: Vec<PostType>,
    /// The authors, organizations and terms that the posts must refer to.
    #[serde(flatten)]
    #[param(ignore)]
    #[validate(nested)]
    pub filter: PostFilter,
}
