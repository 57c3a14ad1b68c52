//! The handlers of posts on the delivery surface.

use super::lists::criteria::Criteria;
use super::lists::facets::{self, Facets};
use super::lists::query::{FacetQuery, Inclusion, PostFilter, PostOrder, RelatedQuery};
use super::lists::row::Members;
use super::lists::{page, related};
use super::model::{PublicPost, PublicPostSummary};
use super::single;
use crate::delivery::id_or_slug::IdOrSlug;
use crate::delivery::localized::{LANG_OF_POSTS, Localized};
use crate::delivery::reader::{Reader, View};
use crate::delivery::response::{MOVED, PublicResponse};
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{PathParams, Query};
use crate::http::response::{Data, Page};
use crate::lang::Lang;
use crate::page::{Listing, Paging};

/// List posts
///
/// Newest first unless `sort` says otherwise. Pages are left out unless `type` names them. A post must match all
/// parameters, which refer to the publication that is shown. Unknown terms, authors and organizations give an empty
/// list. `Content-Language` names the languages of the items.
#[utoipa::path(
    get, path = "/v1/posts",
    params(("lang" = Option<Lang>, Query, description = LANG_OF_POSTS), Paging, Localized, PostFilter, PostOrder, Fields, Inclusion),
    responses((status = 200, body = Page<PublicPostSummary>, headers(
        ("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
pub async fn list_public_posts(
    listing: Listing,
    Query(filter): Query<PostFilter>,
    Query(order): Query<PostOrder>,
    Query(inclusion): Query<Inclusion>,
    reader: Reader,
) -> Result<PublicResponse<Page<Selected<PublicPostSummary>>>> {
    let sort = order.sort_for(&filter)?;
    let reader = reader.selecting(|asked| inclusion.added_to(asked));
    let reader = if listing.counts() {
        reader.at_length()
    } else {
        reader
    };
    let criteria = Criteria::new(reader.view(), filter);
    let among = criteria.cache_keys();
    let list = move |conn: &mut _, view: &View| {
        page::list(
            conn,
            &listing,
            &criteria,
            sort,
            Members::of_list(&view.asked),
        )
    };
    reader.page(among, list).await
}

/// Count posts by facets
///
/// The number of matching posts (pages are left out unless `type` names them) for each category (with its descendants),
/// tag, author, organization, language and year. The values with the most posts come first; years come in descending
/// order.
#[utoipa::path(
    get, path = "/v1/posts/facets",
    params(("lang" = Option<Lang>, Query, description = LANG_OF_POSTS), FacetQuery, Localized, PostFilter),
    responses((status = 200, body = Data<Facets>, headers(
        ("Content-Language" = String, description = "The languages in which categories, tags and organizations are named; absent when there are none."))))
)]
pub async fn get_post_facets(
    Query(query): Query<FacetQuery>,
    Query(filter): Query<PostFilter>,
    reader: Reader,
) -> Result<PublicResponse<Data<Selected<Facets>>>> {
    let criteria = Criteria::new(reader.view(), filter);
    let among = criteria.facet_cache_keys();
    let count = move |conn: &mut _, _: &_| facets::count(conn, &criteria, query.limit());
    reader.at_length().one(among, count).await
}

/// Read a post
///
/// By id or slug. `Content-Language` names the language shown. `Link` has the URLs of the other languages
/// (`rel="alternate"`), of the licence (`rel="license"`), and of the page on the site (`rel="canonical"`).
#[utoipa::path(
    get, path = "/v1/posts/{id_or_slug}",
    params(("lang" = Option<Lang>, Query, description = LANG_OF_POSTS), Localized, Fields, Inclusion),
    responses((status = 200, body = Data<PublicPost>, headers(
        ("Content-Language" = String, description = "The language served."),
        ("Link" = String, description = "Links (RFC 8288) in up to 4,000 bytes: the page that readers are to be sent to (`rel=canonical`), the licence (`rel=license`), and the other languages (`rel=alternate` with `hreflang`), as many as fit, with `x-default` for what is shown without `lang`. Absent when there are none."))), (status = 308, description = MOVED), (status = 410))
)]
pub async fn get_public_post(
    PathParams(id_or_slug): PathParams<IdOrSlug>,
    Query(inclusion): Query<Inclusion>,
    reader: Reader,
) -> Result<PublicResponse<Data<Selected<PublicPost>>>> {
    let among = single::keys(&id_or_slug);
    let find = move |conn: &mut _, view: &_| single::find(conn, &id_or_slug, view);
    let reader = reader.selecting(|asked| inclusion.added_to(asked));
    reader.lasting(among, find).await
}

/// List related posts
///
/// Posts, but not pages, that share categories (or their descendants) and tags with this one. Posts that are published
/// in the language in which this one is shown come first; then those that share the rarest terms.
#[utoipa::path(
    get, path = "/v1/posts/{id_or_slug}/related",
    params(("lang" = Option<Lang>, Query, description = LANG_OF_POSTS), RelatedQuery, Localized, Fields, Inclusion),
    responses((status = 200, body = Data<Vec<PublicPostSummary>>, headers(
        ("Content-Language" = String, description = "The languages of the items; absent when there are none."))), (status = 308, description = MOVED), (status = 410))
)]
pub async fn list_related_posts(
    PathParams(id_or_slug): PathParams<IdOrSlug>,
    Query(query): Query<RelatedQuery>,
    Query(inclusion): Query<Inclusion>,
    reader: Reader,
) -> Result<PublicResponse<Data<Vec<Selected<PublicPostSummary>>>>> {
    let among = related::keys(&id_or_slug);
    let list = move |conn: &mut _, view: &_| related::list(conn, &id_or_slug, query.limit(), view);
    let reader = reader.selecting(|asked| inclusion.added_to(asked));
    reader.all(among, list).await
}
