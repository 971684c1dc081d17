//! What a PDF says of its own structure: outline, tags, labels, titles. All PDFs are written here.

use ordskifte::{
    extract::{
        self,
        pdf::{self, Block, BlockKind, Content, Limits},
    },
    text::{Document, MediaType},
};

/// The first number of the objects that a test adds; those before are pages.
const MORE: usize = 50;

/// A PDF with further entries in its catalog and pages, a page for each content, and objects from [`MORE`] on. Page `n`,
/// from 0, is object `5 + 2 n`; `F1` is Helvetica, `F2` its bold.
fn file(catalog: &str, page: &str, contents: &[&str], more: &[&str]) -> Vec<u8> {
    let kids: String = (0..contents.len()).map(|index| format!("{} 0 R ", 5 + 2 * index)).collect();
    let font = |name: &str| {
        format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
    };
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
        format!("<< /Type /Pages /Count {} /Kids [{kids}] /MediaBox [0 0 595 842] >>", contents.len()),
        font("Helvetica"),
        font("Helvetica-Bold"),
    ];
    for (index, content) in contents.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /Contents {} 0 R /StructParents {index} \
             /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> {page} >>",
            6 + 2 * index
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    objects.resize(MORE - 1, "null".into());
    objects.extend(more.iter().map(|object| (*object).to_owned()));
    written(&objects)
}

fn written(objects: &[String]) -> Vec<u8> {
    let mut out = "%PDF-1.7\n".to_owned();
    let mut xref = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        xref += &format!("{:010} 00000 n \n", out.len());
        out += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = out.len();
    out += &xref;
    out += &format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.into_bytes()
}

/// A line of text at `y` points from the lower edge.
fn line(y: usize, text: &str) -> String {
    format!("BT /F1 10 Tf 72 {y} Td ({text}) Tj ET\n")
}

/// Lines from `top` down, 12 points apart.
fn lines(top: usize, texts: &[&str]) -> String {
    (0..).zip(texts).map(|(index, text)| line(top - 12 * index, text)).collect()
}

fn read(bytes: &[u8]) -> Content {
    pdf::open(bytes, &Limits::default()).expect("a readable file").content()
}

fn blocks(bytes: &[u8]) -> Vec<Block> {
    read(bytes).pages.into_iter().flat_map(|page| page.blocks).collect()
}

fn kinds(bytes: &[u8]) -> Vec<(BlockKind, String)> {
    blocks(bytes).into_iter().map(|block| (block.kind, block.text)).collect()
}

fn document(bytes: &[u8]) -> Document {
    extract::document(bytes, MediaType::Pdf).expect("a readable file")
}

/// Each passage's text with the headings above it.
fn sections(bytes: &[u8]) -> Vec<String> {
    let passages = document(bytes).pages.into_iter().flat_map(|page| page.passages);
    passages.map(|passage| [passage.section, vec![passage.text]].concat().join(" > ")).collect()
}

/// An outline item; `links` are its `First` and `Next`.
fn item(title: &str, links: &str, target: &str) -> String {
    format!("<< /Title ({title}) /Parent 50 0 R {links} {target} >>")
}

#[test]
fn an_outline_has_titles_levels_pages_and_places() {
    let catalog = "/Outlines 50 0 R /Dests << /gammel [7 0 R /FitH 742] >> \
        /Names << /Dests << /Kids [56 0 R] >> >>";
    let more = [
        "<< /First 51 0 R /Last 55 0 R >>",
        &item("Direkte", "/First 52 0 R /Next 54 0 R", "/Dest [5 0 R /XYZ 72 742 null]"),
        &item("Handling", "/Next 53 0 R", "/A << /S /GoTo /D [7 0 R /Fit] >>"),
        &item("Navn\\n fra treet", "", "/Dest (ny)"),
        &item("Navn fra katalogen", "/Next 55 0 R", "/Dest /gammel"),
        &item("Nettet", "", "/A << /S /URI /URI (https://example.org) >>"),
        "<< /Limits [(ny) (ny)] /Names [(ny) << /D [7 0 R /XYZ 0 642 0] >>] >>",
    ];
    let bytes = file(catalog, "", &["", ""], &more);
    let found = pdf::open(&bytes, &Limits::default()).expect("a readable file").outline();
    let found: Vec<_> =
        found.iter().map(|entry| (entry.title.as_str(), entry.level, entry.page, entry.top)).collect();
    assert_eq!(
        found,
        [
            ("Direkte", 1, Some(1), Some(100.0)),
            ("Handling", 2, Some(2), None),
            ("Navn fra treet", 2, Some(2), Some(200.0)),
            ("Navn fra katalogen", 1, Some(2), Some(100.0)),
            ("Nettet", 1, None, None),
        ]
    );
}

#[test]
fn an_outline_that_runs_in_circles_is_read_once() {
    let more = [
        "<< /First 51 0 R >>",
        &item("En", "/First 52 0 R /Next 51 0 R", ""),
        &item("To", "/First 51 0 R /Next 52 0 R", "/Dest (runde)"),
        "<< /Kids [53 0 R] >>",
    ];
    let bytes = file("/Outlines 50 0 R /Names << /Dests 53 0 R >>", "", &[&line(700, "Tekst")], &more);
    let found = pdf::open(&bytes, &Limits::default()).expect("a readable file").outline();
    assert_eq!(found.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>(), ["En", "To"]);
}

