//! A transcript of all steps. A failing test prints the steps that concern the posts in question.

use std::cell::RefCell;

use super::model::PostNumber;

/// Prints itself when the test fails.
pub struct Transcript {
    seed: u64,
    lines: RefCell<Vec<(Option<PostNumber>, String)>>,
    /// The posts that the last step concerned.
    about: RefCell<Vec<PostNumber>>,
}

impl Transcript {
    pub fn of(seed: u64) -> Self {
        Self {
            seed,
            lines: RefCell::default(),
            about: RefCell::default(),
        }
    }

    /// Begins a step about these posts.
    pub fn begin_step(&self, posts: &[PostNumber]) {
        *self.about.borrow_mut() = posts.to_vec();
    }

    /// Records a line about `post`, or about all posts, such as a new time.
    pub fn record(&self, post: Option<PostNumber>, line: String) {
        self.lines.borrow_mut().push((post, line));
    }
}

impl Drop for Transcript {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let (lines, about) = (self.lines.borrow(), self.about.borrow());
        let is_shown = |post: &Option<PostNumber>| post.is_none_or(|post| about.contains(&post));
        let selected: Vec<&str> = lines
            .iter()
            .filter(|(post, _)| is_shown(post))
            .map(|(_, line)| line.as_str())
            .collect();
        let shown = selected.iter().enumerate().filter(|(place, line)| {
            // Of several changes of the clock in a row, only the last is printed.
            let next = selected.get(place + 1);
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

/// The beginning of a line about the clock.
pub const CLOCK: &str = "it is ";
