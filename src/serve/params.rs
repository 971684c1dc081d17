//! The parameters of an address: read, checked, and written again with a change.

use super::problem::Problem;
use url::form_urlencoded;

/// Maximum number of parameters of one address.
const PARAMETERS_MAX: usize = 200;

/// Names and values in their order; a name may occur more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// The parameters of the query of an address, or of the body of a form. Empty values are left out: a form sends all its fields.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn read(text: &str) -> Result<Params, Problem> {
        let pairs = form_urlencoded::parse(text.as_bytes());
        let pairs = pairs.filter(|(_, value)| !value.trim().is_empty());
        let pairs: Vec<(String, String)> =
            pairs.map(|(name, value)| (name.into_owned(), value.trim().to_owned())).collect();
        if pairs.len() > PARAMETERS_MAX {
            return Err(Problem::bad_request(format!("more than {PARAMETERS_MAX} parameters")));
        }
        Ok(Params(pairs))
    }

    /// The first value of `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of `name`.
    pub(super) fn all<'p, 'n>(&'p self, name: &'n str) -> impl Iterator<Item = &'p str> + use<'p, 'n> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Names and values.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The number that is the value of `name`; `default` without one.
    ///
    /// # Errors
    /// When the value is not a number from `min` to `max`.
    pub(super) fn number(
        &self,
        name: &str,
        default: usize,
        (min, max): (usize, usize),
    ) -> Result<usize, Problem> {
        let Some(text) = self.get(name) else { return Ok(default) };
        let number = text.parse::<usize>().ok().filter(|number| (min..=max).contains(number));
        number
            .ok_or_else(|| Problem::parameter(name, format!("'{text}' is not a number from {min} to {max}")))
    }

    /// The year that is the value of `name`.
    ///
    /// # Errors
    /// When the value is not a year.
    pub(super) fn year(&self, name: &str) -> Result<Option<i16>, Problem> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let year = text.parse::<i16>().ok().filter(|year| (1000..=9999).contains(year));
        year.map(Some).ok_or_else(|| Problem::parameter(name, format!("'{text}' is not a year as 2015")))
    }

    /// The same with `value` as the only value of `name`; without `name` when it is empty.
    pub(super) fn with(&self, name: &str, value: &str) -> Params {
        let mut changed = self.without(&[name]);
        if !value.is_empty() {
            changed.0.push((name.to_owned(), value.to_owned()));
        }
        changed
    }

    /// The same with another value of `name`.
    pub(super) fn and(&self, name: &str, value: &str) -> Params {
        let mut changed = self.clone();
        changed.0.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// The same without the parameters `names`.
    pub(super) fn without(&self, names: &[&str]) -> Params {
        Params(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// Only the parameters `names`.
    pub(super) fn only(&self, names: &[&str]) -> Params {
        Params(self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect())
    }

    /// The address of `path` with these parameters.
    pub(super) fn to(&self, path: &str) -> String {
        if self.0.is_empty() {
            return path.to_owned();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.0);
        format!("{path}?{}", query.finish())
    }
}

/// `text` as one segment of a path, with the slashes of a docname as they are.
pub(super) fn path_segments(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_with_a_change() {
        let params = Params::read("q=m%C3%A5l+og&q=tillit*&kind=&page=2").unwrap();
        assert_eq!(params.all("q").collect::<Vec<_>>(), ["mål og", "tillit*"]);
        assert_eq!(params.get("kind"), None);
        assert_eq!(params.with("page", "3").to("/x"), "/x?q=m%C3%A5l+og&q=tillit*&page=3");
        assert_eq!(params.without(&["q"]).to("/x"), "/x?page=2");
        assert_eq!(params.number("page", 1, (1, 9)).ok(), Some(2));
        assert!(params.number("page", 1, (3, 9)).is_err());
        assert_eq!(path_segments("s/å b?.pdf"), "s/%C3%A5%20b%3F.pdf");
    }
}
