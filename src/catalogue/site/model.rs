//! The data types of the site on the management surface.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::comments::CommentSettings;
use super::language_names::Direction;
use crate::by_lang::{ByLang, Described};
use crate::config;
use crate::config::Site as Settings;
use crate::db::sql_types::Json;
use crate::http::validation;
use crate::http::validation::error_at;
use crate::id::Id;
use crate::lang::Lang;
use crate::licence;
use crate::patch;
use crate::schema::site;
use crate::text;
use crate::timestamp::Timestamp;
use crate::version::{Versioned, revised};

/// The site on the management surface: what is stored, and the settings that apply where nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Site {
    /// The texts by language; the first is in the site's own language.
    #[schema(value_type = SiteTexts)]
    pub translations: ByLang<SiteText>,
    /// The URL of the front page, for languages that have none of their own.
    pub home: Option<String>,
    /// The languages, the site's own first.
    pub languages: Vec<SiteLanguage>,
    /// The licence of content that has none of its own: an SPDX identifier or a URL.
    #[schema(examples("CC-BY-4.0"))]
    pub licence: Option<String>,
    /// The contact for readers: an e-mail address or a URL.
    #[schema(examples("desk@example.org"))]
    pub contact: Option<String>,
    /// The settings for comments of readers; null while comments are closed.
    pub comments: Option<CommentSettings>,
    /// The settings of the server, which apply where the members above are null or empty.
    pub settings: SiteSettings,
    /// The version; every change increases it. It is 1 while nothing is stored.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of the last change; null while nothing is stored.
    pub updated_at: Option<Timestamp>,
}

impl Versioned for Site {
    fn version(&self) -> i32 {
        self.version
    }
}

/// The description of the site in the settings of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SiteSettings {
    /// `TRIBUNA_SITE_NAME`, in the site's own language.
    pub name: Option<String>,
    /// `TRIBUNA_SITE_DESCRIPTION`, in the site's own language.
    pub description: Option<String>,
    /// `TRIBUNA_SITE_HOME`.
    pub home: Option<String>,
    /// `TRIBUNA_SITE_LANGUAGES`.
    pub languages: Vec<Lang>,
    /// `TRIBUNA_SITE_LICENCE`.
    #[schema(examples("CC-BY-4.0"))]
    pub licence: Option<String>,
    /// `TRIBUNA_SITE_CONTACT`.
    #[schema(examples("desk@example.org"))]
    pub contact: Option<String>,
}

impl From<&Settings> for SiteSettings {
    fn from(settings: &Settings) -> Self {
        Self {
            name: settings.name.clone(),
            description: settings.description.clone(),
            home: settings.home.clone(),
            languages: settings.languages.clone(),
            licence: settings.licence.clone(),
            contact: settings.contact.clone(),
        }
    }
}

/// The texts of the site in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteText {
    /// The name. White space at its ends is removed, and line breaks become spaces.
    #[serde(deserialize_with = "text::line")]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"\S",
        examples("The Town Square")
    )]
    pub name: String,
    /// A sentence or two about the site, in plain text.
    #[serde(default, deserialize_with = "text::filled")]
    #[schema(max_length = 1000)]
    pub description: Option<String>,
    /// The URL (http or https) of the front page in this language.
    #[serde(default, deserialize_with = "text::filled")]
    #[schema(max_length = 2000, examples("https://news.example.org/fr"))]
    pub home: Option<String>,
}

/// A language of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteLanguage {
    /// The tag.
    pub code: Lang,
    /// The name, in the language itself. When absent, the server names the languages that it knows.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"\S",
        examples("Français")
    )]
    pub name: Option<String>,
    /// The direction in which the language is written. When absent, it is that of its script.
    pub direction: Option<Direction>,
}

/// The schema of the texts by language.
pub type SiteTexts = Described<SiteText, 0>;

