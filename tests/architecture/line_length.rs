//! Comments are wrapped, so that they can be read beside each other.

use super::{assert_none, sources};

/// The longest line of a comment.
const MOST: usize = 125;

#[test]
fn comments_are_wrapped() {
    let sources = sources();
    let mut violations = Vec::new();
    for (file, text) in sources {
        for (number, line) in text.lines().enumerate() {
            let is_comment = line.trim_start().starts_with("//");
            // Rows of a table cannot be wrapped.
            if is_comment && !line.contains("| ") && line.chars().count() > MOST {
                let number = number + 1;
                violations.push(format!(
                    "{file}:{number}: a comment of more than {MOST} characters"
                ));
            }
        }
    }
    assert_none(&violations);
}
