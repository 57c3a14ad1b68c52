//! Terms are either categories, which form a tree, or tags, which are flat. A term has a name and a slug in each of its
//! languages; the first is its original language. A term in use cannot be deleted, but it can be merged into another
//! one of its kind, to which all its slugs then redirect.

pub mod edit;
pub mod management;
pub mod merge;
pub mod model;
pub mod names;
pub mod public;
pub mod shown;
pub mod store;
pub mod tree;
