//! What a PDF says of its own structure: outline, tags, labels, titles. All PDFs are written here.

use crate::pdf_objects::written;
use ordskifte::{
    extract::{
        self,
        pdf::{self, Block, BlockKind, BlockSource, Content, Limits},
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
    let passages =
        document(bytes).pages.into_iter().flat_map(|page| page.counted().cloned().collect::<Vec<_>>());
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

/// A line at `y` as piece `number` of marked content, in font `F1` or `F2`.
fn piece(number: usize, font: &str, y: usize, text: &str) -> String {
    format!("/P << /MCID {number} >> BDC BT /{font} 10 Tf 72 {y} Td ({text}) Tj ET EMC\n")
}

/// One page whose pieces belong to these elements; the first stands under the root, number 50.
fn tagged(root: &str, content: &str, pieces: &str, elements: &[&str]) -> Vec<u8> {
    let catalog = "/MarkInfo << /Marked true >> /StructTreeRoot 50 0 R";
    let root = format!("<< /Type /StructTreeRoot /ParentTree 51 0 R {root} >>");
    let pieces = format!("[{pieces}]");
    let mut more = vec![root.as_str(), "<< /Nums [0 52 0 R] >>", pieces.as_str()];
    more.extend_from_slice(elements);
    file(catalog, "", &[content], &more)
}

fn element(kind: &str, parent: usize) -> String {
    format!("<< /Type /StructElem /K [0 << /MCID 1 >>] /S /{kind} /P {parent} 0 R /Pg 5 0 R >>")
}

/// Kind and level of each block.
fn levels(bytes: &[u8]) -> Vec<(BlockKind, Option<u8>)> {
    blocks(bytes).into_iter().map(|block| (block.kind, block.level)).collect()
}

const BODY: &str = "Vi skal styre med tillit.";

#[test]
fn tags_make_headings_of_what_looks_like_text_and_give_them_levels() {
    let content =
        piece(0, "F1", 700, "Tillit") + &piece(1, "F1", 660, "Styring") + &piece(2, "F1", 620, BODY);
    let elements = [element("H1", 50), element("Overskrift#202", 50), element("Span", 54), element("P", 50)];
    let elements: Vec<&str> = elements.iter().map(String::as_str).collect();
    let bytes = tagged("/RoleMap << /Overskrift#202 /H2 >>", &content, "53 0 R 55 0 R 56 0 R", &elements);
    assert_eq!(
        levels(&bytes),
        [(BlockKind::Heading, Some(1)), (BlockKind::Heading, Some(2)), (BlockKind::Paragraph, None)]
    );
    assert_eq!(sections(&bytes)[2], format!("Tillit > Styring > {BODY}"));
}

#[test]
fn a_heading_without_a_number_in_its_type_is_as_deep_as_its_sections() {
    let content = piece(0, "F1", 700, "Tillit") + &piece(1, "F1", 620, BODY);
    let elements = [element("Sect", 50), element("Sect", 53), element("H", 54), element("P", 54)];
    let elements: Vec<&str> = elements.iter().map(String::as_str).collect();
    let bytes = tagged("", &content, "55 0 R 56 0 R", &elements);
    assert_eq!(levels(&bytes), [(BlockKind::Heading, Some(2)), (BlockKind::Paragraph, None)]);
}

#[test]
fn an_item_without_a_bullet_and_a_cell_in_bold_are_known_by_their_tags() {
    let content =
        piece(0, "F1", 700, "Alle skal med.") + &piece(1, "F2", 660, "Belop") + &piece(2, "F1", 620, BODY);
    let elements =
        [element("LI", 50), element("LBody", 53), element("TD", 50), element("P", 55), element("P", 50)];
    let elements: Vec<&str> = elements.iter().map(String::as_str).collect();
    let bytes = tagged("", &content, "54 0 R 56 0 R 57 0 R", &elements);
    let found: Vec<_> = kinds(&bytes).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(found, [BlockKind::ListItem, BlockKind::TableRow, BlockKind::Paragraph]);
}

#[test]
fn a_tagged_note_comes_after_the_body_without_its_mark() {
    let note = "BT /F1 10 Tf 72 700 Td (1) Tj 60 0 Td (Forskriften gjelder ikke her.) Tj ET";
    let content = format!("/P << /MCID 0 >> BDC {note} EMC ") + &piece(1, "F1", 620, BODY);
    let elements = [element("Note", 50), element("P", 50)];
    let elements: Vec<&str> = elements.iter().map(String::as_str).collect();
    let found = blocks(&tagged("", &content, "53 0 R 54 0 R", &elements));
    assert_eq!((found[0].kind, found[0].text.as_str()), (BlockKind::Paragraph, BODY));
    assert_eq!(
        (found[1].kind, found[1].text.as_str(), found[1].mark.as_deref()),
        (BlockKind::Footnote, "Forskriften gjelder ikke her.", Some("1"))
    );
}

#[test]
fn a_tagged_line_of_contents_needs_no_leaders() {
    let content = piece(0, "F1", 700, "Tillit i styringen 12") + &piece(1, "F1", 620, BODY);
    let elements = [element("TOCI", 50), element("Reference", 53), element("P", 50)];
    let elements: Vec<&str> = elements.iter().map(String::as_str).collect();
    let bytes = tagged("", &content, "54 0 R 55 0 R", &elements);
    assert_eq!(kinds(&bytes)[0], (BlockKind::ContentsEntry, "Tillit i styringen\t12".to_owned()));
    assert_eq!(sections(&bytes), [BODY]);
}

#[test]
fn the_pieces_of_a_form_are_counted_by_the_form() {
    let form = piece(0, "F1", 700, "Tillit");
    let form = format!(
        "<< /Type /XObject /Subtype /Form /StructParents 7 /BBox [0 0 595 842] /Length {} >>\nstream\n{form}\nendstream",
        form.len()
    );
    let content = piece(0, "F1", 620, BODY) + "/X Do";
    let more = [
        "<< /Type /StructTreeRoot /ParentTree << /Nums [0 [51 0 R] 7 [52 0 R]] >> >>",
        &element("P", 50),
        &element("H3", 50),
        &form,
    ];
    let page = "/Resources << /Font << /F1 3 0 R >> /XObject << /X 53 0 R >> >>";
    let bytes = file("/StructTreeRoot 50 0 R", page, &[&content], &more);
    assert_eq!(levels(&bytes), [(BlockKind::Heading, Some(3)), (BlockKind::Paragraph, None)]);
}

/// "Tillit" over a line of text, both tagged as headings or what `kinds` says.
fn two(root: &str, kinds: [&str; 2], pieces: &str) -> Vec<u8> {
    let content = piece(0, "F1", 700, "Tillit") + &piece(1, "F1", 620, BODY);
    tagged(root, &content, pieces, &[&element(kinds[0], 50), &element(kinds[1], 50)])
}

#[test]
fn tags_that_do_not_hold_are_not_believed() {
    let by_looks = [(BlockKind::Paragraph, None), (BlockKind::Paragraph, None)];
    assert_eq!(levels(&two("", ["H1", "P"], "53 0 R 54 0 R"))[0], (BlockKind::Heading, Some(1)));
    // Numbers that the tree does not know.
    assert_eq!(levels(&two("", ["H1", "P"], "53 0 R")), by_looks);
    assert_eq!(levels(&two("", ["H1", "P"], "null null")), by_looks);
    assert_eq!(levels(&two("", ["H1", "P"], "90 0 R 91 0 R")), by_looks);
    // Headings shifted against the text: the sentence would be one.
    assert_eq!(levels(&two("", ["H1", "H1"], "53 0 R 54 0 R")), by_looks);
    // More text without tags than with.
    let untagged = piece(0, "F1", 700, "Tillit") + &line(620, BODY);
    assert_eq!(levels(&tagged("", &untagged, "53 0 R", &[&element("H1", 50)])), by_looks);
    // The file says so.
    let catalog =
        "/MarkInfo << /Suspects true >> /StructTreeRoot << /ParentTree << /Nums [0 [50 0 R 51 0 R]] >> >>";
    let content = piece(0, "F1", 700, "Tillit") + &piece(1, "F1", 620, BODY);
    let suspect = file(catalog, "", &[&content], &[&element("H1", 2), &element("P", 2)]);
    assert_eq!(levels(&suspect), by_looks);
}

#[test]
fn elements_types_and_trees_that_run_in_circles_end() {
    let content = piece(0, "F1", 700, "Tillit") + &piece(1, "F1", 620, BODY);
    let root = "/RoleMap << /A /B /B /A >>";
    let more = [
        format!("<< /Type /StructTreeRoot /ParentTree 51 0 R {root} >>"),
        "<< /Nums [0 52 0 R] /Kids [51 0 R 51 0 R] >>".to_owned(),
        "[53 0 R 54 0 R]".to_owned(),
        element("A", 54),
        element("Span", 53),
    ];
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let bytes = file("/StructTreeRoot 50 0 R", "", &[&content], &more);
    assert_eq!(levels(&bytes), [(BlockKind::Paragraph, None), (BlockKind::Paragraph, None)]);
}

#[test]
fn elements_beyond_the_limit_are_named_in_a_notice() {
    let kids = "0 ".repeat(20_000);
    let element = format!("<< /K [{kids}] /S /H1 /P 50 0 R >>");
    let bytes = tagged("", &piece(0, "F1", 700, "Tillit"), "53 0 R", &[&element]);
    let limits = Limits { values_max: 1_000, ..Limits::default() };
    let content = pdf::open(&bytes, &limits).expect("a readable file").content();
    let notices: Vec<_> = content.notices.into_iter().map(|notice| notice.text).collect();
    assert_eq!(notices, ["limit reached: values in objects"]);
    assert_eq!(content.pages[0].blocks[0].kind, BlockKind::Paragraph);
}

#[test]
fn a_language_that_the_content_declares_is_the_blocks() {
    let content = "/P << /Lang (nn-NO) /MCID 0 >> BDC ".to_owned()
        + &line(700, "Me skal styre.")
        + "EMC /Span << /Lang (en-GB) >> BDC "
        + &line(660, "We shall govern.")
        + "EMC "
        + &line(620, BODY);
    let languages: Vec<_> =
        blocks(&file("", "", &[&content], &[])).into_iter().map(|block| block.language).collect();
    assert_eq!(languages, [Some("nn-NO".to_owned()), Some("en-GB".to_owned()), None]);
}

#[test]
fn page_labels_may_hang_in_a_tree() {
    let more = [
        "<< /Kids [51 0 R 52 0 R 50 0 R] >>",
        "<< /Nums [0 << /S /r >>] >>",
        "<< /Nums [2 << /S /D /St 5 >>] >>",
    ];
    let bytes = file("/PageLabels 50 0 R", "", &["", "", "", ""], &more);
    let labels: Vec<_> = read(&bytes).pages.into_iter().filter_map(|page| page.label).collect();
    assert_eq!(labels, ["i", "ii", "5", "6"]);
}

/// A file whose XMP and Info give these values.
fn titled(xmp: &str, info: &str) -> Vec<u8> {
    let xmp = format!("<< /Length {} >>\nstream\n{xmp}\nendstream", xmp.len());
    let bytes = file("/Metadata 50 0 R", "", &[&line(700, BODY)], &[&xmp, &format!("<< {info} >>")]);
    let text = String::from_utf8(bytes).expect("ASCII");
    text.replace("/Root 1 0 R >>", "/Root 1 0 R /Info 51 0 R >>").into_bytes()
}

#[test]
fn a_title_in_several_languages_is_the_first() {
    let xmp = "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">M&#xE5;l &amp; <b>styring</b></rdf:li>\
               <rdf:li xml:lang=\"en\">Goals</rdf:li></rdf:Alt></dc:title>";
    assert_eq!(
        document(&titled(xmp, "/Title (goals.indd)")).metadata.title.as_deref(),
        Some("Mål & styring")
    );
}

#[test]
fn titles_that_programs_invent_are_none() {
    for title in [
        "Microsoft Word - Dokument1",
        "untitled",
        "rapport_2019_endelig",
        "rapport.docx",
        "Presentasjon1",
        "2019",
        "C:/tmp/utkast",
        "Lysbilde 1",
    ] {
        assert_eq!(document(&titled("", &format!("/Title ({title})"))).metadata.title, None, "{title}");
    }
    for title in ["Meld. St. 28 (2019-2020)", "Handlingsplan", "Prop. 1 S"] {
        assert_eq!(
            document(&titled("", &format!("/Title ({title})"))).metadata.title.as_deref(),
            Some(title)
        );
    }
}

#[test]
fn dates_are_read_as_far_as_they_are_dates() {
    let cases = [
        ("D:20200619101500+02'00'", Some("2020-06-19")),
        ("D:20200600", Some("2020-06")),
        ("2020-06-19T10:15:00", Some("2020-06-19")),
        ("D:2020", Some("2020")),
        ("D:19700101000000", None),
        ("i dag", None),
    ];
    for (date, wanted) in cases {
        let created = document(&titled("", &format!("/CreationDate ({date})"))).metadata.created;
        assert_eq!(created.map(|date| date.to_string()).as_deref(), wanted, "{date}");
    }
}

#[test]
fn pages_without_text_are_named_by_what_they_show() {
    let image = "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray \
                 /Length 1 >>\nstream\n0\nendstream";
    let page = "/Resources << /Font << /F1 3 0 R >> /XObject << /I 50 0 R >> >>";
    let scan = "/I Do 3 Tr ".to_owned() + &line(700, "Les meg.");
    let bytes = file("", page, &[&line(700, BODY), "/I Do", "10 10 m 90 90 l S", "", &scan], &[image]);
    let notices: Vec<_> =
        document(&bytes).notices.into_iter().map(|notice| (notice.page, notice.text)).collect();
    assert_eq!(
        notices,
        [
            (Some(2), "no text layer: an image".to_owned()),
            (Some(3), "no text layer: a drawing".to_owned()),
            (Some(4), "nothing on the page".to_owned()),
            (Some(5), "text of an invisible layer".to_owned()),
        ]
    );
    let sources: Vec<_> = blocks(&bytes).into_iter().map(|block| block.source).collect();
    assert_eq!(sources, [BlockSource::Visible, BlockSource::InvisibleLayer]);
}

/// Pages that may draw the form `X`; pieces of the first are headings of level 3, those of the second of level 2.
fn file_with_form(form: &str, contents: &[&str]) -> Vec<u8> {
    let form = format!(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length {} >>\nstream\n{form}\nendstream",
        form.len()
    );
    let tree = "<< /Type /StructTreeRoot /ParentTree << /Nums [0 [51 0 R] 1 [52 0 R]] >> >>";
    let more = [tree, &element("H3", 50), &element("H2", 50), &form];
    let page = "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /X 53 0 R >> >>";
    file("/StructTreeRoot 50 0 R", page, contents, &more)
}

#[test]
fn a_form_that_is_drawn_again_brings_its_languages_along() {
    let form = "/Span << /Lang (en-GB) >> BDC ".to_owned() + &line(700, "Goals") + "EMC";
    let next = "/P << /Lang (nn-NO) >> BDC ".to_owned() + &line(660, "Me skal styre.") + "EMC q /X Do Q";
    let languages: Vec<_> = blocks(&file_with_form(&form, &["q /X Do Q q /X Do Q", &next]))
        .into_iter()
        .map(|block| (block.text, block.language))
        .collect();
    let goals = || ("Goals".to_owned(), Some("en-GB".to_owned()));
    assert_eq!(languages, [goals(), goals(), ("Me skal styre.".to_owned(), Some("nn-NO".to_owned()))]);
}

#[test]
fn what_a_form_leaves_open_has_the_forms_language() {
    let form = line(700, "Goals") + "/P << /Lang (en-GB) >> BDC";
    let content = "/P << /Lang (nn-NO) >> BDC EMC q /X Do Q EMC q /X Do Q ".to_owned() + &line(620, BODY);
    let found = blocks(&file_with_form(&form, &[&content]));
    let last = found.last().expect("a block");
    assert_eq!((last.text.as_str(), last.language.as_deref()), (BODY, Some("en-GB")));
}

#[test]
fn pieces_of_a_form_without_numbers_of_its_own_are_those_of_each_page() {
    let form = piece(0, "F1", 700, "Tillit");
    let bytes = file_with_form(&form, &["q /X Do Q q /X Do Q", "q /X Do Q"]);
    assert_eq!(levels(&bytes), [(BlockKind::Heading, Some(3)), (BlockKind::Heading, Some(2))]);
}
