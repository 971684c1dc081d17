//! A trend as a specification of Vega-Lite, with its data: a reproducible figure for other programs.

use super::trend_figure::Series;
use serde_json::{Value, json};

/// The specification of `series`, whose numbers are in `unit`.
pub(super) fn specification(series: &[Series], unit: &str, citation: &str) -> Value {
    let mut values = Vec::new();
    for series in series {
        for value in series.values.iter().filter(|value| value.label.is_some()) {
            let (number, interval) = match value.value {
                Some((number, interval)) => (Some(number), interval),
                None => (None, None),
            };
            values.push(json!({
                "term": series.name,
                "year": value.label,
                "value": number,
                "lo95": interval.map(|(low, _)| low),
                "hi95": interval.map(|(_, high)| high),
                "n": value.n,
                "n_docs": value.n_docs,
                "is_thin": value.is_thin || value.is_incomplete,
            }));
        }
    }
    let year = json!({"field": "year", "type": "ordinal", "title": null});
    let term = json!({"field": "term", "type": "nominal", "title": null});
    json!({
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": citation,
        "width": 640,
        "height": 320,
        "data": {"values": values},
        "encoding": {"x": year, "color": term},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.14},
                "encoding": {
                    "y": {"field": "lo95", "type": "quantitative", "title": unit},
                    "y2": {"field": "hi95"},
                },
            },
            {
                "mark": {"type": "line", "point": true},
                "encoding": {
                    "y": {"field": "value", "type": "quantitative"},
                    "shape": term,
                    "tooltip": [
                        {"field": "term"}, {"field": "year"}, {"field": "value", "format": ".1f"},
                        {"field": "lo95", "format": ".1f"}, {"field": "hi95", "format": ".1f"}, {"field": "n"}, {"field": "n_docs"},
                    ],
                },
            },
        ],
    })
}
