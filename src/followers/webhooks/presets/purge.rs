//! The requests by which CDNs purge surrogate keys.

use serde_json::json;

use super::Outgoing;
use crate::error::Result;
use crate::followers::webhooks::payload;

/// Fastly: <https://www.fastly.com/documentation/reference/api/purging/>, "Purge multiple surrogate key tags".
pub fn fastly(outgoing: &mut Outgoing, token: Option<&str>) -> Result<()> {
    let keys = payload::purged_keys(&outgoing.body)?;
    outgoing.header("content-type", "application/json");
    outgoing.header("accept", "application/json");
    outgoing.hidden = token.map(|token| ("fastly-key", token.to_owned()));
    outgoing.body = json!({ "surrogate_keys": keys }).to_string();
    Ok(())
}

/// Cloudflare: <https://developers.cloudflare.com/api/resources/cache/methods/purge/>, "Purge by tags".
pub fn cloudflare(outgoing: &mut Outgoing, token: Option<&str>) -> Result<()> {
    let keys = payload::purged_keys(&outgoing.body)?;
    outgoing.header("content-type", "application/json");
    outgoing.hidden = token.map(|token| ("authorization", format!("Bearer {token}")));
    outgoing.body = json!({ "tags": keys }).to_string();
    Ok(())
}

/// Varnish with `examples/varnish/tribuna.vcl`: the method `PURGE`, with the keys in a header.
pub fn varnish(outgoing: &mut Outgoing) -> Result<()> {
    let keys = payload::purged_keys(&outgoing.body)?;
    "PURGE".clone_into(&mut outgoing.request.method);
    outgoing.header("surrogate-key", &keys.join(" "));
    outgoing.body = String::new();
    Ok(())
}
