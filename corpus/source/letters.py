"""Puts together the yearly letters to one agency from what is the same in form and what is each year's own."""

from letter_risks import RISKS
from letter_years import YEARS

AGENCY = {"nb": "Etaten for arbeid og ytelser (fiktiv)", "nn": "Etaten for arbeid og ytingar (fiktiv)"}
MINISTRY = {"nb": "Departementet for arbeid og velferd (fiktivt)", "nn": "Departementet for arbeid og velferd (fiktivt)"}
PRODUCERS = ("libreoffice", "weasyprint", "typst", "pdftex", "chromium")
MONTHS = {"nb": ("januar", "desember"), "nn": ("januar", "desember")}

DIALOGUE = {
    "nb": (
        "Etatsledelsen og departementet møtes fire ganger i løpet av {year}. Etaten sender sakspapirer senest to uker før hvert møte, og departementet skriver referat.",
        "Møtene i {year} bygger på etatens egen risikovurdering. Vi ønsker færre tall og mer drøfting av hva tallene betyr.",
        "Tertialrapportene skal være korte. Avvik på mer enn fem prosent fra resultatkravet skal forklares, og etaten skal foreslå tiltak.",
        "Departementet tar sikte på én fast rytme i dialogen. Mellom møtene i {year} er det etatens ansvar å melde fra om vesentlige avvik uten opphold.",
        "Rapporteringen for {year} følger bestemmelsene om økonomistyring i staten, og årsrapporten skal ha de seks delene som er fastsatt der.",
    ),
    "nn": (
        "Leiinga i etaten og departementet møtest fire gonger i {year}. Etaten sender sakspapir seinast to veker før kvart møte.",
        "Møta i {year} byggjer på risikovurderinga til etaten. Vi ønskjer å drøfte kva tala fortel, ikkje berre kva dei er.",
        "Tertialrapportane skal vere korte. Vesentlege avvik skal forklarast, og etaten skal gjere framlegg om tiltak.",
    ),
}

FUNDING = {
    "nb": "Stortinget har vedtatt statsbudsjettet for {year}, og etaten får med dette stilt til disposisjon {total} millioner kroner på kap. 805. Beløpet er {change} enn i {before}, og skal dekke lønn, husleie, drift av fagsystemer og de oppdragene som er nevnt i dette brevet.",
    "nn": "Stortinget har vedteke statsbudsjettet for {year}, og etaten får med dette stilt til disposisjon {total} millionar kroner på kap. 805. Beløpet er {change} enn i {before}, og skal dekkje løn, husleige, drift av fagsystem og oppdraga som er nemnde i dette brevet.",
}

WORDS = {
    "nb": {
        "title": "Tildelingsbrev {year} – {agency}", "ref": "Deres ref", "our": "Vår ref", "date": "Dato", "intro": "Innledning",
        "goals": "Mål og prioriteringer for {year}", "measures": "Styringsparametere", "table": "Tabell 1 Styringsparametere og resultatkrav for {year}",
        "cols": "Styringsparameter | Resultat {last} | Krav {year}", "tasks": "Oppdrag i {year}", "common": "Fellesføringer og administrative forhold",
        "money": "Budsjett og fullmakter", "table2": "Tabell 2 Tildeling på kap. 805 (i 1000 kroner)", "cols2": "Post | Betegnelse | Beløp",
        "post1": "01 | Driftsutgifter", "post2": "21 | Spesielle driftsutgifter", "post3": "45 | Større utstyrsanskaffelser og vedlikehold",
        "talk": "Rapportering og styringsdialog", "cols3": "Tidspunkt | Tema", "first": "15. mars | Årsrapport og årsregnskap for {last}",
        "second": "1. juni | Rapport for første tertial", "third": "1. oktober | Rapport for andre tertial", "fourth": "1. november | Innspill til budsjettet",
        "risk": "Risiko og internkontroll", "bye": "Med hilsen", "signed": "Departementet for arbeid og velferd (fiktivt). Dokumentet er godkjent elektronisk og har derfor ikke håndskrevne signaturer.",
        "more": "{pct} prosent høyere", "less": "{pct} prosent lavere",
        "rows": ("Andel saker behandlet innen frist", "Andel brukere i arbeid etter seks måneder", "Andel digitale søknader", "Sykefravær i etaten"),
    },
    "nn": {
        "title": "Tildelingsbrev {year} – {agency}", "ref": "Dykkar ref", "our": "Vår ref", "date": "Dato", "intro": "Innleiing",
        "goals": "Mål og prioriteringar for {year}", "measures": "Styringsparametrar", "table": "Tabell 1 Styringsparametrar og resultatkrav for {year}",
        "cols": "Styringsparameter | Resultat {last} | Krav {year}", "tasks": "Oppdrag i {year}", "common": "Fellesføringar og administrative tilhøve",
        "money": "Budsjett og fullmakter", "table2": "Tabell 2 Tildeling på kap. 805 (i 1000 kroner)", "cols2": "Post | Nemning | Beløp",
        "post1": "01 | Driftsutgifter", "post2": "21 | Spesielle driftsutgifter", "post3": "45 | Større utstyrskjøp og vedlikehald",
        "talk": "Rapportering og styringsdialog", "cols3": "Tidspunkt | Tema", "first": "15. mars | Årsrapport og årsrekneskap for {last}",
        "second": "1. juni | Rapport for første tertial", "third": "1. oktober | Rapport for andre tertial", "fourth": "1. november | Innspel til budsjettet",
        "risk": "Risiko og internkontroll", "bye": "Med helsing", "signed": "Departementet for arbeid og velferd (fiktivt). Dokumentet er godkjent elektronisk og har difor ikkje handskrivne signaturar.",
        "more": "{pct} prosent høgare", "less": "{pct} prosent lågare",
        "rows": ("Del saker handsama innan fristen", "Del brukarar i arbeid etter seks månader", "Del digitale søknader", "Sjukefråvær i etaten"),
    },
}


