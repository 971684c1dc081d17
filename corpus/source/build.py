"""Builds corpus/documents and corpus/truth from corpus/source.

Every text is written in a small mark-up (see README.md), parsed once, and from that one tree come both the
true text and the document that a real producer typesets. Nothing is read back from the finished files.
"""

import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import letters
import producers

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
DOCUMENTS = ROOT / "documents"
TRUTH = ROOT / "truth"
RECORD_KEYS = ("kind", "designation", "title", "issuer", "addressee", "published", "year", "language", "url")

CONCEPTS = {
    "innovasjon": "*innovasjon*",
    "tjenesteinnovasjon": "tjenesteinnovasjon*|tenesteinnovasjon*|tjenesteutvikling og innovasjon",
    "prosessinnovasjon": "prosessinnovasjon*",
    "organisatorisk innovasjon": "organisatorisk* innovasjon*|organisasjonsinnovasjon*",
    "sosial innovasjon": "sosial* innovasjon*",
    "medarbeiderdrevet innovasjon": "medarbeiderdrev* innovasjon*|medarbeidardriv* innovasjon*",
    "teknologisk innovasjon": "teknologisk* innovasjon*|teknologiinnovasjon*",
    "innovasjonsledelse": "innovasjonsledelse*|innovasjonsleiing*",
    "detaljstyring": "detaljstyr*",
    "mål- og resultatstyring": "mål- og resultatstyring*|målstyring*|resultatstyring*",
    "byråkrati": "byråkrati*",
    "avbyråkratisering": "avbyråkratiser*",
    "tillitsbasert": "tillitsbasert*",
    "tillitsbasert ledelse": "tillitsbasert* ledelse*|tillitsbasert* leiing*|tillitsbasert* styring*",
    "tillitsreform": "*tillitsreform*",
    "samskaping": "samskap*",
    "samfunnsoppdrag": "*samfunnsoppdrag*",
    "handlingsrom": "*handlingsrom*",
    "omstilling": "*omstilling*",
    "digitalisering": "digitaliser*",
    "partnerskap": "*partnerskap*|*partnarskap*",
    "samskapende innovasjon": "samskapende innovasjon*|samskapande innovasjon*",
    "innovasjonskultur": "innovasjonskultur*|kultur for innovasjon*",
    "innovasjonsevne": (
        "innovasjonsevne*|innovasjonskapasitet*|innovasjonskraft*|evne til innovasjon*|"
        "evna til innovasjon*|evnen til innovasjon*"
    ),
    "innovasjonstakt": "innovasjonstakt*|innovasjonstempo*|innovasjonsgrad*|takten i innovasjon*",
    "New Public Management": "new public management|npm",
    "målstyring": "målstyring*|mål- og resultatstyring*",
    "resultatstyring": "resultatstyring*",
    "målfiksering": "målfikser*",
    "målekort": "målekort*|balansert målstyring",
    "konkurranse mellom enheter": "konkurranse mellom enhet*|konkurranse mellom eining*",
    "styringsutfordring": "styringsutfordring*|utfordringer i styringen|utfordringar i styringa",
    "tillit": (
        "tillit|tilliten|tillita|tillitens|tillits-|tillitsbasert*|tillitsreform*|tillitsfull*|"
        "tillitsskap*"
    ),
    "autonomi": "autonomi*|autonom|autonome|autonomt|selvbestemmelse*|sjølvråderett*|selvråderett*",
    "desentralisering": "desentraliser*|desentral|desentrale|desentralt",
    "verdibasert ledelse": "verdibasert|verdibaserte",
    "partnerskapsmodell": "partnerskapsmodell*|partnarskapsmodell*",
    "brukermedvirkning": (
        "brukermedvirkning*|brukarmedverknad*|brukermedverknad*|brukerinnflytelse*|brukerdeltakelse*|"
        "brukerinvolvering*|brukardeltaking*"
    ),
    "tverrsektorielt samarbeid": "tverrsektorielt samarbeid*|samarbeid på tvers av sektor*",
    "verdiskaping": "verdiskaping*|verdiskapning*",
    "strategisk ledelse": "strategisk ledelse|strategisk leiing",
    "nettverksledelse": "nettverksledelse*|nettverksleiing*",
    "relasjonsledelse": "relasjonsledelse*|relasjonsleiing*",
    "kompetanse": "*kompetanse*",
    "omstillingsevne": "omstillingsevne*|omstillingsdyktig*|evne til omstilling",
    "digital": "digital|digitale|digitalt|velferdsteknologi*",
    "velferdsteknologi": "velferdsteknologi*",
    "strategisk": "strategisk|strategiske",
    "styring": (
        "styring|styringen|styringa|styringane|styringene|styringens|styringas|styringsmodell*|"
        "styringssystem*|styringspraksis*|styringssignal*|styringsdialog*|styringsform*|"
        "styringsfilosofi*|styringsregime*|detaljstyr*|mål- og resultatstyring*|målstyring*|"
        "resultatstyring*|new public management|npm|målfikser*|målekort*|balansert målstyring|"
        "konkurranse mellom enhet*|konkurranse mellom eining*|styringsutfordring*|"
        "utfordringer i styringen|utfordringar i styringa"
    ),
}


