#![doc = include_str!("README.md")]

// Directories are synced and files are opened without waiting for them by means that only Unix has.
#[cfg(not(unix))]
compile_error!("ordskifte runs on Linux and macOS; on Windows use the Windows Subsystem for Linux");

pub mod text;

pub mod acquire;
pub mod extract;
pub mod language;
pub mod morphology;

pub mod sandbox;

pub mod index;

pub mod codebook;
pub mod query;
pub mod results;
pub mod stats;
pub mod trend;

pub mod report;

pub mod config;
pub mod pipeline;

pub mod serve;

pub mod cli;
