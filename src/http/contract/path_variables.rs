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
