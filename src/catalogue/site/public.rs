//! The site on the delivery surface: what is stored and the settings of the server, put together.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use serde::Serialize;
use utoipa::ToSchema;

use super::language_names::{Direction, direction_of, names_of};
use super::model::{SiteLanguage, SiteRow, SiteText};
use super::store;
use crate::by_lang::ByLang;
use crate::config::{Site as Settings, SitePaths};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::delivery::reader::{Lasting, Shown, View};
use crate::delivery::surrogate_keys::POSTS_IN_ANY;
use crate::delivery::visibility::{self, live};
use crate::error::Result;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::slugs::addresses;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The site, with its texts in the language shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicSite {
    /// The name; null if the site has none.
    pub name: Option<String>,
    /// A sentence or two about the site, in plain text.
    pub description: Option<String>,
    /// The URL of the front page in this language.
    #[schema(format = "uri")]
    pub home: Option<String>,
    /// The absolute address of the site, below which the paths are; null if the settings do not say it.
    #[schema(format = "uri", examples("https://news.example.org"))]
    pub url: Option<String>,
    /// The language of the texts; null if there are none, or if the settings do not say their language.
    pub lang: Option<Lang>,
    /// The language that the request asked for.
    pub requested_lang: Option<Lang>,
    /// True if another language is shown than the request asked for.
    pub is_fallback: bool,
    /// The names by language; the first is in the site's own language.
    pub translations: Vec<PublicSiteText>,
    /// The languages of the site, its own first. If the site does not say, these are the languages of the public posts.
    pub languages: Vec<PublicLanguage>,
    /// The licence of content that has none of its own: an SPDX identifier or a URL.
    #[schema(examples("CC-BY-4.0"))]
    pub licence: Option<String>,
    /// The contact for readers: an e-mail address or a URL.
    #[schema(examples("desk@example.org"))]
    pub contact: Option<String>,
    /// The newest posts for programs that follow them: for all languages and for each, as a list of the API, in Atom, in RSS
    /// and as a JSON Feed.
    pub feeds: Vec<Feed>,
    /// The paths of the site by kind, as the operator configured them. `GET /v1/resolve` takes and returns such paths.
    pub paths: Vec<SitePath>,
    /// The time at which admins last changed what is stored; null if nothing is.
    pub updated_at: Option<Timestamp>,
    /// True if the languages are those of the public posts.
    #[serde(skip)]
    pub follows_posts: bool,
}

/// The name of the site in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicSiteText {
    /// The language.
    pub lang: Lang,
    /// The name in this language.
    pub name: String,
    /// The URL of the front page in this language.
    #[schema(format = "uri")]
    pub home: Option<String>,
}

/// A language of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicLanguage {
    /// The tag.
    pub code: Lang,
    /// The name, in the language itself; the tag if the server does not know the name.
    pub name: String,
    /// The direction in which the language is written.
    pub direction: Direction,
}

/// The newest posts in one format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Feed {
    /// The URL, relative to the root of the API.
    #[schema(format = "uri-reference")]
    pub url: String,
    /// The media type.
    #[schema(examples("application/json"))]
    pub media_type: String,
    /// The language of the posts; null for all languages.
    pub lang: Option<Lang>,
}

/// The path of the things of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SitePath {
    /// The kind, or `page` for posts of this type. Without a pattern of their own, pages have that of posts.
    #[schema(examples("post"))]
    pub kind: &'static str,
    /// The path. `{slug}` stands for the slug of the thing, and `{lang}` for the language shown.
    #[schema(examples("/{lang}/{slug}"))]
    pub pattern: String,
}

impl Shown for PublicSite {
    fn keys(&self, keys: &mut SurrogateKeys) {
        if self.follows_posts {
            keys.add(POSTS_IN_ANY);
        }
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.extend(&self.lang);
    }
}

