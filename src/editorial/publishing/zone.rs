//! IANA time zones in requests. Any spelling is accepted; the canonical one is stored.

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use validator::ValidationError;

use crate::http::validation::error;
use crate::patch::Patched;

/// Deserializes the name of a time zone to its canonical spelling. Keeps an unknown name as it is, for [`known`] to
/// refuse.
pub fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let given: Option<String> = Option::deserialize(deserializer)?;
    Ok(given.map(canonical))
}

/// Does the same as [`named`] for a member of a patch.
pub fn patched<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Patched<String>, D::Error> {
    named(deserializer).map(Some)
}

fn canonical(name: String) -> String {
    let zone = find(&name);
    let found = zone.as_ref().and_then(TimeZone::iana_name);
    found.map_or(name, str::to_owned)
}

/// Refuses a name that is no IANA time zone.
pub fn known(name: &str) -> Result<(), ValidationError> {
    match find(name) {
        Some(_) => Ok(()),
        None => Err(error(
            "unknown_time_zone",
            "must be an IANA time zone, such as Europe/Madrid",
        )),
    }
}

/// Does the same as [`known`] for a member of a patch.
pub fn known_or_none(zone: &Patched<String>) -> Result<(), ValidationError> {
    zone.iter().flatten().try_for_each(|name| known(name))
}

/// Returns the time zone with this name.
pub(super) fn find(name: &str) -> Option<TimeZone> {
    let zone = TimeZone::get(name).ok();
    zone.filter(|zone| !zone.is_unknown())
}
