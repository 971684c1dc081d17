//! The choice of addresses from a list. Pure.

use serde::Deserialize;

/// Parts of addresses that are taken and left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Choice {
    /// An address is taken that has one of these parts. Empty: all are.
    include: Vec<String>,
    /// An address is left out that has one of these parts.
    exclude: Vec<String>,
}

impl Choice {
    pub(super) fn takes(&self, address: &str) -> bool {
        let has = |parts: &[String]| parts.iter().any(|part| address.contains(part.as_str()));
        (self.include.is_empty() || has(&self.include)) && !has(&self.exclude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_left_out_of_what_is_taken() {
        let choice = |text: &str| toml::from_str::<Choice>(text).unwrap();
        assert!(choice("").takes("https://a/b"));
        let both = choice("include = ['/no/', '/nn/']\nexclude = ['.xml']");
        assert_eq!(
            ["/no/a", "/nn/a", "/en/a", "/no/a.xml"].map(|it| both.takes(it)),
            [true, true, false, false]
        );
    }
}
