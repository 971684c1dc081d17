//! Marks of notes and exponents: which raised text is not a part of the word before it.

/// Whether raised text may be the mark of a note: a short number, a list of them, one small letter.
pub(super) fn looks_like_mark(text: &str) -> bool {
    let inner = text.trim_matches(['(', ')', '[', ']', ' ']);
    let is_number = inner.len() <= 3 && inner.bytes().all(|b| b.is_ascii_digit());
    let is_list = !inner.is_empty()
        && inner.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '*' | '†' | '‡'));
    let is_letter = inner.len() == 1 && inner.bytes().all(|b| b.is_ascii_lowercase());
    !inner.is_empty() && (is_number || is_list || is_letter)
}

/// Whether `text` after `before` is an exponent or an ordinal: m², 10⁶, 2ᵃ.
pub(super) fn is_exponent(text: &str, before: &str) -> bool {
    let base: String = before
        .chars()
        .rev()
        .take_while(|c| c.is_alphanumeric())
        .take(20)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let is_letter = text.bytes().all(|b| b.is_ascii_lowercase());
    if is_letter {
        return base.chars().count() < 3;
    }
    const UNITS: [&str; 10] = ["m", "km", "cm", "dm", "mm", "s", "sm", "Sm", "x", "n"];
    let is_small = matches!(text, "2" | "3");
    let unit = base.trim_start_matches(|c: char| c.is_ascii_digit());
    is_small && UNITS.contains(&unit) || base == "10"
}
