//! The handlers of cards and of oEmbed.

use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::web;

use super::card;
use super::oembed::{OEmbed, OEmbedFormat, OEmbedQuery};
use super::target::Target;
use crate::config::Config;
use crate::db::Conn;
use crate::delivery::id_or_slug::IdOrSlug;
use crate::delivery::localized::{LANG_OF_POSTS, Localized};
use crate::delivery::reader::{Lasting, Reader, View};
use crate::delivery::response::{MOVED, PublicResponse};
use crate::error::{Error, Result};
use crate::fields::Selection;
use crate::http::input::{PathParams, Query};
use crate::http::response::Document;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::publications::model::PublicPost;
use crate::publications::single;
use crate::slugs::addresses::{card_url, delivery_url};
use crate::state::State;

/// Read the card of a post
///
/// A small HTML page without scripts for a frame on the pages of others: title, authors, translators, excerpt and licence,
/// in the direction of the language, light or dark as the reader prefers.
#[utoipa::path(
    get, path = "/v1/posts/{id_or_slug}/card",
    params(("lang" = Option<Lang>, Query, description = LANG_OF_POSTS), Localized),
    responses((status = 200, body = String, content_type = "text/html", headers(
        ("Content-Language" = String, description = "The language served."),
        ("Content-Security-Policy" = String, description = "Nothing but the style of the page is allowed; every page may have it in a frame.")),
        example = json!("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n</html>\n")),
        (status = 308, description = MOVED), (status = 410))
)]
pub async fn get_post_card(
    PathParams(id_or_slug): PathParams<IdOrSlug>,
    reader: Reader,
) -> Result<PublicResponse<Document>> {
    let among = single::keys(&id_or_slug);
    let find =
        move |conn: &mut Conn, view: &View| single::find_at(conn, &id_or_slug, view, card_url);
    let write = |post: &PublicPost, config: &Config| {
        Ok(Document {
            media_type: "text/html; charset=utf-8",
            content: card::write(&post.summary, config).into_bytes(),
        })
    };
    let response = reader
        .selecting(without_body)
        .document(among, find, write)
        .await?;
    Ok(response.with_some(CONTENT_SECURITY_POLICY, Some(card::POLICY.clone())))
}

/// Selects everything but the text, which no card shows.
fn without_body(_: Selection) -> Selection {
    Selection::all_but("body")
}

/// Embed a post
///
/// oEmbed 1.0: takes the URL of a post, on the site or in the API, or of its card, and returns HTML for a frame with
/// the card. Slugs that have changed are followed. 404 if the URL leads to no post.
#[utoipa::path(
    get, path = "/v1/oembed",
    params(OEmbedQuery),
    responses((status = 200, content((OEmbed = "application/json"), (String = "text/xml", example = json!("<oembed>\n<version>1.0</version>\n<type>rich</type>\n</oembed>\n"))), headers(
        ("Content-Language" = String, description = "The language of the post."))), (status = 404), (status = 410))
)]
pub async fn get_oembed(
    state: web::Data<State>,
    Query(query): Query<OEmbedQuery>,
    reader: Reader,
) -> Result<PublicResponse<Document>> {
    let target = Target::at(&query.url, &state.config).ok_or_else(|| {
        Error::missing("The URL leads to no post. Send that of a post, on the site or in the API.")
    })?;
    let among = single::keys(&target.name);
    let find = move |conn: &mut Conn, view: &View| find(conn, target.clone(), view);
    let write = |post: &PublicPost, config: &Config| {
        let embed = OEmbed::new(&post.summary, &query, config);
        embed.write(query.format.unwrap_or(OEmbedFormat::Json))
    };
    reader
        .selecting(without_body)
        .document(among, find, write)
        .await
}

/// The number of redirects that are followed: from capital letters, then from a former slug.
const MOST_MOVES: usize = 3;

fn find(conn: &mut Conn, mut target: Target, view: &View) -> Result<Lasting<PublicPost>> {
    for _ in 0..MOST_MOVES {
        let view = View {
            languages: Languages::new(target.lang.clone(), target.fallback.clone())?,
            ..view.clone()
        };
        match single::find_at(conn, &target.name, &view, delivery_url) {
            Err(Error::Moved(to)) => {
                let moved = Target::moved(&to).ok_or(Error::NotFound)?;
                target = Target {
                    lang: moved.lang.or(target.lang),
                    fallback: target.fallback,
                    ..moved
                };
            }
            found => return found,
        }
    }
    Err(Error::NotFound)
}
