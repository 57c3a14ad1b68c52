//! The representations of publications for editors, and the requests to change them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::zone;
use crate::editorial::workflow::words::{Action, Status};
use crate::http::validation::error_at;
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

/// The current publication of a translation: scheduled, live or expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicationState {
    /// The status of the publication: `scheduled`, `published` or `expired`.
    pub status: Status,
    /// The start of the publication.
    pub publish_at: Timestamp,
    /// The end of the publication; null if it has none.
    pub unpublish_at: Option<Timestamp>,
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

/// A planned replacement of a publication, which stays public until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplacementState {
    /// The time at which it replaces the publication.
    pub publish_at: Timestamp,
    /// The end of the publication after the replacement; null if it has none.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA time zone in which the editor gave the times.
    pub time_zone: Option<String>,
    /// The number of the revision that will be public.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The slug of the replacement.
    pub slug: Slug,
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
#[validate(schema(function = ends_after_it_begins))]
#[schema(as = PublicationInput, examples(json!({})))]
pub struct NewPublication {
    /// The number of the revision whose text and slug to publish. Absent: the working copy. What all languages share is
    /// published as it is now, not as the revision recorded it. An unknown number is a 422, which says which revisions
    /// exist.
    #[schema(minimum = 1, examples(3))]
    pub revision: Option<i32>,
    /// The start of the publication. Absent: now, or the existing date if a live publication is updated. A future
    /// time while another text is live plans a replacement: the live text stays public until then, and its date
    /// carries over to the replacement.
    pub publish_at: Option<Timestamp>,
    /// The end of the publication. Absent: no end.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA time zone in which you give the times; stored and returned.
    #[serde(default, deserialize_with = "zone::named")]
    #[schema(min_length = 1, max_length = 64, examples("Europe/Madrid"))]
    #[validate(custom(function = zone::known))]
    pub time_zone: Option<String>,
}

/// Changes to the times of a publication. Absent members stay as they are; null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "unpublish_at": "2035-06-01T08:00:00.000Z" })))]
pub struct PublicationPatch {
    /// The start of the publication. A live publication can be backdated, but not postponed.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub publish_at: Option<Timestamp>,
    /// The end of the publication. Null: no end.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Timestamp>)]
    pub unpublish_at: Patched<Timestamp>,
    /// The IANA time zone in which you give the times; stored and returned.
    #[serde(default, deserialize_with = "zone::patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, examples("Europe/Madrid"))]
    #[validate(custom(function = zone::known_or_none))]
    pub time_zone: Patched<String>,
}

/// Changes to the times of a planned replacement. Absent members stay as they are; null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacementPatch {
    /// The time at which it replaces the publication; in the future.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub publish_at: Option<Timestamp>,
    /// The end of the publication after the replacement. Null: no end.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Timestamp>)]
    pub unpublish_at: Patched<Timestamp>,
    /// The IANA time zone in which you give the times; stored and returned.
    #[serde(default, deserialize_with = "zone::patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, examples("Europe/Madrid"))]
    #[validate(custom(function = zone::known_or_none))]
    pub time_zone: Patched<String>,
}

fn ends_after_it_begins(new: &NewPublication) -> Result<(), ValidationError> {
    match (new.publish_at, new.unpublish_at) {
        (Some(begin), Some(end)) if end <= begin => {
            let detail = "must be later than publish_at";
            Err(error_at("/unpublish_at", "too_early", detail))
        }
        _ => Ok(()),
    }
}
