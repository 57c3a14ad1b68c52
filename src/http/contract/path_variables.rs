//! Path variables. The path provides their names. Their Rust types provide their descriptions and schemas.

use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::id::Id;
use crate::lang::Lang;

/// A type that a path variable can have.
pub trait PathVariable: PartialSchema {
    /// The default description. A handler may replace it.
    const DESCRIPTION: &'static str;

    /// The response member that contains the value, if its name differs from that of the variable.
    const MEMBER: Option<&'static str> = None;
}

impl PathVariable for Id {
    const DESCRIPTION: &'static str = "The id.";
}

impl PathVariable for Lang {
    const DESCRIPTION: &'static str = "The language: a BCP 47 tag.";
}

/// The documented properties of one path variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// The default description. A handler may replace it.
    pub description: &'static str,
    /// The function that creates the schema.
    pub schema: fn() -> RefOr<Schema>,
    /// The response member that contains the value, if its name differs from that of the variable.
    pub member: Option<&'static str>,
}

impl Variable {
    fn of<T: PathVariable>() -> Self {
        Self {
            description: T::DESCRIPTION,
            schema: T::schema,
            member: T::MEMBER,
        }
    }
}

/// The type of all variables of a path: one type, or a tuple in path order.
pub trait PathVariables {
    /// Returns the variables in path order.
    fn variables() -> Vec<Variable>;
}

impl<A: PathVariable> PathVariables for A {
    fn variables() -> Vec<Variable> {
        vec![Variable::of::<A>()]
    }
}

/// Implements [`PathVariables`] for tuples.
macro_rules! tuples {
    ($(($($variable:ident)+)),+) => {
        $(impl<$($variable: PathVariable),+> PathVariables for ($($variable,)+) {
            fn variables() -> Vec<Variable> {
                vec![$(Variable::of::<$variable>()),+]
            }
        })+
    };
}

tuples!((A B), (A B C), (A B C D));

/// Returns the names of the variables of a path, in order.
pub fn names(path: &str) -> impl Iterator<Item = &str> {
    let behind_braces = path.split('{').skip(1);
    behind_braces.filter_map(|rest| rest.split('}').next())
}

/// Returns the segments of `pattern`, with those of `path` in the place of its variables.
pub fn filled(pattern: &str, path: &str) -> String {
    let pairs = pattern.split('/').zip(path.split('/'));
    let segments: Vec<&str> = pairs
        .map(|(known, sent)| if known.contains('{') { sent } else { known })
        .collect();
    segments.join("/")
}

/// Returns the variables of a path with their names. A segment with several variables is left out.
pub fn values<'a>(pattern: &'a str, path: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let pairs = pattern.split('/').zip(path.split('/'));
    pairs.filter_map(|(known, sent)| {
        let name = known.strip_prefix('{')?.strip_suffix('}')?;
        (!name.contains('{')).then_some((name, sent))
    })
}

/// Returns the first variable of a path: the literal segment before it, its name and its value.
pub fn first<'a>(pattern: &'a str, path: &'a str) -> Option<(&'a str, &'a str, &'a str)> {
    let (name, value) = values(pattern, path).next()?;
    let collection = pattern.split('{').next()?.trim_end_matches('/');
    Some((collection.rsplit('/').next()?, name, value))
}
