//! Forms and their numbers, by which mentions name them.

use std::collections::HashMap;

/// The forms that were found so far, each with its number.
#[derive(Debug, Default)]
pub(super) struct FormNumbers {
    numbers: HashMap<String, u32>,
    /// In small letters, by number.
    pub(super) forms: Vec<String>,
}

impl FormNumbers {
    /// The number of `form`, in any case of letters.
    pub(super) fn number(&mut self, form: &str) -> u32 {
        let form = form.to_lowercase();
        if let Some(number) = self.numbers.get(&form) {
            return *number;
        }
        let number = self.forms.len() as u32;
        self.numbers.insert(form.clone(), number);
        self.forms.push(form);
        number
    }
}
