//! Every address of the server: what it takes, what it answers. The router, the check of parameters and the OpenAPI document are made from
//! this one table.

use super::route::{Route, Shape, answer, choice, number, page, required, text, texts};
use super::state::App;
use super::{api, assets, correction, http, openapi, pages};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::any;
use std::sync::Arc;

const CONCEPT_OR_QUERY: &str = "Name of a concept of the codebook, or a query";
const LIMIT: &str = "Maximum number of rows";
const CURSOR: &str = "The value of next in the answer before";

/// All addresses.
static ROUTES: [Route; ROUTES_COUNT] = [
    page("/", pages::start),
    page("/concordance", pages::concordance).changed_by(pages::mark),
    page("/documents/{*id}", pages::document),
    page("/collocates", pages::collocates),
    page("/compare", pages::compare),
    page("/corpus", pages::corpus).changed_by(correction::correct),
    page("/snapshots", pages::snapshots).never_kept(),
    page("/codebook", pages::codebook),
    page("/codebook/{*concept}", pages::codebook).changed_by(correction::decide),
    page("/help", pages::help),
    page("/api", pages::api),
    Route { shape: Shape::Asset, ..page("/assets/{*name}", assets::asset) },
    answer("/health", "Whether the server answers, and from which snapshot", api::health, &[], None).never_kept(),
    answer("/api/v1/openapi.json", "This description", openapi::document, &[], None),
    answer(
        "/api/v1/search",
        "The passages or documents that answer a query, best first",
        api::search,
        &[
            required("q", "The query"),
            choice("by", "What is listed", &["passage", "document"]),
            number("limit", LIMIT, 1, 200),
        ],
        Some(api::search_columns),
    )
    .of_selection(),
    answer(
        "/api/v1/concordance",
        "Every mention with the words around it",
        api::concordance,
        &[
            required("q", CONCEPT_OR_QUERY),
            text("sort", "Sort keys, separated by commas: L1 to L3, R1 to R3, keyword, document, year"),
            number("limit", LIMIT, 1, 200_000),
            text("cursor", CURSOR),
        ],
        Some(api::concordance_columns),
    )
    .of_selection(),
    answer(
        "/api/v1/trends",
        "How often concepts or queries occur, by year or other properties, with 95 % intervals and denominators",
        api::trends,
        &[
            texts("q", CONCEPT_OR_QUERY),
            texts("by", "Properties that counts are split by: year, quarter, kind, issuer, addressee, language, source, or an own column"),
        ],
        Some(api::trends_columns),
    )
    .of_selection(),
    answer(
        "/api/v1/collocates",
        "The words around the mentions of a concept or query, by period",
        api::collocates,
        &[
            required("q", CONCEPT_OR_QUERY),
            choice("span", "Where words are looked for", &["window", "sentence"]),
            number("window", "Words on either side of a mention", 1, 100),
            texts("period", "Only these years, as 2015..2019; repeat it to compare periods"),
            choice("unit", "What a word is", &["form", "lemma"]),
            number("min", "Only words that are around mentions so many times", 1, 1_000_000),
            choice("order", "What the words are ordered by", &super::measures::ORDERS),
            number("limit", "Maximum number of words for each period", 1, 1_000),
        ],
        Some(api::collocates_columns),
    )
    .of_selection(),
    answer(
        "/api/v1/keyness",
        "The words that distinguish two groups of documents",
        api::keyness,
        &[
            text("target", "The documents of the target, as a query; the latest complete years when it is left out"),
            text("reference", "The documents of the reference, as a query; all others when it is left out"),
            choice("unit", "What a word is", &["form", "lemma"]),
            number("min", "Minimum number of occurrences of a word", 1, 1_000_000),
            number("mindocs", "Minimum number of documents that have the word", 1, 1_000_000),
            number("limit", "Maximum number of words in either direction", 1, 500),
        ],
        Some(api::keyness_columns),
    ),
    answer(
        "/api/v1/changes",
        "The documents that are new, changed or gone since the snapshot before",
        api::changes,
        &[],
        Some(super::measures::changes_columns),
    )
    .never_kept(),
    answer("/api/v1/concepts", "The concepts of the codebook", api::concepts, &[], Some(api::concepts_columns)),
    answer(
        "/api/v1/forms",
        "The forms that a concept or query counts, each with the reason, and the near misses",
        api::forms,
        &[required("q", "Name of a concept of the codebook")],
        Some(api::forms_columns),
    ),
    answer(
        "/api/v1/documents",
        "The documents with their records",
        api::documents,
        &[number("limit", LIMIT, 1, 100_000), text("cursor", CURSOR)],
        Some(api::documents_columns),
    )
    .of_selection(),
    answer(
        "/api/v1/documents/{*id}",
        "One document: its record, its passages, its captures; with /pages/N at the end, the passages of a page",
        api::document,
        &[],
        None,
    ),
    answer("/api/v1/status", "The state of the corpus and of each source", api::status, &[], None).never_kept(),
    answer(
        "/api/v1/differences",
        "The numbers that differ between two kept snapshots, and the documents that are the cause",
        api::differences,
        &[
            required("before", "The first snapshot: its id, the beginning of it, its name, or current"),
            required("after", "The second snapshot"),
        ],
        Some(api::differences_columns),
    )
    .never_kept(),
    answer("/api/v1/snapshots", "The kept snapshots", api::snapshots, &[], Some(api::snapshots_columns)).never_kept(),
];

/// The number of addresses.
const ROUTES_COUNT: usize = 27;

/// The router of all addresses.
pub(super) fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for route in &ROUTES {
        let app = Arc::clone(app);
        let handler = move |request: Request<Body>| http::answer(Arc::clone(&app), &ROUTES, route, request);
        router = router.route(route.path, any(handler));
    }
    let app = Arc::clone(app);
    router.fallback(move |request: Request<Body>| http::missing(Arc::clone(&app), request))
}
