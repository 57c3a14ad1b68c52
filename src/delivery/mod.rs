//! The kit of the delivery surface: the parts that every answer is made with.

pub mod answer;
pub mod localized;
pub mod named_lists;
pub mod postings;
pub mod reader;
pub mod shown_language;
pub mod surrogate_keys;
pub mod visibility;
