//! The handler of the site on the delivery surface.

use actix_web::web;

use super::public::{self, PublicSite};
use crate::delivery::localized::Localized;
use crate::delivery::reader::Reader;
use crate::delivery::response::PublicResponse;
use crate::delivery::surrogate_keys;
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::response::Data;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::state::State;
use crate::surrogate_keys::SurrogateKeys;

/// Read the site
///
/// Returns the name, languages, licence and feeds of the site, for frontends. Where the site has no texts in
/// a requested language, they are in the site's own language.
#[utoipa::path(
    get, path = "/v1/site",
    params(
        ("lang" = Option<Lang>, Query,
            description = "The requested language. When absent, and where the site has no texts in it, they are in the site's own language."),
        Localized, Fields
    ),
    responses((status = 200, body = Data<PublicSite>,
        headers(("Content-Language" = String, description = "The language of the texts; absent when there are none."))))
)]
pub async fn get_public_site(
    state: web::Data<State>,
    reader: Reader,
) -> Result<PublicResponse<Data<Selected<PublicSite>>>> {
    let settings = state.config.site.clone();
    let among = SurrogateKeys::new().with(surrogate_keys::all(Kind::Site));
    let find = move |conn: &mut _, view: &_| public::find(conn, &settings, view);
    // A restart with other settings changes the site, and says nothing of when.
    Ok(reader.lasting(among, find).await?.undated())
}
