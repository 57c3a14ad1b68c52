//! The stable codes of problem documents, in one table.

use std::fmt;

use serde::{Serialize, Serializer};

/// Generates the enum, [`Code::ALL`] and the accessors from one list of rows.
macro_rules! codes {
    ($($variant:ident = $code:literal, $status:literal, $title:literal, $help:literal;)+) => {
        /// The code of a problem document. Clients branch on it, so a code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $help] $variant,)+
        }

        impl Code {
            /// All codes, in the order of the table, which is that of their statuses.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the code as clients see it, in snake_case.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// Returns the HTTP status of the code.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// Returns the title, which is the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }

            /// Returns an explanation of the cause and the remedy.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),+ }
            }
        }
    };
}

#[rustfmt::skip]
codes! {
    MalformedBody = "malformed_body", 400, "The body cannot be read", "Send one JSON document in UTF-8, without duplicate members, nested at most 127 levels deep.";
    InvalidParameter = "invalid_parameter", 400, "A query parameter is invalid", "`errors` names each invalid parameter, and says what would be valid.";
    BadRequest = "bad_request", 400, "The request cannot be read", "The request line or a header is malformed.";
    Unauthenticated = "unauthenticated", 401, "Authentication is required", "Send `Authorization: Bearer` with an access token or an API key. Sign in to get an access token.";
    InvalidToken = "invalid_token", 401, "The access token is invalid", "The access token is malformed, expired, revoked or from another issuer. Refresh it or sign in again.";
    InvalidKey = "invalid_key", 401, "The API key is invalid", "The API key is misspelt, unknown, expired or revoked. Ask an admin for a new one.";
    InvalidCredentials = "invalid_credentials", 401, "The e-mail address or the password is wrong", "No active user has this e-mail address and this password.";
    InvalidRefreshToken = "invalid_refresh_token", 401, "The refresh token is invalid", "The refresh token is unknown or expired, or it was used before, which ends its session. Sign in again.";
    Forbidden = "forbidden", 403, "Not allowed", "The caller may not do this. `detail` says what is required.";
    BeyondKeyLimit = "beyond_key_limit", 403, "Beyond the limits of the key", "The API key is limited to certain languages or categories. `detail` names the limit that the write would leave.";
    OwnSubmission = "own_submission", 403, "You submitted this yourself", "Another editor must review it, unless the setting `TRIBUNA_SELF_REVIEW` allows editors to review their own submissions.";
    NotFound = "not_found", 404, "Not found", "There is nothing at this address, or nothing that the caller may read. `detail` says more where that gives nothing away.";
    NotInThisLanguage = "not_in_this_language", 404, "Not in this language", "The post is public, but never was in a language that the request accepts. `translations` lists the languages in which it is.";
    TrailingSlash = "trailing_slash", 404, "The path ends with a slash", "Send the request to the path without the slash. Only `GET` and `HEAD` are redirected.";
    WrongCase = "wrong_case", 404, "The path is in the wrong case", "Paths differ by case. `detail` has the right one.";
    UnknownVersion = "unknown_version", 404, "Unknown API version", "The only version of the API is 1. Its paths begin with `/v1/`.";
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed", "The `Allow` header lists the methods that are allowed.";
    NotAcceptable = "not_acceptable", 406, "No acceptable representation", "Accept the media type that `detail` names, mostly `application/json`.";
    RequestTimeout = "request_timeout", 408, "The request took too long", "The client took too long to send the request.";
    Conflict = "conflict", 409, "Conflict with the current state", "`detail` says what the conflict is.";
    SlugTaken = "slug_taken", 409, "The slug is taken", "Choose another slug, or send none: then the server derives one.";
    EmailTaken = "email_taken", 409, "The e-mail address is taken", "Another user has this e-mail address.";
    InUse = "in_use", 409, "Still in use", "`held_by` counts what still uses it, by kind.";
    CategoryCycle = "category_cycle", 409, "A category cannot be its own ancestor", "Choose a category that is not the category itself or one of its descendants.";
    PageCycle = "page_cycle", 409, "A page cannot be its own ancestor", "Choose a page that is not the page itself or one below it.";
    OriginalLanguage = "original_language", 409, "The original language cannot be deleted", "A post always has a translation in its original language. To remove that translation, delete the post.";
    AlreadyLive = "already_live", 409, "The publication is already live", "A live publication cannot be postponed. `PUT` schedules a replacement for it, and `DELETE` takes it down.";
    PostInTrash = "post_in_trash", 409, "The post is in the trash", "Restore the post first.";
    NotInTrash = "not_in_trash", 409, "The post is not in the trash", "Only a post in the trash can be restored.";
    NotPublished = "not_published", 409, "The post is not published", "Publish or schedule a language of the post first.";
    IdempotencyInProgress = "idempotency_in_progress", 409, "The first request is still in progress", "Send the same request with the same key again, after the seconds in `Retry-After`.";
    IdempotencyLost = "idempotency_lost", 409, "Carried out, but the response is lost", "Check what the first request has changed before you send it again with a new key.";
    WrongStage = "wrong_stage", 409, "Not possible at this stage", "`detail` says which status the translation has and what is possible now. So does the `allowed_actions` member of the translation.";
    UnderReview = "under_review", 409, "The translation is under review", "Withdraw the submission first. Editors may edit the translation without that.";
    Archived = "archived", 409, "The translation is archived", "Take the translation out of the archive first, with `DELETE` of its `archive`.";
    LastAdmin = "last_admin", 409, "The last admin cannot be removed", "Make another user an admin first.";
    CommentsClosed = "comments_closed", 409, "The post takes no comments", "`comments_open` of the post says whether it takes comments, and `comments_close_at` until when.";
    WrongState = "wrong_state", 409, "Not possible in this state", "`detail` says what has happened to the comment.";
    DuplicateComment = "duplicate_comment", 409, "The comment was sent before", "The same person has sent the same text to the same post within a day. Nothing was stored.";
    WebhookDisabled = "webhook_disabled", 409, "The webhook is disabled", "Nothing is delivered to it. Enable it first, with `\"enabled\": true`.";
    Gone = "gone", 410, "Gone", "This was public once, but is no longer public. If a post still is in other languages, `translations` lists them.";
    SyncTokenExpired = "sync_token_expired", 410, "The sync token has expired", "The change log no longer reaches back to the token, or it is another one since a backup was restored. Begin a new copy with `initial=true`, and delete what it does not have.";
    PreconditionFailed = "precondition_failed", 412, "A precondition failed", "Read the resource again, apply your change to its current state, and send the new `ETag` in `If-Match`.";
    BodyTooLarge = "body_too_large", 413, "The body is too large", "`detail` states the limit.";
    UriTooLong = "uri_too_long", 414, "The URL is too long", "Shorten the query string.";
    UnsupportedMediaType = "unsupported_media_type", 415, "Unsupported media type", "Send `application/json`, without a content coding. `PATCH` also accepts `application/merge-patch+json`.";
    InvalidBody = "invalid_body", 422, "The body is invalid", "`errors` names each invalid member by its JSON Pointer, and says what would be valid.";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The key was used for another request", "Use a new `Idempotency-Key` for each new request, and the same one only to repeat a request.";
    RolledBack = "rolled_back", 424, "Undone because another operation failed", "Look for the operation of the batch that failed. Nothing of the batch was written.";
    PreconditionRequired = "precondition_required", 428, "A precondition is required", "Read the resource and send its `ETag` in `If-Match`. An operation that lists `If-None-Match` also takes `*` there, to create the resource.";
    TooManyRequests = "too_many_requests", 429, "Too many attempts", "Wait for the seconds in `Retry-After`, then try again.";
    QuotaExceeded = "quota_exceeded", 429, "The quota is used up", "Wait for the seconds in `Retry-After`, then continue. `RateLimit-Policy` says how many requests are allowed in how many seconds.";
    TooManyAtOnce = "too_many_at_once", 429, "Too many requests at once", "Requests of this kind last, and each address or API key has a limited share of them. End one of yours, or wait for the seconds in `Retry-After`, then try again.";
    HeadersTooLarge = "headers_too_large", 431, "The headers are too large", "Send fewer or shorter headers.";
    InternalError = "internal_error", 500, "Internal error", "Report the request id in `instance` to the operator.";
    ReadOnly = "read_only", 503, "The database is read-only", "Nothing can be written until the operator has changed that; reading works.";
    Unavailable = "unavailable", 503, "Temporarily unavailable", "Nothing was stored. Try again after the seconds in `Retry-After`.";
    OutcomeUnknown = "outcome_unknown", 503, "The database did not confirm the write", "The write may be stored or not. Read the resource before you repeat the request, or repeat it with the same `Idempotency-Key`.";
    StorageFull = "storage_full", 507, "The disk of the database is full", "Nothing can be written until the operator has made room; reading works.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_statuses() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.status()));
    }
}
