"""Web pages in the shape that regjeringen.no and stortinget.no give theirs. The content is our own."""

import html
import re

NOTE = re.compile(r"\{\{(.*?)\}\}")
WORDS = {
    "nb": {"menu": "Meny", "search": "Søk", "home": "Forsiden", "here": "Du er her:", "topic": "Tema", "contact": "Kontakt",
           "top": "Til toppen", "survey": "Fant du det du lette etter?", "yes": "Ja", "no": "Nei", "date": "Dato",
           "about": "Om nettstedet", "news": "Abonner på nyheter", "table": "Vis tabellen i full bredde", "note": "Fotnoter"},
    "nn": {"menu": "Meny", "search": "Søk", "home": "Framsida", "here": "Du er her:", "topic": "Tema", "contact": "Kontakt",
           "top": "Til toppen", "survey": "Fann du det du leita etter?", "yes": "Ja", "no": "Nei", "date": "Dato",
           "about": "Om nettstaden", "news": "Abonner på nyhende", "table": "Vis tabellen i full breidd", "note": "Fotnotar"},
    "en": {"menu": "Menu", "search": "Search", "home": "Home", "here": "You are here:", "topic": "Topic", "contact": "Contact",
           "top": "To the top", "survey": "Did you find what you were looking for?", "yes": "Yes", "no": "No", "date": "Date",
           "about": "About this site", "news": "Subscribe", "table": "Show the table in full width", "note": "Footnotes"},
    "se": {"menu": "Fállu", "search": "Oza", "home": "Ovdasiidu", "here": "Don leat dáppe:", "topic": "Fáddá", "contact": "Oktavuohta",
           "top": "Bajás", "survey": "Gávdnet go dan maid ohcet?", "yes": "Juo", "no": "In", "date": "Dáhton",
           "about": "Siiddu birra", "news": "Ođđasat", "table": "Čájet tabealla", "note": "Vuolitmearkkat"},
}


def inline(text, notes):
    """Escaped text; every note leaves a raised mark glued to the word before it."""
    parts = NOTE.split(text)
    out = html.escape(parts[0], quote=False)
    for note, rest in zip(parts[1::2], parts[2::2]):
        notes.append(note)
        n = len(notes)
        out += f'<sup class="footnote-ref"><a href="#fn{n}" id="fnref{n}">{n}</a></sup>' + html.escape(rest, quote=False)
    return out


def block_html(block, notes, words):
    kind = block[0]
    if kind == "heading":
        level = block[1]
        return f"<h{level}>{inline(block[2], notes)}</h{level}>"
    if kind == "list":
        return "<ul>\n" + "\n".join(f"<li>{inline(item, notes)}</li>" for item in block[1]) + "\n</ul>"
    if kind == "table":
        rows = []
        for at, row in enumerate(block[1]):
            tag = "th" if at == 0 else "td"
            rows.append("<tr>" + "".join(f"<{tag}>{inline(cell, notes)}</{tag}>" for cell in row) + "</tr>")
        return (f'<div class="table-wrap"><button type="button" class="show-table">{words["table"]}</button>'
                f'<table class="regj-table">{"".join(rows)}</table></div>')
    if kind == "caption":
        return f'<p class="figure-caption">{inline(block[1], notes)}</p>'
    if kind == "box":
        return f'<div class="factbox factbox-text"><p>{inline(block[1], notes)}</p></div>'
    return f"<p>{inline(block[1], notes)}</p>"


def sections(blocks):
    """Blocks grouped under their second-level headings; the first group has none."""
    groups = [(None, [])]
    for block in blocks:
        if block[0] == "heading" and block[1] == 2:
            groups.append((block[2], []))
        else:
            groups[-1][1].append(block)
    return groups


def factbox(number, heading, body, notes, words):
    inner = "\n".join(block_html(block, notes, words) for block in body)
    return (
        f'<div class="factbox"><h2 class="factbox-title"><button type="button" data-toggle-factbox="#boks{number}" aria-expanded="false">'
        f'<span class="factbox-title-text">{heading}</span></button></h2>\n'
        f'<div id="boks{number}" class="factbox-content">\n{inner}\n</div></div>'
    )


