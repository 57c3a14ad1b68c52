//! The quotas of clients.

use super::parse;
use super::setting::{Accepts, DefaultValue};
use super::table::settings;

settings! {
    "Quota settings"
    /// The number of requests that one client may send.
    pub struct Quotas {
        /// The number of requests per minute that each address, and each API key without a quota of its own, may send in the
        /// long run; `off` turns these quotas off
        per_minute: u32 {
            name: "quota-per-minute",
            env: "TRIBUNA_QUOTA_PER_MINUTE",
            accepts: Accepts::Text("N", FORM),
            default: DefaultValue::Text("60000"),
            read: |r, s| r.read(s, |text| parse::number_or_off(MOST, text)),
        }
        /// The number of requests that they may send at once, after a pause
        burst: u32 {
            name: "quota-burst",
            env: "TRIBUNA_QUOTA_BURST",
            accepts: Accepts::Whole("requests", 1, MOST),
            default: DefaultValue::Text("10000"),
            read: super::reader::SettingsReader::whole,
        }
    }
}

/// The largest quota that a setting or an API key may have.
pub const MOST: u64 = 1_000_000_000;

const FORM: &str = "a whole number of requests from 1 to 1000000000, or off";
