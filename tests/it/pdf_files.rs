//! From bytes of a file to its pages: cross-references, updates, encryption, damage. All PDFs are written here.

use super::pdf_objects::{HELVETICA, notices, page, page_with, read, shown, stream, text, written};
use lopdf::{
    Document, EncryptionState, EncryptionVersion, Object, Permissions,
    encryption::crypt_filters::{Aes128CryptFilter, Aes256CryptFilter, CryptFilter, IdentityCryptFilter},
};
use ordskifte::extract::pdf::{self, Error, Limits};
use std::{collections::BTreeMap, sync::Arc};

fn sound() -> Vec<u8> {
    page(HELVETICA, &shown("Tillit", 500), &[])
}

fn changed(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let file = String::from_utf8(file.to_vec()).expect("text");
    assert!(file.contains(from), "{from}");
    file.replacen(from, to, 1).into_bytes()
}

/// The sound file with an identifier, as encryption asks for.
fn identified() -> Document {
    let mut document = Document::load_mem(&sound()).expect("a sound file");
    let id = || Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", Object::Array(vec![id(), id()]));
    document
}

fn encrypted(version: EncryptionVersion) -> Vec<u8> {
    let state = EncryptionState::try_from(version).expect("parameters that go together");
    let mut document = identified();
    document.encrypt(&state).expect("a document in the clear");
    let mut out = Vec::new();
    document.save_to(&mut out).expect("memory takes it");
    out
}

fn filters(filter: Arc<dyn CryptFilter>) -> BTreeMap<Vec<u8>, Arc<dyn CryptFilter>> {
    BTreeMap::from([(b"StdCF".to_vec(), filter)])
}

const NAME: &[u8] = b"StdCF";

/// The sound file in each kind of encryption, with this password.
#[allow(deprecated, reason = "revision 5 is read although nobody should write it")]
fn encryptions(user_password: &str) -> Vec<(&'static str, Vec<u8>)> {
    let document = &identified();
    let (owner_password, permissions) = ("owner", Permissions::all());
    let v4 = |filter: Arc<dyn CryptFilter>| EncryptionVersion::V4 {
        document,
        encrypt_metadata: true,
        crypt_filters: filters(filter),
        stream_filter: NAME.to_vec(),
        string_filter: NAME.to_vec(),
        owner_password,
        user_password,
        permissions,
    };
    let file_encryption_key = &[7; 32];
    vec![
        ("R2", encrypted(EncryptionVersion::V1 { document, owner_password, user_password, permissions })),
        (
            "R3",
            encrypted(EncryptionVersion::V2 {
                document,
                owner_password,
                user_password,
                key_length: 128,
                permissions,
            }),
        ),
        ("R4", encrypted(v4(Arc::new(Aes128CryptFilter)))),
        (
            "R5",
            encrypted(EncryptionVersion::R5 {
                encrypt_metadata: true,
                crypt_filters: filters(Arc::new(Aes256CryptFilter)),
                file_encryption_key,
                stream_filter: NAME.to_vec(),
                string_filter: NAME.to_vec(),
                owner_password,
                user_password,
                permissions,
            }),
        ),
        (
            "R6",
            encrypted(EncryptionVersion::V5 {
                encrypt_metadata: true,
                crypt_filters: filters(Arc::new(Aes256CryptFilter)),
                file_encryption_key,
                stream_filter: NAME.to_vec(),
                string_filter: NAME.to_vec(),
                owner_password,
                user_password,
                permissions,
            }),
        ),
    ]
}

#[test]
fn files_encrypted_with_an_empty_password_are_read() {
    for (kind, file) in encryptions("") {
        assert!(!String::from_utf8_lossy(&file).contains("(Tillit)"), "{kind} is in the clear");
        assert_eq!(text(&file), "Tillit", "{kind}");
    }
}

