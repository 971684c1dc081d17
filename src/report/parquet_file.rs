//! A table as a Parquet file: typed, nullable columns, for pandas, polars, DuckDB and R's arrow.

use super::table::{Cell, Heading, ValueType};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// Rows of a row group, which is what is in memory: a concordance of a million lines is written in sixteen.
const GROUP_ROWS: usize = 1 << 16;

/// Writes `rows` to `out`, and returns their number. The definitions of the columns are metadata of the file.
///
/// # Errors
/// Those of `out`.
pub(super) fn write_parquet(
    headings: &[Heading],
    mut rows: impl Iterator<Item = Vec<Cell>>,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let definition = |heading: &Heading| {
        let unit = heading.unit.map(|unit| format!(" ({unit})")).unwrap_or_default();
        KeyValue::new(format!("column {}", heading.name), format!("{}{unit}", heading.description))
    };
    let properties = WriterProperties::builder()
        .set_created_by(concat!("ordskifte ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(headings.iter().map(definition).collect()))
        .build();
    let schema = schema(headings).map_err(failure)?;
    let buffer = Buffer::default();
    let mut writer =
        SerializedFileWriter::new(buffer.clone(), Arc::new(schema), Arc::new(properties)).map_err(failure)?;
    let mut n_rows = 0;
    loop {
        let group: Vec<Vec<Cell>> = rows.by_ref().take(GROUP_ROWS).collect();
        if group.is_empty() {
            break;
        }
        n_rows += group.len() as u64;
        let mut group_writer = writer.next_row_group().map_err(failure)?;
        for (index, heading) in headings.iter().enumerate() {
            let mut column = group_writer
                .next_column()
                .map_err(failure)?
                .expect("the schema has a column for each heading");
            write_column(&mut column, heading.value_type, group.iter().map(|row| &row[index]))
                .map_err(failure)?;
            column.close().map_err(failure)?;
        }
        group_writer.close().map_err(failure)?;
        buffer.drain(out)?;
    }
    writer.close().map_err(failure)?;
    buffer.drain(out)?;
    Ok(n_rows)
}

/// What was written and not yet passed on. The writer of the library must be able to move to another thread, which `out` need not.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn drain(&self, out: &mut dyn Write) -> io::Result<()> {
        let bytes = std::mem::take(&mut *self.0.lock().expect("no thread panics while it writes"));
        out.write_all(&bytes)
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no thread panics while it writes").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn schema(headings: &[Heading]) -> Result<Type, ParquetError> {
    let field = |heading: &Heading| {
        let (physical, logical) = match heading.value_type {
            ValueType::Text | ValueType::PartialDate => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            ValueType::Integer => (Physical::INT64, None),
            ValueType::Number => (Physical::DOUBLE, None),
            ValueType::Boolean => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(&heading.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build();
        field.map(Arc::new)
    };
    let fields = headings.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder("table").with_fields(fields).build()
}

fn write_column<'c>(
    column: &mut SerializedColumnWriter<'_>,
    value_type: ValueType,
    cells: impl Iterator<Item = &'c Cell> + Clone,
) -> Result<(), ParquetError> {
    // 1 where there is a value, 0 where it is missing.
    let levels: Vec<i16> = cells.clone().map(|cell| i16::from(*cell != Cell::Empty)).collect();
    let levels = Some(levels.as_slice());
    match value_type {
        ValueType::Text | ValueType::PartialDate => {
            let text = |cell: &Cell| match cell {
                Cell::Text(text) => Some(ByteArray::from(text.as_str())),
                _ => None,
            };
            let values: Vec<ByteArray> = cells.filter_map(text).collect();
            column.typed::<ByteArrayType>().write_batch(&values, levels, None)?;
        }
        ValueType::Integer => {
            let values: Vec<i64> =
                cells.filter_map(|cell| number(cell).map(|number| number as i64)).collect();
            column.typed::<Int64Type>().write_batch(&values, levels, None)?;
        }
        ValueType::Number => {
            let values: Vec<f64> = cells.filter_map(number).collect();
            column.typed::<DoubleType>().write_batch(&values, levels, None)?;
        }
        ValueType::Boolean => {
            let truth = |cell: &Cell| match cell {
                Cell::Boolean(truth) => Some(*truth),
                _ => None,
            };
            let values: Vec<bool> = cells.filter_map(truth).collect();
            column.typed::<BoolType>().write_batch(&values, levels, None)?;
        }
    }
    Ok(())
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Number(number) => Some(*number),
        _ => None,
    }
}

fn failure(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => *cause,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::heading;
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    #[test]
    fn every_value_comes_back_with_its_type() {
        let headings = [
            heading("text", ValueType::Text, "A text"),
            heading("n", ValueType::Integer, "A number"),
            heading("rate", ValueType::Number, "A rate").in_unit("per million"),
            heading("is", ValueType::Boolean, "A truth"),
        ];
        let rows = vec![
            vec![Cell::Text("æ".to_owned()), Cell::Integer(3), Cell::Number(0.1), Cell::Boolean(true)],
            vec![Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty],
        ];
        let mut out = Vec::new();
        assert_eq!(write_parquet(&headings, rows.into_iter(), &mut out).unwrap(), 2);
        let reader = SerializedFileReader::new(bytes_of(out)).unwrap();
        let rows: Vec<String> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert_eq!(rows[0], "{text: \"æ\", n: 3, rate: 0.1, is: true}");
        assert_eq!(rows[1], "{text: null, n: null, rate: null, is: null}");
        let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
        assert_eq!(metadata[2].value.as_deref(), Some("A rate (per million)"));
    }

    fn bytes_of(bytes: Vec<u8>) -> bytes::Bytes {
        bytes.into()
    }
}
