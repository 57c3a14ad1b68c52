//! The handler that resolves slugs and paths.

use actix_web::web;

use super::model::{Question, ResolveQuery, Resolved};
use super::store;
use crate::delivery::reader::{Lasting, Reader, View};
use crate::delivery::response::PublicResponse;
use crate::delivery::surrogate_keys;
use crate::error::{Error, Result};
use crate::fields::Selected;
use crate::http::input::Query;
use crate::http::response::Data;
use crate::state::State;
use crate::surrogate_keys::SurrogateKeys;

/// Resolve a slug or a path
///
/// Tells a frontend what to do with an address: show the thing (200), redirect the reader (308), or answer that it is gone
/// (410) or unknown (404). Takes either `kind` and `slug`, or a `path` of the site by the patterns that the operator
/// configured. With `lang`, or a language in the path, a slug of another language leads to the one in that language; a term
/// without a name in it leads to its own. Without, the slug may be of any language.
#[utoipa::path(
    get, path = "/v1/resolve",
    params(ResolveQuery),
    responses(
        (status = 200, body = Data<Resolved>),
        (status = 308, description = "The slug is a former one, has capital letters, or belongs to another language than the requested one. `Location` has the URL of this operation for the current slug."),
        (status = 404), (status = 410))
)]
pub async fn resolve_address(
    state: web::Data<State>,
    Query(query): Query<ResolveQuery>,
    reader: Reader,
) -> Result<PublicResponse<Data<Selected<Resolved>>>> {
    let paths = state.config.site.paths.clone();
    let question = Question::new(query, &paths)?;
    let among = SurrogateKeys::new().with(surrogate_keys::slug(question.slug.as_str()));
    let find = move |conn: &mut _, view: &View| {
        let store::Resolution { lookup, until } = store::find(conn, &question, view.now)?;
        let name = lookup.found_or_moved(|now| question.about(&now, &paths))?;
        if question.has_capitals {
            return Err(Error::Moved(question.about(&name, &paths)));
        }
        let shown = Resolved::new(&question, name, &paths);
        Ok(Lasting { shown, until })
    };
    reader.lasting(among, find).await
}
