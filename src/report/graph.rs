//! Concepts that occur together as a network in GraphML, for Gephi, igraph and others.

use super::chart::escape;
use crate::trend::PairRow;
use std::collections::BTreeMap;

/// The network of `rows`: a node for each concept with its units of text, an edge for each pair with its measures.
pub(crate) fn graph_ml(rows: &[PairRow<'_>]) -> String {
    let mut nodes = BTreeMap::new();
    for row in rows {
        nodes.extend(row.concepts.into_iter().zip(row.n_units));
    }
    let numbers: BTreeMap<&str, usize> = nodes.keys().copied().zip(0..).collect();
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n\
         <key id=\"label\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>\n\
         <key id=\"n\" for=\"node\" attr.name=\"n\" attr.type=\"long\"/>\n\
         <key id=\"n_both\" for=\"edge\" attr.name=\"n_both\" attr.type=\"long\"/>\n\
         <key id=\"weight\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n\
         <graph edgedefault=\"undirected\">\n",
    );
    for (name, n) in &nodes {
        let number = numbers[name];
        xml += &format!(
            "<node id=\"n{number}\"><data key=\"label\">{}</data><data key=\"n\">{n}</data></node>\n",
            escape(name)
        );
    }
    for row in rows {
        let [a, b] = row.concepts.map(|name| numbers[name]);
        let weight = row.log_dice().unwrap_or(0.0);
        xml += &format!(
            "<edge source=\"n{a}\" target=\"n{b}\"><data key=\"n_both\">{}</data><data key=\"weight\">{weight:.3}</data></edge>\n",
            row.n_both
        );
    }
    xml += "</graph>\n</graphml>\n";
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_an_edge_between_two_nodes() {
        let row = PairRow { concepts: ["a & b", "c"], n_units: [3, 4], n_both: 2, n_docs: 1, n_total: None };
        let xml = graph_ml(&[row]);
        assert!(
            xml.contains(
                "<node id=\"n0\"><data key=\"label\">a &amp; b</data><data key=\"n\">3</data></node>"
            )
        );
        assert!(xml.contains("<edge source=\"n0\" target=\"n1\"><data key=\"n_both\">2</data>"));
    }
}
