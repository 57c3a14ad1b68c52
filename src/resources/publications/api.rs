//! Posts for the public.

use actix_web::http::header;
use actix_web::{get, web};

use super::facets::{self, Facets};
use super::matching::Wish;
use super::model::{PublicPost, PublicPostSummary, TranslationRef};
use super::query::{FacetQuery, Inclusion, PostFilter, PostOrder, PostSort, RelatedQuery};
use super::row::Parts;
use super::{page, related, single};
use crate::error::Result;
use crate::fields::{Fields, Selected, Selection};
use crate::http::input::{Key, Query};
use crate::http::reply::{Data, Page};
use crate::page::{Listing, Paging};
use crate::resources::delivered::Delivered;
use crate::resources::localized::{Localized, content_language};
use crate::resources::state::State;

/// List posts
///
/// Newest first unless `sort` says otherwise. Parameters combine, and all look at the publication that is shown; unknown
/// terms, authors and organizations give an empty list. `Content-Language` names the languages of the items.
#[utoipa::path(
    params(Paging, Localized, PostFilter, PostOrder, Fields, Inclusion),
    responses((status = 200, body = Page<PublicPostSummary>, headers(
        ("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
#[get("/v1/posts")]
async fn list_public_posts(
    state: web::Data<State>,
    listing: Listing,
    Query(localized): Query<Localized>,
    Query(filter): Query<PostFilter>,
    Query(order): Query<PostOrder>,
    Query(fields): Query<Fields>,
    Query(inclusion): Query<Inclusion>,
) -> Result<Delivered<Page<Selected<PublicPostSummary>>>> {
    let selection = Selection::new(fields, inclusion.names());
    let (parts, sort) = (
        Parts::of_list(&selection),
        order.sort.unwrap_or(PostSort::Newest),
    );
    let wish = Wish {
        languages: localized.languages()?,
        filter,
        now: state.clock.now(),
    };
    let counts = listing.counts();
    let read = move |conn: &mut _| page::list(conn, &listing, &wish, sort, parts);
    let found = if counts {
        state.db.read_at_length(read).await?
    } else {
        state.db.read(read).await?
    };
    let languages = content_language(found.posts.iter().map(|post| &post.lang));
    let data = Selected::all(found.posts, selection);
    let page = Page {
        data,
        page: found.page,
    };
    Ok(state
        .deliver_until(page, found.until)
        .with_some(header::CONTENT_LANGUAGE, languages))
}

/// Count posts by facets
///
/// How many of the posts that the filters leave there are for each category (with all below it), tag, author,
/// organization, language and year. The most frequent come first, years the newest first.
#[utoipa::path(
    params(FacetQuery, Localized, PostFilter),
    responses((status = 200, body = Data<Facets>, headers(
        ("Content-Language" = String, description = "The languages in which categories and tags are named; absent when there are none."))))
)]
#[get("/v1/posts/facets")]
async fn get_post_facets(
    state: web::Data<State>,
    Query(query): Query<FacetQuery>,
    Query(localized): Query<Localized>,
    Query(filter): Query<PostFilter>,
) -> Result<Delivered<Data<Facets>>> {
    let wish = Wish {
        languages: localized.languages()?,
        filter,
        now: state.clock.now(),
    };
    let read = move |conn: &mut _| facets::count(conn, &wish, query.limit());
    let (data, until) = state.db.read_at_length(read).await?;
    let languages = content_language(data.named_in.iter());
    Ok(state
        .deliver_until(Data { data }, until)
        .with_some(header::CONTENT_LANGUAGE, languages))
}

/// Read a post
///
/// By id or slug. `Content-Language` says which language is served, `Link: rel="alternate"` where the others are.
#[utoipa::path(
    params(Localized, Fields, Inclusion),
    responses((status = 200, body = Data<PublicPost>, headers(
        ("Content-Language" = String, description = "The language served."),
        ("Link" = String, description = "Where the other languages are: `rel=alternate` with `hreflang` (RFC 8288), as many as 4,000 bytes hold; absent when there are none."))))
)]
#[get("/v1/posts/{id_or_slug}")]
async fn get_public_post(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(localized): Query<Localized>,
    Query(fields): Query<Fields>,
    Query(inclusion): Query<Inclusion>,
) -> Result<Delivered<Data<Selected<PublicPostSummary>>>> {
    let selection = Selection::new(fields, inclusion.names());
    let parts = Parts::of_one(&selection);
    let (languages, now) = (localized.languages()?, state.clock.now());
    let read = move |conn: &mut _| single::find(conn, &id_or_slug, parts, &languages, now);
    let found = state.db.read(read).await?;
    let lang = found.post.lang.to_string();
    let alternates = alternates(&found.post.translations);
    let data = Selected::one(found.post, selection);
    let delivered = state.deliver_until(Data { data }, found.until);
    Ok(delivered
        .with(header::CONTENT_LANGUAGE, lang)
        .with_some(header::LINK, alternates))
}

/// List related posts
///
/// Posts that share categories (or have one below) and tags with this one, those with rare ones in common first; before
/// them all, those that can be read in the language in which this one is shown.
#[utoipa::path(
    params(RelatedQuery, Localized, Fields, Inclusion),
    responses((status = 200, body = Data<Vec<PublicPostSummary>>, headers(
        ("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
#[get("/v1/posts/{id_or_slug}/related")]
async fn list_related_posts(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(query): Query<RelatedQuery>,
    Query(localized): Query<Localized>,
    Query(fields): Query<Fields>,
    Query(inclusion): Query<Inclusion>,
) -> Result<Delivered<Data<Vec<Selected<PublicPostSummary>>>>> {
    let selection = Selection::new(fields, inclusion.names());
    let (parts, limit) = (Parts::of_list(&selection), query.limit());
    let (languages, now) = (localized.languages()?, state.clock.now());
    let read =
        move |conn: &mut _| related::list(conn, &id_or_slug, limit, parts, (&languages, now));
    let (posts, until) = state.db.read(read).await?;
    let languages = content_language(posts.iter().map(|post| &post.lang));
    let data = Selected::all(posts, selection);
    let delivered = state.deliver_until(Data { data }, until);
    Ok(delivered.with_some(header::CONTENT_LANGUAGE, languages))
}

/// In bytes: proxies refuse long headers. `translations` has all languages.
const LONGEST_LINK: usize = 4000;

fn alternates(translations: &[TranslationRef]) -> Option<String> {
    let alternate = |one: &TranslationRef| {
        format!(
            "<{}>; rel=\"alternate\"; hreflang=\"{}\"",
            one.url, one.lang
        )
    };
    let mut links = String::new();
    for link in translations.iter().map(alternate) {
        if links.len() + link.len() > LONGEST_LINK {
            break;
        }
        if !links.is_empty() {
            links.push_str(", ");
        }
        links.push_str(&link);
    }
    (!links.is_empty()).then_some(links)
}