#[test]
fn encrypted_files_with_a_wrong_table_are_read() {
    for (kind, file) in encryptions("") {
        let at = file.windows(9).rposition(|window| window == b"startxref").expect("a start");
        let without_start = &file[..at];
        assert_eq!(text(without_start), "Tillit", "{kind}");
        assert_eq!(
            notices(&read(without_start)),
            ["damaged: the cross-reference table was rebuilt"],
            "{kind}"
        );
    }
}

#[test]
fn an_encryption_dictionary_may_stand_in_the_trailer() {
    for (kind, file) in encryptions("") {
        let encrypt = file.windows(9).position(|window| window == b"/Encrypt ").expect("an encrypted file");
        let reference: String = file[encrypt + 8..]
            .iter()
            .take_while(|byte| **byte != b'R')
            .map(|byte| char::from(*byte))
            .collect();
        let number: u32 = reference.split_whitespace().next().expect("a number").parse().expect("a number");
        let head = format!("\n{number} 0 obj");
        let start = file.windows(head.len()).position(|window| window == head.as_bytes()).expect("an object");
        let end = start + file[start..].windows(6).position(|window| window == b"endobj").expect("an end");
        let dictionary = &file[start + head.len()..end];
        // The table is wrong now: objects are looked for. What counts is where the dictionary is.
        let direct =
            [&file[..start], &file[end..encrypt + 8], dictionary, &file[encrypt + 9 + reference.len()..]];
        assert_eq!(text(&direct.concat()), "Tillit", "{kind}");
    }
}

#[test]
fn files_that_encrypt_only_their_attachments_are_read_without_the_password() {
    let sound = identified();
    let mut out = Vec::new();
    let mut document = sound.clone();
    let encrypt =
        lopdf::dictionary! { "Filter" => "Standard", "V" => 5, "R" => 6, "P" => -4, "EFF" => "StdCF" };
    document.trailer.set("Encrypt", encrypt);
    document.save_to(&mut out).expect("memory takes it");
    assert_eq!(text(&out), "Tillit");
}

#[test]
fn files_encrypted_with_a_password_are_rejected() {
    for (kind, file) in encryptions("hemmelig") {
        assert_eq!(pdf::open(&file, &Limits::default()).err(), Some(Error::Encrypted), "{kind}");
    }
}

#[test]
fn the_identity_filter_leaves_streams_in_the_clear() {
    let file = encrypted(EncryptionVersion::V4 {
        document: &identified(),
        encrypt_metadata: true,
        crypt_filters: BTreeMap::from([
            (NAME.to_vec(), Arc::new(Aes128CryptFilter) as Arc<dyn CryptFilter>),
            (b"Identity".to_vec(), Arc::new(IdentityCryptFilter)),
        ]),
        stream_filter: b"Identity".to_vec(),
        string_filter: NAME.to_vec(),
        owner_password: "owner",
        user_password: "",
        permissions: Permissions::all(),
    });
    assert!(String::from_utf8_lossy(&file).contains("(Tillit)"));
    assert_eq!(text(&file), "Tillit");
}

/// The sound file and an update of object 5 behind it.
fn updated() -> Vec<u8> {
    let mut file = sound();
    let first = String::from_utf8_lossy(&file).find("xref\n0").expect("a table");
    let object = file.len();
    file.extend(b"5 0 obj\n");
    file.extend(stream("", shown("Vedtak", 500).as_bytes()));
    file.extend(b"\nendobj\n");
    let table = file.len();
    file.extend(format!("xref\n5 1\n{object:010} 00000 n \n").into_bytes());
    file.extend(
        format!("trailer\n<< /Size 6 /Root 1 0 R /Prev {first} >>\nstartxref\n{table}\n%%EOF\n").into_bytes(),
    );
    file
}

#[test]
fn an_update_replaces_what_was_there_before() {
    let content = read(&updated());
    assert_eq!(notices(&content), [""; 0]);
    assert_eq!(content.pages[0].blocks[0].text, "Vedtak");
    // Also when its table is lost.
    assert_eq!(text(&changed(&updated(), "xref\n5 1", "xerf\n5 1")), "Vedtak");
}

