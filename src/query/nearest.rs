//! The names or words that are most similar to a misspelt one.

/// Differences (letters added, missing, exchanged or swapped) of a misspelling: one in four letters, two at least.
fn differences_max(text: &str) -> usize {
    (text.chars().count() / 4).max(2)
}

/// The `count` of `candidates` that are most similar to `text`, ignoring case; the most similar first, ties in their order.
/// Candidates with too many differences are left out.
pub(crate) fn nearest<'c>(
    text: &str,
    candidates: impl Iterator<Item = &'c str>,
    count: usize,
) -> Vec<&'c str> {
    let (text, mut found) = (text.to_lowercase(), Vec::new());
    let (length, limit) = (text.chars().count(), differences_max(&text));
    for candidate in candidates {
        if candidate.chars().count().abs_diff(length) > limit {
            continue;
        }
        let differences = strsim::damerau_levenshtein(&text, &candidate.to_lowercase());
        if differences <= limit && differences < length {
            found.push((differences, candidate));
        }
    }
    found.sort_by_key(|(differences, _)| *differences);
    found.into_iter().take(count).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_finds_what_was_meant() {
        let names = ["innovasjon", "innvandring", "samskaping", "tillit"];
        assert_eq!(nearest("Innovasjn", names.into_iter(), 3), ["innovasjon"]);
        assert_eq!(nearest("tilitl", names.into_iter(), 3), ["tillit"]);
        assert!(nearest("økonomi", names.into_iter(), 3).is_empty());
        assert!(nearest("ab", ["cd"].into_iter(), 3).is_empty());
    }
}
