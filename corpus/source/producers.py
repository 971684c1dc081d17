"""Turns a parsed text into a document, with the typesetter that its record names."""

import html
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pages

NOTE = re.compile(r"\{\{(.*?)\}\}")
LANG = {"nb": ("nb", "NO"), "nn": ("nn", "NO"), "en": ("en", "GB"), "se": ("se", "NO")}
ENV = dict(os.environ, SOURCE_DATE_EPOCH="1767225600", FORCE_SOURCE_DATE="1", TZ="UTC")


def run(*command, cwd=None):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=cwd, env=ENV, timeout=180)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}")


def note_splitter(mark):
    """A function that replaces each footnote in a text by mark(number, note), numbering through the document."""
    number = 0

    def split(text, escape):
        nonlocal number
        parts = NOTE.split(text)
        out = escape(parts[0])
        for note, rest in zip(parts[1::2], parts[2::2]):
            number += 1
            out += mark(number, escape(note)) + escape(rest)
        return out

    return split


# ---- HTML for WeasyPrint and Chromium ----------------------------------------------------------------------


def html_blocks(blocks, mark):
    split = note_splitter(mark)
    text = lambda raw: split(raw, html.escape)
    out = []
    for block in blocks:
        kind = block[0]
        if kind == "heading":
            out.append(f"<h{block[1]}>{text(block[2])}</h{block[1]}>")
        elif kind == "list":
            out.append("<ul>" + "".join(f"<li>{text(item)}</li>" for item in block[1]) + "</ul>")
        elif kind == "table":
            rows = ["".join(f"<t{'dh'[i == 0]}>{text(cell)}</t{'dh'[i == 0]}>" for cell in row) for i, row in enumerate(block[1])]
            out.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            cls = {"caption": "caption", "box": "box", "paragraph": "text"}[kind]
            out.append(f'<p class="{cls}">{text(block[1])}</p>')
    return "\n".join(out)


PRINT_CSS = """
@page { size: A4; margin: 24mm 22mm 24mm 22mm;
  @top-left { content: "HEAD"; font: 8pt FONT; color: #444; }
  @bottom-right { content: counter(page); font: 8pt FONT; } }
@page :first { @top-left { content: ""; } }
body { font: 11pt/1.5 FONT; hyphens: auto; text-align: justify; }
main { COLUMNS }
h1 { font-size: 20pt; line-height: 1.2; hyphens: manual; text-align: left; column-span: all; margin-bottom: 14pt; }
h2 { font-size: 14pt; text-align: left; margin: 16pt 0 4pt; break-after: avoid; }
h3 { font-size: 11.5pt; text-align: left; margin: 12pt 0 3pt; break-after: avoid; }
h4 { font-size: 10.5pt; text-align: left; margin: 10pt 0 2pt; break-after: avoid; }
p { margin: 0 0 6pt; } ul { padding-left: 14pt; margin: 0 0 8pt; }
table { border-collapse: collapse; width: 100%; margin: 4pt 0 10pt; font-size: 9pt; hyphens: manual; text-align: left; }
th, td { border-top: .6pt solid #777; padding: 3pt 5pt; } th { text-align: left; background: #eee; }
.caption { font-style: italic; font-size: 9pt; margin-top: 8pt; break-after: avoid; }
.box { border: .8pt solid #456; background: #eef3f7; padding: 6pt 8pt; }
.note { float: footnote; font-size: 8pt; line-height: 1.25; text-align: left; }
.end { font-size: 8.5pt; border-top: .5pt solid #444; margin-top: 16pt; padding-top: 6pt; }
"""


def css(meta):
    columns = "columns: 2; column-gap: 7mm;" if meta.get("columns") == 2 else ""
    font = meta.get("font", "'Liberation Serif'")
    return PRINT_CSS.replace("HEAD", meta.get("head", "").replace('"', "")).replace("FONT", font).replace("COLUMNS", columns)