#[test]
fn an_outline_beyond_the_limit_is_named_in_a_notice() {
    let more = [
        "<< /First 51 0 R >>",
        &item("En", "/Next 52 0 R", ""),
        &item("To", "/Next 53 0 R", ""),
        &item("Tre", "", ""),
    ];
    let bytes = file("/Outlines 50 0 R", "", &[&line(700, "Tekst")], &more);
    let limits = Limits { outline_entries_max: 2, ..Limits::default() };
    let pdf = pdf::open(&bytes, &limits).expect("a readable file");
    assert_eq!(pdf.outline().len(), 2);
    let notices: Vec<_> = pdf.content().notices.into_iter().map(|notice| notice.text).collect();
    assert_eq!(notices, ["limit reached: entries of the outline"]);
}

/// Headings that neither size nor weight tells from the text below them.
fn outlined() -> Vec<u8> {
    let content = line(742, "Bakgrunn for arbeidet")
        + &lines(722, &["Utvalget ble satt ned og skal vurdere hvordan tillit kan virke", "i styringen."])
        + &line(688, "1.1")
        + "BT /F1 10 Tf 150 688 Td (Mandatet) Tj ET\n"
        + &line(668, "Mandatet er vidt og kan tolkes.");
    let more = [
        "<< /First 51 0 R >>",
        &item("1 Bakgrunn for arbeidet", "/First 52 0 R", "/Dest [5 0 R /XYZ 72 752 null]"),
        &item("Mandatet", "", "/Dest [5 0 R /XYZ 72 698 null]"),
    ];
    file("/Outlines 50 0 R", "", &[&content], &more)
}

#[test]
fn what_the_outline_leads_to_is_a_heading_with_its_level() {
    let headings: Vec<_> = blocks(&outlined())
        .into_iter()
        .filter(|block| block.kind == BlockKind::Heading)
        .map(|block| (block.text, block.level))
        .collect();
    assert_eq!(
        headings,
        [("Bakgrunn for arbeidet".to_owned(), Some(1)), ("1.1 Mandatet".to_owned(), Some(2))]
    );
}

#[test]
fn sections_follow_the_outline_where_sizes_say_nothing() {
    assert_eq!(
        sections(&outlined()),
        [
            "Bakgrunn for arbeidet",
            "Bakgrunn for arbeidet > Utvalget ble satt ned og skal vurdere hvordan tillit kan virke i styringen.",
            "Bakgrunn for arbeidet > 1.1 Mandatet",
            "Bakgrunn for arbeidet > 1.1 Mandatet > Mandatet er vidt og kan tolkes.",
        ]
    );
}

#[test]
fn a_title_in_two_blocks_is_one_heading() {
    let content = line(742, "Kapittel 2") + &line(712, "Tillit i styringen") + &line(682, "Vi skal styre.");
    let more = ["<< /First 51 0 R >>", &item("Kapittel 2: Tillit i styringen", "", "/Dest [5 0 R /Fit]")];
    assert_eq!(
        kinds(&file("/Outlines 50 0 R", "", &[&content], &more)),
        [
            (BlockKind::Heading, "Kapittel 2 Tillit i styringen".to_owned()),
            (BlockKind::Paragraph, "Vi skal styre.".to_owned())
        ]
    );
}

#[test]
fn a_chapter_number_above_its_title_belongs_to_it() {
    let content = "BT /F2 14 Tf 72 742 Td (Kapittel 2) Tj ET\n".to_owned()
        + "BT /F2 16 Tf 72 712 Td (Tillit i styringen) Tj ET\n"
        + &lines(682, &["Vi skal styre med tillit, og vi skal", "vise det."]);
    let more = ["<< /First 51 0 R >>", &item("2 Tillit i styringen", "", "/Dest [5 0 R /Fit]")];
    let found = kinds(&file("/Outlines 50 0 R", "", &[&content], &more));
    assert_eq!(found[0], (BlockKind::Heading, "Kapittel 2 Tillit i styringen".to_owned()));
    assert_eq!(found.len(), 2);
}

#[test]
fn the_same_words_on_another_page_are_no_heading() {
    let more = ["<< /First 51 0 R >>", &item("Tillit", "", "/Dest [7 0 R /Fit]")];
    let bytes = file("/Outlines 50 0 R", "", &[&line(700, "Tillit"), &line(600, "Styring")], &more);
    assert_eq!(
        kinds(&bytes),
        [(BlockKind::Paragraph, "Tillit".to_owned()), (BlockKind::Paragraph, "Styring".to_owned())]
    );
}

#[test]
fn a_number_places_a_heading_that_the_outline_leaves_out() {
    let content = line(742, "1 Tillit")
        + "BT /F2 10 Tf 72 712 Td (1.1 Styring) Tj ET\n"
        + &line(692, "Vi skal styre.")
        + "BT /F2 10 Tf 72 662 Td (2 Krav) Tj ET\n"
        + &line(642, "Vi skal kreve.");
    let more = ["<< /First 51 0 R >>", &item("1 Tillit", "", "/Dest [5 0 R /Fit]")];
    assert_eq!(
        sections(&file("/Outlines 50 0 R", "", &[&content], &more)),
        [
            "1 Tillit",
            "1 Tillit > 1.1 Styring",
            "1 Tillit > 1.1 Styring > Vi skal styre.",
            "2 Krav",
            "2 Krav > Vi skal kreve.",
        ]
    );
}
