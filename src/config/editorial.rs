//! The rules of editorial work.

use super::parse;
use super::reader::Reader;
use super::setting::{Accepts, DefaultValue};
use super::table::settings;

settings! {
    "Editorial settings"
    /// The rules of editorial work.
    pub struct Editorial {
        /// Whether an editor may review what they submitted themselves
        self_review: bool {
            name: "self-review",
            env: "TRIBUNA_SELF_REVIEW",
            accepts: Accepts::OneOf(&["true", "false"]),
            default: DefaultValue::Text("false"),
            read: |r, s| r.read(s, parse::truth),
        }
        /// After how long a post in the trash is deleted for good; 0: never
        trash_days: u32 {
            name: "trash-days",
            env: "TRIBUNA_TRASH_DAYS",
            accepts: Accepts::Whole("days", 0, 36_500),
            default: DefaultValue::Text("30"),
            read: Reader::whole,
        }
    }
}
