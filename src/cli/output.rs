//! How a command writes its table: the format, and the file.

use crate::report::{Dialect, Format};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// How a table is shown.
#[derive(Args)]
pub struct Output {
    /// Output format [default: table, or by the ending of --output]
    #[arg(long, value_enum)]
    pub format: Option<FormatName>,
    /// CSV dialect
    #[arg(long, value_enum, default_value = "standard")]
    pub dialect: DialectName,
    /// Write to FILE and not to the terminal, and what it was made from to FILE.meta.json
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

impl Output {
    /// The format of the report stage.
    pub fn format(&self) -> Format {
        match self.format.or_else(|| FormatName::of_file(self.file.as_deref()?)) {
            None | Some(FormatName::Table) => Format::Text,
            Some(FormatName::Csv) => Format::Csv(self.dialect.into()),
            Some(FormatName::Json) => Format::Json,
            Some(FormatName::Xlsx) => Format::Xlsx,
            Some(FormatName::Parquet) => Format::Parquet,
        }
    }

    /// Whether the format is not text, so that it needs a file.
    pub(super) fn is_binary(&self) -> bool {
        matches!(self.format(), Format::Xlsx | Format::Parquet)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// Aligned columns
    Table,
    /// Comma-separated values
    Csv,
    /// An array of objects
    Json,
    /// A workbook of Excel, with the definitions of the columns on a second sheet; needs --output
    Xlsx,
    /// Parquet, for pandas, polars, DuckDB and arrow; needs --output
    Parquet,
}

impl FormatName {
    /// The format that the ending of `file` names.
    fn of_file(file: &Path) -> Option<FormatName> {
        FormatName::from_str(file.extension()?.to_str()?, true).ok()
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum DialectName {
    /// RFC 4180, UTF-8
    Standard,
    /// For a Norwegian Excel: byte order mark, semicolon, decimal comma
    ExcelNo,
}

impl From<DialectName> for Dialect {
    fn from(name: DialectName) -> Dialect {
        match name {
            DialectName::Standard => Dialect::Standard,
            DialectName::ExcelNo => Dialect::ExcelNo,
        }
    }
}
