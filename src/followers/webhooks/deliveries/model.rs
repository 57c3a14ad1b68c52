//! The data types of deliveries and of their attempts.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::db::sql_types::{Instant, Json, Uuid, words};
use crate::id::Id;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

words! {
    /// The state of a delivery.
    pub enum DeliveryState {
        /// It is waiting to be sent or resent.
        Pending = "pending",
        /// The receiver accepted it.
        Delivered = "delivered",
        /// It was given up. Such a dead letter can be replayed.
        Dead = "dead",
        /// It was not sent: a takedown of the same text made it pointless.
        Superseded = "superseded",
    }
}

/// A message to a webhook.
#[derive(Debug, Clone, Serialize, ToSchema, QueryableByName)]
pub struct Delivery {
    /// The id of the message (UUIDv7), which the receiver sees as `webhook-id`.
    #[diesel(sql_type = Uuid)]
    pub id: Id,
    /// The event: one of those to which a webhook can subscribe, `webhook.test`, `purge` or `build`.
    #[diesel(sql_type = Text)]
    #[schema(min_length = 1, examples("post.published"))]
    pub event: String,
    /// The id of the post, term, author or organization; null if the message concerns no single resource.
    #[diesel(sql_type = Nullable<Uuid>)]
    pub entity: Option<Id>,
    /// The language of a post or page; null for other messages.
    #[diesel(sql_type = Nullable<Text>)]
    pub lang: Option<Lang>,
    /// The state.
    #[diesel(sql_type = Text)]
    pub state: DeliveryState,
    /// The number of attempts since it was created or last replayed.
    #[diesel(sql_type = Integer)]
    #[schema(minimum = 0)]
    pub attempts: i32,
    /// The time of the next attempt; null if no attempt is planned.
    #[diesel(sql_type = Nullable<Instant>)]
    pub due_at: Option<Timestamp>,
    /// The time of creation.
    #[diesel(sql_type = Instant)]
    pub created_at: Timestamp,
    /// The time at which it was delivered or given up; null until then.
    #[diesel(sql_type = Nullable<Instant>)]
    pub finished_at: Option<Timestamp>,
    /// The number in the queue.
    #[serde(skip)]
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub(in crate::followers::webhooks) number: i64,
}

/// A message with its body and its attempts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryDetails {
    /// The message.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// The body of the message.
    #[schema(examples(r#"{"type":"post.published"}"#))]
    pub payload: String,
    /// The attempts, oldest first.
    pub log: Vec<Attempt>,
}

/// An attempt to deliver a message.
#[derive(Debug, Clone, Serialize, ToSchema, Queryable)]
pub struct Attempt {
    /// The time at which it began.
    pub at: Timestamp,
    /// The duration in milliseconds.
    #[schema(minimum = 0)]
    pub millis: i32,
    /// The status of the response; null if there was none.
    #[schema(minimum = 100, maximum = 999)]
    pub status: Option<i32>,
    /// The reason why the attempt failed; null if it succeeded.
    pub failure: Option<String>,
    /// The request, without its body and without tokens.
    #[schema(value_type = AttemptRequest)]
    pub request: Json<AttemptRequest>,
    /// The response; null if there was none.
    #[schema(value_type = Option<AttemptResponse>)]
    pub response: Option<Json<AttemptResponse>>,
}

/// The request of an attempt, without its body and without tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttemptRequest {
    /// The method.
    #[schema(examples("POST"))]
    pub method: String,
    /// The URL.
    #[schema(format = "uri")]
    pub url: String,
    /// The headers.
    pub headers: Vec<AttemptHeader>,
}

/// A header of a request or of a response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttemptHeader {
    /// The name, in lower case.
    #[schema(examples("content-type"))]
    pub name: String,
    /// The value.
    #[schema(examples("application/json"))]
    pub value: String,
}

/// The response of an attempt, shortened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttemptResponse {
    /// The first headers.
    pub headers: Vec<AttemptHeader>,
    /// The beginning of the body.
    pub body: String,
}

/// The filter of a list of deliveries.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// Only deliveries in any of these states, comma-separated. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 3)]
    pub state: Vec<DeliveryState>,
}

/// The deliveries to replay.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookReplayInput, examples(json!({ "from": "2026-05-01T08:00:00Z", "state": "dead" })))]
pub struct NewReplay {
    /// The start of the time range: deliveries that were created then or later.
    pub from: Timestamp,
    /// The end of the time range: deliveries that were created before it. Now when absent.
    pub until: Option<Timestamp>,
    /// The state of the deliveries. When absent, both delivered ones and dead letters are replayed.
    pub state: Option<ReplayState>,
}

words! {
    /// A state of deliveries that can be replayed.
    pub enum ReplayState {
        /// The receiver accepted it.
        Delivered = "delivered",
        /// It was given up.
        Dead = "dead",
    }
}

/// The result of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Replayed {
    /// The number of deliveries that will be resent.
    #[schema(minimum = 0)]
    pub count: usize,
}
