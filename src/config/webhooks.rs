//! The settings of webhooks.

use super::parse;
use super::reader::SettingsReader;
use super::setting::{Accepts, DefaultValue};
use super::table::settings;

settings! {
    "Webhook settings"
    /// The settings of webhooks.
    pub struct Webhooks {
        /// Hosts to which webhooks may be sent although their addresses are private, and without TLS
        allow: Vec<String> {
            name: "webhook-allow",
            env: "TRIBUNA_WEBHOOK_ALLOW",
            accepts: Accepts::Text("HOSTS", "names of hosts and IP addresses separated by commas, such as 127.0.0.1,builder.internal"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_or_empty(s, parse::hosts),
        }
        /// How long finished deliveries of webhooks are kept; 0 means forever
        days: u32 {
            name: "webhook-days",
            env: "TRIBUNA_WEBHOOK_DAYS",
            accepts: Accepts::Whole("days", 0, 36_500),
            default: DefaultValue::Text("30"),
            read: SettingsReader::whole,
        }
    }
}
