//! How strongly two words are associated.

use super::keyness::g2_of_table;

/// The counts of a pair of words, and the measures of their association.
///
/// With windows, `n_node` counts the positions in the windows around the node, and `n_both` those that the collocate fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collocation {
    /// Both together. Above 0, and at most each of the two counts that follow.
    pub n_both: u64,
    /// The first.
    pub n_node: u64,
    /// The second.
    pub n_collocate: u64,
    /// All.
    pub n_total: u64,
}

impl Collocation {
    /// What both together would have been by chance.
    pub fn expected(&self) -> f64 {
        self.n_node as f64 * self.n_collocate as f64 / self.n_total as f64
    }

    /// 14 + log₂ of Dice's coefficient: at most 14; comparable between corpora.
    ///
    /// Source: Rychlý 2008, RASLAN, 6.
    pub fn log_dice(&self) -> f64 {
        14.0 + (2.0 * self.n_both as f64 / (self.n_node + self.n_collocate) as f64).log2()
    }

    /// Mutual information: log₂ of observed ÷ expected. Favours rare words.
    pub fn mi(&self) -> f64 {
        (self.n_both as f64 / self.expected()).log2()
    }

    /// (observed − expected) ÷ √observed. Favours frequent words.
    pub fn t_score(&self) -> f64 {
        (self.n_both as f64 - self.expected()) / (self.n_both as f64).sqrt()
    }

    /// Dunning's log-likelihood with all four cells. `None` when the counts do not fit in a table.
    pub fn g2(&self) -> Option<f64> {
        let neither = (self.n_total + self.n_both).checked_sub(self.n_node + self.n_collocate)?;
        let cells = [
            self.n_both,
            self.n_node.checked_sub(self.n_both)?,
            self.n_collocate.checked_sub(self.n_both)?,
            neither,
        ];
        Some(g2_of_table(cells.map(|cell| cell as f64)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn measures_are_those_of_the_published_example() {
        // nltk 3.10.4 BigramAssocMeasures, and the formula of logDice.
        let pair = Collocation { n_both: 8, n_node: 15, n_collocate: 40, n_total: 10_000 };
        assert_close(pair.log_dice(), 12.218_640_286_475_34);
        assert_close(pair.mi(), 7.058_893_689_053_569);
        assert_close(pair.t_score(), 2.807_213_921_310_593_6);
        assert_close(pair.g2().unwrap(), 69.373_009_995_050_48);
    }

    #[test]
    fn counts_that_do_not_fit_have_no_likelihood() {
        let pair = Collocation { n_both: 8, n_node: 5, n_collocate: 40, n_total: 10_000 };
        assert_eq!(pair.g2(), None);
    }
}
