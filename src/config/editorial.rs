//! The rules of editorial work.

use super::parse;
use super::reader::SettingsReader;
use super::setting::{Accepts, DefaultValue, true_or_false};
use super::table::settings;

settings! {
    "Editorial settings"
    /// The rules of editorial work.
    pub struct Editorial {
        /// Whether editors may review their own submissions
        self_review: bool {
            name: "self-review",
            env: "TRIBUNA_SELF_REVIEW",
            accepts: Accepts::OneOf(true_or_false),
            default: DefaultValue::Text("false"),
            read: |r, s| r.read(s, parse::truth),
        }
        /// How long a post stays in the trash before it is deleted permanently; 0 means forever
        trash_days: u32 {
            name: "trash-days",
            env: "TRIBUNA_TRASH_DAYS",
            accepts: Accepts::Whole("days", 0, 36_500),
            default: DefaultValue::Text("30"),
            read: SettingsReader::whole,
        }
    }
}