def html_document(meta, body, style):
    lang = LANG[meta["language"]][0]
    title = html.escape(meta["title"])
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body><main>{body}</main></body></html>"
    )


def weasyprint(meta, blocks, target, work):
    body = html_blocks(blocks, lambda _, note: f'<span class="note">{note}</span>')
    page = work / "page.html"
    page.write_text(html_document(meta, body, css(meta)), encoding="utf-8")
    run(Path(os.environ.get("CORPUS_VENV", ".venv")) / "bin" / "weasyprint", page, target)


def chromium(meta, blocks, target, work):
    notes = []

    def mark(number, note):
        notes.append(f'<p class="note-end">{number} {note}</p>')
        return f"<sup>{number}</sup>"

    body = html_blocks(blocks, mark)
    if notes:
        body += f'<div class="end">{"".join(notes)}</div>'
    page = work / "page.html"
    page.write_text(html_document(meta, body, css(meta)), encoding="utf-8")
    profile = tempfile.mkdtemp()
    flags = (
        "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --no-pdf-header-footer --generate-pdf-document-outline"
    ).split()
    run("chromium", *flags, f"--user-data-dir={profile}", f"--print-to-pdf={target}", page.as_uri())
    shutil.rmtree(profile, ignore_errors=True)


# ---- Typst -------------------------------------------------------------------------------------------------


def typst_escape(text):
    return re.sub(r"([\\#*_`$<>@\[\]~/])", r"\\\1", text)


def typst_source(meta, blocks):
    split = note_splitter(lambda _, note: f"#footnote[{note}]")
    text = lambda raw: split(raw, typst_escape)
    lang, region = LANG[meta["language"]]
    out = [
        f'#set document(title: "{meta["title"]}", date: datetime(year: 2026, month: 1, day: 1))',
        f'#set text(lang: "{lang}", region: "{region}", font: "Liberation Serif", size: 11pt, hyphenate: true)',
        '#set par(justify: true, leading: 0.75em, spacing: 0.9em)',
        f'#set page(paper: "a4", margin: 24mm, columns: {meta.get("columns", 1)}, numbering: "1", footer: none, header: context {{ if here().page() > 1 '
        f'[#set text(8pt); {typst_escape(meta.get("head", ""))} #h(1fr) #counter(page).display()] }})',
        '#set list(marker: "–")',
        '#show heading: set text(font: "Liberation Sans", hyphenate: false)',
        "#show heading: set par(justify: false)",
    ]
    for block in blocks:
        kind = block[0]
        if kind == "heading":
            level = block[1]
            heading = f"#heading(level: {level})[{text(block[2])}]"
            wide = level == 1 and meta.get("columns") == 2
            out.append(f"#place(top, scope: \"parent\", float: true)[{heading}]" if wide else heading)
        elif kind == "list":
            out.append("\n".join(f"- {text(item)}" for item in block[1]))
        elif kind == "table":
            cells = ", ".join(f"[{text(cell)}]" for row in block[1] for cell in row)
            out.append(f"#table(columns: {len(block[1][0])}, stroke: 0.4pt, {cells})")
        elif kind == "box":
            out.append(f"#block(fill: luma(240), inset: 8pt)[{text(block[1])}]")
        elif kind == "caption":
            out.append(f"#text(style: \"italic\", size: 9pt)[{text(block[1])}]")
        else:
            out.append(re.sub(r"^(\d+)\.", r"\1\\.", text(block[1])))
    return "\n\n".join(out)


def typst(meta, blocks, target, work):
    source = work / "page.typ"
    source.write_text(typst_source(meta, blocks), encoding="utf-8")
    python = Path(os.environ.get("CORPUS_VENV", ".venv")) / "bin" / "python"
    run(python, "-c", "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])", source, target)


# ---- pdfTeX ------------------------------------------------------------------------------------------------