/// A cross-reference stream, uncompressed: type, offset or container, generation or index.
fn xref_stream(index: &str, rows: &[[usize; 3]]) -> Vec<u8> {
    let row = |[kind, second, third]: &[usize; 3]| {
        [vec![*kind as u8], (*second as u32).to_be_bytes().to_vec(), vec![*third as u8]].concat()
    };
    let bytes: Vec<u8> = rows.iter().flat_map(row).collect();
    stream(&format!("/Type /XRef /W [1 4 1] /Size 20 /Root 1 0 R /Index [{index}]"), &bytes)
}

#[test]
fn what_the_table_of_a_hybrid_file_hides_is_in_its_stream() {
    // Object 4, the font, is in object stream 6, which only the cross-reference stream 7 knows.
    let font = format!("4 0 {HELVETICA}");
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut offsets = [0; 8];
    let objects: [(usize, Vec<u8>); 5] = [
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /MediaBox [0 0 595 842] >>".to_vec()),
        (
            3,
            b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
                .to_vec(),
        ),
        (5, stream("", shown("Tillit", 500).as_bytes())),
        (6, stream("/Type /ObjStm /N 1 /First 4", font.as_bytes())),
    ];
    for (number, object) in objects {
        offsets[number] = file.len();
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    offsets[7] = file.len();
    file.extend(b"7 0 obj\n");
    file.extend(xref_stream("4 1 6 2", &[[2, 6, 0], [1, offsets[6], 0], [1, offsets[7], 0]]));
    file.extend(b"\nendobj\n");
    let table = file.len();
    file.extend(b"xref\n0 8\n0000000000 65535 f \n");
    for (number, offset) in offsets.iter().enumerate().skip(1) {
        let kind = if [4, 6, 7].contains(&number) { 'f' } else { 'n' };
        let offset = if kind == 'f' { &0 } else { offset };
        file.extend(format!("{offset:010} 00000 {kind} \n").into_bytes());
    }
    file.extend(
        format!("trailer\n<< /Size 8 /Root 1 0 R /XRefStm {} >>\nstartxref\n{table}\n%%EOF\n", offsets[7])
            .into_bytes(),
    );
    let content = read(&file);
    assert_eq!(notices(&content), [""; 0]);
    assert_eq!(content.pages[0].blocks[0].text, "Tillit");
}

#[test]
fn a_linearised_file_is_read_through_both_of_its_tables() {
    // The first page's objects stand first, with a table of their own that points to the one at the end.
    let part = |number: usize, object: &str| format!("{number} 0 obj\n{object}\nendobj\n");
    let head = "%PDF-1.4\n".to_owned() + &part(6, "<< /Linearized 1 /L 9999 /H [0 0] /O 3 /E 0 /N 1 /T 0 >>");
    let page =
        part(3, "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>");
    let content = String::from_utf8(stream("", shown("Tillit", 500).as_bytes())).expect("text");
    let rest = [
        part(1, "<< /Type /Catalog /Pages 2 0 R >>"),
        part(2, "<< /Type /Pages /Kids [3 0 R] /MediaBox [0 0 595 842] >>"),
    ];
    let first = [page, part(4, HELVETICA), part(5, &content), part(6, "null")];
    // The length of the first table does not depend on the offsets in it.
    let table = |start: usize, parts: &[String], range: &str, trailer: &str| {
        let mut at = start;
        let mut out = format!("xref\n{range}\n");
        for part in parts {
            out += &format!("{at:010} 00000 n \n");
            at += part.len();
        }
        out + &format!("trailer\n<< /Size 7 /Root 1 0 R {trailer} >>\n")
    };
    let trailer = |prev: usize| format!("/Prev {prev:010}");
    let length = table(0, &first, "3 4", &trailer(0)).len() + "startxref\n0\n%%EOF\n".len();
    let first_at = head.len() + length;
    let rest_at = first_at + first.concat().len();
    let last_at = rest_at + rest.concat().len();
    let first_table = table(first_at, &first, "3 4", &trailer(last_at)) + "startxref\n0\n%%EOF\n";
    let last_table = table(rest_at, &rest, "1 2", "");
    let start = format!("startxref\n{}\n%%EOF\n", head.len());
    let file = [head, first_table, first.concat(), rest.concat(), last_table, start].concat();
    let found = read(file.as_bytes());
    assert_eq!(notices(&found), [""; 0]);
    assert_eq!(found.pages[0].blocks[0].text, "Tillit");
}

/// A table of the right length that says nothing.
fn without_offsets(file: &[u8]) -> Vec<u8> {
    let file = String::from_utf8(file.to_vec()).expect("text");
    let zero = |line: &str| {
        if line.ends_with(" 00000 n ") { "0000000000 00000 n ".to_owned() } else { line.to_owned() }
    };
    file.split('\n').map(zero).collect::<Vec<_>>().join("\n").into_bytes()
}

#[test]
fn a_damaged_end_is_no_hindrance() {
    let sound = sound();
    let start = String::from_utf8_lossy(&sound).find("startxref").expect("a start");
    let shifted = [b"%PDF-1.7\n%....\n".as_slice(), &sound[9..]].concat();
    let cases = [
        ("no %%EOF", changed(&sound, "%%EOF\n", "")),
        ("nothing behind the trailer", sound[..start].to_vec()),
        ("in the middle of the table", sound[..start - 100].to_vec()),
        ("bytes after the end", [sound.clone(), vec![0; 3_000]].concat()),
        ("all offsets six bytes off", shifted),
        ("all offsets zero", without_offsets(&sound)),
    ];
    for (damage, file) in cases {
        assert_eq!(text(&file), "Tillit", "{damage}");
    }
}

#[test]
fn a_file_that_ends_in_the_middle_keeps_the_pages_that_are_there() {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [5 0 R 7 0 R] >>".to_vec(),
    ];
    objects.push(HELVETICA.as_bytes().to_vec());
    objects.push(b"null".to_vec());
    for text in ["en", "to"] {
        let number = objects.len() + 2;
        objects.push(
            format!("<< /Type /Page /Contents {number} 0 R /Resources << /Font << /F1 3 0 R >> >> >>")
                .into_bytes(),
        );
        objects.push(stream("", shown(text, 500).as_bytes()));
    }
    let file = written(&objects);
    let second = String::from_utf8_lossy(&file).find("7 0 obj").expect("a second page");
    assert_eq!(text(&file), "en to");
    assert_eq!(text(&file[..second]), "en");
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).chain(*b">").collect()
}

