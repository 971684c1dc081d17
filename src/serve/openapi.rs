//! The OpenAPI 3.1 document of the API, from the table of addresses and the headings of the tables.

use super::problem::Problem;
use super::reply::{JSON, PARQUET, PROBLEM, Reply, XLSX};
use super::route::Question;
use super::route::{Parameter as Taken, ParameterKind, Route, Shape};
use crate::report::{Heading, ValueType};
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApiBuilder, Paths, RefOr, Required, Response, ResponseBuilder,
};

/// `GET /api/v1/openapi.json`
pub(super) fn document(question: &Question) -> Result<Reply, Problem> {
    let info = InfoBuilder::new()
        .title("ordskifte")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Counts, passages and documents of a corpus. Rows of tables are also given as CSV, XLSX and Parquet."))
        .build();
    let mut paths = Paths::new();
    for route in question.routes.iter().filter(|route| route.shape == Shape::Api) {
        paths.paths.insert(route.path.replace("{*", "{"), PathItem::new(HttpMethod::Get, operation(route)));
    }
    let openapi = OpenApiBuilder::new().info(info).paths(paths).build();
    let json = serde_json::to_vec(&openapi).expect("it has only string keys");
    Ok(Reply::new(JSON, json))
}

fn operation(route: &Route) -> utoipa::openapi::path::Operation {
    let id = route.path.trim_start_matches("/api/v1").replace(['/', '{', '}', '*', '.'], " ");
    let id = id.split_whitespace().collect::<Vec<_>>().join("_");
    let mut operation = OperationBuilder::new().operation_id(Some(id)).summary(Some(route.summary));
    if let Some((_, rest)) = route.path.split_once("{*") {
        let name = rest.trim_end_matches('}');
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .description(Some("The docname, with or without its slashes encoded"))
                .schema(Some(string())),
        );
    }
    for taken in route.parameters() {
        operation = operation.parameter(parameter(taken));
    }
    operation = operation.response("200", answer(route));
    let problems = [
        ("400", "A parameter is wrong"),
        ("404", "There is no such concept or document"),
        ("406", "There is no such format"),
        ("422", "The query would cost more than its budget"),
        ("503", "Too many questions at once; Retry-After says when to ask again"),
        ("504", "The answer took too long"),
    ];
    for (status, description) in problems {
        operation = operation.response(status, problem(description));
    }
    operation.build()
}

fn parameter(taken: &Taken) -> Parameter {
    let schema: RefOr<Schema> = match taken.kind {
        ParameterKind::Text => string(),
        ParameterKind::Texts => ArrayBuilder::new().items(string()).into(),
        ParameterKind::Number(min, max) => ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(f64::from(min)))
            .maximum(Some(f64::from(max)))
            .into(),
        ParameterKind::Choice(values) => choice(values),
    };
    ParameterBuilder::new()
        .name(taken.name)
        .parameter_in(ParameterIn::Query)
        .required(if taken.is_required { Required::True } else { Required::False })
        .description(Some(taken.description))
        .schema(Some(schema))
        .build()
}

fn string() -> RefOr<Schema> {
    Object::with_type(Type::String).into()
}

fn choice(values: &[&str]) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values.iter().copied())).into()
}

fn answer(route: &Route) -> Response {
    let schema: RefOr<Schema> = match route.columns {
        None => Object::with_type(Type::Object).into(),
        Some(columns) => ObjectBuilder::new()
            .property("snapshot", described("The snapshot that the numbers are of", Type::String, false))
            .property("total", described("The number of all rows", Type::Integer, false))
            .property("next", described("The cursor of the next rows", Type::String, true))
            .property("rows", ArrayBuilder::new().items(row(&columns())))
            .required("snapshot")
            .required("total")
            .required("rows")
            .into(),
    };
    let mut response = ResponseBuilder::new()
        .description(route.summary)
        .content(JSON, ContentBuilder::new().schema(Some(schema)).build());
    if route.columns.is_some() {
        for media_type in ["text/csv", XLSX, PARQUET] {
            response = response.content(media_type, ContentBuilder::new().schema(Some(string())).build());
        }
    }
    response.build()
}

/// An object with a property for each column. Columns of the user's own come on top.
fn row(columns: &[Heading]) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(true)));
    for heading in columns {
        let value_type = match heading.value_type {
            ValueType::Integer => Type::Integer,
            ValueType::Number => Type::Number,
            ValueType::Boolean => Type::Boolean,
            ValueType::Text | ValueType::PartialDate => Type::String,
        };
        object = object.property(heading.name.as_ref(), described(heading.description, value_type, true));
    }
    object.into()
}

fn described(description: &str, value_type: Type, is_nullable: bool) -> RefOr<Schema> {
    let schema_type: SchemaType = match is_nullable {
        true => SchemaType::from_iter([value_type, Type::Null]),
        false => value_type.into(),
    };
    ObjectBuilder::new().schema_type(schema_type).description(Some(description)).into()
}

fn problem(description: &str) -> Response {
    let schema = ObjectBuilder::new()
        .property("type", string())
        .property("title", string())
        .property("status", Object::with_type(Type::Integer))
        .property("detail", string())
        .property("hint", string());
    let content = ContentBuilder::new().schema(Some(RefOr::from(schema))).build();
    ResponseBuilder::new().description(description).content(PROBLEM, content).build()
}