def tex_escape(text):
    for old, new in (("\\", r"\textbackslash "), ("&", r"\&"), ("%", r"\%"), ("$", r"\$"), ("#", r"\#"), ("_", r"\_"),
                     ("§", r"\S{}"), ("«", r"\guillemotleft{}"), ("»", r"\guillemotright{}"), ("–", "--"), ("\u00a0", "~")):
        text = text.replace(old, new)
    return text


def tex_source(meta, blocks):
    split = note_splitter(lambda _, note: rf"\footnote{{{note}}}")
    text = lambda raw: split(raw, tex_escape)
    language = {"nb": "norsk", "nn": "nynorsk", "en": "british"}[meta["language"]]
    option = "twocolumn" if meta.get("columns") == 2 else "onecolumn"
    out = [
        rf"\documentclass[a4paper,11pt,{option}]{{article}}\usepackage[utf8]{{inputenc}}\usepackage[T1]{{fontenc}}",
        rf"\usepackage[{language}]{{babel}}\usepackage{{mathptmx,fancyhdr,microtype}}\usepackage[margin=25mm]{{geometry}}\linespread{{1.1}}",
        rf"\usepackage[hidelinks,pdfusetitle,bookmarks]{{hyperref}}\title{{{tex_escape(meta['title'])}}}",
        rf"\pagestyle{{fancy}}\fancyhf{{}}\fancyhead[L]{{\small {tex_escape(meta.get('head', ''))}}}\fancyhead[R]{{\small\thepage}}",
        r"\setcounter{secnumdepth}{0}\renewcommand\arraystretch{1.2}\setlength\emergencystretch{2em}\setlength\headheight{13pt}\begin{document}",
    ]
    for block in blocks:
        kind = block[0]
        if kind == "heading" and block[1] == 1:
            title = rf"{{\huge\bfseries\raggedright\hyphenpenalty=10000 {text(block[2])}\par}}\vspace{{1.5em}}"
            out.append(rf"\twocolumn[{title}]\thispagestyle{{empty}}" if meta.get("columns") == 2 else title)
        elif kind == "heading":
            command = {2: "section", 3: "subsection", 4: "subsubsection"}[block[1]]
            out.append(rf"\{command}{{{text(block[2])}}}")
        elif kind == "list":
            out.append(r"\begin{itemize}\raggedright" + "".join(rf"\item {text(item)} " for item in block[1]) + r"\end{itemize}")
        elif kind == "table":
            rows = r" \\ \hline ".join(" & ".join(text(cell) for cell in row) for row in block[1])
            width = len(block[1][0])
            first = 0.44 if meta.get("columns") != 2 else 0.36
            spec = rf"p{{{first}\linewidth}}" + "r" * (width - 1)
            out.append(rf"\par\medskip\noindent{{\small\begin{{tabular}}{{{spec}}}\hline {rows} \\ \hline\end{{tabular}}}}\par\medskip")
        elif kind == "box":
            out.append(rf"\par\smallskip\noindent\fbox{{\parbox{{0.94\linewidth}}{{{text(block[1])}}}}}\par\smallskip")
        elif kind == "caption":
            out.append(rf"\par\medskip\noindent\textit{{\small {text(block[1])}}}\nopagebreak\par")
        else:
            out.append(text(block[1]) + r"\par")
    return "\n\n".join(out + [r"\end{document}"])


def pdftex(meta, blocks, target, work):
    (work / "page.tex").write_text(tex_source(meta, blocks), encoding="utf-8")
    for _ in range(2):
        run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex", cwd=work)
    shutil.copyfile(work / "page.pdf", target)


# ---- LibreOffice (PDF and DOCX) ----------------------------------------------------------------------------

FODT_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>TITLE</dc:title></office:meta>
<office:font-face-decls><style:font-face style:name="Body" svg:font-family="'Liberation Serif'" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"/></office:font-face-decls>
<office:styles>
<style:default-style style:family="paragraph"><style:paragraph-properties fo:hyphenation-ladder-count="no-limit"/>
 <style:text-properties style:font-name="Body" fo:font-size="10.5pt" fo:language="LANG" fo:country="COUNTRY" fo:hyphenate="true" fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="2"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph"/>