/// The complete new state of the site. Members that are absent, null or empty are left to the settings of the server.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SiteInput, examples(json!({
    "translations": {
        "en": { "name": "The Town Square", "description": "News from nine towns." },
        "fr": { "name": "La Grand-Place", "description": "Des nouvelles de neuf villes." }
    },
    "home": "https://news.example.org/",
    "languages": [{ "code": "en" }, { "code": "fr" }],
    "licence": "CC-BY-4.0",
    "contact": "desk@example.org"
})))]
pub struct NewSite {
    /// The texts by language; the first is in the site's own language. It is shown where a requested language has none.
    #[serde(default, deserialize_with = "patch::null_is_empty")]
    #[schema(value_type = Option<SiteTexts>)]
    #[validate(custom(function = homes_are_web_addresses))]
    pub translations: ByLang<SiteText>,
    /// The URL (http or https) of the front page, for languages that have none of their own.
    #[serde(default, deserialize_with = "text::filled")]
    #[schema(max_length = 2000, examples("https://news.example.org/"))]
    #[validate(custom(function = validation::web_address))]
    pub home: Option<String>,
    /// The languages, the site's own first. Each may appear once.
    #[serde(default, deserialize_with = "patch::null_is_empty")]
    #[schema(value_type = Option<Vec<SiteLanguage>>, max_items = 200)]
    #[validate(custom(function = languages_once))]
    pub languages: Vec<SiteLanguage>,
    /// The licence of content that has none of its own: an SPDX identifier or a URL.
    #[serde(default, deserialize_with = "licence::filled")]
    #[validate(custom(function = validation::licence))]
    #[schema(
        max_length = 200,
        pattern = r"^([A-Za-z0-9][A-Za-z0-9.+-]*|https?://\S+)?$",
        examples("CC-BY-4.0")
    )]
    pub licence: Option<String>,
    /// The contact for readers: an e-mail address, or an http or https URL.
    #[serde(default, deserialize_with = "text::filled")]
    #[schema(max_length = 2000, examples("desk@example.org"))]
    #[validate(custom(function = is_reachable))]
    pub contact: Option<String>,
    /// The settings for comments of readers. When absent or null, comments are closed, except on posts that are open
    /// themselves.
    pub comments: Option<CommentSettings>,
}

fn homes_are_web_addresses(texts: &ByLang<SiteText>) -> Result<(), ValidationError> {
    for (lang, text) in texts.iter() {
        if validation::web_address(&text.home).is_err() {
            return Err(error_at(
                &format!("/{lang}/home"),
                "wrong_format",
                "must be an absolute http or https URL",
            ));
        }
    }
    Ok(())
}

fn languages_once(languages: &[SiteLanguage]) -> Result<(), ValidationError> {
    for (index, language) in languages.iter().enumerate() {
        let mut before = languages.iter().take(index);
        if before.any(|before| before.code == language.code) {
            return Err(error_at(
                &format!("/{index}/code"),
                "duplicate",
                "must not name the same language twice",
            ));
        }
    }
    Ok(())
}

fn is_reachable(contact: &str) -> Result<(), ValidationError> {
    if config::is_contact(contact) {
        return Ok(());
    }
    Err(validation::error(
        "wrong_format",
        "must be an e-mail address, or an absolute http or https URL",
    ))
}

/// The row of the site.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = site, treat_none_as_null = true)]
pub struct SiteRow {
    /// The id, which is always the same.
    pub id: Id,
    /// The URL of the front page.
    pub home: Option<String>,
    /// The languages.
    pub languages: Json<Vec<SiteLanguage>>,
    /// The licence.
    pub licence: Option<String>,
    /// The contact.
    pub contact: Option<String>,
    /// The texts by language.
    pub translations: ByLang<SiteText>,
    /// The version.
    pub version: i32,
    /// The time at which something was first stored.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The settings for comments.
    pub comments: Option<Json<CommentSettings>>,
}

revised!(SiteRow);

impl SiteRow {
    /// Returns the members that the change log records.
    pub fn logged(&self) -> impl Serialize {
        serde_json::json!({
            "translations": self.translations, "home": self.home, "languages": self.languages,
            "licence": self.licence, "contact": self.contact, "comments": self.comments,
        })
    }
}
