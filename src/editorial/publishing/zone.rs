//! IANA time zones in requests. Any spelling is accepted; the canonical one is stored.

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use validator::ValidationError;

use crate::http::validation::error;
use crate::patch::Patched;

/// The code of the error for a name that is no time zone.
pub const UNKNOWN: &str = "unknown_time_zone";
/// The description of the names of time zones, for errors.
pub const EXPECTED: &str = "must be an IANA time zone, such as Europe/Madrid";

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

/// Returns the canonical spelling of the name of a time zone. Returns an unknown name as it is.
pub fn canonical(name: String) -> String {
    let zone = find(&name);
    let found = zone.as_ref().and_then(TimeZone::iana_name);
    found.map_or(name, str::to_owned)
}

/// Refuses a name that is no IANA time zone.
pub fn known(name: &str) -> Result<(), ValidationError> {
    match find(name) {
        Some(_) => Ok(()),
        None => Err(error(UNKNOWN, EXPECTED)),
    }
}

/// Does the same as [`known`] for a member of a patch.
pub fn known_or_none(zone: &Patched<String>) -> Result<(), ValidationError> {
    zone.iter().flatten().try_for_each(|name| known(name))
}

/// Returns the time zone with this name.
pub fn find(name: &str) -> Option<TimeZone> {
    let zone = TimeZone::get(name).ok();
    zone.filter(|zone| !zone.is_unknown())
}