def footnotes(notes, words):
    if not notes:
        return ""
    items = "\n".join(f'<li id="fn{n}"><a href="#fnref{n}" class="footnote-back">{n}</a> {html.escape(note, quote=False)}</li>'
                      for n, note in enumerate(notes, 1))
    return f'<div class="footnotes"><h2 class="footnotes-title">{words["note"]}</h2><ol class="footnote-list">\n{items}\n</ol></div>'


def body_html(meta, blocks, words):
    notes = []
    (_, intro), *rest = sections(blocks[1:])
    ingress = inline(intro[0][1], notes) if intro else ""
    out = ["\n".join(block_html(block, notes, words) for block in intro[1:])]
    for number, (heading, body) in enumerate(rest, 1):
        if meta.get("factbox"):
            out.append(factbox(number, inline(heading, notes), body, notes, words))
        else:
            out.append(f"<h2>{inline(heading, notes)}</h2>")
            out += [block_html(block, notes, words) for block in body]
    return ingress, "\n".join(out) + footnotes(notes, words)


def regjeringen(meta, blocks):
    words = WORDS[meta["language"]]
    lang = meta["language"]
    year, month, day = meta["published"].split("-")
    title, issuer = html.escape(meta["title"]), html.escape(meta["issuer"])
    ingress, body = body_html(meta, blocks, words)
    url = html.escape(meta.get("url", ""))
    kind = meta.get("typelabel", "Melding")
    return f"""<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title} - regjeringen.example</title>
<meta name="DC.Title" content="{title}">
<meta name="DC.Creator" content="{issuer}">
<meta name="DC.Description" content="{html.escape(NOTE.sub('', blocks[1][1])[:120])}...">
<meta name="DC.Date" content="{meta['published']}">
<meta name="DC.Type" content="{meta.get('dctype', 'Dokument')}">
<meta name="DC.Language" content="{lang}-NO">
<meta name="DC.Publisher" content="{issuer}">
<meta name="DC.Identifier.URL" content="{url}">
<meta property="og:title" content="{title}">
<meta property="og:url" content="{url}">
<script type="application/ld+json">{{"@context":"https://schema.org","@type":"WebPage","name":"{title}"}}</script>
<style>.visuallyhidden {{ position: absolute; left: -9999px }}</style>
</head>
<body class="page-{meta.get('pageclass', 'dokument')} ">
<a class="visuallyhidden" href="#mainContent">Gå til innhold</a>
<header class="page-header"><div class="logo"><a href="/">regjeringen.example (fiktiv)</a></div>
<nav class="main-menu" aria-label="{words['menu']}"><button>{words['menu']}</button><ul><li><a href="/no/tema/id1/">Tema</a></li><li><a href="/no/dokument/id2/">Dokument</a></li><li><a href="/no/innovasjon/id3/">Innovasjon og digitalisering</a></li><li><a href="/no/statsbudsjett/id4/">Statsbudsjett</a></li></ul></nav>
<form class="search" role="search"><label>{words['search']}<input name="q"></label></form></header>
<nav class="breadcrumbs" aria-label="breadcrumb"><span>{words['here']}</span><ol><li><a href="/">{words['home']}</a></li><li><a href="/no/dokument/id2/">Dokument</a></li><li>{title}</li></ol></nav>
<main id="mainContent"><div class="mainContentArea">
<div class="content-row article"><div class="content-col-2 article-content">
<header class="article-header"><h1>{inline(blocks[0][2], [])}</h1></header>
<div class="article-info"><p><span class="type"> {kind} |</span> <span class="date">{words['date']}: {day}.{month}.{year}</span>
<span class="owner"> | <a href="/no/dep/id9/">{issuer}</a></span></p></div>
<div class="article-ingress"><p>{ingress}</p></div>
<div class="article-body">
{body}
</div></div>
<aside class="content-col-1 article-sidebar"><div class="content-intro-topics"><h2>{words['topic']}</h2><ul class="topiclist"><li><a href="#">Omstilling og partnerskap</a></li><li><a href="#">Statlig forvaltning</a></li></ul></div>
<div class="department-contact"><h2>{words['contact']}</h2><p>{issuer}</p></div></aside></div>
<div class="to-top-of-page"><a href="#top-of-page">{words['top']}</a></div>
</div></main>
<div class="page-survey-container"><h2>{words['survey']}</h2><button>{words['yes']}</button><button>{words['no']}</button></div>
<footer class="page-footer"><ul><li><a href="#">{words['about']}</a></li><li><a href="#">{words['news']}</a></li></ul><p>Ansvarlig redaktør: redaksjonen (fiktiv)</p></footer>
<template id="page-translations"><span>Lukk fotnote</span><span>Forstørr bilde</span></template>
</body>
</html>
"""


