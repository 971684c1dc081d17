//! How a command writes its table.

use crate::report::{Dialect, Format};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How a table is shown.
#[derive(Args)]
pub struct Output {
    /// Output format
    #[arg(long, value_enum, default_value = "table")]
    pub format: FormatName,
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
        match self.format {
            FormatName::Table => Format::Text,
            FormatName::Csv => Format::Csv(self.dialect.into()),
            FormatName::Json => Format::Json,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum FormatName {
    /// Aligned columns
    Table,
    /// Comma-separated values
    Csv,
    /// An array of objects
    Json,
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
