//! OLE containers (Office before 2007, encrypted Office files, Outlook) → what they are. None of them is read by us.

use crate::text::{Limit, Rejection};

/// The first bytes of an OLE container.
const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Whether `bytes` are an OLE container.
pub(in crate::extract) fn is_ole(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// Why an OLE container is not read: what it is, and what can be done.
pub(in crate::extract) fn refuse(bytes: &[u8]) -> Rejection {
    let has = |name: &str| stream(bytes, name);
    if has("EncryptedPackage").is_some()
        || has("WordDocument").is_some_and(|entry| is_encrypted_word(bytes, entry))
    {
        return Rejection::new(
            "encrypted: a password is needed",
            "ask the issuer for a file without a password",
        );
    }
    if has("WordDocument").is_some() {
        return needs_converter("old Word format (.doc)", "libreoffice-writer-nogui");
    }
    if let Some(form) = low_value(bytes) {
        let hint = "it has little running text; to read it with LibreOffice set converter.spreadsheets_and_slides = true in \
                    ordskifte.toml, or leave it out of the source";
        return Rejection::new(format!("{}: not read", form.name), hint).with_limit(Limit::Unwanted);
    }
    if has("__properties_version1.0").is_some() {
        return Rejection::new(
            "Outlook message (.msg): not read",
            "save it as text, or save its attachments",
        );
    }
    Rejection::new(
        "OLE file of an unknown program: not read",
        "convert it to PDF or DOCX in the program that made it",
    )
}

/// A format that LibreOffice can convert, and that is worth it only where the settings say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) struct LowValue {
    pub(in crate::extract) name: &'static str,
    pub(in crate::extract) extension: &'static str,
    /// The format that it is converted to: the rows of a spreadsheet stay whole in HTML, and slides are pages.
    pub(in crate::extract) converted: &'static str,
    pub(in crate::extract) package: &'static str,
}

/// The format of a container when it is a spreadsheet or slides.
pub(in crate::extract) fn low_value(bytes: &[u8]) -> Option<LowValue> {
    let has = |name: &str| is_ole(bytes) && stream(bytes, name).is_some();
    if has("Workbook") || has("Book") {
        let (name, package) = ("old Excel format (.xls)", "libreoffice-calc-nogui");
        return Some(LowValue { name, extension: "xls", converted: "html", package });
    }
    let (name, package) = ("old PowerPoint format (.ppt)", "libreoffice-impress-nogui");
    let slides = LowValue { name, extension: "ppt", converted: "pdf", package };
    has("PowerPoint Document").then_some(slides)
}

/// Why a file is not read that LibreOffice can convert, when it is not installed; `package` is the one that is needed.
pub(in crate::extract) fn needs_converter(name: &str, package: &str) -> Rejection {
    let hint = format!(
        "install LibreOffice (package {package}): the next refresh reads the file; or save it in a newer format"
    );
    Rejection::new(format!("{name}: not read without LibreOffice"), hint).with_limit(Limit::Converter)
}

/// The directory entry of the stream or storage called `name`.
// Entries have 128 bytes and sectors a multiple of that, so entries stand at multiples of 128 whatever the sector size.
fn stream<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    wide.extend([0, 0]);
    bytes.chunks_exact(128).find(|entry| {
        entry.starts_with(&wide) && usize::from(u16::from_le_bytes([entry[64], entry[65]])) == wide.len()
    })
}

/// Whether the header of a Word document (its FIB) says that the text is encrypted.
fn is_encrypted_word(bytes: &[u8], entry: &[u8]) -> bool {
    let shift = u32::from(u16::from_le_bytes([bytes[30], bytes[31]])).min(16);
    let sector = u32::from_le_bytes([entry[116], entry[117], entry[118], entry[119]]) as usize;
    let flags_at = (sector + 1).saturating_mul(1 << shift).saturating_add(11);
    bytes.get(flags_at).is_some_and(|flags| flags & 1 != 0)
}
