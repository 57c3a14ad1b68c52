//! Posts for the public.

use actix_web::http::header;
use actix_web::{HttpRequest, get, web};

use super::model::{LanguageQuery, PublicPost, PublicPostQuery, PublicPostSummary};
use super::page;
use crate::error::Result;
use crate::http::input::{Key, Query};
use crate::http::reply::{Data, Page};
use crate::languages::Languages;
use crate::page::Listing;
use crate::resources::delivered::Delivered;
use crate::resources::listing::DEFAULT_LIMIT;
use crate::resources::state::State;

/// List posts
///
/// Newest first, by the date of the publication shown. Parameters combine; unknown terms and authors give an empty list.
#[utoipa::path(params(PublicPostQuery), responses((status = 200, body = Page<PublicPostSummary>)))]
#[get("/v1/posts")]
async fn list_public_posts(
    state: web::Data<State>,
    request: HttpRequest,
    Query(query): Query<PublicPostQuery>,
) -> Result<Delivered<Page<PublicPostSummary>>> {
    let listing = Listing::new(
        request.path(),
        request.query_string(),
        query.limit.unwrap_or(DEFAULT_LIMIT),
    );
    let languages = Languages::new(query.lang.clone(), query.fallback.as_deref())?;
    let now = state.clock.now();
    let found = state
        .db
        .read(move |conn| page::list(conn, &listing, &query, &languages, now))
        .await?;
    Ok(state.deliver_until(
        Page {
            data: found.posts,
            page: found.page,
        },
        found.until,
    ))
}

/// Read a post
///
/// By id or slug. `Content-Language` says which language is served, `Link: rel="alternate"` where the others are.
#[utoipa::path(
    params(LanguageQuery),
    responses((status = 200, body = Data<PublicPost>, headers(
        ("Content-Language" = String, description = "The language served."),
        ("Link" = String, description = "Where the other languages are: `rel=alternate` with `hreflang` (RFC 8288); absent when there are none."))))
)]
#[get("/v1/posts/{id_or_slug}")]
async fn get_public_post(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(query): Query<LanguageQuery>,
) -> Result<Delivered<Data<PublicPost>>> {
    let languages = Languages::new(query.lang, query.fallback.as_deref())?;
    let now = state.clock.now();
    let found = state
        .db
        .read(move |conn| page::find(conn, &id_or_slug, &languages, now))
        .await?;
    let summary = &found.post.summary;
    let lang = summary.lang.to_string();
    let alternate = |one: &super::model::TranslationRef| {
        format!(
            "<{}>; rel=\"alternate\"; hreflang=\"{}\"",
            one.url, one.lang
        )
    };
    let alternates: Vec<String> = summary.translations.iter().map(alternate).collect();
    let mut delivered = state
        .deliver_until(Data { data: found.post }, found.until)
        .with(header::CONTENT_LANGUAGE, lang);
    if !alternates.is_empty() {
        delivered = delivered.with(header::LINK, alternates.join(", "));
    }
    Ok(delivered)
}
