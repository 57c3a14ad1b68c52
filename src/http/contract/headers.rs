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
        "XRequestId": text("The id of this request, in the logs and in problem documents.", "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"),
        "CurrentETag": json!({ "description": "The validator of what is there now; absent when there is nothing.", "schema": { "type": "string", "examples": ["\"v4\""] } }),
        "ETag": text("A strong validator (RFC 9110).", "\"v3\""),
        "Location": text("The address of what was made.", "/v1/admin/tags/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"),
        "Link": text("Other pages or languages (RFC 8288).", "</v1/posts?limit=20>; rel=\"first\""),
        "CacheControl": text("How long the answer may be kept.", "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"),
        "NotKept": text("Nobody may keep the answer.", "private, no-store"),
        "XRobotsTag": text("No search engine is to list it.", "noindex"),
        "LastModified": json!({ "description": "When anything public changed last; absent until it is known, and within the second of the change.", "schema": { "type": "string", "examples": ["Fri, 01 May 2026 08:00:00 GMT"] } }),
        "CacheStatus": text("Whether this server had the answer in memory (RFC 9211).", "tribuna; hit"),
        "CacheStatusSome": json!({ "description": "The same; absent where this server keeps nothing.", "schema": { "type": "string", "examples": ["tribuna; fwd=miss"] } }),
        "SurrogateKey": json!({ "description": "What the answer shows, with spaces between: a CDN can purge by it. At most 4,096 bytes; what does not fit is told as `post:any`.", "schema": { "type": "string", "maxLength": 4096, "examples": ["lang:fr posts posts:fr"] } }),
        "CacheTag": json!({ "description": "The same, with commas between.", "schema": { "type": "string", "maxLength": 4096, "examples": ["lang:fr,posts,posts:fr"] } }),
        "Vary": text("What of the request the bytes depend on.", "accept-encoding"),
        "ContentLanguage": text("The language served.", "fr"),
        "WWWAuthenticate": text("What was wrong with the credentials (RFC 6750).", "Bearer realm=\"tribuna\", error=\"invalid_token\""),
        "RetryAfterSome": json!({ "description": "Seconds to wait, where waiting helps.", "schema": { "type": "integer", "minimum": 0, "examples": [1] } }),
        "IdempotencyReplayed": json!({ "description": "`true`: the answer to a `POST` with this `Idempotency-Key`, again.", "schema": { "type": "string", "enum": ["true"] } }),
        "RetryAfter": json!({ "description": "Seconds to wait.", "required": true, "schema": { "type": "integer", "minimum": 0, "examples": [5] } }),
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
