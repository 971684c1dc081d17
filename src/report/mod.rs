//! Stage 5: numbers → CSV, JSON and text tables, a chart, and the data package that describes them. Pure over writers.
//!
//! Tidy tables in long form: one fact a row, sorted, `snake_case`, ISO dates, an empty cell where a value is missing.

mod chart;
mod citation;
mod graph;
mod overlay;
mod package;
mod page;
mod parquet_file;
mod plot;
mod table;
pub(crate) mod tables;
mod workbook;
mod write;

pub use chart::ChartLanguage;
pub(crate) use chart::{Chart, Panel, chart_svg, wrapped};
pub(crate) use citation::{bibtex, citation_cff, csl_json};
pub(crate) use graph::graph_ml;
pub(crate) use overlay::overlay_svg;
pub(crate) use package::{Licence, Package, Resource, data_package};
pub(crate) use page::{IndexPage, index_html};
pub(crate) use plot::{
    Frame, PLOT_SERIES_MAX, Plot, PlotParts, PlotPoint, PlotSeries, PlotSlot, plot_file, plot_parts,
};
pub(crate) use table::{
    Cell, Dialect, Format, Heading, Table, ValueType, heading, write_csv_header, write_csv_rows,
};
pub(crate) use write::write;
