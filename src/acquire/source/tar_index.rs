//! A tar file → the places of its members. Reads their headers only.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

const BLOCK: u64 = 512;
/// Members that are looked at. The bulk release of Kudos had some 60,000.
const MEMBERS_MAX: usize = 2_000_000;

/// A long name, and the attributes of a member, are not larger.
const EXTENSION_BYTES_MAX: u64 = 1 << 20;

/// Where the bytes of a member are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::acquire) struct TarPlace {
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// The files of the tar at `path`, by name.
///
/// # Errors
/// When it cannot be read, is not a tar, or ends within a member.
pub(super) fn members(path: &Path) -> io::Result<BTreeMap<String, TarPlace>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut members = BTreeMap::new();
    let (mut at, mut long_name, mut long_size) = (0, None::<String>, None::<u64>);
    while at + BLOCK <= length && members.len() < MEMBERS_MAX {
        let mut header = [0; BLOCK as usize];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut header)?;
        if header.iter().all(|byte| *byte == 0) {
            return Ok(members);
        }
        let header =
            Header::of(&header).ok_or_else(|| damaged("it has a header that is not one of a tar", at))?;
        let size = long_size.take().filter(|_| !header.is_extension()).unwrap_or(header.size);
        let offset = at + BLOCK;
        if header.is_extension() && size > EXTENSION_BYTES_MAX {
            return Err(damaged("it has a name of more than a mebibyte", at));
        }
        let end = size.checked_next_multiple_of(BLOCK).and_then(|size| offset.checked_add(size));
        let end =
            end.filter(|_| offset + size <= length).ok_or_else(|| damaged("it ends within a member", at))?;
        match header.kind {
            // GNU's long name, and the attributes of POSIX: both are about the next member.
            b'L' => long_name = Some(text(&content(&mut file, offset, size)?)),
            b'x' => {
                let attributes = text(&content(&mut file, offset, size)?);
                long_name = attribute(&attributes, "path").or(long_name);
                long_size = attribute(&attributes, "size").and_then(|size| size.parse().ok());
            }
            b'0' | 0 => {
                members.insert(long_name.take().unwrap_or(header.name), TarPlace { offset, size });
            }
            _ => long_name = None,
        }
        at = end;
    }
    Err(damaged("it has no end", at))
}

/// The bytes at `place`.
pub(in crate::acquire) fn bytes_at(path: &Path, place: TarPlace) -> io::Result<Vec<u8>> {
    content(&mut File::open(path)?, place.offset, place.size)
}

fn content(file: &mut File, offset: u64, size: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(size).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(damaged("it ends within a member", offset)) }
}

/// The fields of a header.
struct Header {
    name: String,
    size: u64,
    kind: u8,
}

impl Header {
    /// `None` when the checksum is wrong.
    fn of(block: &[u8; BLOCK as usize]) -> Option<Header> {
        const CHECKSUM: std::ops::Range<usize> = 148..156;
        let sum: u64 = (0..block.len())
            .map(|at| if CHECKSUM.contains(&at) { u64::from(b' ') } else { u64::from(block[at]) })
            .sum();
        if number(&block[CHECKSUM])? != sum {
            return None;
        }
        let (name, prefix) = (text(&block[..100]), text(&block[345..500]));
        let is_posix = block[257..263] == *b"ustar\0";
        let name = if is_posix && !prefix.is_empty() { format!("{prefix}/{name}") } else { name };
        Some(Header { name, size: number(&block[124..136])?, kind: block[156] })
    }

    fn is_extension(&self) -> bool {
        matches!(self.kind, b'L' | b'K' | b'x' | b'g')
    }
}

/// Octal digits, or a binary number after a byte with the highest bit, as GNU writes sizes of 8 GB and more.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let mut bytes = field.iter().skip(1);
        return bytes.try_fold(0_u64, |number, byte| number.checked_mul(256)?.checked_add(u64::from(*byte)));
    }
    let digits = text(field);
    let digits = digits.trim();
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// Up to the first zero byte.
fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

/// The value of `name` in lines like "27 path=abc/def.pdf".
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let found =
        attributes.lines().find_map(|line| line.split_once(' ')?.1.strip_prefix(&format!("{name}=")))?;
    Some(found.to_owned())
}

fn damaged(cause: &str, at: u64) -> io::Error {
    io::Error::other(format!("{cause}, at byte {at}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// A member with its header.
    fn member(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[156] = kind;
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].copy_from_slice(b"        ");
        let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let mut bytes = [&header[..], content].concat();
        bytes.resize(bytes.len().next_multiple_of(512), 0);
        bytes
    }

    fn listed(bytes: &[u8]) -> io::Result<Vec<String>> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let found = members(file.path())?;
        Ok(found
            .into_iter()
            .map(|(name, place)| {
                format!("{name}: {}", String::from_utf8(bytes_at(file.path(), place).unwrap()).unwrap())
            })
            .collect())
    }

    #[test]
    fn members_are_found_by_name_also_by_a_long_one() {
        let long = format!("abc/{}/navn.pdf", "0".repeat(120));
        let attributes = format!("{} path={long}\n", long.len() + 10);
        let end = vec![0; 1024];
        let tar = [
            member("a/b.pdf", b'0', b"%PDF b"),
            member("a", b'5', b""),
            member("././@LongLink", b'L', format!("{long}\0").as_bytes()),
            member(&long[..100], b'0', b"%PDF gnu"),
            end,
        ];
        assert_eq!(
            listed(&tar.concat()).unwrap(),
            ["a/b.pdf: %PDF b".to_owned(), format!("{long}: %PDF gnu")]
        );
        let posix =
            [member("x", b'x', attributes.as_bytes()), member("kort", b'0', b"%PDF pax"), vec![0; 512]];
        assert_eq!(listed(&posix.concat()).unwrap(), [format!("{long}: %PDF pax")]);
    }

    #[test]
    fn a_tar_that_is_cut_short_or_is_none_is_an_error() {
        let whole = [member("a.pdf", b'0', &[b'x'; 700]), vec![0; 512]].concat();
        for end in [100, 600, 1100, 1536] {
            assert!(listed(&whole[..end]).is_err(), "{end}");
        }
        assert!(listed(&[b'z'; 2048]).is_err());
        assert!(listed(&whole).is_ok());
    }
}
