//! Time zones as editors name them: any spelling is read, the IANA database's is kept.

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use validator::ValidationError;

use crate::http::validation::error;
use crate::patch::Patched;

/// A zone that is known has its canonical spelling from here on; another stays as it was typed, for [`known`] to refuse.
pub fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let given: Option<String> = Option::deserialize(deserializer)?;
    Ok(given.map(canonical))
}

/// The same in a patch.
pub fn patched<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Patched<String>, D::Error> {
    named(deserializer).map(Some)
}

fn canonical(name: String) -> String {
    let zone = find(&name);
    let found = zone.as_ref().and_then(TimeZone::iana_name);
    found.map_or(name, str::to_owned)
}

/// Refuses a zone that is none.
pub fn known(name: &str) -> Result<(), ValidationError> {
    match find(name) {
        Some(_) => Ok(()),
        None => Err(error(
            "unknown_time_zone",
            "must be an IANA time zone, such as Europe/Madrid",
        )),
    }
}

/// The same in a patch.
pub fn known_or_none(zone: &Patched<String>) -> Result<(), ValidationError> {
    zone.iter().flatten().try_for_each(|name| known(name))
}

fn find(name: &str) -> Option<TimeZone> {
    let zone = TimeZone::get(name).ok();
    zone.filter(|zone| !zone.is_unknown())
}
