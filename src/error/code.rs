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
            /// All codes, in the order of the table.
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
    MalformedBody = "malformed_body", 400, "The body cannot be read", "Send one JSON document in UTF-8, without duplicate members and nested at most 127 deep.";
    InvalidParameter = "invalid_parameter", 400, "A query parameter is wrong", "`errors` names each parameter, what is wrong with it and what would be right.";
    BadRequest = "bad_request", 400, "The request cannot be read", "The request line or a header is malformed.";
    Unauthenticated = "unauthenticated", 401, "Sign in first", "Send `Authorization: Bearer <access token>`; get one at `POST /v1/auth/login`.";
    InvalidToken = "invalid_token", 401, "The access token is not good", "It is malformed, expired, revoked or from another issuer. Refresh it or sign in again.";
    InvalidCredentials = "invalid_credentials", 401, "E-mail or password is wrong", "No active user has this e-mail and password.";
    InvalidRefreshToken = "invalid_refresh_token", 401, "The refresh token is not good", "It is unknown, expired, or was used before, which ends the session. Sign in again.";
    Forbidden = "forbidden", 403, "Not allowed", "The user's role does not allow this; `detail` says what it would take.";
    OwnSubmission = "own_submission", 403, "Your own submission", "Another editor reviews it, unless the setting `TRIBUNA_SELF_REVIEW` allows it.";
    NotFound = "not_found", 404, "Not found", "Nothing is here, and never was.";
    Gone = "gone", 410, "Gone", "This was public once and no longer is.";
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed", "The `Allow` header lists what is.";
    NotAcceptable = "not_acceptable", 406, "No acceptable representation", "Accept `application/json`.";
    RequestTimeout = "request_timeout", 408, "The request took too long", "The client was too slow in sending it.";
    Conflict = "conflict", 409, "Conflict with the state of things", "`detail` says with what.";
    SlugTaken = "slug_taken", 409, "The slug is taken", "Choose another, or leave it out and one is derived.";
    EmailTaken = "email_taken", 409, "The e-mail is taken", "Another user has this e-mail.";
    InUse = "in_use", 409, "Still in use", "`held_by` counts what holds it, by kind.";
    CategoryCycle = "category_cycle", 409, "A category cannot be its own ancestor", "Choose a parent outside its own branch.";
    OriginalLanguage = "original_language", 409, "The original language stays", "A post keeps the translation in its original language; delete the post instead.";
    AlreadyLive = "already_live", 409, "Already live", "A live publication cannot be put off to the future: PUT replaces it at a time, DELETE takes it down.";
    PostInTrash = "post_in_trash", 409, "The post is in the trash", "Restore it first.";
    NotInTrash = "not_in_trash", 409, "The post is not in the trash", "Only a post in the trash can be restored.";
    IdempotencyInProgress = "idempotency_in_progress", 409, "Still at it", "Send the same request with the same key again after `Retry-After`.";
    IdempotencyLost = "idempotency_lost", 409, "Carried out, but the answer is lost", "Look what came of it before you send it again with a new key.";
    WrongStage = "wrong_stage", 409, "Not at this stage", "`detail` says where the translation stands and what is possible now; so does `allowed_actions`.";
    UnderReview = "under_review", 409, "With the reviewers", "Withdraw the submission first; editors may edit it as it is.";
    Archived = "archived", 409, "Archived", "Delete its archive first, which takes it out.";
    LastAdmin = "last_admin", 409, "The last admin stays", "Make another user an admin first.";
    SchemaTooNew = "schema_too_new", 409, "The schema is newer", "The database belongs to a newer Tribuna.";
    PreconditionFailed = "precondition_failed", 412, "Changed since it was read", "Read it again, apply your change to that, and send the new `ETag` in `If-Match`.";
    RolledBack = "rolled_back", 424, "Not carried out, as another operation failed", "Look at the operation of the batch that failed; nothing of the batch was written.";
    PreconditionRequired = "precondition_required", 428, "Say which version you have seen", "Read it, and send its `ETag` in `If-Match`; to make what is not there, `If-None-Match: *`.";
    BodyTooLarge = "body_too_large", 413, "The body is too large", "`detail` states the limit.";
    UriTooLong = "uri_too_long", 414, "The address is too long", "Shorten the query string.";
    UnsupportedMediaType = "unsupported_media_type", 415, "Unsupported media type", "Send `application/json`; for `PATCH` also `application/merge-patch+json`.";
    InvalidBody = "invalid_body", 422, "The body breaks rules", "`errors` names each member by JSON Pointer, what is wrong with it and what would be right.";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The key stands for another request", "Make a new `Idempotency-Key` for each request that is not a repetition.";
    TooManyRequests = "too_many_requests", 429, "Too many tries", "Wait as long as `Retry-After` says.";
    HeadersTooLarge = "headers_too_large", 431, "The headers are too large", "Send fewer or shorter headers.";
    InternalError = "internal_error", 500, "A fault of ours", "Tell the operator the request id in `instance`.";
    Unavailable = "unavailable", 503, "Not available right now", "Try again after the seconds in `Retry-After`.";
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