def stortinget(meta, blocks):
    title = html.escape(meta["title"])
    notes = []
    body = "\n".join(block_html(block, notes, WORDS["nb"]) for block in blocks[1:])
    return f"""\ufeff<!DOCTYPE html>
<html lang="no" class="no-js">
<head>
    <title>{title} - stortinget.example</title>
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="TITLE" content="{title}" />
<meta name="DC.Title" content="{title}" />
<meta name="DC.Date" content="{meta['published']} 10:00:00" />
<meta name="DC.Publisher" content="{html.escape(meta['issuer'])}" />
<meta name="DC.Language" content="no" />
<meta name="DC.Type" content="{meta['dctype']}" />
<meta name="DC.Format" content="Html" />
<meta name="MA.Session" content="{meta['session']}" />
<meta property="og:title" content="{title}" />
<meta property="og:locale" content="nb_NO" />
<link rel="stylesheet" href="/Static/main.css" />
</head>
<body>
<div id="skiplinks"><a href="#main_content">Hopp til innholdet</a></div>
<div class="header-container"><a href="/">Stortinget (fiktivt)</a><ul class="nav"><li><a href="#">Hva skjer på Stortinget?</a></li><li><a href="#">Representanter og komiteer</a></li><li><a href="#">Saker og publikasjoner</a></li></ul></div>
<div class="breadcrumb"><a href="/">Forside</a> &gt; <a href="#">Publikasjoner</a> &gt; <a href="#">Innstillinger</a></div>
<div id="main_content" class="article publication">
<div class="publication-toc"><h2>Innhold</h2><ul><li><a href="#a1">1. Sammendrag</a></li><li><a href="#a2">2. Komiteens merknader</a></li></ul><a class="next" href="#">Neste &gt;</a></div>
<div class="mainbody publication-content">
<h1>{inline(blocks[0][2], notes)}</h1>
{body}
</div></div>
<div class="footer-container"><p>Stortinget (fiktivt)</p><ul><li><a href="#">Følg oss</a></li><li><a href="#">Til toppen</a></li></ul></div>
</body>
</html>
"""


def error(meta):
    return """<!DOCTYPE html>
<html lang="nb"><head><meta charset="utf-8"><title>Siden finnes ikke - regjeringen.example</title></head>
<body class="page-error"><header class="page-header"><a href="/">regjeringen.example (fiktiv)</a><nav><ul><li><a href="/no/tema/">Tema</a></li><li><a href="/no/dokument/">Dokument</a></li></ul></nav></header>
<main id="mainContent"><h1>Siden finnes ikke</h1>
<p>Beklager, vi finner ikke siden du leter etter. Den kan være flyttet eller slettet.</p>
<p>Feilkode: 404. Prøv søket, eller gå til <a href="/">forsiden</a>.</p></main>
<footer class="page-footer"><p>Ansvarlig redaktør: redaksjonen (fiktiv)</p></footer></body></html>
"""
