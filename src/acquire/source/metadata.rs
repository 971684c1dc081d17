//! Tables `metadata.csv` beside the files of a folder → the metadata of each file. Reads the tables, never the files.
//!
//! A table describes the files of its folder and of the folders below it, by the column `file`. Of two tables that describe
//! one file the nearer takes precedence. A wrong cell is a failure of its file; a row for a file that is
//! not there, or a second row for one file, is a notice.

use crate::acquire::Error;
use crate::acquire::input::read_settings_file;
use crate::text::{Sheet, SheetRow, SourceMetadata, normalise};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name of such a table.
pub(super) const METADATA_FILE: &str = "metadata.csv";

/// The tables of a folder source.
#[derive(Default)]
pub(super) struct MetadataTables {
    /// By the folder that each lies in, as the beginning of locations: empty, or with a slash at its end.
    tables: BTreeMap<String, MetadataTable>,
}

/// A table that was read.
struct MetadataTable {
    path: PathBuf,
    /// The metadata of each row, by the location of its file in one spelling; `Err` for a row that is wrong.
    rows: BTreeMap<String, MetadataRow>,
    notices: Vec<String>,
}

struct MetadataRow {
    line: u64,
    metadata: Result<SourceMetadata, Error>,
    is_used: bool,
}

impl MetadataTables {
    /// Adds the table at `path`, which lies in `folder`.
    ///
    /// # Errors
    /// When it cannot be read at all. Then nothing is known of any file below it.
    pub(super) fn add(&mut self, folder: &str, path: &Path) -> Result<(), Error> {
        let attempt = format!("cannot read the table {}", path.display());
        let bytes = read_settings_file(path)?;
        let sheet = Sheet::read(&bytes, "file").map_err(|cause| {
            Error::new(&attempt, cause).hint("its first line names its columns, one of them file")
        })?;
        let mut table = MetadataTable { path: path.to_owned(), rows: BTreeMap::new(), notices: Vec::new() };
        let file = sheet.column("file").expect("a sheet has the column that it is read for");
        for row in &sheet.rows {
            match row {
                Ok(row) => table.add(folder, &sheet.columns, file, row),
                Err(error) => {
                    return Err(Error::new(format!("{attempt}, line {}", error.line), error)
                        .hint("put quotation marks around a cell that has the separator in it"));
                }
            }
        }
        self.tables.insert(folder.to_owned(), table);
        Ok(())
    }

    /// The metadata in the tables for the file at `location`.
    ///
    /// # Errors
    /// When a row for the file has a cell that cannot be read.
    pub(super) fn of_file(&mut self, location: &str) -> Result<SourceMetadata, Error> {
        let mut said = SourceMetadata::default();
        // The folder nearest to the file has the longest name: the last one in order.
        for (folder, table) in self.tables.iter_mut().rev() {
            let row = location.starts_with(folder.as_str()).then(|| table.rows.get_mut(&spelling(location)));
            if let Some(row) = row.flatten() {
                row.is_used = true;
                said = said.or(row.metadata.clone()?);
            }
        }
        Ok(said)
    }

    /// Notices about each table, with its location: rows without a file, and further rows of one file.
    pub(super) fn notices(self) -> Vec<(String, String)> {
        let mut notices = Vec::new();
        for (folder, table) in self.tables {
            let name = table.path.file_name().unwrap_or_default().to_string_lossy();
            let location = format!("{folder}{name}");
            let unused = table.rows.iter().filter(|(_, row)| !row.is_used);
            let mut unused: Vec<(u64, &String)> = unused.map(|(file, row)| (row.line, file)).collect();
            unused.sort_unstable();
            let unused = unused
                .into_iter()
                .map(|(line, file)| format!("line {line}: there is no file '{file}' in the source"));
            notices.extend(table.notices.into_iter().chain(unused).map(|text| (location.clone(), text)));
        }
        notices
    }
}

