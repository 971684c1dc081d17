//! What is answered when a question cannot be: a status, what is wrong, what to do. RFC 9457 for programs, a page for people.

use super::problem_words;
use crate::pipeline;
use crate::results;
use std::fmt::Display;

/// Why a request has no answer.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    /// The status of HTTP.
    pub(super) status: u16,
    /// What is wrong.
    pub(super) detail: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
}

/// Seconds after which a client may ask again when there was no room.
pub(super) const RETRY_AFTER_S: u32 = 2;

impl Problem {
    pub(super) fn new(status: u16, detail: impl Display) -> Problem {
        Problem { status, detail: detail.to_string(), hint: None }
    }

    pub(super) fn with_hint(self, hint: impl Display) -> Problem {
        Problem { hint: Some(hint.to_string()), ..self }
    }

    pub(super) fn bad_request(detail: impl Display) -> Problem {
        Problem::new(400, detail)
    }

    /// The value of the parameter `name` is wrong.
    pub(super) fn parameter(name: &str, cause: impl Display) -> Problem {
        Problem::bad_request(format!("parameter {name}: {cause}"))
    }

    pub(super) fn not_found(what: impl Display) -> Problem {
        Problem::new(404, what)
    }

    /// The requests that are waiting are as many as can be answered in time.
    pub(super) fn overload() -> Problem {
        Problem::new(503, "too many questions at once")
            .with_hint(format!("ask again in {RETRY_AFTER_S} seconds"))
    }

    /// We are wrong.
    pub(super) fn bug() -> Problem {
        Problem::new(500, "a bug in this program ended the request")
    }

    /// The same in the language `code`, as far as its words are known in it.
    pub(super) fn in_language(&self, code: &str) -> Problem {
        let said = |text: &String| problem_words::in_language(text, code).unwrap_or_else(|| text.clone());
        Problem { status: self.status, detail: said(&self.detail), hint: self.hint.as_ref().map(said) }
    }

    /// The name of the status.
    pub(super) fn title(&self) -> &'static str {
        match self.status {
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            406 => "Not Acceptable",
            409 => "Conflict",
            410 => "Gone",
            413 => "Content Too Large",
            414 => "URI Too Long",
            421 => "Misdirected Request",
            422 => "Unprocessable Content",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            _ => "Internal Server Error",
        }
    }

    /// As JSON by RFC 9457.
    pub(super) fn json(&self) -> Vec<u8> {
        let mut problem = serde_json::json!({
            "type": "about:blank",
            "title": self.title(),
            "status": self.status,
            "detail": self.detail,
        });
        if let Some(hint) = &self.hint {
            problem["hint"] = hint.as_str().into();
        }
        problem.to_string().into_bytes()
    }
}

impl From<results::Error> for Problem {
    fn from(error: results::Error) -> Problem {
        use results::ErrorKind;
        let status = match error.kind {
            ErrorKind::NoIndex => 503,
            ErrorKind::Damaged | ErrorKind::Unreadable => 500,
            ErrorKind::UnknownConcept => 404,
            ErrorKind::Syntax => 400,
            ErrorKind::TooCostly => 422,
        };
        let hint = error.hint.clone().filter(|_| error.kind != ErrorKind::Syntax);
        Problem { hint, ..Problem::new(status, &error) }
    }
}

impl From<pipeline::Error> for Problem {
    fn from(error: pipeline::Error) -> Problem {
        let status = if error.kind == pipeline::ErrorKind::Settings { 400 } else { 500 };
        Problem { hint: error.hint.clone(), ..Problem::new(status, &error) }
    }
}

impl From<crate::acquire::Error> for Problem {
    fn from(error: crate::acquire::Error) -> Problem {
        pipeline::Error::from(error).into()
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Problem {
        Problem::new(500, error)
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Problem {
        Problem::new(500, format!("a page could not be made: {error}"))
    }
}