/// Returns the site for a reader.
///
/// # Errors
/// Returns database errors.
pub fn find(conn: &mut Conn, settings: &Settings, view: &View) -> Result<Lasting<PublicSite>> {
    let stored = store::row(conn)?;
    let mut languages = languages(stored.as_ref(), &settings.languages);
    let follows_posts = languages.is_empty();
    let mut until = None;
    if follows_posts {
        languages = languages_of_posts(conn, view.now)?;
        until = visibility::next_change(conn, view.now)?;
    }
    let own = first_language(stored.as_ref(), &settings.languages);
    let texts = Texts::new(stored.as_ref(), settings, own);
    let text = texts.shown(&view.languages);
    let requested_lang = view.languages.wanted().cloned();
    let stored = stored.as_ref();
    let shown = PublicSite {
        is_fallback: requested_lang.is_some() && text.lang.is_some() && requested_lang != text.lang,
        requested_lang,
        name: text.name,
        description: text.description,
        home: text.home,
        url: settings.url.as_ref().map(ToString::to_string),
        lang: text.lang,
        translations: texts.translations(),
        licence: either(stored.map(|row| &row.licence), &settings.licence),
        contact: either(stored.map(|row| &row.contact), &settings.contact),
        feeds: feeds(&languages),
        languages: named(languages),
        paths: paths(&settings.paths),
        updated_at: stored.map(|row| row.updated_at),
        follows_posts,
    };
    Ok(Lasting { shown, until })
}

/// Returns the stored value or, where there is none, that of the setting.
fn either(stored: Option<&Option<String>>, setting: &Option<String>) -> Option<String> {
    stored.and_then(Clone::clone).or_else(|| setting.clone())
}

/// Returns the languages that admins have stored, or else those of the settings.
fn languages(stored: Option<&SiteRow>, settings: &[Lang]) -> Vec<SiteLanguage> {
    match stored.map(|row| row.languages.0.as_slice()) {
        Some(stored @ [_, ..]) => stored.to_vec(),
        _ => settings.iter().cloned().map(unnamed).collect(),
    }
}

fn unnamed(code: Lang) -> SiteLanguage {
    SiteLanguage {
        code,
        name: None,
        direction: None,
    }
}

/// Returns the site's own language; `None` if neither admins nor the languages in the settings say it.
///
/// # Errors
/// Returns database errors.
pub fn own_language(conn: &mut Conn, settings: &[Lang]) -> Result<Option<Lang>> {
    let stored = store::row(conn)?;
    Ok(first_language(stored.as_ref(), settings))
}

/// Returns the language of the name and the description in the settings.
fn first_language(stored: Option<&SiteRow>, settings: &[Lang]) -> Option<Lang> {
    let first = languages(stored, settings).into_iter().next();
    let first = first.map(|first| first.code);
    first.or_else(|| Some(stored?.translations.first()?.0.clone()))
}

/// Returns the languages in which any post is public, in the order of their tags. Reads one entry of the index for each
/// language, however many posts there are.
fn languages_of_posts(conn: &mut Conn, now: Timestamp) -> Result<Vec<SiteLanguage>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        lang: Lang,
    }
    let mut sql = Sql::new(
        "WITH RECURSIVE l (lang) AS (SELECT min(p.lang) FROM publications p UNION ALL \
         SELECT (SELECT min(p.lang) FROM publications p WHERE p.lang > l.lang) FROM l WHERE l.lang IS NOT NULL) \
         SELECT l.lang FROM l WHERE l.lang IS NOT NULL AND EXISTS (SELECT 1 FROM publications p WHERE p.lang = l.lang AND ",
    );
    live(&mut sql, "p", now);
    sql.push(") ORDER BY l.lang");
    let rows: Vec<Row> = sql.load(conn)?;
    Ok(rows.into_iter().map(|row| unnamed(row.lang)).collect())
}

