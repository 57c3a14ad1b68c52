//! Posts for the public.

use super::lists::facets::{self, Facets};
use super::lists::matching::Wish;
use super::lists::query::{FacetQuery, Inclusion, PostFilter, PostOrder, PostSort, RelatedQuery};
use super::lists::row::Parts;
use super::lists::{page, related};
use super::model::{PublicPost, PublicPostSummary};
use super::single;
use crate::delivery::answer::Delivered;
use crate::delivery::localized::Localized;
use crate::delivery::reader::{Reader, View};
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{PathParams, Query};
use crate::http::reply::{Data, Page};
use crate::page::{Listing, Paging};

/// List posts
///
/// Newest first unless `sort` says otherwise. Parameters combine, and all look at the publication that is shown; unknown
/// terms, authors and organizations give an empty list. `Content-Language` names the languages of the items.
#[utoipa::path(
    get, path = "/v1/posts",
    params(Paging, Localized, PostFilter, PostOrder, Fields, Inclusion),
    responses((status = 200, body = Page<PublicPostSummary>, headers(
        ("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
pub async fn list_public_posts(
    listing: Listing,
    Query(filter): Query<PostFilter>,
    Query(order): Query<PostOrder>,
    Query(inclusion): Query<Inclusion>,
    reader: Reader,
) -> Result<Delivered<Page<Selected<PublicPostSummary>>>> {
    let sort = order.sort.unwrap_or(PostSort::Newest);
    let reader = reader.including(inclusion.names());
    let reader = match listing.counts() {
        true => reader.at_length(),
        false => reader,
    };
    let wish = Wish::of(reader.view(), filter);
    let among = wish.keys();
    let list = move |conn: &mut _, view: &View| {
        page::list(conn, &listing, &wish, sort, Parts::of_list(&view.asked))
    };
    reader.page(among, list).await
}

/// Count posts by facets
///
/// How many of the posts that the filters leave there are for each category (with all below it), tag, author,
/// organization, language and year. The most frequent come first, years the newest first.
#[utoipa::path(
    get, path = "/v1/posts/facets",
    params(FacetQuery, Localized, PostFilter),
    responses((status = 200, body = Data<Facets>, headers(
        ("Content-Language" = String, description = "The languages in which categories and tags are named; absent when there are none."))))
)]
pub async fn get_post_facets(
    Query(query): Query<FacetQuery>,
    Query(filter): Query<PostFilter>,
    reader: Reader,
) -> Result<Delivered<Data<Selected<Facets>>>> {
    let wish = Wish::of(reader.view(), filter);
    let among = wish.counted();
    let count = move |conn: &mut _, _: &_| facets::count(conn, &wish, query.limit());
    reader.at_length().one(among, count).await
}

/// Read a post
///
/// By id or slug. `Content-Language` says which language is served, `Link: rel="alternate"` where the others are.
#[utoipa::path(
    get, path = "/v1/posts/{id_or_slug}",
    params(Localized, Fields, Inclusion),
    responses((status = 200, body = Data<PublicPost>, headers(
        ("Content-Language" = String, description = "The language served."),
        ("Link" = String, description = "Where the other languages are: `rel=alternate` with `hreflang` (RFC 8288), as many as 4,000 bytes hold; absent when there are none."))))
)]
pub async fn get_public_post(
    PathParams(id_or_slug): PathParams<String>,
    Query(inclusion): Query<Inclusion>,
    reader: Reader,
) -> Result<Delivered<Data<Selected<PublicPostSummary>>>> {
    let among = single::keys(&id_or_slug);
    let find = move |conn: &mut _, view: &_| single::find(conn, &id_or_slug, view);
    let reader = reader.including(inclusion.names());
    reader.lasting(among, find).await
}

/// List related posts
///
/// Posts that share categories (or have one below) and tags with this one, those with rare ones in common first; before
/// them all, those that can be read in the language in which this one is shown.
#[utoipa::path(
    get, path = "/v1/posts/{id_or_slug}/related",
    params(RelatedQuery, Localized, Fields, Inclusion),
    responses((status = 200, body = Data<Vec<PublicPostSummary>>, headers(
        ("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
pub async fn list_related_posts(
    PathParams(id_or_slug): PathParams<String>,
    Query(query): Query<RelatedQuery>,
    Query(inclusion): Query<Inclusion>,
    reader: Reader,
) -> Result<Delivered<Data<Vec<Selected<PublicPostSummary>>>>> {
    let among = related::keys(&id_or_slug);
    let list = move |conn: &mut _, view: &_| related::list(conn, &id_or_slug, query.limit(), view);
    let reader = reader.including(inclusion.names());
    reader.all(among, list).await
}
