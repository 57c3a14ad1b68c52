//! The representations of publications for editors, and the requests to change them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::instants::{NEEDS_TIME_ZONE, instants};
use super::local_time::LocalTime;
use super::planned_time::PlannedTime;
use super::zone;
use crate::db::sql_types::words;
use crate::editorial::workflow::status::public_status;
use crate::editorial::workflow::words::{Action, Status};
use crate::http::validation::error_at;
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::publications::writing::current::{CurrentPublication, Replacement};
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

words! {
    /// The reason for which something is taken down. Everybody who keeps a copy is told.
    pub enum TakedownReason {
        /// The content is wrong.
        Error = "error",
        /// Somebody whom the content concerns does not consent to its publication.
        Consent = "consent",
        /// The content may not be public, for legal reasons.
        Legal = "legal",
    }
}

/// The options of taking a publication down.
#[derive(Debug, Clone, Copy, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "reason": "consent" })))]
pub struct Takedown {
    /// The reason. Sync and events tell it to everybody who keeps a copy. When absent, they tell that it is no longer
    /// public.
    pub reason: Option<TakedownReason>,
}

/// The current publication of a translation: scheduled, live or expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicationState {
    /// The status of the publication: `scheduled`, `published` or `expired`.
    pub status: Status,
    /// The start of the publication.
    pub publish_at: Timestamp,
    /// The start on the clocks of `time_zone`; null without one, and if the offset has seconds.
    pub publish_at_local: Option<LocalTime>,
    /// The end of the publication; null if it has none.
    pub unpublish_at: Option<Timestamp>,
    /// The end on the clocks of `time_zone`; null without one, and if the offset has seconds.
    pub unpublish_at_local: Option<LocalTime>,
    /// The IANA time zone in which the editor gave the times.
    pub time_zone: Option<String>,
    /// The number of the published revision.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The slug of the publication.
    pub slug: Slug,
    /// The time at which the text was last published.
    pub updated_at: Timestamp,
    /// The planned replacement, if there is one.
    pub replacement: Option<ReplacementState>,
}

impl PublicationState {
    /// Returns the representation of the current publication of a language at `now`.
    pub fn of(current: CurrentPublication, now: Timestamp) -> Self {
        let zone = current.time_zone.as_deref();
        let local = |at| LocalTime::of(at, zone);
        Self {
            status: public_status(&current, now),
            publish_at: current.published_at,
            publish_at_local: local(current.published_at),
            unpublish_at: current.unpublish_at,
            unpublish_at_local: current.unpublish_at.and_then(local),
            time_zone: current.time_zone,
            revision: current.revision,
            slug: current.slug,
            updated_at: current.updated_at,
            replacement: current.replacement.map(ReplacementState::from),
        }
    }
}

/// A planned replacement of a publication, which stays public until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplacementState {
    /// The time at which it replaces the publication.
    pub publish_at: Timestamp,
    /// The same time on the clocks of `time_zone`; null without one, and if the offset has seconds.
    pub publish_at_local: Option<LocalTime>,
    /// The end of the publication after the replacement; null if it has none.
    pub unpublish_at: Option<Timestamp>,
    /// The end on the clocks of `time_zone`; null without one, and if the offset has seconds.
    pub unpublish_at_local: Option<LocalTime>,
    /// The IANA time zone in which the editor gave the times.
    pub time_zone: Option<String>,
    /// The number of the revision that will be public.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The slug of the replacement.
    pub slug: Slug,
}

impl From<Replacement> for ReplacementState {
    fn from(next: Replacement) -> Self {
        let zone = next.time_zone.as_deref();
        let local = |at| LocalTime::of(at, zone);
        Self {
            publish_at: next.replaces_at,
            publish_at_local: local(next.replaces_at),
            unpublish_at: next.unpublish_at,
            unpublish_at_local: next.unpublish_at.and_then(local),
            time_zone: next.time_zone,
            revision: next.revision,
            slug: next.slug,
        }
    }
}

/// The publication of a translation. Its ETag is that of the translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Publication {
    /// The post's id (UUIDv7).
    pub post: Id,
    /// The language tag (BCP 47).
    pub lang: Lang,
    /// The state of the publication.
    #[serde(flatten)]
    pub state: PublicationState,
    /// The actions that the caller may take on the translation now.
    pub allowed_actions: Vec<Action>,
    /// The version number of the translation.
    #[schema(minimum = 1)]
    pub version: i32,
}

