//! The rotation of a secret: the former one works for some time, so that its holders can change to the new one.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// The end of the former secret after a rotation.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RotationInput, examples(json!({})))]
pub struct NewRotation {
    /// The time at which the former secret stops working: at most 30 days from now, or a day from now when absent. With a
    /// time in the past, it stops working at once.
    pub old_expires_at: Option<Timestamp>,
}

impl NewRotation {
    /// Returns the time at which the former secret stops working.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] for a time more than 30 days from now.
    pub fn end(&self, now: Timestamp) -> Result<Timestamp> {
        const DAY: i64 = 24 * 60 * 60;
        let end = self.old_expires_at.unwrap_or(now.plus_seconds(DAY));
        if end > now.plus_seconds(30 * DAY) {
            let detail = "must be at most 30 days from now";
            return Err(Error::invalid("/old_expires_at", "too_late", detail));
        }
        Ok(end)
    }
}
