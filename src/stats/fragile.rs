//! Whether the direction of a series hangs on one document.

use super::DocumentCount;

/// A year with fewer documents is thin: the habit of one author is its rate.
pub const THIN_DOCUMENTS: usize = 3;

/// Whether the direction of the yearly rates, the sign of Mann–Kendall's S, becomes another when one document is left out, or a
/// year with fewer than [`THIN_DOCUMENTS`] documents. `years` has the documents of each year, in order.
///
/// `None` when the rates have no direction (S = 0), or no year has words. All documents are tried: leaving one out changes the
/// rate of its year only, and S depends on the rank of that rate alone, so that a document costs one comparison with each year.
pub fn is_fragile(years: &[Vec<DocumentCount>]) -> Option<bool> {
    let totals: Vec<(u64, u64)> = years.iter().map(|documents| super::totals(documents)).collect();
    let rates: Vec<Option<f64>> = totals.iter().map(|(n, n_tokens)| rate(*n, *n_tokens)).collect();
    let whole = s_of(&rates);
    if whole == 0 {
        return None;
    }
    let is_changed = |s: i64| s.signum() != whole.signum();
    for (year, documents) in years.iter().enumerate() {
        let without_year = whole - pairs_of(year, rates[year], &rates);
        if documents.len() < THIN_DOCUMENTS && is_changed(without_year) {
            return Some(true);
        }
        let (n, n_tokens) = totals[year];
        let without = |document: &DocumentCount| rate(n - document.n, n_tokens - document.n_tokens);
        let s = |document: &DocumentCount| without_year + pairs_of(year, without(document), &rates);
        if documents.iter().any(|document| is_changed(s(document))) {
            return Some(true);
        }
    }
    Some(false)
}

fn rate(n: u64, n_tokens: u64) -> Option<f64> {
    (n_tokens > 0).then(|| n as f64 / n_tokens as f64)
}

/// Pairs of years that rise minus pairs that fall.
fn s_of(rates: &[Option<f64>]) -> i64 {
    (0..rates.len()).map(|year| pairs_of(year, rates[year], &rates[..year])).sum()
}

/// Of the pairs of `year`, with this rate, and another of `rates`: those that rise minus those that fall.
fn pairs_of(year: usize, rate: Option<f64>, rates: &[Option<f64>]) -> i64 {
    let Some(rate) = rate else { return 0 };
    let sign = |(other, value): (usize, &Option<f64>)| match value {
        Some(value) if other < year => i64::from(rate > *value) - i64::from(rate < *value),
        Some(value) if other > year => i64::from(*value > rate) - i64::from(*value < rate),
        _ => 0,
    };
    rates.iter().enumerate().map(sign).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years(counts: &[&[u64]]) -> Vec<Vec<DocumentCount>> {
        let documents = |counts: &&[u64]| {
            counts.iter().map(|n| DocumentCount { n: *n, n_tokens: 1_000 }).collect::<Vec<_>>()
        };
        counts.iter().map(documents).collect()
    }

    #[test]
    fn a_series_that_one_letter_turns_is_fragile() {
        // Without the letter with 30 mentions the last year is the lowest.
        assert_eq!(is_fragile(&years(&[&[2; 4], &[1; 4], &[30, 0, 0, 0]])), Some(true));
        assert_eq!(is_fragile(&years(&[&[1; 4], &[2; 4], &[3; 4], &[4; 4]])), Some(false));
        assert_eq!(is_fragile(&years(&[&[1; 4], &[1; 4]])), None);
    }

    #[test]
    fn a_thin_year_can_make_a_series_fragile() {
        // Years 1 and 2 fall against year 3, whose two letters are the only reason for a rise.
        let thin = years(&[&[5; 4], &[4; 4], &[9, 9]]);
        assert_eq!(is_fragile(&thin), Some(true));
    }

    #[test]
    fn leaving_out_a_document_is_what_counting_without_it_gives() {
        let mut random = super::super::Random::new(3);
        for _ in 0..200 {
            let all: Vec<Vec<DocumentCount>> = (0..6)
                .map(|_| {
                    let n_documents = 1 + random.below(4);
                    (0..n_documents)
                        .map(|_| DocumentCount {
                            n: random.below(4) as u64,
                            n_tokens: 500 + random.below(900) as u64,
                        })
                        .collect()
                })
                .collect();
            let s = |years: &[Vec<DocumentCount>]| {
                let rates: Vec<Option<f64>> = years
                    .iter()
                    .map(|documents| super::super::totals(documents))
                    .map(|(n, t)| rate(n, t))
                    .collect();
                s_of(&rates)
            };
            let whole = s(&all);
            let mut wanted = false;
            for year in 0..all.len() {
                let mut without = all.clone();
                without[year].clear();
                wanted |= all[year].len() < THIN_DOCUMENTS && s(&without).signum() != whole.signum();
                for document in 0..all[year].len() {
                    let mut without = all.clone();
                    without[year].remove(document);
                    wanted |= s(&without).signum() != whole.signum();
                }
            }
            assert_eq!(is_fragile(&all), (whole != 0).then_some(wanted), "{all:?}");
        }
    }
}
