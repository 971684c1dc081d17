//! Names of institutions as settings and sources write them. Pure.

use serde::Deserialize;

/// One name or a list of them, in a setting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "WrittenNames")]
pub(crate) struct InstitutionNames(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a name or a list of names")]
enum WrittenNames {
    One(String),
    Several(Vec<String>),
}

impl From<WrittenNames> for InstitutionNames {
    fn from(written: WrittenNames) -> InstitutionNames {
        let names = match written {
            WrittenNames::One(name) => vec![name],
            WrittenNames::Several(names) => names,
        };
        InstitutionNames(names.iter().map(|name| normal(name)).filter(|name| !name.is_empty()).collect())
    }
}

impl InstitutionNames {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &String> {
        self.0.iter()
    }
}

/// A name with plain hyphens and single spaces: Kudos writes "Norges vassdrags‐ og energidirektorat" with U+2010.
pub(super) fn normal(name: &str) -> String {
    let plain = name.replace(['\u{2010}', '\u{2011}'], "-").replace('\u{ad}', "");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two names are the same but for case, spaces and the form of their hyphens.
pub(super) fn is_same_name(a: &str, b: &str) -> bool {
    normal(a).to_lowercase() == normal(b).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_alone_and_has_plain_hyphens() {
        #[derive(Deserialize)]
        struct NamesSetting {
            names: InstitutionNames,
        }
        let of = |toml: &str| toml::from_str::<NamesSetting>(&format!("names = {toml}")).map(|it| it.names.0);
        assert_eq!(
            of("'Arbeids\u{2010} og\u{a0}velferdsdirektoratet'").unwrap(),
            ["Arbeids- og velferdsdirektoratet"]
        );
        assert_eq!(of("['a', ' ', 'b']").unwrap(), ["a", "b"]);
        assert!(of("3").is_err());
    }
}