#[test]
fn filters_are_known_by_their_short_names_in_chains_and_elsewhere_in_the_file() {
    let content = shown("Tillit", 500).into_bytes();
    let once = hexadecimal(&content);
    let page = |part: Vec<u8>, more: &[&str]| {
        let more: Vec<Vec<u8>> =
            std::iter::once(part).chain(more.iter().map(|object| object.as_bytes().to_vec())).collect();
        page_with("/Contents 6 0 R", HELVETICA, "", &more)
    };
    assert_eq!(text(&page(stream("/Filter /AHx", &once), &[])), "Tillit");
    assert_eq!(text(&page(stream("/Filter [/AHx /ASCIIHexDecode]", &hexadecimal(&once)), &[])), "Tillit");
    assert_eq!(text(&page(stream("/Filter 7 0 R", &once), &["/ASCIIHexDecode"])), "Tillit");
    assert_eq!(text(&page(stream("/Filter [7 0 R]", &once), &["/AHx"])), "Tillit");
    assert_eq!(text(&page(stream("/Filter [/Crypt /AHx]", &once), &[])), "Tillit");
}

#[test]
fn content_that_cannot_be_decoded_is_noted() {
    let cases = [
        ("an unknown filter", stream("/Filter /Zstd", b"xxxxxxxx")),
        ("no compressed bytes", stream("/Filter /FlateDecode", b"Tillit er bra.")),
        ("no stream", b"null".to_vec()),
    ];
    for (damage, part) in cases {
        let content = read(&page_with("/Contents 6 0 R", HELVETICA, "", &[part]));
        assert_eq!(content.notices[0].page, Some(1), "{damage}");
        assert_eq!(notices(&content), ["content cannot be decoded: its text is missing"], "{damage}");
    }
}