# ---- the mark-up -------------------------------------------------------------------------------------------


def parse(source):
    """Splits a source into its record (TOML between +++ lines) and its blocks."""
    _, head, body = source.split("+++\n", 2)
    blocks = []
    for chunk in re.split(r"\n\s*\n", body.strip()):
        lines = chunk.split("\n")
        first = lines[0]
        if first.startswith("#"):
            level = len(first) - len(first.lstrip("#"))
            blocks.append(("heading", level, first.lstrip("# ").strip()))
        elif first.startswith("|"):
            blocks.append(("table", [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]))
        elif first.startswith("- "):
            blocks.append(("list", [line[2:].strip() for line in lines]))
        elif first.startswith("! "):
            blocks.append(("caption", " ".join(lines)[2:].strip()))
        elif first.startswith("> "):
            blocks.append(("box", " ".join(line.lstrip("> ") for line in lines)))
        else:
            blocks.append(("paragraph", " ".join(line.strip() for line in lines)))
    return tomllib.loads(head), blocks


NOTE = re.compile(r"\{\{(.*?)\}\}")


def truth_lines(blocks):
    """The true text, one passage a line; footnotes last, in order, without their marks."""
    lines, notes = [], []

    def plain(text):
        notes.extend(NOTE.findall(text))
        return NOTE.sub("", text)

    for block in blocks:
        if block[0] == "table":
            lines += ["\t".join(plain(cell) for cell in row) for row in block[1]]
        elif block[0] == "list":
            lines += [plain(item) for item in block[1]]
        else:
            lines.append(plain(block[-1]))
    return lines + notes


# ---- counting ----------------------------------------------------------------------------------------------

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*(?:-(?=[ ,]))?")


def matcher(patterns):
    """A regex over one line of words joined by single spaces; longest alternative first by trial."""
    alternatives = []
    for pattern in patterns.split("|"):
        words = [re.escape(word).replace(r"\*", r"[^ ]*") for word in pattern.split(" ")]
        alternatives.append(words)
    return [[re.compile(word) for word in words] for words in alternatives]


def count(lines, alternatives):
    total = 0
    for line in lines:
        words = WORD.findall(line.lower())
        at = 0
        while at < len(words):
            best = 0
            for alternative in alternatives:
                window = words[at : at + len(alternative)]
                if len(window) == len(alternative) and all(p.fullmatch(w) for p, w in zip(alternative, window)):
                    best = max(best, len(alternative))
            total += best > 0
            at += max(best, 1)
    return total


# ---- writing -----------------------------------------------------------------------------------------------


def toml_text(record):
    rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in record.items()]
    return "\n".join(rows) + "\n"


def write_truth(meta, lines, pages):
    base = TRUTH / meta["path"]
    base.parent.mkdir(parents=True, exist_ok=True)
    Path(f"{base}.txt").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    keys = ("kind", "designation", "title", "issuer", "addressee", "published", "year", "year_basis", "language")
    record = {key: meta.get(key) for key in keys}
    # Some pages carry their designation in the title.
    record["title"] = meta.get("true_title", record["title"])
    record |= {"pages": pages, "producer": meta["producer"], "rejected": meta.get("rejected")}
    Path(f"{base}.json").write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def page_count(path):
    if path.suffix != ".pdf":
        return None
    run = subprocess.run(["pdfinfo", path], capture_output=True, text=True)
    found = re.search(r"^Pages:\s+(\d+)", run.stdout, re.M)
    return int(found[1]) if found else None