<style:style style:name="Text_20_body" style:display-name="Text body" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.22cm" fo:text-align="justify" fo:line-height="118%"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" style:parent-style-name="Standard" style:default-outline-level="1"><style:paragraph-properties fo:margin-top="0.3cm" fo:margin-bottom="0.5cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="19pt" fo:font-weight="bold" fo:hyphenate="false"/></style:style>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph" style:parent-style-name="Standard" style:default-outline-level="2"><style:paragraph-properties fo:margin-top="0.5cm" fo:margin-bottom="0.15cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="13.5pt" fo:font-weight="bold" fo:hyphenate="false"/></style:style>
<style:style style:name="Heading_20_3" style:display-name="Heading 3" style:family="paragraph" style:parent-style-name="Standard" style:default-outline-level="3"><style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="11.5pt" fo:font-weight="bold" fo:hyphenate="false"/></style:style>
<style:style style:name="Heading_20_4" style:display-name="Heading 4" style:family="paragraph" style:parent-style-name="Standard" style:default-outline-level="4"><style:paragraph-properties fo:margin-top="0.3cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="10.5pt" fo:font-style="italic" fo:font-weight="bold" fo:hyphenate="false"/></style:style>
<style:style style:name="Caption" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-top="0.3cm" fo:margin-bottom="0.1cm" fo:keep-with-next="always"/><style:text-properties fo:font-style="italic" fo:font-size="9pt"/></style:style>
<style:style style:name="Box" style:family="paragraph" style:parent-style-name="Text_20_body"><style:paragraph-properties fo:border="0.5pt solid #446688" fo:padding="0.15cm" fo:margin-left="0.3cm" fo:margin-right="0.3cm"/></style:style>
<style:style style:name="Header" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="8pt"/></style:style>
<style:style style:name="Footnote" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="8.5pt"/></style:style>
<text:notes-configuration text:note-class="footnote" style:num-format="1" text:citation-style-name="FC" text:citation-body-style-name="FA"/>
<style:style style:name="FA" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style><style:style style:name="FC" style:family="text"/>
</office:styles>
<office:automatic-styles>
<style:style style:name="Sect" style:family="section"><style:section-properties text:dont-balance-text-columns="false"><style:columns fo:column-count="COLUMNS" fo:column-gap="0.7cm"/></style:section-properties></style:style>
<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:border="0.4pt solid #888888" fo:padding="0.08cm"/></style:style>
<style:page-layout style:name="L"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2.3cm"/><style:header-style><style:header-footer-properties fo:min-height="0.9cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="0.9cm"/></style:footer-style></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="L"><style:header><text:p text:style-name="Header">RUNNING</text:p></style:header><style:footer><text:p text:style-name="Header">Side <text:page-number/> av <text:page-count/></text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>
"""


def fodt_source(meta, blocks):
    def mark(number, note):
        return (
            f'<text:note text:id="n{number}" text:note-class="footnote"><text:note-citation>{number}</text:note-citation>'
            f'<text:note-body><text:p text:style-name="Footnote">{note}</text:p></text:note-body></text:note>'
        )

    split = note_splitter(mark)
    text = lambda raw: split(raw, html.escape)
    lang, country = LANG[meta["language"]]
    head = FODT_HEAD.replace("COUNTRY", country).replace("LANG", lang).replace("TITLE", html.escape(meta["title"]))
    head = head.replace("COLUMNS", str(meta.get("columns", 1))).replace("RUNNING", html.escape(meta.get("head", "")))
    out, opened = [head], False
    for index, block in enumerate(blocks):
        kind = block[0]
        if meta.get("columns") == 2 and not opened and index:
            out.append('<text:section text:style-name="Sect" text:name="S">')
            opened = True
        if kind == "heading":
            out.append(f'<text:h text:style-name="Heading_20_{block[1]}" text:outline-level="{block[1]}">{text(block[2])}</text:h>')
        elif kind == "list":
            items = "".join(f'<text:list-item><text:p text:style-name="Text_20_body">{text(item)}</text:p></text:list-item>' for item in block[1])
            out.append(f"<text:list>{items}</text:list>")
        elif kind == "table":
            rows = ""
            for row in block[1]:
                cells = "".join(f'<table:table-cell table:style-name="Cell"><text:p text:style-name="Standard">{text(cell)}</text:p></table:table-cell>' for cell in row)
                rows += f"<table:table-row>{cells}</table:table-row>"
            out.append(f'<table:table table:name="T{index}"><table:table-column table:number-columns-repeated="{len(block[1][0])}"/>{rows}</table:table>')
        else:
            style = {"caption": "Caption", "box": "Box", "paragraph": "Text_20_body"}[kind]
            out.append(f'<text:p text:style-name="{style}">{text(block[1])}</text:p>')
    return "\n".join(out + ["</text:section>" * opened + "</office:text></office:body></office:document>"])


def libreoffice(meta, blocks, target, work):
    (work / "page.fodt").write_text(fodt_source(meta, blocks), encoding="utf-8")
    form = "docx:MS Word 2007 XML" if target.suffix == ".docx" else (
        'pdf:writer_pdf_Export:{"ExportBookmarks":{"type":"boolean","value":"true"},"UseTaggedPDF":{"type":"boolean","value":"false"}}')
    run("soffice", f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--convert-to", form, "--outdir", work, work / "page.fodt")
    shutil.copyfile(work / f"page{target.suffix}", target)


# ---- web pages and the odd ones ----------------------------------------------------------------------------


def web(meta, blocks, target, work):
    maker = pages.stortinget if meta["producer"] == "html-stortinget" else pages.regjeringen
    target.write_text(maker(meta, blocks), encoding="utf-8")


def error_page(meta, blocks, target, work):
    target.write_text(pages.error(meta), encoding="utf-8")


def scanned(meta, blocks, target, work):
    """Typeset, photographed, put back: pages of pixels only."""
    weasyprint(meta, blocks, work / "clean.pdf", work)
    run("pdftoppm", "-r", "90", "-gray", "-jpeg", "-jpegopt", "quality=45", work / "clean.pdf", work / "scan")
    code = (
        "import sys; from PIL import Image; "
        "images = [Image.open(p).convert('L').rotate(0.6, fillcolor=245, expand=False) for p in sys.argv[2:]]; "
        "images[0].save(sys.argv[1], save_all=True, append_images=images[1:], resolution=90, quality=45, "
        "creationDate=None, modDate=None)"
    )
    python = Path(os.environ.get("CORPUS_VENV", ".venv")) / "bin" / "python"
    run(python, "-c", code, target, *sorted(work.glob("scan*.jpg")))


def encrypted(meta, blocks, target, work):
    weasyprint(meta, blocks, work / "clean.pdf", work)
    run("qpdf", "--encrypt", "hemmelig", "hemmelig-eier", "256", "--", work / "clean.pdf", target)


def truncated(meta, blocks, target, work):
    """Cut within the first content stream: no object that follows, no cross-reference table."""
    pdftex(meta, blocks, work / "clean.pdf", work)
    data = (work / "clean.pdf").read_bytes()
    start = data.index(b"stream")
    target.write_bytes(data[: start + 700])


MAKERS = {
    "weasyprint": weasyprint, "chromium": chromium, "typst": typst, "pdftex": pdftex, "libreoffice": libreoffice,
    "html-regjeringen": web, "html-stortinget": web, "html-error": error_page,
    "scan": scanned, "qpdf": encrypted, "pdftex-cut": truncated,
}


def produce(meta, blocks, target, work):
    """Makes the document; gives the number of pages where pdfinfo could not tell it."""
    MAKERS[meta["producer"]](meta, blocks, target, work)
    return meta.get("pages")
