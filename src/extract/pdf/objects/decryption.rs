//! An encryption dictionary and the empty user password → what decrypts the objects of a file.
//!
//! The methods are lopdf's. Refuses other passwords, and handlers other than the standard one.

use lopdf::{Dictionary, Document, EncryptionState, Object, ObjectId, Stream};

/// Whether and how a file is encrypted.
pub(crate) enum Protection {
    None,
    Open(Box<EncryptionState>),
    /// A password is needed.
    Locked,
}

/// The protection that an encryption dictionary describes; `file_id` is the first part of the trailer's `ID`.
pub(crate) fn protection(mut dictionary: Dictionary, file_id: Option<Object>) -> Protection {
    let version = dictionary.get(b"V").and_then(Object::as_i64).unwrap_or(0);
    if version >= 4 && leaves_text_alone(&dictionary) {
        return Protection::None;
    }
    set_key_length(&mut dictionary, version);
    let mut document = Document::new();
    let id = (1, 0);
    document.trailer.set("Encrypt", Object::Reference(id));
    document.trailer.set("ID", vec![file_id.unwrap_or(Object::string_literal(""))]);
    document.objects.insert(id, Object::Dictionary(dictionary));
    match EncryptionState::decode(&document, "") {
        Ok(state) => Protection::Open(Box::new(state)),
        Err(_) => Protection::Locked,
    }
}

/// Whether only attachments are encrypted.
fn leaves_text_alone(dictionary: &Dictionary) -> bool {
    let is_identity =
        |key: &[u8]| dictionary.get(key).and_then(Object::as_name).is_ok_and(|name| name == b"Identity");
    let has_no = |key: &[u8]| !dictionary.has(key) || is_identity(key);
    has_no(b"StmF") && has_no(b"StrF")
}

/// Some producers state the length of the key in bytes, or one that the version does not allow; other readers take both.
fn set_key_length(dictionary: &mut Dictionary, version: i64) {
    match dictionary.get(b"Length").and_then(Object::as_i64) {
        Ok(length @ 5..=16) if version == 2 => dictionary.set("Length", 8 * length),
        Ok(_) if version != 2 => {
            dictionary.remove(b"Length");
        }
        _ => {}
    }
}

/// Decrypts an object; a stream gets its bytes, which stand in the file as `raw`.
pub(crate) fn decrypt(state: &EncryptionState, id: ObjectId, object: &mut Object, raw: &[u8]) {
    if let Object::Stream(stream) = object {
        if is_image(stream) {
            return;
        }
        stream.content = raw.to_vec();
    }
    // What cannot be decrypted stays as it is: it is noted where it cannot be decoded.
    let _ = lopdf::encryption::decrypt_object(state, id, object);
}

fn is_image(stream: &Stream) -> bool {
    stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image")
}