def decimal(value):
    return f"{value:.1f}".replace(".", ",")


def thousands(value):
    return f"{value:,}".replace(",", "\u00a0")


def figures(year):
    """Results that drift the way such results do: digital share up, absence down, a dip in 2020."""
    step = year - 2011
    dip = 6.5 if year == 2021 else 0.0
    return (
        (decimal(78.2 + 0.9 * step - dip), decimal(80 + 0.8 * step)),
        (decimal(51.4 + 0.3 * step - dip), decimal(53 + 0.25 * step)),
        (decimal(min(97.0, 22.0 + 5.4 * step)), decimal(min(98.0, 28.0 + 5.2 * step))),
        (decimal(7.1 - 0.11 * step + dip / 4), decimal(6.9 - 0.1 * step)),
    )


def tables(words, year, total):
    rows = [f"| {words['cols'].format(year=year, last=year - 1)} |"]
    rows += [f"| {name} | {was} prosent | {goal} prosent |" for name, (was, goal) in zip(words["rows"], figures(year))]
    run = total * 1000
    posts = [(words["post1"], int(run * 0.87)), (words["post2"], int(run * 0.09)), (words["post3"], run - int(run * 0.87) - int(run * 0.09))]
    money = [f"| {words['cols2']} |"] + [f"| {post} | {thousands(amount)} |" for post, amount in posts]
    return "\n".join(rows), "\n".join(money)


def head(year, own, words, lang):
    path = f"tildelingsbrev/tildelingsbrev-{year}.{own.get('format', 'pdf')}"
    sidecar = 'sidecar = ["kind", "issuer", "addressee", "published", "year"]' if own.get("sidecar") else ""
    basis = "declared" if own.get("sidecar") else "concerned"
    title = words["title"].format(year=year, agency=AGENCY[lang])
    return f"""+++
path = "{path}"
kind = "tildelingsbrev"
title = "{title}"
issuer = "{MINISTRY[lang]}"
addressee = "{AGENCY[lang]}"
published = "{own['date']}"
year = {year}
year_basis = "{basis}"
language = "{lang}"
producer = "{own['producer']}"
columns = 1
head = "Tildelingsbrev {year}"
font = "'Liberation Sans'"
{sidecar}
+++
"""


def letter(year, own):
    lang = own.get("language", "nb")
    words = WORDS[lang]
    total, before = own["total"], YEARS.get(year - 1, {"total": own["total"] * 0.97})["total"]
    pct = decimal(abs(total / before - 1) * 100)
    change = words["more" if total >= before else "less"].format(pct=pct)
    measures, money = tables(words, year, total)
    y, m, d = own["date"].split("-")
    date = f"{d}.{m}.{y}"
    tasks = "\n".join(f"- {task}" for task in own["tasks"])
    dialogue = DIALOGUE[lang][year % len(DIALOGUE[lang])].format(year=year)
    label = lambda key: words[key].format(year=year, last=year - 1)
    sections = [
        f"# {words['title'].format(year=year, agency=AGENCY[lang])}", MINISTRY[lang], AGENCY[lang],
        f"| {words['ref']} | {words['our']} | {words['date']} |\n| {str(year - 1)[2:]}/1{year % 7}04 | {str(year - 1)[2:]}/38{year % 90:02d} | {date} |",
        f"## 1 {words['intro']}", own["intro"], f"## 2 {label('goals')}", own["goals"],
        f"## 3 {words['measures']}", own["measures"], f"! {label('table')}", measures,
        f"## 4 {label('tasks')}", own["lead"], tasks, f"## 5 {words['common']}", own["common"], f"### 5.1 {words['risk']}", RISKS[year],
        f"## 6 {words['money']}", FUNDING[lang].format(year=year, total=thousands(total), change=change, before=year - 1), f"! {words['table2']}", money,
        f"## 7 {words['talk']}", dialogue,
        f"| {words['cols3']} |\n| {label('first')} |\n| {words['second']} |\n| {words['third']} |\n| {words['fourth']} |",
        words["bye"], words["signed"],
    ]
    return head(year, own, words, lang) + "\n\n".join(sections)


def all_letters():
    for year, own in sorted(YEARS.items()):
        yield letter(year, own)
