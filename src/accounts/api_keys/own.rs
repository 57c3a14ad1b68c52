//! A key as its holder sees it.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::identify;
use super::known::KnownKey;
use super::store;
use crate::changes::actor::Scope;
use crate::error::{Credentials, Error, Result};
use crate::http::contract::signature::{Describe, Signature};
use crate::http::credentials::Presented;
use crate::http::quota::{Client, Count, Quotas};
use crate::http::response::Data;
use crate::id::Id;
use crate::lang::Lang;
use crate::named_ref::NamedRef;
use crate::state::State;
use crate::timestamp::Timestamp;

/// An API key, as its holder sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnKey {
    /// The key's id (UUIDv7), by which admins find it.
    pub id: Id,
    /// The name of the key.
    #[schema(examples("City Network, website"))]
    pub name: String,
    /// The organization that owns the key; null if none does.
    pub organization: Option<NamedRef>,
    /// The scopes of the key.
    #[schema(examples(json!(["delivery:read"])))]
    pub scopes: Vec<Scope>,
    /// The languages of working copies to which the key is limited; empty if it is not limited by language.
    pub languages: Vec<Lang>,
    /// The ids of the categories to whose posts the key is limited, with all their descendants; empty if it is not limited
    /// by category.
    pub categories: Vec<Id>,
    /// The time at which the key expires; null if it does not expire.
    pub expires_at: Option<Timestamp>,
    /// The time at which the secret of this request stops working; null unless a rotation has replaced the secret.
    pub secret_expires_at: Option<Timestamp>,
    /// The quota that applies; null if requests are not limited.
    pub quota: Option<OwnQuota>,
    /// The number of requests with the key. Those of the last minute at other instances may be missing.
    #[schema(minimum = 0)]
    pub requests: i64,
    /// The time of creation.
    pub created_at: Timestamp,
}

/// A quota and what remains of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnQuota {
    /// The sustained number of requests per minute.
    #[schema(minimum = 1)]
    pub per_minute: u32,
    /// The number of requests that may be sent at once after a pause.
    #[schema(minimum = 1)]
    pub burst: u32,
    /// The number of requests that may be sent now.
    #[schema(minimum = 0)]
    pub remaining: u32,
    /// The number of seconds until the whole burst is available again.
    #[schema(minimum = 0)]
    pub reset: u64,
}

/// Read your own API key
///
/// Returns the scopes and limits of the key that authenticates the request, its quota with what remains of it, and its use.
/// Each instance of the server counts separately.
#[utoipa::path(get, path = "/v1/key", responses((status = 200, body = Data<OwnKey>)))]
pub async fn get_own_key(
    state: web::Data<State>,
    quotas: web::Data<Quotas>,
    holder: Holder,
) -> Result<Data<OwnKey>> {
    let Holder { key, count } = holder;
    let id = key.caller.id;
    let now = state.clock.now();
    let read = move |conn: &mut _| store::find_own(conn, id, now);
    let (row, organization) = state.db.read(read).await?;
    let unstored = i64::try_from(key.unstored_requests()).unwrap_or(i64::MAX);
    Ok(Data {
        data: OwnKey {
            id,
            name: row.name,
            organization,
            scopes: row.scopes,
            languages: row.languages,
            categories: row.categories,
            expires_at: row.expires_at,
            secret_expires_at: key.secret_ends_at,
            quota: own_quota(&quotas, &key, count),
            requests: row.requests.saturating_add(unstored),
            created_at: row.created_at,
        },
    })
}

fn own_quota(quotas: &Quotas, key: &KnownKey, count: Option<Count>) -> Option<OwnQuota> {
    let client = Client {
        id: key.caller.id,
        rate: key.rate,
        reads_public: true,
    };
    let rate = quotas.rate_of(client)?;
    Some(OwnQuota {
        per_minute: rate.per_minute.get(),
        burst: rate.burst.get(),
        remaining: count.map_or(rate.burst.get(), |count| count.remaining),
        reset: count.map_or(0, |count| count.reset()),
    })
}

/// The holder of an API key. A handler with this argument admits nobody else.
pub struct Holder {
    key: Arc<KnownKey>,
    /// The count of the request.
    count: Option<Count>,
}

#[derive(Clone)]
struct Admitted(Arc<KnownKey>);

fn let_in(request: &HttpRequest) -> Pin<Box<dyn Future<Output = Result<()>> + '_>> {
    Box::pin(async move {
        let Some(Presented::Key(text)) = Presented::of(request.headers())? else {
            return Err(Error::Unauthenticated(Credentials::NoKey));
        };
        let key = identify::key(request, text).await?;
        request.extensions_mut().insert(Admitted(key));
        Ok(())
    })
}

impl FromRequest for Holder {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let extensions = request.extensions();
        let unchecked = || Error::Internal("nobody has checked the key".into());
        let admitted = extensions.get::<Admitted>().cloned().ok_or_else(unchecked);
        let count = extensions.get::<Count>().copied();
        ready(admitted.map(|Admitted(key)| Self { key, count }))
    }
}

impl Describe for Holder {
    fn describe(signature: &mut Signature) {
        signature.guard = Some(let_in);
        signature.needs_key = true;
        signature.callers = Some("Requires an API key, whatever its scopes.".to_owned());
    }
}
