//! Stage 5: numbers → CSV, JSON and text tables, a chart, and the data package that describes them. Pure over writers.
//!
//! Tidy tables in long form: one fact a row, sorted, `snake_case`, ISO dates, an empty cell where a value is missing.

mod chart;
mod package;
mod table;
pub mod tables;

pub use chart::{trends_svg, wrapped};
pub use package::{Licence, Package, Resource, data_package};
pub use table::{
    Cell, Column, Dialect, Format, Heading, Table, ValueType, heading, write, write_csv_header,
    write_csv_rows,
};
