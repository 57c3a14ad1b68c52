//! Composes messages: headers (RFC 5322), plain text and HTML, and the links for unsubscribing (RFC 8058).

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};

use super::body::one_line;
use super::keys::MailKey;
use super::message::{Template, Topic};
use super::outbox::queue::Letter;
use super::sites::{SiteNames, host};
use super::templates::{Around, Templates, Written};
use super::unsubscribe::token::Unsubscription;
use crate::config::Config;
use crate::email::Email;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// The composer, which writes messages in full.
pub struct Composer {
    templates: Templates,
    from: Mailbox,
    public_url: String,
    /// The language of receivers whose language is not known.
    lang: Option<Lang>,
}

/// A message, ready to be sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The id.
    pub id: Id,
    /// The template, for the log.
    pub template: Template,
    /// The time at which it was entered.
    pub created_at: Timestamp,
    /// Sender and receiver.
    pub envelope: Envelope,
    /// The message, with line ends as in RFC 5322.
    pub bytes: Vec<u8>,
}

impl Composer {
    /// Creates a composer. Without an address in the settings, messages come from the host of the public URL.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the host cannot be a part of an address.
    pub fn new(config: &Config, templates: Templates) -> Result<Self> {
        let public_url = config.server.public_url.to_string();
        let own = || {
            let host = host(&public_url);
            let address = Address::new("no-reply", &host);
            let address = address.or_else(|_| Address::new("no-reply", "localhost"));
            address.map(Mailbox::from).map_err(unfit)
        };
        let from = match &config.mail.from {
            Some(from) => from.clone(),
            None => own()?,
        };
        Ok(Self {
            templates,
            from,
            lang: config.site.languages.first().cloned(),
            public_url,
        })
    }

    /// Composes a message.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if it cannot be written, or if an address is not fit for a mail server. The error
    /// contains neither an address nor a value.
    pub fn compose(&self, letter: &Letter, key: &MailKey, sites: &SiteNames) -> Result<Outgoing> {
        let lang = letter.lang.as_ref().or(self.lang.as_ref());
        let lang = self.templates.language(letter.template, lang)?;
        let site = sites.in_language(&lang);
        let unsubscribe_url = letter
            .topic
            .map(|topic| self.unsubscribe_url(key, &letter.recipient, topic, lang.clone()));
        let around = Around {
            site,
            unsubscribe_url: unsubscribe_url.as_deref(),
        };
        let values = &letter.values.0;
        let written = self
            .templates
            .write(letter.template, &lang, values, around)?;
        let to = mailbox(&letter.recipient)?;
        let from = Mailbox {
            name: Some(self.from.name.clone().unwrap_or_else(|| one_line(site))),
            email: self.from.email.clone(),
        };
        let mut builder = self.head(letter, &written).from(from).to(to);
        if let Some(reply_to) = &letter.reply_to {
            builder = builder.reply_to(mailbox(reply_to)?);
        }
        if let Some(url) = &unsubscribe_url {
            builder = unsubscribing(builder, url)?;
        }
        let message = builder.multipart(parts(letter.id, written));
        let message = message.map_err(unfit)?;
        Ok(Outgoing {
            id: letter.id,
            template: letter.template,
            created_at: letter.created_at,
            envelope: message.envelope().clone(),
            bytes: message.formatted(),
        })
    }

    fn unsubscribe_url(&self, key: &MailKey, to: &Email, topic: Topic, lang: Lang) -> String {
        let address = key.address(to);
        let wish = Unsubscription {
            address,
            topic,
            lang,
        };
        let token = wish.token(key);
        format!("{}/v1/unsubscribe?token={token}", self.public_url)
    }

    /// Writes the headers that do not depend on the receiver. A message that is sent again has the same id, by which mail
    /// programs recognize it.
    fn head(&self, letter: &Letter, written: &Written) -> MessageBuilder {
        let millis = u64::try_from(letter.created_at.millis()).unwrap_or_default();
        let id = format!("<{}@{}>", letter.id, self.from.email.domain());
        lettre::Message::builder()
            .message_id(Some(id))
            .date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
            .subject(written.subject.as_str())
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", written.lang.as_str()))
    }
}

/// Adds the headers for unsubscribing. A click on a button of the mail program suffices only by https (RFC 8058 section 3).
fn unsubscribing(builder: MessageBuilder, url: &str) -> Result<MessageBuilder> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Internal("a URL is not in ASCII".into()));
    }
    // The URL must not be encoded or folded, and is in ASCII without spaces.
    let link = HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str("List-Unsubscribe"),
        format!("<{url}>"),
        format!("<{url}>"),
    );
    let builder = builder.raw_header(link);
    Ok(match url.starts_with("https:") {
        true => builder.raw_header(header(
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click",
        )),
        false => builder,
    })
}

/// Puts the parts together: the last is the one that mail programs prefer (RFC 2046 section 5.1.4).
fn parts(id: Id, written: Written) -> MultiPart {
    let part = |kind, content: String| SinglePart::builder().header(kind).body(content);
    MultiPart::alternative()
        .boundary(format!("part-{id}"))
        .singlepart(part(ContentType::TEXT_PLAIN, written.text))
        .singlepart(part(ContentType::TEXT_HTML, written.html))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn mailbox(email: &Email) -> Result<Mailbox> {
    let address: std::result::Result<Address, _> = email.as_str().parse();
    address.map(Mailbox::from).map_err(unfit)
}

/// Returns the error for an address that mail servers do not accept, without the address.
fn unfit(error: impl std::error::Error) -> Error {
    Error::Internal(format!("not fit for a mail server: {error}"))
}