impl MetadataTable {
    fn add(&mut self, folder: &str, columns: &[String], file: usize, row: &SheetRow) {
        let name = row.cells[file].replace('\\', "/");
        if name.is_empty() {
            self.notices.push(format!("line {}: it names no file", row.line));
            return;
        }
        let location = spelling(&format!("{folder}{}", name.trim_start_matches("./")));
        if let Some(first) = self.rows.get(&location) {
            self.notices.push(format!(
                "line {}: '{location}' is described in line {} already, which is believed",
                row.line, first.line
            ));
            return;
        }
        let cells = columns.iter().zip(&row.cells).enumerate().filter(|(index, _)| *index != file);
        let metadata =
            SourceMetadata::of_cells(cells.map(|(_, (name, cell))| (name.as_str(), cell.as_str())));
        let attempt = || format!("cannot read line {} of {}", row.line, self.path.display());
        let metadata = metadata.map_err(|cause| Error::new(attempt(), cause).hint("correct the cell"));
        self.rows.insert(location, MetadataRow { line: row.line, metadata, is_used: false });
    }
}

/// `location` in the one spelling that is compared: some systems write *å* in file names as two characters.
fn spelling(location: &str) -> String {
    normalise(location)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables of the files `(folder, text)`.
    fn tables(files: &[(&str, &str)]) -> Result<MetadataTables, Error> {
        let root = tempfile::tempdir().unwrap();
        let mut tables = MetadataTables::default();
        for (folder, text) in files {
            let path = root.path().join(folder).join(METADATA_FILE);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            tables.add(folder, &path)?;
        }
        Ok(tables)
    }

    #[test]
    fn the_nearer_table_is_believed_and_the_farther_fills_in() {
        let mut tables = tables(&[
            ("", "file;issuer;Tema\r\nbrev/a.pdf;NAV;helse\r\nbrev\\b.pdf;KS;\r\n"),
            ("brev/", "\u{feff}File,issuer,published\na.pdf,Skatteetaten,04.12.2014\n"),
        ])
        .unwrap();
        let found = tables.of_file("brev/a.pdf").unwrap();
        assert_eq!((found.issuer.as_deref(), found.own["Tema"].as_str()), (Some("Skatteetaten"), "helse"));
        assert_eq!(found.published.unwrap().to_string(), "2014-12-04");
        assert_eq!(tables.of_file("brev/b.pdf").unwrap().issuer.as_deref(), Some("KS"));
        assert_eq!(tables.of_file("c.pdf").unwrap(), SourceMetadata::default());
        assert_eq!(tables.notices(), []);
    }

    #[test]
    fn a_row_without_a_file_and_a_second_row_are_notices() {
        let mut tables =
            tables(&[("", "file,kind\na.pdf,notat\ngone.pdf,notat\na.pdf,rapport\n,notat\n")]).unwrap();
        assert_eq!(tables.of_file("a.pdf").unwrap().kind.unwrap().name(), "notat");
        let texts: Vec<String> = tables.notices().into_iter().map(|(_, text)| text).collect();
        assert_eq!(
            texts,
            [
                "line 4: 'a.pdf' is described in line 2 already, which is believed",
                "line 5: it names no file",
                "line 3: there is no file 'gone.pdf' in the source",
            ]
        );
    }

    #[test]
    fn a_wrong_cell_is_a_failure_of_its_file_and_a_wrong_row_one_of_the_table() {
        let mut wrong_cell = tables(&[("", "file,year\na.pdf,i fjor\nb.pdf,2014\n")]).unwrap();
        let error = wrong_cell.of_file("a.pdf").unwrap_err();
        assert!(
            error.attempt.contains("line 2") && error.cause.contains("'i fjor' is not a year"),
            "{error:?}"
        );
        assert_eq!(wrong_cell.of_file("b.pdf").unwrap().year, Some(2014));
        let error = tables(&[("", "file,title\na.pdf,Mål, og midler\n")]).err().unwrap();
        assert!(error.attempt.contains("line 2"), "{error:?}");
        assert!(tables(&[("", "title\nMål\n")]).is_err());
    }
}
