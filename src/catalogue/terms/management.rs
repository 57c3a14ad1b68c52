//! The management of terms: shared code of the handlers of categories and tags, which differ in their kind and their
//! data types.

use super::edit::{NewTerm, TermEdit};
use super::merge::{self, Merger};
use super::model::Term;
use super::store;
use crate::accounts::sessions::{AnyCaller, As, EditorRole};
use crate::delivery::named_lists::NamedQuery;
use crate::error::Result;
use crate::http::response::{Created, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::Listing;
use crate::slugs::addresses;
use crate::version::{Seen, Versioned};

/// Lists the terms of a kind.
///
/// # Errors
/// Returns the same errors as [`store::list`].
pub(in crate::catalogue) async fn list<T: From<Term>>(
    reader: &As<AnyCaller>,
    kind: Kind,
    listing: Listing,
    query: NamedQuery,
) -> Result<Page<T>> {
    let read = move |conn: &mut _, _| store::list(conn, kind, &listing, &query);
    let (terms, page) = reader.read(read).await?;
    let data = terms.into_iter().map(T::from).collect();
    Ok(Page { data, page })
}

/// Creates a term.
///
/// # Errors
/// Returns the same errors as [`store::insert`].
pub(in crate::catalogue) async fn create<T: From<Term>>(
    editor: &As<EditorRole>,
    kind: Kind,
    new: NewTerm,
) -> Result<Created<T>> {
    let insert = move |conn: &mut _, by| store::insert(conn, by, kind, new);
    let term = editor.write(insert).await?;
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
    reader: &As<AnyCaller>,
    kind: Kind,
    id: Id,
) -> Result<Editable<T>> {
    let read = move |conn: &mut _, _| store::find(conn, kind, id);
    reader.read(read).await.map(editable)
}

/// Changes a term.
///
/// # Errors
/// Returns the same errors as [`store::update`].
pub(in crate::catalogue) async fn update<T: From<Term> + Versioned>(
    editor: &As<EditorRole>,
    kind: Kind,
    id: Id,
    seen: Seen,
    edit: TermEdit,
) -> Result<Editable<T>> {
    let update = move |conn: &mut _, by| store::update(conn, by, kind, id, &seen, edit);
    editor.write(update).await.map(editable)
}

/// Deletes a term.
///
/// # Errors
/// Returns the same errors as [`store::delete`].
pub(in crate::catalogue) async fn delete(
    editor: &As<EditorRole>,
    kind: Kind,
    id: Id,
    seen: Seen,
) -> Result<NoContent> {
    let delete = move |conn: &mut _, by| store::delete(conn, by, kind, id, &seen);
    editor.write(delete).await.map(|()| NoContent)
}

/// Merges a term into another one of its kind. Returns the remaining term.
///
/// # Errors
/// Returns the same errors as [`merge::merge`].
pub(in crate::catalogue) async fn merge<T: From<Term> + Versioned>(
    editor: &As<EditorRole>,
    seen: Seen,
    merger: Merger,
) -> Result<Editable<T>> {
    let merge = move |conn: &mut _, by| merge::merge(conn, by, &seen, merger);
    editor.write(merge).await.map(editable)
}

fn editable<T: From<Term>>(term: Term) -> Editable<T> {
    Editable(term.into())
}