impl Versioned for Publication {
    fn version(&self) -> i32 {
        self.version
    }
}

/// The text and the times of a publication. Without members, it has the text of the working copy, starts now and has no
/// end.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = begins_at_an_instant))]
#[validate(schema(function = ends_at_an_instant))]
#[validate(schema(function = ends_after_it_begins))]
#[schema(
    as = PublicationInput,
    examples(json!({}), json!({ "publish_at": "2035-05-15T09:00:00", "time_zone": "Europe/Madrid" }))
)]
pub struct NewPublication {
    /// The number of the revision whose text and slug to publish. Absent: the working copy. What all languages share is
    /// published as it is now, not as the revision recorded it. An unknown number is a 422, which says which revisions
    /// exist.
    #[schema(minimum = 1, examples(3))]
    pub revision: Option<i32>,
    /// The start of the publication. Absent: now, or the existing date if a live publication is updated. A future
    /// time while another text is live plans a replacement: the live text stays public until then, and its date
    /// carries over to the replacement.
    pub publish_at: Option<PlannedTime>,
    /// The end of the publication. Absent: no end.
    pub unpublish_at: Option<PlannedTime>,
    /// The IANA time zone in which you give the times; stored and returned. Absent: none, or that of the live
    /// publication if there are no times either.
    #[serde(default, deserialize_with = "zone::named")]
    #[schema(min_length = 1, max_length = 64, examples("Europe/Madrid"))]
    #[validate(custom(function = zone::known))]
    pub time_zone: Option<String>,
}

/// Changes to the times of a publication. Absent members stay as they are; null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "unpublish_at": "2035-06-01T10:00:00", "time_zone": "Europe/Madrid" })))]
pub struct PublicationPatch {
    /// The start of the publication. A live publication can be backdated, but not postponed.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub publish_at: Option<PlannedTime>,
    /// The end of the publication. Null: no end.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<PlannedTime>)]
    pub unpublish_at: Patched<PlannedTime>,
    /// The IANA time zone in which you give the times; stored and returned. Absent: the stored one.
    #[serde(default, deserialize_with = "zone::patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, examples("Europe/Madrid"))]
    #[validate(custom(function = zone::known_or_none))]
    pub time_zone: Patched<String>,
}

/// Changes to the times of a planned replacement. Absent members stay as they are; null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "publish_at": "2035-05-15T09:00:00", "time_zone": "Europe/Madrid" })))]
pub struct ReplacementPatch {
    /// The time at which it replaces the publication; in the future.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub publish_at: Option<PlannedTime>,
    /// The end of the publication after the replacement. Null: no end.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<PlannedTime>)]
    pub unpublish_at: Patched<PlannedTime>,
    /// The IANA time zone in which you give the times; stored and returned. Absent: the stored one.
    #[serde(default, deserialize_with = "zone::patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, examples("Europe/Madrid"))]
    #[validate(custom(function = zone::known_or_none))]
    pub time_zone: Patched<String>,
}

fn begins_at_an_instant(new: &NewPublication) -> Result<(), ValidationError> {
    is_instant(new, "/publish_at", new.publish_at)
}

fn ends_at_an_instant(new: &NewPublication) -> Result<(), ValidationError> {
    is_instant(new, "/unpublish_at", new.unpublish_at)
}

fn is_instant(
    new: &NewPublication,
    pointer: &str,
    time: Option<PlannedTime>,
) -> Result<(), ValidationError> {
    let zone = new.time_zone.as_deref().and_then(zone::find);
    match time.map(|time| time.instant(zone.as_ref())) {
        // The publication may have a time zone, which the refusal then names: `times` checks this.
        Some(Err(rule)) if rule.code == NEEDS_TIME_ZONE => Ok(()),
        Some(Err(rule)) => Err(error_at(pointer, rule.code, rule.detail)),
        Some(Ok(_)) | None => Ok(()),
    }
}

fn ends_after_it_begins(new: &NewPublication) -> Result<(), ValidationError> {
    let times = instants(new.publish_at, new.unpublish_at, new.time_zone.as_deref());
    match times {
        Ok((Some(begin), Some(end))) if end <= begin => {
            let detail = "must be later than publish_at";
            Err(error_at("/unpublish_at", "too_early", detail))
        }
        _ => Ok(()),
    }
}
