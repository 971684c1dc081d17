#![doc = include_str!("README.md")]

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
pub mod trend;

pub mod report;

pub mod config;
pub mod pipeline;

pub mod cli;
