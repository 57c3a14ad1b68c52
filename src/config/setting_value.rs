//! The display of values in `tribuna config`. The type of a value determines whether it is masked.

use std::net::SocketAddr;
use std::time::Duration;

use ipnet::IpNet;
use lettre::message::Mailbox;

use super::{
    CacheRoutes, DatabaseUrl, ExternalLinks, ForwardedHeader, LogFormat, PublicUrl, Secret,
    SitePaths, SiteUrl, SmtpUrl, SurrogateHeaders,
};
use crate::content::{Provider, Providers};
use crate::lang::Lang;

/// A value of a setting that `tribuna config` can display.
pub(super) trait SettingValue {
    fn display(&self) -> String;
}

/// Implements [`SettingValue`] by means of `Display`.
macro_rules! values_by_display {
    ($($kind:ty),*) => { $(impl SettingValue for $kind { fn display(&self) -> String { self.to_string() } })* };
}

values_by_display!(
    bool,
    String,
    u32,
    u64,
    usize,
    SocketAddr,
    Lang,
    PublicUrl,
    DatabaseUrl,
    SitePaths,
    SiteUrl,
    SmtpUrl,
    Mailbox,
    SurrogateHeaders,
    CacheRoutes
);

impl SettingValue for Secret {
    fn display(&self) -> String {
        "********".to_owned()
    }
}

impl SettingValue for Duration {
    fn display(&self) -> String {
        self.as_secs().to_string()
    }
}

/// Implements [`SettingValue`] by the word of the value.
macro_rules! values_by_word {
    ($($kind:ty),*) => { $(impl SettingValue for $kind { fn display(&self) -> String { self.as_str().to_owned() } })* };
}

values_by_word!(LogFormat, ExternalLinks, ForwardedHeader);

impl SettingValue for IpNet {
    /// A network of one address is displayed as the address.
    fn display(&self) -> String {
        match self.prefix_len() == self.max_prefix_len() {
            true => self.addr().to_string(),
            false => self.to_string(),
        }
    }
}

impl SettingValue for Providers {
    fn display(&self) -> String {
        let names: Vec<&str> = self.iter().map(Provider::as_str).collect();
        names.join(",")
    }
}

impl<T: SettingValue> SettingValue for Vec<T> {
    fn display(&self) -> String {
        self.iter()
            .map(SettingValue::display)
            .collect::<Vec<_>>()
            .join(",")
    }
}
