//! What editors are told of publications, and what they ask for.

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

/// What of a translation is, was or will be public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicationState {
    /// How far it has come.
    pub status: Status,
    /// From when on it is public.
    pub publish_at: Timestamp,
    /// Until when.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA zone in which the editor meant the times.
    pub time_zone: Option<String>,
    /// The revision that is public.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// Its public slug.
    pub slug: Slug,
    /// When the text was last published.
    pub updated_at: Timestamp,
    /// What will take its place.
    pub replacement: Option<ReplacementState>,
}

/// What will take the place of a publication, which is public until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplacementState {
    /// From when on it is public.
    pub publish_at: Timestamp,
    /// Until when.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA zone in which the editor meant the times.
    pub time_zone: Option<String>,
    /// The revision that will be public.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// Its slug.
    pub slug: Slug,
}

/// A publication on its own; its validator is that of the translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Publication {
    /// The post.
    pub post: Id,
    /// The language.
    pub lang: Lang,
    /// What is public.
    #[serde(flatten)]
    pub state: PublicationState,
    /// What the caller may do with the translation now.
    pub allowed_actions: Vec<Action>,
    /// The version of the translation.
    #[schema(minimum = 1)]
    pub version: i32,
}

impl Versioned for Publication {
    fn version(&self) -> i32 {
        self.version
    }
}

/// When to publish; without times, now.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = ends_after_it_begins))]
pub struct NewPublication {
    /// From when on it is public. Absent: now; a live publication keeps its date. In the future while another text is
    /// live: that stays until then, and the date with it.
    pub publish_at: Option<Timestamp>,
    /// Until when. Absent: for good.
    pub unpublish_at: Option<Timestamp>,
    /// The IANA zone in which you mean the times; kept and shown back.
    #[serde(default, deserialize_with = "zone::named")]
    #[schema(min_length = 1, max_length = 64, examples("Europe/Madrid"))]
    #[validate(custom(function = zone::known))]
    pub time_zone: Option<String>,
}

/// Changes to the times of a publication: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicationPatch {
    /// From when on it is public. What is live can be dated back, but not put off.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub publish_at: Option<Timestamp>,
    /// Until when. Null: for good.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Timestamp>)]
    pub unpublish_at: Patched<Timestamp>,
    /// The IANA zone in which you mean the times; kept and shown back.
    #[serde(default, deserialize_with = "zone::patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, examples("Europe/Madrid"))]
    #[validate(custom(function = zone::known_or_none))]
    pub time_zone: Patched<String>,
}

/// Changes to the times of what will replace a publication: absent keeps, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacementPatch {
    /// When it takes its place: in the future.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub publish_at: Option<Timestamp>,
    /// Until when it is public. Null: for good.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Timestamp>)]
    pub unpublish_at: Patched<Timestamp>,
    /// The IANA zone in which you mean the times; kept and shown back.
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