#[test]
fn contents_in_parts_may_be_cut_between_any_two_tokens() {
    let parts = ["BT /F1", "10 Tf 72", "500 Td (Tillit)", "Tj ET"];
    let more: Vec<Vec<u8>> = parts.iter().map(|part| stream("", part.as_bytes())).collect();
    assert_eq!(
        text(&page_with("/Contents [6 0 R 7 0 R 8 0 R 9 0 R 99 0 R]", HELVETICA, "", &more)),
        "Tillit"
    );
}

#[test]
fn a_page_inherits_its_resources_its_size_and_its_turn() {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /MediaBox [0 0 300 400] /Rotate 90 /Resources << /Font << /F1 5 0 R >> >> >>".to_vec(),
        b"<< /Type /Pages /Parent 2 0 R /Kids [4 0 R] >>".to_vec(),
        b"<< /Type /Page /Parent 3 0 R /Contents 6 0 R /UserUnit 2 >>".to_vec(),
        HELVETICA.as_bytes().to_vec(),
        stream("", b"BT /F1 10 Tf 0 1 -1 0 100 50 Tm (Tillit) Tj ET"),
    ];
    let page = read(&written(&objects)).pages.remove(0);
    assert_eq!((page.width, page.height), (800.0, 600.0));
    let block = &page.blocks[0];
    assert_eq!((block.text.as_str(), block.font_size, block.area.left), ("Tillit", 20.0, 100.0));
}

#[test]
fn pages_have_the_labels_that_the_file_gives_them() {
    let kids: String = (4..12).map(|number| format!("{number} 0 R ")).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R /PageLabels << /Nums [0 << /S /r >> 2 << /S /D /P (Vedlegg ) /St 7 >> \
          4 << /S /A /St 26 >> 6 << /P (Bakside) >>] >> >>"
            .to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] >>").into_bytes(),
        b"null".to_vec(),
    ];
    objects.extend((4..12).map(|_| b"<< /Type /Page >>".to_vec()));
    let labels: Vec<_> = read(&written(&objects)).pages.into_iter().filter_map(|page| page.label).collect();
    assert_eq!(labels, ["i", "ii", "Vedlegg 7", "Vedlegg 8", "Z", "AA", "Bakside", "Bakside"]);
}

#[test]
fn objects_without_an_end_are_not_searched_again_and_again() {
    let pages = "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj 2 0 obj << /Kids [3 0 R] >> endobj \
        3 0 obj << /Type /Page >> endobj ";
    for open in ["(", "<", "%"] {
        let objects: String = (4..20_000).map(|number| format!("{number} 0 obj {open}")).collect();
        let content = read(format!("%PDF-1.4\n{pages}{objects}").as_bytes());
        assert_eq!(content.pages.len(), 1, "{open}");
        assert!(
            notices(&content).contains(&"limit reached: bytes searched for the ends of objects".to_owned()),
            "{open}"
        );
    }
}

#[test]
fn lists_that_all_share_are_not_read_without_end() {
    let differences = format!("[{}]", "/a ".repeat(100_000)).into_bytes();
    let fonts: String =
        (0..3_000).map(|number| format!("/G{number} << /Encoding << /Differences 3 0 R >> >> ")).collect();
    let shows: String = (0..3_000).map(|number| format!("/G{number} 1 Tf (a) Tj ")).collect();
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Kids [4 0 R] /Resources << /Font << {fonts} >> >> >>").into_bytes(),
        differences,
        b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>".to_vec(),
        stream("", format!("BT 72 500 Td {shows} ET").as_bytes()),
    ];
    assert_eq!(notices(&read(&written(&objects))), ["limit reached: look-ups in fonts and lists"]);
}
