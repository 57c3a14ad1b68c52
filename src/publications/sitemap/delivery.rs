//! The handlers of the sitemap.

use actix_web::web;

use super::index::{self, Indexed};
use super::part::Part;
use super::xml::{self, Page};
use super::{news, posts, things};
use crate::catalogue::site::public as site;
use crate::config::{Config, Site};
use crate::db::Conn;
use crate::delivery::reader::{Lasting, Reader, Shown, View};
use crate::delivery::response::PublicResponse;
use crate::delivery::site_pages::SitePages;
use crate::delivery::surrogate_keys::{self, POSTS_IN_ANY};
use crate::delivery::visibility;
use crate::error::{Error, Result};
use crate::http::input::PathParams;
use crate::http::response::Document;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::state::State;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The media type of sitemaps.
const MEDIA_TYPE: &str = "application/xml";

/// Read the sitemap
///
/// The index of the sitemap: parts with the pages of the site, each with the time of its last change. A 404 if the server
/// has no address of the site (`TRIBUNA_SITE_URL`).
#[utoipa::path(
    get, path = "/v1/sitemap.xml",
    responses((status = 200, body = String, content_type = "application/xml",
        example = json!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n</sitemapindex>\n")),
        (status = 404))
)]
pub async fn get_sitemap(
    state: web::Data<State>,
    reader: Reader,
) -> Result<PublicResponse<Document>> {
    let settings = addressed(&state)?;
    let read = move |conn: &mut Conn, view: &View| {
        let site = site::find(conn, &settings, view)?;
        let pages = SitePages::new(&settings, &view.languages);
        let (parts, until) = index::read(conn, pages, &site.shown, view.now)?;
        lasting(
            conn,
            Index(parts),
            view,
            until.into_iter().chain(site.until).min(),
        )
    };
    let write = |Index(parts): &Index, config: &Config| {
        let url = |part: &Part| format!("{}/v1/sitemaps/{part}", config.server.public_url);
        let parts: Vec<_> = parts.iter().map(|(part, at)| (url(part), *at)).collect();
        Ok(document(xml::index(&parts)?))
    };
    let things = [Kind::Category, Kind::Author, Kind::Organization];
    let mut among = keys();
    among.extend(things.map(|kind| surrogate_keys::all(kind).to_owned()));
    // Posts stop being news by time alone.
    let reader = reader.at_length().undated();
    reader.document(among, read, write).await
}

/// Read a part of the sitemap
///
/// Pages of the site, each with the time of its last change and its other languages (`hreflang`), or the news of the last
/// two days. The index names the parts.
#[utoipa::path(
    get, path = "/v1/sitemaps/{part}",
    responses((status = 200, body = String, content_type = "application/xml",
        example = json!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n</urlset>\n")),
        (status = 404))
)]
pub async fn get_sitemap_part(
    PathParams(part): PathParams<Part>,
    state: web::Data<State>,
    reader: Reader,
) -> Result<PublicResponse<Document>> {
    let settings = addressed(&state)?;
    let read = move |conn: &mut Conn, view: &View| read_part(conn, part, &settings, view);
    let write = |pages: &Pages, _: &Config| Ok(document(xml::part(&pages.0)?));
    let among = match part {
        Part::News | Part::Posts(_) => keys(),
        Part::Things(kind, _) => keys().with(surrogate_keys::all(kind)),
    };
    let reader = match part {
        Part::News => reader.at_length().undated(),
        Part::Posts(_) | Part::Things(..) => reader.at_length(),
    };
    reader.document(among, read, write).await
}

fn read_part(conn: &mut Conn, part: Part, settings: &Site, view: &View) -> Result<Lasting<Pages>> {
    let site = site::find(conn, settings, view)?;
    let pages = SitePages::new(settings, &view.languages);
    let (found, until) = match part {
        Part::News => news::read(conn, pages, &site.shown, view.now)?,
        Part::Posts(number) => (posts::read(conn, number, pages, view.now)?, None),
        Part::Things(kind, number) => {
            let languages = site.shown.languages.iter();
            let langs: Vec<Lang> = languages.map(|language| language.code.clone()).collect();
            let found = things::read(conn, (kind, number), settings, &langs)?;
            (found, None)
        }
    };
    if found.is_empty() && part != Part::News {
        return Err(Error::NotFound);
    }
    lasting(
        conn,
        Pages(found),
        view,
        until.into_iter().chain(site.until).min(),
    )
}

/// Returns the settings of a site with an address.
fn addressed(state: &State) -> Result<Site> {
    let settings = &state.config.site;
    if settings.url.is_none() {
        let detail = "There is no sitemap, because the operator has not set TRIBUNA_SITE_URL, the address of the site.";
        return Err(Error::missing(detail));
    }
    Ok(settings.clone())
}

/// Returns the keys of the posts and the site.
fn keys() -> SurrogateKeys {
    let posts = SurrogateKeys::new().with(surrogate_keys::all(Kind::Post));
    posts
        .with(POSTS_IN_ANY)
        .with(surrogate_keys::all(Kind::Site))
}

fn lasting<T>(
    conn: &mut Conn,
    shown: T,
    view: &View,
    until: Option<Timestamp>,
) -> Result<Lasting<T>> {
    let next = visibility::next_change(conn, view.now)?;
    Ok(Lasting {
        shown,
        until: until.into_iter().chain(next).min(),
    })
}

fn document(content: Vec<u8>) -> Document {
    Document {
        media_type: MEDIA_TYPE,
        content,
    }
}

/// The parts of the index.
struct Index(Vec<Indexed>);

impl Shown for Index {
    fn keys(&self, _: &mut SurrogateKeys) {}
}

/// The pages of a part.
struct Pages(Vec<Page>);

impl Shown for Pages {
    fn keys(&self, _: &mut SurrogateKeys) {}
}