/// Returns the feeds and the lists of the newest posts: of all languages, and of each.
fn feeds(languages: &[SiteLanguage]) -> Vec<Feed> {
    let all = std::iter::once(None);
    let each = languages.iter().map(|language| Some(language.code.clone()));
    let of_lang = |lang: Option<Lang>| {
        let list = addresses::list_url(Kind::Post, lang.as_ref());
        let feeds = addresses::FEEDS
            .into_iter()
            .map(|(feed, media_type)| (addresses::feed_url(feed, lang.as_ref()), media_type));
        let all: Vec<Feed> = std::iter::once((list, "application/json"))
            .chain(feeds)
            .map(|(url, media_type)| Feed {
                url,
                media_type: media_type.to_owned(),
                lang: lang.clone(),
            })
            .collect();
        all
    };
    all.chain(each).flat_map(of_lang).collect()
}

fn paths(paths: &SitePaths) -> Vec<SitePath> {
    let path = |(kind, pattern): (&'static str, &str)| SitePath {
        kind,
        pattern: pattern.to_owned(),
    };
    paths.patterns().map(path).collect()
}

/// The texts of the site, stored and from the settings.
struct Texts {
    by_lang: ByLang<SiteText>,
    /// The URL of the front page of languages that have none of their own.
    home: Option<String>,
    /// The name and the description of the settings if nothing says their language.
    nameless: (Option<String>, Option<String>),
}

impl Texts {
    /// Puts the stored texts and those of the settings together; the latter are in the language `own`.
    fn new(stored: Option<&SiteRow>, settings: &Settings, own: Option<Lang>) -> Self {
        let mut by_lang = stored.map_or_else(ByLang::default, |row| row.translations.clone());
        let mut nameless = (None, None);
        match own {
            Some(own) => Self::add(&mut by_lang, settings, own),
            None => nameless = (settings.name.clone(), settings.description.clone()),
        }
        Self {
            by_lang,
            home: either(stored.map(|row| &row.home), &settings.home),
            nameless,
        }
    }

    fn add(by_lang: &mut ByLang<SiteText>, settings: &Settings, own: Lang) {
        let description = settings.description.clone();
        match (by_lang.get(&own).cloned(), &settings.name) {
            (Some(stored), _) => {
                let description = stored.description.or(description);
                by_lang.set(
                    own,
                    SiteText {
                        description,
                        ..stored
                    },
                );
            }
            (None, Some(name)) => {
                let text = SiteText {
                    name: name.clone(),
                    description,
                    home: None,
                };
                by_lang.set(own, text);
            }
            (None, None) => {}
        }
    }

    /// Returns the text in the language that suits the reader: the best that the reader accepts, or else the first.
    fn shown(&self, languages: &Languages) -> ShownText {
        match languages.best_of(&self.by_lang) {
            Some((lang, text)) => ShownText {
                lang: Some(lang.clone()),
                name: Some(text.name.clone()),
                description: text.description.clone(),
                home: self.home_of(text),
            },
            None => ShownText {
                lang: None,
                name: self.nameless.0.clone(),
                description: self.nameless.1.clone(),
                home: self.home.clone(),
            },
        }
    }

    fn home_of(&self, text: &SiteText) -> Option<String> {
        text.home.clone().or_else(|| self.home.clone())
    }

    /// Returns the names in all languages.
    fn translations(&self) -> Vec<PublicSiteText> {
        let translation = |(lang, text): (&Lang, &SiteText)| PublicSiteText {
            lang: lang.clone(),
            name: text.name.clone(),
            home: self.home_of(text),
        };
        self.by_lang.iter().map(translation).collect()
    }
}

/// The texts of the site in one language.
struct ShownText {
    lang: Option<Lang>,
    name: Option<String>,
    description: Option<String>,
    home: Option<String>,
}

/// Returns the languages with a name and a direction each.
fn named(languages: Vec<SiteLanguage>) -> Vec<PublicLanguage> {
    let given = languages.iter();
    let given: Vec<(&Lang, Option<&str>)> =
        given.map(|one| (&one.code, one.name.as_deref())).collect();
    let names = names_of(&given);
    let named = |(language, name): (SiteLanguage, String)| PublicLanguage {
        name,
        direction: language
            .direction
            .unwrap_or_else(|| direction_of(&language.code)),
        code: language.code,
    };
    languages.into_iter().zip(names).map(named).collect()
}
