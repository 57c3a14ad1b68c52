//! The filter and the format of the log.

use super::LogFormat;
use super::parse;
use super::setting::{Accepts, DefaultValue};
use super::table::settings;

settings! {
    "Logging settings"
    /// The filter and the format of the log.
    pub struct Log {
        /// The format of the log: text for people, or one JSON object per line for programs
        format: LogFormat {
            name: "log-format",
            env: "TRIBUNA_LOG_FORMAT",
            accepts: Accepts::OneOf(|| LogFormat::ALL.map(LogFormat::as_str).to_vec()),
            default: DefaultValue::Text("text"),
            read: |r, s| r.read(s, |text| parse::word(LogFormat::ALL, LogFormat::as_str, text)),
        }
        /// The filter that selects what is logged, in the syntax of env_logger
        filter: String {
            name: "log-filter",
            env: "RUST_LOG",
            accepts: Accepts::Text(
                "FILTER",
                "levels (off, error, warn, info, debug, trace), alone or per module, such as info,tribuna::access=off",
            ),
            default: DefaultValue::Text("info"),
            read: |r, s| r.read(s, parse::log_filter),
        }
    }
}
