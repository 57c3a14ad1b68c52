//! Response headers: the components that describe them, and the references to these.

use serde_json::{Map, Value, json};

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
pub fn headers() -> Value {
    // A header that is required is always there.
    let text = |description: &str, example: &str| json!({ "description": description, "required": true, "schema": { "type": "string", "examples": [example] } });
    json!({
        "XRequestId": text("The id of this request, as in the logs and in problem documents.", "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"),
        "CurrentETag": json!({ "description": "The current validator of the resource; absent if the resource does not exist.", "schema": { "type": "string", "examples": ["\"v4\""] } }),
        "ETag": text("A strong validator (RFC 9110).", "\"v3\""),
        "Location": text("The URL of the new resource (201), or the current URL (308).", "/v1/admin/tags/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"),
        "Link": text("The URLs of other pages of the list, or of the post in other languages (RFC 8288).", "</v1/posts?limit=20>; rel=\"first\""),
        "CacheControl": text("How long caches may store the response.", "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"),
        "NotKept": text("No cache may store the response.", "private, no-store"),
        "XRobotsTag": text("Search engines must not index the response.", "noindex"),
        "LastModified": json!({ "description": "The time of the last change of any public content. Absent while the server does not know it, and within the second of the change.", "schema": { "type": "string", "examples": ["Fri, 01 May 2026 08:00:00 GMT"] } }),
        "CacheStatus": text("Whether the response comes from the cache of this server (RFC 9211).", "tribuna; hit"),
        "CacheStatusSome": json!({ "description": "Whether the response comes from the cache of this server (RFC 9211). Absent where the server does not use its cache.", "schema": { "type": "string", "examples": ["tribuna; fwd=miss"] } }),
        "SurrogateKey": json!({ "description": "The surrogate keys of the response, separated by spaces, by which a CDN can purge it. At most 4,096 bytes: if there are too many keys of one kind, one key such as `post:any` replaces them.", "schema": { "type": "string", "maxLength": 4096, "examples": ["lang:fr posts posts:fr"] } }),
        "CacheTag": json!({ "description": "The same keys as in `Surrogate-Key`, separated by commas.", "schema": { "type": "string", "maxLength": 4096, "examples": ["lang:fr,posts,posts:fr"] } }),
        "Vary": text("The request headers that the response depends on.", "accept-encoding"),
        "ContentLanguage": text("The language of the response.", "fr"),
        "WWWAuthenticate": text("What was wrong with the credentials (RFC 6750).", "Bearer realm=\"tribuna\", error=\"invalid_token\""),
        "RetryAfterSome": json!({ "description": "The number of seconds to wait before the next attempt; absent if waiting does not help.", "schema": { "type": "integer", "minimum": 0, "examples": [1] } }),
        "IdempotencyReplayed": json!({ "description": "`true` if this is the stored response to an earlier `POST` with the same `Idempotency-Key`.", "schema": { "type": "string", "enum": ["true"] } }),
        "RetryAfter": json!({ "description": "The number of seconds to wait before the next attempt.", "required": true, "schema": { "type": "integer", "minimum": 0, "examples": [5] } }),
    })
}

/// References to the named components, with `X-Request-Id`, which every answer has.
pub fn with_id(names: &[&str]) -> Value {
    let mut headers = Map::new();
    headers.insert(
        "X-Request-Id".into(),
        json!({ "$ref": "#/components/headers/XRequestId" }),
    );
    for name in names {
        let written = match *name {
            "WWWAuthenticate" => "WWW-Authenticate",
            "RetryAfter" | "RetryAfterSome" => "Retry-After",
            "IdempotencyReplayed" => "Idempotency-Replayed",
            "CacheControl" => "Cache-Control",
            "CacheStatus" | "CacheStatusSome" => "Cache-Status",
            "CacheTag" => "Cache-Tag",
            "LastModified" => "Last-Modified",
            "SurrogateKey" => "Surrogate-Key",
            "ContentLanguage" => "Content-Language",
            "CurrentETag" => "ETag",
            "XRobotsTag" => "X-Robots-Tag",
            "NotKept" => "Cache-Control",
            same => same,
        };
        headers.insert(
            written.into(),
            json!({ "$ref": format!("#/components/headers/{name}") }),
        );
    }
    Value::Object(headers)
}
