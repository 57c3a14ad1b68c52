//! The management of terms: shared code of the handlers of categories and tags, which differ in their kind and their
//! data types.

use actix_web::web;

use super::edit::{NewTerm, TermEdit};
use super::model::Term;
use super::{merge, store};
use crate::changes::actor::By;
use crate::delivery::named_lists::NameQuery;
use crate::error::Result;
use crate::http::reply::{Created, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::Listing;
use crate::slugs::addresses;
use crate::state::State;
use crate::version::{Seen, Versioned};

/// Lists the terms of a kind.
///
/// # Errors
/// Returns the same errors as [`store::list`].
pub(in crate::catalogue) async fn list<T: From<Term>>(
    state: &web::Data<State>,
    kind: Kind,
    listing: Listing,
    query: NameQuery,
) -> Result<Page<T>> {
    let query = query.into();
    let read = move |conn: &mut _| store::list(conn, kind, &listing, &query);
    let (terms, page) = state.db.read(read).await?;
    let data = terms.into_iter().map(T::from).collect();
    Ok(Page { data, page })
}

/// Creates a term.
///
/// # Errors
/// Returns the same errors as [`store::insert`].
pub(in crate::catalogue) async fn create<T: From<Term>>(
    state: &web::Data<State>,
    by: By,
    kind: Kind,
    new: NewTerm,
) -> Result<Created<T>> {
    let insert = move |conn: &mut _, by| store::insert(conn, by, kind, new);
    let term = state.write(by, insert).await?;
    Ok(Created {
        location: addresses::management_url(kind, term.row.id),
        data: term.into(),
    })
}

/// Reads a term.
///
/// # Errors
/// Returns the same errors as [`store::find`].
pub(in crate::catalogue) async fn find<T: From<Term> + Versioned>(
    state: &web::Data<State>,
    kind: Kind,
    id: Id,
) -> Result<Editable<T>> {
    let read = move |conn: &mut _| store::find(conn, kind, id);
    state.db.read(read).await.map(editable)
}

/// Changes a term.
///
/// # Errors
/// Returns the same errors as [`store::update`].
pub(in crate::catalogue) async fn update<T: From<Term> + Versioned>(
    state: &web::Data<State>,
    by: By,
    (kind, id, seen): (Kind, Id, Seen),
    edit: TermEdit,
) -> Result<Editable<T>> {
    let update = move |conn: &mut _, by| store::update(conn, by, kind, id, &seen, edit);
    state.write(by, update).await.map(editable)
}

/// Deletes a term.
///
/// # Errors
/// Returns the same errors as [`store::delete`].
pub(in crate::catalogue) async fn delete(
    state: &web::Data<State>,
    by: By,
    (kind, id, seen): (Kind, Id, Seen),
) -> Result<NoContent> {
    let delete = move |conn: &mut _, by| store::delete(conn, by, kind, id, &seen);
    state.write(by, delete).await.map(|()| NoContent)
}

/// Merges a term into another one of its kind. Returns the remaining term.
///
/// # Errors
/// Returns the same errors as [`merge::merge`].
pub(in crate::catalogue) async fn merge<T: From<Term> + Versioned>(
    state: &web::Data<State>,
    by: By,
    kind: Kind,
    (id, into): (Id, Id),
) -> Result<Editable<T>> {
    let merge = move |conn: &mut _, by| merge::merge(conn, by, kind, id, into);
    state.write(by, merge).await.map(editable)
}

fn editable<T: From<Term>>(term: Term) -> Editable<T> {
    Editable(term.into())
}
