//! Counts words and truncates excerpts at word boundaries. Words are Unicode words (UAX 29). In Chinese, Japanese,
//! Thai, Khmer, Lao and Burmese, which are written without spaces between words, they are found by ICU's dictionaries.

use icu_segmenter::{
    GraphemeClusterSegmenter, WordSegmenter, WordSegmenterBorrowed,
    options::WordBreakInvariantOptions,
};

/// The rate of silent reading of non-fiction (Brysbaert 2019, "How many words do we read per minute?"). It applies to
/// scripts without spaces too, because their words are counted: 238 words are about 370 Chinese characters.
const WORDS_PER_MINUTE: u32 = 238;

const EXCERPT_LENGTH: usize = 300;
const ELLIPSIS: char = '…';

/// The length that an excerpt has at least if its text is longer. A word that would leave less is divided.
const LEAST_EXCERPT: usize = 200;

/// Characters that an excerpt drops before its ellipsis. It stands for a full stop, too.
const LOOSE: &str = ",;:-–—([{<\"'“‘«„¿¡،؛、，；：「『（.。．।۔։";

/// Counts the words of a text; punctuation and symbols do not count.
pub(super) fn count(text: &str) -> u32 {
    let words = segments(text).filter(|segment| is_word(segment));
    u32::try_from(words.count()).unwrap_or(u32::MAX)
}

/// Returns the time in minutes to read that many words, rounded up.
pub(super) fn reading_minutes(words: u32) -> u32 {
    words.div_ceil(WORDS_PER_MINUTE)
}

/// Returns the beginning of a text as one line of at most 300 characters. A longer text is truncated at a word boundary
/// and ends with an ellipsis.
pub fn excerpt(text: &str) -> String {
    // 100 characters more than fit are enough to find the word boundaries without reading a long text completely.
    let line: String = folded(text).take(EXCERPT_LENGTH + 100).collect();
    let line = line.trim_end();
    if line.chars().count() <= EXCERPT_LENGTH {
        return line.to_owned();
    }
    let room = line
        .char_indices()
        .nth(EXCERPT_LENGTH - 1)
        .map_or(line.len(), |(at, _)| at);
    let cut = last_cut(line, room);
    let is_loose = |c: char| c.is_whitespace() || LOOSE.contains(c);
    let mut excerpt = line.split_at(cut).0.trim_end_matches(is_loose).to_owned();
    excerpt.push(ELLIPSIS);
    excerpt
}

/// Returns the text as one line, with white space collapsed to single spaces.
pub(super) fn single_line(text: &str) -> String {
    let mut line: String = folded(text).collect();
    line.truncate(line.trim_end().len());
    line
}

/// Returns the words of a text. Each comes with `true` if it is separated from the previous word by characters that do
/// not belong to a word.
pub(super) fn words(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut is_apart = false;
    segments(text).filter_map(move |segment| {
        if is_word(segment) {
            Some((std::mem::take(&mut is_apart), segment))
        } else {
            is_apart = true;
            None
        }
    })
}

fn segments(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    segmenter()
        .segment_str(text)
        .filter_map(move |end| text.get(std::mem::replace(&mut start, end)..end))
}

// The segmenter's own `is_word_like` rejects words that end with a combining mark, as most words of Hindi do.
fn is_word(segment: &str) -> bool {
    segment.contains(char::is_alphanumeric)
}

fn segmenter() -> WordSegmenterBorrowed<'static> {
    WordSegmenter::new_dictionary(WordBreakInvariantOptions::default())
}

/// Returns the last position at or before `room` at which the line may be truncated: at a word boundary, or else, if that
/// leaves too little, between characters.
fn last_cut(line: &str, room: usize) -> usize {
    let least = line.char_indices().nth(LEAST_EXCERPT);
    let least = least.map_or(1, |(at, _)| at);
    let fits = |at: &usize| (1..=room).contains(at);
    let words = segmenter().segment_str(line).filter(fits).last();
    let words = words.filter(|at| *at >= least);
    words
        .or_else(|| {
            GraphemeClusterSegmenter::new()
                .segment_str(line)
                .filter(fits)
                .last()
        })
        .unwrap_or(room)
}

/// Returns the characters of a text with each run of white space collapsed to one space, and none at the start.
/// No-break spaces remain, because French puts them before `:`.
fn folded(text: &str) -> impl Iterator<Item = char> {
    let is_hard = |c: &char| matches!(c, '\u{a0}' | '\u{202f}');
    let mut chars = text
        .trim_start()
        .chars()
        .filter(|c| c.is_whitespace() || !c.is_control())
        .peekable();
    std::iter::from_fn(move || {
        let first = chars.next()?;
        if !first.is_whitespace() {
            return Some(first);
        }
        let mut all_hard = is_hard(&first);
        while let Some(space) = chars.next_if(|c| c.is_whitespace()) {
            all_hard &= is_hard(&space);
        }
        Some(if all_hard { first } else { ' ' })
    })
}
