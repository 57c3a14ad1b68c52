//! Response headers: the components that describe them, and the references to these.

use std::collections::BTreeMap;

use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{Object, ObjectBuilder};
use utoipa::openapi::{Header, Ref, RefOr, Type};

/// Headers of a response by name.
pub type Headers = BTreeMap<String, RefOr<Header>>;

/// The headers of an answer that caches may keep.
pub const KEPT: [&str; 7] = [
    "ETag",
    "LastModified",
    "CacheControl",
    "CacheStatus",
    "SurrogateKey",
    "CacheTag",
    "Vary",
];

/// The components that describe the headers.
pub fn headers() -> Headers {
    let rows = [
        (
            "XRequestId",
            always(
                "The id of this request, as in the logs and in problem documents.",
                text("0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"),
            ),
        ),
        (
            "CurrentETag",
            sometimes(
                "The current validator of the resource; absent if the resource does not exist.",
                text("\"v4\""),
            ),
        ),
        (
            "ETag",
            always("A strong validator (RFC 9110).", text("\"v3\"")),
        ),
        (
            "Location",
            always(
                "The URL of the new resource (201), or the current URL (308).",
                text("/v1/admin/tags/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"),
            ),
        ),
        (
            "Link",
            always(
                "The URLs of other pages of the list, or of the post in other languages (RFC 8288).",
                text("</v1/posts?limit=20>; rel=\"first\""),
            ),
        ),
        (
            "CacheControl",
            always(
                "How long caches may store the response.",
                text("public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"),
            ),
        ),
        (
            "NotKept",
            always(
                "No cache may store the response.",
                text("private, no-store"),
            ),
        ),
        (
            "XRobotsTag",
            always(
                "Search engines must not index the response.",
                text("noindex"),
            ),
        ),
        (
            "LastModified",
            sometimes(
                "The time of the last change of any public content. Absent while the server does not know it, and within the second of the change.",
                text("Fri, 01 May 2026 08:00:00 GMT"),
            ),
        ),
        (
            "CacheStatus",
            always(
                "Whether the response comes from the cache of this server (RFC 9211).",
                text("tribuna; hit"),
            ),
        ),
        (
            "CacheStatusSome",
            sometimes(
                "Whether the response comes from the cache of this server (RFC 9211). Absent where the server does not use its cache.",
                text("tribuna; fwd=miss"),
            ),
        ),
        (
            "SurrogateKey",
            sometimes(
                "The surrogate keys of the response, separated by spaces, by which a CDN can purge it. At most 4,096 bytes: if there are too many keys of one kind, one key such as `post:any` replaces them.",
                text("lang:fr posts posts:fr").max_length(Some(4096)),
            ),
        ),
        (
            "CacheTag",
            sometimes(
                "The same keys as in `Surrogate-Key`, separated by commas.",
                text("lang:fr,posts,posts:fr").max_length(Some(4096)),
            ),
        ),
        (
            "Vary",
            always(
                "The request headers that the response depends on.",
                text("accept-encoding"),
            ),
        ),
        (
            "ContentLanguage",
            always("The language of the response.", text("fr")),
        ),
        (
            "WWWAuthenticate",
            always(
                "What was wrong with the credentials (RFC 6750).",
                text("Bearer realm=\"tribuna\", error=\"invalid_token\""),
            ),
        ),
        (
            "RetryAfterSome",
            sometimes(
                "The number of seconds to wait before the next attempt; absent if waiting does not help.",
                seconds(1),
            ),
        ),
        (
            "IdempotencyReplayed",
            sometimes(
                "`true` if this is the stored response to an earlier `POST` with the same `Idempotency-Key`.",
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(["true"])),
            ),
        ),
        (
            "RetryAfter",
            always(
                "The number of seconds to wait before the next attempt.",
                seconds(5),
            ),
        ),
    ];
    rows.into_iter()
        .map(|(name, header)| (name.to_owned(), header.build().into()))
        .collect()
}

/// A header that the answer may have.
fn sometimes(description: &str, schema: ObjectBuilder) -> HeaderBuilder {
    HeaderBuilder::new()
        .description(Some(description))
        .schema(Some(schema))
}

/// A header that the answer always has. utoipa has no field for it.
fn always(description: &str, schema: ObjectBuilder) -> HeaderBuilder {
    let required: Extensions = [("required", true)].into_iter().collect();
    sometimes(description, schema).extensions(Some(required))
}

fn text(example: &str) -> ObjectBuilder {
    Object::builder()
        .schema_type(Type::String)
        .examples([example])
}

fn seconds(example: u32) -> ObjectBuilder {
    let number = Object::builder().schema_type(Type::Integer);
    number.minimum(Some(0)).examples([example])
}

/// References to the named components, with `X-Request-Id`, which every answer has.
pub fn with_id(names: &[&str]) -> Headers {
    let names = ["XRequestId"].iter().chain(names);
    names
        .map(|name| (written(name).to_owned(), header_reference(name)))
        .collect()
}

/// The reference to the component of a header.
pub fn header_reference(name: &str) -> RefOr<Header> {
    RefOr::Ref(Ref::new(format!("#/components/headers/{name}")))
}

/// The name of a header, as it is sent.
fn written(component: &str) -> &str {
    match component {
        "XRequestId" => "X-Request-Id",
        "WWWAuthenticate" => "WWW-Authenticate",
        "RetryAfter" | "RetryAfterSome" => "Retry-After",
        "IdempotencyReplayed" => "Idempotency-Replayed",
        "CacheControl" | "NotKept" => "Cache-Control",
        "CacheStatus" | "CacheStatusSome" => "Cache-Status",
        "CacheTag" => "Cache-Tag",
        "LastModified" => "Last-Modified",
        "SurrogateKey" => "Surrogate-Key",
        "ContentLanguage" => "Content-Language",
        "CurrentETag" => "ETag",
        "XRobotsTag" => "X-Robots-Tag",
        same => same,
    }
}
