//! The URL of the mail server, whose scheme and parameter say how the connection is protected.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::Secret;

/// The protection of the connection to the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS by STARTTLS (RFC 3207). A server that does not offer it gets no message.
    StartTls,
    /// TLS from the beginning (RFC 8314).
    Tls,
    /// None, because the setting says so.
    Plain,
}

impl SmtpSecurity {
    /// Returns the port of servers that mail programs submit messages to, or else that of servers among each other.
    const fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::Plain => 25,
        }
    }
}

/// The mail server, and how to sign in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    /// The protection of the connection.
    pub security: SmtpSecurity,
    /// The name or the IP address of the server.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The user and the password, if the server requires them.
    pub user: Option<(String, Secret)>,
}

impl SmtpUrl {
    /// Parses the URL. The error completes "the value …" and quotes no part of it.
    pub fn parse(text: &str) -> Result<Self, String> {
        check_encoding(text)?;
        let url = Url::parse(text).map_err(|_| "is not a URL".to_owned())?;
        let security = security(&url)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(
                "holds a path or a fragment; in a user or a password write %2F for /, %3F for ?, %23 for #"
                    .to_owned(),
            );
        }
        let user = user(&url)?;
        if user.is_some() && security == SmtpSecurity::Plain {
            return Err("would send a password without TLS".to_owned());
        }
        Ok(Self {
            security,
            host: host(&url)?,
            port: url.port().unwrap_or(security.port()),
            user,
        })
    }

    /// Returns the server in words, without user and password.
    pub fn server(&self) -> String {
        let protection = match self.security {
            SmtpSecurity::StartTls => "STARTTLS",
            SmtpSecurity::Tls => "TLS",
            SmtpSecurity::Plain => "without TLS",
        };
        format!("{}:{} ({protection})", self.host, self.port)
    }
}

/// Shows the URL with its password masked.
impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, query) = match self.security {
            SmtpSecurity::StartTls => ("smtp", ""),
            SmtpSecurity::Tls => ("smtps", ""),
            SmtpSecurity::Plain => ("smtp", "?tls=none"),
        };
        write!(f, "{scheme}://")?;
        if let Some((user, _)) = &self.user {
            write!(f, "{user}:********@")?;
        }
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}{query}", self.host, self.port),
            false => write!(f, "{}:{}{query}", self.host, self.port),
        }
    }
}

fn check_encoding(text: &str) -> Result<(), String> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("holds a space or control character; write it as %20 and so on".to_owned());
    }
    let is_encoded = text.split('%').skip(1).all(|after| {
        let digits = after.get(..2);
        digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    match is_encoded {
        true => Ok(()),
        false => {
            Err("holds a % that two hexadecimal digits do not follow; write %25 for %".to_owned())
        }
    }
}

fn security(url: &Url) -> Result<SmtpSecurity, String> {
    match (url.scheme(), url.query()) {
        ("smtp", None) => Ok(SmtpSecurity::StartTls),
        ("smtp", Some("tls=none")) => Ok(SmtpSecurity::Plain),
        ("smtps", None) => Ok(SmtpSecurity::Tls),
        ("smtp" | "smtps", Some(_)) => Err("has parameters that are not known here".to_owned()),
        _ => Err("is neither smtp:// nor smtps://".to_owned()),
    }
}

fn host(url: &Url) -> Result<String, String> {
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| "names no server".to_owned())?;
    match Host::parse(host) {
        Ok(Host::Ipv6(address)) => Ok(address.to_string()),
        Ok(host) => Ok(host.to_string()),
        Err(_) => Err("has a server that is neither a name nor an IP address".to_owned()),
    }
}

fn user(url: &Url) -> Result<Option<(String, Secret)>, String> {
    let decoded = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8();
        let decoded = decoded.map_err(|_| "has a user or a password that is not UTF-8".to_owned());
        decoded.map(|decoded| decoded.into_owned())
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() && !password.is_empty() => {
            Ok(Some((decoded(user)?, Secret::new(decoded(password)?))))
        }
        _ => Err("has a user without a password, or a password without a user".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_server_is_reached_by_tls_unless_the_setting_says_otherwise() {
        for (text, security, shown) in [
            (
                "smtp://mail.example.org",
                SmtpSecurity::StartTls,
                "smtp://mail.example.org:587",
            ),
            (
                "smtps://Mail.example.org/",
                SmtpSecurity::Tls,
                "smtps://mail.example.org:465",
            ),
            (
                "smtp://[::1]:2525?tls=none",
                SmtpSecurity::Plain,
                "smtp://[::1]:2525?tls=none",
            ),
            (
                "smtp://relay?tls=none",
                SmtpSecurity::Plain,
                "smtp://relay:25?tls=none",
            ),
        ] {
            let url = SmtpUrl::parse(text).unwrap();
            assert_eq!((url.security, url.to_string().as_str()), (security, shown));
        }
    }

    #[test]
    fn the_password_is_decoded_and_never_shown() {
        let url = SmtpUrl::parse("smtps://desk%40example.org:HU%2FSH%25@mail.example.org").unwrap();
        let (user, password) = url.user.clone().unwrap();
        assert_eq!(
            (user.as_str(), password.expose()),
            ("desk@example.org", "HU/SH%")
        );
        let shown = format!("{url} {url:?} {}", url.server());
        assert!(
            !shown.contains("HU/SH") && !shown.contains("HU%2FSH"),
            "{shown}"
        );
    }

    #[test]
    fn what_is_no_mail_server_is_refused_unseen() {
        for text in [
            "",
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://mail.example.org?tls=maybe",
            "smtps://mail.example.org?tls=none",
            "smtp://u:HUSH@mail.example.org?tls=none",
            "smtp://u@mail.example.org",
            "smtp://:HUSH@mail.example.org",
            "smtp://u:HU/SH@mail.example.org",
            "smtp://u:HU#SH@mail.example.org",
            "smtp://u:HU%SH@mail.example.org",
            "smtp://u:HU SH@mail.example.org",
            "smtp://mail.example.org:99999",
            "smtp://mail.example.org/HUSH",
        ] {
            let problem = SmtpUrl::parse(text).unwrap_err();
            assert!(!problem.contains("HU"), "{problem}");
        }
    }
}