def build_one(meta, blocks):
    target = DOCUMENTS / meta["path"]
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        pages = producers.produce(meta, blocks, target, Path(work))
    if "sidecar" in meta:
        record = {key: meta[key] for key in meta["sidecar"]}
        target.with_suffix(".toml").write_text(toml_text(record), encoding="utf-8")
    lines = [] if meta.get("rejected") else truth_lines(blocks)
    write_truth(meta, lines, pages if pages is not None else page_count(target))
    return lines


def sources():
    for path in sorted((HERE / "texts").glob("*.txt")):
        yield parse(path.read_text(encoding="utf-8"))
    for text in letters.all_letters():
        yield parse(text)


def build_all(only, counts_only):
    counts = {}
    for meta, blocks in sources():
        lines = truth_lines(blocks) if not meta.get("rejected") else []
        if not counts_only and (not only or only in meta["path"]):
            print("making", meta["path"], file=sys.stderr, flush=True)
            build_one(meta, blocks)
        for concept, patterns in CONCEPTS.items():
            counts[concept, meta["path"]] = count(lines, matcher(patterns))
    TRUTH.mkdir(exist_ok=True)
    with open(TRUTH / "counts.csv", "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["concept", "document", "n"])
        writer.writerows([concept, path, n] for (concept, path), n in sorted(counts.items()))


def write_table():
    """Puts the table of documents into README.md."""
    rows = ["| document | kind | year | language | producer | pages | sidecar |", "|---|---|---|---|---|---|---|"]
    for path in sorted(TRUTH.rglob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        name = path.relative_to(TRUTH).with_suffix("")
        sidecar = "yes" if (DOCUMENTS / name).with_suffix(".toml").exists() else ""
        cells = [name, record["kind"], record["year"], record["language"], record["producer"], record["pages"], sidecar]
        rows.append("| " + " | ".join("" if cell is None else str(cell) for cell in cells) + " |")
    readme = ROOT / "README.md"
    start, end = "<!-- table: made by build.sh -->\n", "<!-- end -->"
    before, rest = readme.read_text(encoding="utf-8").split(start)
    table = "\n".join(rows) + "\n"
    readme.write_text(before + start + table + end + rest.split(end)[1], encoding="utf-8")


# ---- checking ----------------------------------------------------------------------------------------------


def check():
    """Compares what pdftotext finds with the true text, word by word; hyphenated line ends are joined."""
    bad = 0
    for truth in sorted(TRUTH.rglob("*.pdf.txt")):
        record = json.loads(Path(str(truth)[:-4] + ".json").read_text())
        if record["rejected"]:
            continue
        pdf = DOCUMENTS / truth.relative_to(TRUTH).with_suffix("")
        text = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", pdf, "-"], capture_output=True, text=True).stdout
        text = text.replace("\u00ad", "-").replace("\u2010", "-")
        broken = len(re.findall(r"[a-zæøå] ?-\n\s*[a-zæøå]", text))
        joined = re.sub(r"([^\W\d_]) ?-\s*\n\s*([^\W\d_])", r"\1\2", text)
        found = set(re.findall(r"\w+", joined.lower())) | set(re.findall(r"\w+", text.lower()))
        words = re.findall(r"\w+", truth.read_text().lower())
        share = sum(word in found for word in words) / max(1, len(words))
        bad += share < 0.97
        print(f"{share:.3f} {len(words):6} words {record['pages']:3} pages {broken:4} broken  {record['producer']:12} {truth.relative_to(TRUTH)}")
    return bad


def main():
    if "--check" in sys.argv:
        sys.exit(check() > 0)
    counts_only = "--counts" in sys.argv
    only = sys.argv[1] if len(sys.argv) > 1 and not counts_only else ""
    if not only and not counts_only:
        shutil.rmtree(DOCUMENTS, ignore_errors=True)
        shutil.rmtree(TRUTH, ignore_errors=True)
    build_all(only, counts_only)
    write_table()


main()
