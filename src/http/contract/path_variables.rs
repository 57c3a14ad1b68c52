//! The variables of a path: the Rust type of each says what the documents tell about it. The path gives them their names.

use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::id::Id;
use crate::lang::Lang;
use crate::translation_id::TranslationId;

/// The type of a variable.
pub trait PathVariable: PartialSchema {
    /// The description, unless the handler gives another.
    const DESCRIPTION: &'static str;

    /// The member of an answer that holds the value, where the member is not called like the variable.
    const MEMBER: Option<&'static str> = None;
}

impl PathVariable for Id {
    const DESCRIPTION: &'static str = "The id.";
}

impl PathVariable for Lang {
    const DESCRIPTION: &'static str = "The language: a BCP 47 tag.";
}

/// The facts about one variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// The description, unless the handler gives another.
    pub description: &'static str,
    /// The schema.
    pub schema: fn() -> RefOr<Schema>,
    /// The member of an answer that holds the value, where the member is not called like the variable.
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

/// One variable, or a tuple of several, in the order of the path.
pub trait PathVariables {
    /// The variables.
    fn variables() -> Vec<Variable>;
}

impl<A: PathVariable> PathVariables for A {
    fn variables() -> Vec<Variable> {
        vec![Variable::of::<A>()]
    }
}

impl PathVariables for TranslationId {
    fn variables() -> Vec<Variable> {
        <(Id, Lang)>::variables()
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

/// The names of the variables of a path.
pub fn names(path: &str) -> impl Iterator<Item = &str> {
    let behind_braces = path.split('{').skip(1);
    behind_braces.filter_map(|rest| rest.split('}').next())
}
