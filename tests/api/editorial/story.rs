//! What happened, for the message of a failure: all of it is kept, and what concerns one post is told.

use std::cell::RefCell;

use super::model::PostNumber;

/// Tells itself when the test fails.
pub struct Story {
    seed: u64,
    lines: RefCell<Vec<(Option<PostNumber>, String)>>,
    /// What the last step was about.
    about: RefCell<Vec<PostNumber>>,
}

impl Story {
    pub fn of(seed: u64) -> Self {
        Self {
            seed,
            lines: RefCell::default(),
            about: RefCell::default(),
        }
    }

    /// A new step begins, about these posts; it may concern others by name only.
    pub fn turns_to(&self, posts: &[PostNumber]) {
        *self.about.borrow_mut() = posts.to_vec();
    }

    /// `post`: none for what concerns all, such as the clock.
    pub fn tell(&self, post: Option<PostNumber>, line: String) {
        self.lines.borrow_mut().push((post, line));
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let (lines, about) = (self.lines.borrow(), self.about.borrow());
        let is_told = |post: &Option<PostNumber>| post.is_none_or(|post| about.contains(&post));
        let told: Vec<&str> = lines
            .iter()
            .filter(|(post, _)| is_told(post))
            .map(|(_, line)| line.as_str())
            .collect();
        let shown = told.iter().enumerate().filter(|(place, line)| {
            // Of several moves of the clock in a row, the last is enough.
            let next = told.get(place + 1);
            !(line.starts_with(CLOCK) && next.is_some_and(|next| next.starts_with(CLOCK)))
        });
        eprintln!(
            "\nTEST_LIFE_SEEDS={}: after {} steps; of posts {about:?}:",
            self.seed,
            lines.len()
        );
        for (_, line) in shown {
            eprintln!("  {line}");
        }
    }
}

/// How a line about time begins.
pub const CLOCK: &str = "it is ";
