use crate::fetch::answer;
use crate::network::Site;
use crate::support::{Corpus, run};
use ordskifte::acquire::archive::warc::WarcRecord;
use ordskifte::text::Digest;
use std::fs;
use std::io::Read;
use zip::CompressionMethod;

const FIRST: &str =
    "<!DOCTYPE html><html lang=\"nb\"><title>Rapport 2019</title><p>Samskaping med kommunene.</p></html>";
const SECOND: &str =
    "<!DOCTYPE html><html lang=\"nb\"><title>Rapport 2019</title><p>Mindre samskaping enn før.</p></html>";

/// A corpus with two versions of one document.
fn corpus() -> (Corpus, tempfile::TempDir) {
    let (corpus, files) = Corpus::of_files(&[("a.html", FIRST), ("b.html", FIRST)]);
    corpus.refresh(&[]);
    fs::write(files.path().join("a.html"), SECOND).unwrap();
    corpus.refresh(&[]);
    (corpus, files)
}

fn captures(corpus: &Corpus, args: &[&str]) -> Vec<serde_json::Value> {
    let run = corpus.run(&[&["archive", "list", "--format", "json"], args].concat());
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn every_capture_is_listed_and_each_version_can_be_got() {
    let (corpus, _files) = corpus();
    let all = captures(&corpus, &[]);
    assert_eq!(all.len(), 3);
    let name = all[0]["docname"].as_str().unwrap().to_owned();
    assert!(name.ends_with("/a.html"));
    let of_a = captures(&corpus, &[&name]);
    assert_eq!(of_a.len(), 2);
    assert_eq!(corpus.run(&["archive", "get", &name]).out, SECOND);
    assert_eq!(corpus.run(&["archive", "get", of_a[0]["url"].as_str().unwrap()]).out, SECOND);
    let first = Digest::of(FIRST.as_bytes()).to_string();
    assert_eq!(corpus.run(&["archive", "get", &first]).out, FIRST);
    let file = corpus.path("first.html");
    corpus.run(&["archive", "get", &first, "-o", file.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(file).unwrap(), FIRST);
}

#[test]
fn a_date_chooses_the_last_capture_until_then() {
    let (corpus, _files) = corpus();
    let name = captures(&corpus, &[])[0]["docname"].as_str().unwrap().to_owned();
    assert_eq!(corpus.run(&["archive", "get", &name, "--at", "2999-01-01"]).out, SECOND);
    let early = corpus.run(&["archive", "get", &name, "--at", "2001-01-01"]);
    assert_eq!(early.code, 2);
    assert!(early.err.contains("was not captured before 2001-01-01") && early.err.contains("first capture"));
    let wrong = corpus.run(&["archive", "get", &name, "--at", "i går"]);
    assert!(wrong.code == 2 && wrong.err.contains("'i går' is not a date"), "{}", wrong.err);
    let unknown = corpus.run(&["archive", "get", "ukjent.pdf"]);
    assert!(unknown.code == 2 && unknown.err.contains("there is no capture of 'ukjent.pdf'"));
}

#[test]
fn a_package_has_every_record_where_its_index_says_and_the_digests_it_declares() {
    let (corpus, _files) = corpus();
    let file = corpus.path("corpus.wacz");
    let run = corpus.run(&["archive", "export", "--wacz", file.to_str().unwrap()]);
    assert!(run.code == 0 && run.out.contains("3 captures in 1 WARC files"), "{}{}", run.out, run.err);
    let mut package = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let mut bytes_of = |name: &str| {
        let mut bytes = Vec::new();
        let mut entry = package.by_name(name).unwrap();
        entry.read_to_end(&mut bytes).unwrap();
        (bytes, entry.compression())
    };
    let description = bytes_of("datapackage.json").0;
    let digest: serde_json::Value = serde_json::from_slice(&bytes_of("datapackage-digest.json").0).unwrap();
    assert_eq!(digest["hash"], Digest::of(&description).labelled());
    let description: serde_json::Value = serde_json::from_slice(&description).unwrap();
    for resource in description["resources"].as_array().unwrap() {
        let path = resource["path"].as_str().unwrap();
        let (bytes, compression) = bytes_of(path);
        assert_eq!(
            (resource["hash"].as_str(), resource["bytes"].as_u64()),
            (Some(&*Digest::of(&bytes).labelled()), Some(bytes.len() as u64))
        );
        assert_eq!(compression == CompressionMethod::Stored, path.starts_with("archive/"), "{path}");
    }
    let index = String::from_utf8(bytes_of("indexes/index.cdx").0).unwrap();
    assert!(index.lines().is_sorted() && index.lines().count() == 3);
    for line in index.lines() {
        let entry: serde_json::Value = serde_json::from_str(line.splitn(3, ' ').nth(2).unwrap()).unwrap();
        let number = |name: &str| entry[name].as_str().unwrap().parse::<usize>().unwrap();
        let warc = bytes_of(&format!("archive/{}", entry["filename"].as_str().unwrap())).0;
        let record = WarcRecord::from_member(&warc[number("offset")..][..number("length")]).unwrap();
        assert_eq!(record.field("WARC-Target-URI"), entry["url"].as_str());
    }
    let pages = String::from_utf8(bytes_of("pages/pages.jsonl").0).unwrap();
    assert_eq!(pages.lines().count(), 3, "a header and two documents");
}

#[test]
fn a_page_that_was_not_modified_is_found_in_the_index_by_its_bytes() {
    let site = Site::new(&std::sync::Arc::default(), |_, n_before| match n_before {
        0 => answer("200 OK", "ETag: \"a\"\r\nContent-Type: text/html\r\n", FIRST.as_bytes()),
        _ => answer("304 Not Modified", "ETag: \"a\"\r\n", b""),
    });
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("corpus");
    let path = folder.to_str().unwrap();
    assert_eq!(run(&["init", path, "--contact", "me@university.example"]).code, 0);
    let settings = fs::read_to_string(folder.join("ordskifte.toml")).unwrap();
    let settings = settings
        .replace("# gap_ms = 2000", "gap_ms = 0")
        .replace("# allow_private_hosts = false", "allow_private_hosts = ['127.0.0.1']");
    let source = "\n[[source]]\nname = \"web\"\nkind = \"urls\"\nfile = \"list.csv\"\n";
    fs::write(folder.join("ordskifte.toml"), settings + source).unwrap();
    fs::write(folder.join("list.csv"), format!("url\n{}/a\n", site.address)).unwrap();
    for _ in 0..2 {
        let refresh = run(&["refresh", "--corpus", path]);
        assert_eq!(refresh.code, 0, "{}{}", refresh.out, refresh.err);
    }
    assert_eq!(site.asked().len(), 2);
    let file = root.path().join("corpus.wacz");
    let export = run(&["archive", "export", "--wacz", file.to_str().unwrap(), "--corpus", path]);
    assert!(export.out.contains("1 captures in 1 WARC files"), "{}{}", export.out, export.err);
    let mut package = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let mut text_of = |name: &str| std::io::read_to_string(package.by_name(name).unwrap()).unwrap();
    let index = text_of("indexes/index.cdx");
    assert!(index.lines().count() == 1 && index.contains("\"status\":\"200\""), "{index}");
    assert!(text_of("pages/pages.jsonl").contains(&format!("{}/a", site.address)));
}

#[test]
fn a_damaged_record_is_not_exported() {
    let (corpus, _files) = corpus();
    let capture = &captures(&corpus, &[])[0];
    let warc = corpus.path("data/archive").join(capture["warc_file"].as_str().unwrap());
    let mut bytes = fs::read(&warc).unwrap();
    bytes[capture["warc_offset"].as_u64().unwrap() as usize + 60] ^= 1;
    fs::write(&warc, bytes).unwrap();
    let file = corpus.path("corpus.wacz");
    let run = corpus.run(&["archive", "export", "--wacz", file.to_str().unwrap()]);
    assert!(run.code == 2 && run.err.contains("differs from its digest"), "{}", run.err);
    assert!(!file.exists());
}
