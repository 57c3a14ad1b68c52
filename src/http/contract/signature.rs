//! The properties of an operation that the types in its handler's signature declare, such as the permitted callers. The
//! documents derive them from these types.

use std::future::Future;
use std::pin::Pin;

use actix_web::{CustomizeResponder, Either, HttpRequest, HttpResponse, web};
use serde::de::DeserializeOwned;
use validator::Validate;

use super::path_variables::{PathVariables, Variable};
use crate::error::Result;
use crate::http::input::{Form, Json, PathParams, Query, check_listing, check_query};
use crate::http::preferences::Extent;
use crate::http::response::{
    Bare, Created, Data, Document, Editable, NoContent, Page, Removed, Validated,
};
use crate::page::Listing;
use crate::version::{Seen, SeenOrNew};

/// Admits or rejects the caller of a request. It runs before the query and the body are read, and stores its result in the
/// extensions of the request.
pub type Guard = for<'a> fn(&'a HttpRequest) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// The check of credentials that are sent to an operation that needs none.
pub struct OptionalGuard(pub Guard);

/// A check of the query that its schema cannot express. It runs before the path and the body are looked at.
pub type QueryCheck = fn(&HttpRequest) -> Result<()>;

/// A part of a request that an argument reads. Every handler reads these parts in this order, so that the same request gets
/// the same answer from each. Negotiation has checked the caller and the query before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The variables of the path.
    Path,
    /// The preconditions.
    Conditions,
    /// The body.
    Body,
}

/// The properties that the types of a signature declare.
#[derive(Debug, Default)]
pub struct Signature {
    /// The roles, any one of which suffices. An empty list admits every signed-in user. `None` admits anyone.
    pub roles: Option<Vec<&'static str>>,
    /// The scope that admits an API key; `None` if no key is admitted.
    pub scope: Option<&'static str>,
    /// True if an API key is required, and no user is admitted.
    pub needs_key: bool,
    /// The sentence about the permitted callers in the description. `None` if anyone may call the operation.
    pub callers: Option<String>,
    /// The check of the caller.
    pub guard: Option<Guard>,
    /// True if the response declares its surrogate keys, so that caches may store the response.
    pub is_cacheable: bool,
    /// True if the response has an `ETag` of its own, which clients may send in `If-None-Match`.
    pub is_validated: bool,
    /// True if a 200 or 204 response has the version of the resource as its `ETag`, for use in `If-Match`.
    pub is_versioned: bool,
    /// True if the response is a page of a list.
    pub is_page: bool,
    /// True if the operation takes `If-Match`.
    pub takes_if_match: bool,
    /// True if the operation takes `If-None-Match: *` too, because it may create the resource.
    pub may_create: bool,
    /// True if the operation takes `Prefer`.
    pub takes_prefer: bool,
    /// The path variables, in order.
    pub variables: Vec<Variable>,
    /// The checks of the query, besides its schema.
    pub query_checks: Vec<QueryCheck>,
    /// The parts of the request that the arguments read, in the order of the arguments.
    pub parts: Vec<Part>,
}

/// A type in a signature: an extractor or a response.
pub trait Describe {
    /// Adds the properties that this type declares.
    fn describe(signature: &mut Signature);
}

/// Implements [`Describe`] for types that declare no properties.
macro_rules! states_nothing {
    ($([$($generic:ident)?] $type:ty),+ $(,)?) => {
        $(impl $(<$generic>)? Describe for $type {
            fn describe(_: &mut Signature) {}
        })+
    };
}

states_nothing!(
    [T] web::Data<T>,
    [T] Data<T>,
    [T] Bare<T>,
    [T] Created<T>,
    [] Document,
    [] NoContent,
    [] HttpRequest,
    [] HttpResponse,
);

impl<T: DeserializeOwned + Validate> Describe for Query<T> {
    fn describe(signature: &mut Signature) {
        signature.query_checks.push(check_query::<T>);
    }
}

impl Describe for Listing {
    fn describe(signature: &mut Signature) {
        signature.query_checks.push(check_listing);
    }
}

impl<T: PathVariables> Describe for PathParams<T> {
    fn describe(signature: &mut Signature) {
        signature.variables = T::variables();
        signature.parts.push(Part::Path);
    }
}

impl Describe for Seen {
    fn describe(signature: &mut Signature) {
        signature.takes_if_match = true;
        signature.parts.push(Part::Conditions);
    }
}

impl Describe for SeenOrNew {
    fn describe(signature: &mut Signature) {
        Seen::describe(signature);
        signature.may_create = true;
    }
}

impl Describe for Extent {
    fn describe(signature: &mut Signature) {
        signature.takes_prefer = true;
    }
}

impl<T> Describe for Json<T> {
    fn describe(signature: &mut Signature) {
        signature.parts.push(Part::Body);
    }
}

impl<T> Describe for Form<T> {
    fn describe(signature: &mut Signature) {
        signature.parts.push(Part::Body);
    }
}

impl<T> Describe for Page<T> {
    fn describe(signature: &mut Signature) {
        signature.is_page = true;
    }
}

impl<T> Describe for Editable<T> {
    fn describe(signature: &mut Signature) {
        signature.is_versioned = true;
    }
}

impl Describe for Removed {
    fn describe(signature: &mut Signature) {
        signature.is_versioned = true;
    }
}

impl<T> Describe for Validated<T> {
    fn describe(signature: &mut Signature) {
        signature.is_validated = true;
    }
}

impl<T: Describe> Describe for CustomizeResponder<T> {
    fn describe(signature: &mut Signature) {
        T::describe(signature);
    }
}

impl<T: Describe, E> Describe for std::result::Result<T, E> {
    fn describe(signature: &mut Signature) {
        T::describe(signature);
    }
}

impl<A: Describe, B: Describe> Describe for Either<A, B> {
    fn describe(signature: &mut Signature) {
        A::describe(signature);
        B::describe(signature);
    }
}

/// Implements [`Describe`] for the arguments of a handler, up to eight.
macro_rules! arguments {
    ($($argument:ident)*) => {
        impl<$($argument: Describe),*> Describe for ($($argument,)*) {
            fn describe(signature: &mut Signature) {
                let _ = &signature;
                $($argument::describe(signature);)*
            }
        }
    };
}

arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);
arguments!(A B C D E F G);
arguments!(A B C D E F G H);
