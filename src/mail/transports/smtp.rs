//! The mail server (RFC 5321): one connection for each message, with a time limit for the connection and for each answer.

use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use super::Transport;
use super::refusal::Refusal;
use crate::config::{SmtpSecurity, SmtpUrl};
use crate::mail::composer::Outgoing;

/// The time limit for the connection and for each answer. Servers that look for spam take their time.
pub const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The answers by which a server asks for a user or TLS (RFC 4954 section 6). They say nothing about the message.
const ABOUT_THE_CLIENT: [u16; 4] = [530, 534, 535, 538];

/// A mail server.
pub struct Smtp {
    url: SmtpUrl,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    limit: Duration,
}

impl Smtp {
    /// Creates the transport. `own_name` is the host by which this server introduces itself. The roots that the system
    /// trusts are read now.
    ///
    /// # Errors
    /// Returns what is wrong with TLS.
    pub fn new(url: &SmtpUrl, own_name: &str, limit: Duration) -> Result<Self, String> {
        let tls = match url.security {
            SmtpSecurity::Plain => None,
            SmtpSecurity::StartTls | SmtpSecurity::Tls => {
                let tls = TlsParameters::new(url.host.clone());
                Some(tls.map_err(|error| format!("cannot be used: {error}"))?)
            }
        };
        let user = url.user.as_ref();
        let credentials = user
            .map(|(user, password)| Credentials::new(user.clone(), password.expose().to_owned()));
        let is_name = own_name.contains('.') && own_name.parse::<std::net::IpAddr>().is_err();
        let hello = match is_name && own_name.is_ascii() {
            true => ClientId::Domain(own_name.to_owned()),
            false => ClientId::default(),
        };
        Ok(Self {
            url: url.clone(),
            tls,
            credentials,
            hello,
            limit,
        })
    }

    /// Connects and signs in. Nothing that fails here is a property of the message.
    fn connect(&self) -> Result<SmtpConnection, SmtpError> {
        let server = (self.url.host.as_str(), self.url.port);
        let wraps = self
            .tls
            .as_ref()
            .filter(|_| self.url.security == SmtpSecurity::Tls);
        let mut connection =
            SmtpConnection::connect(server, Some(self.limit), &self.hello, wraps, None)?;
        if let (SmtpSecurity::StartTls, Some(tls)) = (self.url.security, &self.tls) {
            connection.starttls(tls, &self.hello)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials)?;
        }
        Ok(connection)
    }
}

impl Smtp {
    /// Describes an error. The system calls an answer that does not come in time a resource that is not available.
    fn reason(&self, error: &SmtpError) -> String {
        let mut source = error.source();
        while let Some(inner) = source {
            let kind = inner.downcast_ref::<io::Error>().map(io::Error::kind);
            if matches!(kind, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut)) {
                return format!("no answer within {} seconds", self.limit.as_secs());
            }
            source = inner.source();
        }
        error.to_string()
    }
}

impl Transport for Smtp {
    fn send(&self, mail: &Outgoing) -> Result<String, Refusal> {
        let connected = self.connect();
        let mut connection =
            connected.map_err(|error| Refusal::temporary(&self.reason(&error), &mail.envelope))?;
        let sent = connection.send(&mail.envelope, &mail.bytes);
        match sent {
            Ok(_) => {
                connection.abort();
                Ok(format!("accepted by {}", self.url.server()))
            }
            Err(error) if is_permanent(&error) => {
                Err(Refusal::permanent(&self.reason(&error), &mail.envelope))
            }
            Err(error) => Err(Refusal::temporary(&self.reason(&error), &mail.envelope)),
        }
    }

    fn place(&self) -> String {
        self.url.server()
    }
}

fn is_permanent(error: &SmtpError) -> bool {
    let code = error.status().map(u16::from);
    error.is_permanent() && !code.is_some_and(|code| ABOUT_THE_CLIENT.contains(&code))
}
