#!/usr/bin/env python3
"""Asks 500 hostile queries and counts with 500 hostile codebooks: each is refused with a message, or answered, within a second of
processor time, and the program does not panic. Run by hand; the figure is the largest time and the largest memory.

usage: hostile.py [--program PATH] [--number N] [--seed N] [--seconds S]
"""
import argparse, os, pathlib, random, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
LETTERS = "abcdefghijklmnopqrstuvwxyzæøå"
PIECES = ["/.+/", "/.*/", "/(.*)*x/", "/(a|aa)+b/", "/\\w{20}/", "/\\w{30}\\w{30}/", "/[a-z]{50}/", "/(.{0,30}a){5}/", "/(a?){200}a{200}/", "/[^x]+/",
          "/(/", "/a)|(?:b/", "/(?i)[^a]*/", "/\\p{L}+ing/", "/((((((((((a*)*)*)*)*)*)*)*)*)*)*/", "*og*", "*rd*", "*er*", "*ing*", "[lemma=være]",
          "[lemma=styring]", "[part=\"styring\"", "[x=y]", "og", "i", "styring", "mål-", "\u202e", "\x1b[31m", "«", "2019", "*{0,20}", "*"]


def query(random):
    kind, n = random.randrange(6), random.randrange(1, 70)
    pieces = [random.choice(PIECES) for _ in range(n)]
    if kind == 0:
        return " ".join(pieces)
    if kind == 1:
        return " ".join([random.choice(PIECES[:19])] * n)
    if kind == 2:
        words = [random.choice(["/.+/", "og", "i", "*er*", "/[^x]+/"]) for _ in range(random.randrange(2, 17))]
        return '"' + " *{0,20} ".join(words) + '"'
    if kind == 3:
        phrase = '"' + " ".join([random.choice(["/.+/", "/\\w{20}/", "/\\w{10}/", "og"])] * random.randrange(1, 17)) + '"'
        return " ".join([phrase] * random.randrange(1, 65))
    if kind == 4:
        return random.choice(["(", "[", '"', "/", "*", "«", "å"]) * random.randrange(1, 4097)
    return "".join(chr(random.choice([random.randrange(1, 0x250), random.randrange(0x2000, 0x2070)])) for _ in range(random.randrange(1, 900)))


def word(random):
    return "".join(random.choice(LETTERS) for _ in range(random.randrange(2, 5)))


def cased(random):
    return "".join(random.choice([letter, letter.upper()]) for letter in random.choice(["styring", "samskaping", "kommune", "departement"]))


def toml(text):
    return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 or c in '"\\' else c for c in text) + '"'


def codebook(random):
    makers = [lambda: f"*{word(random)}*", lambda: f"*{cased(random)}*", lambda: f"[lemma={word(random)}]", lambda: f"/{word(random)}.*/", lambda: f"/.*{word(random)}.*/",
              lambda: random.choice(PIECES), lambda: " *{0,20} ".join(random.choice(["/.+/", "og", "*er*"]) for _ in range(random.randrange(1, 17))),
              lambda: f"/\\w{{20}}{word(random)}/", lambda: f"/.+{word(random)}?/", lambda: word(random), lambda: query(random)]
    maker, room = random.choice(makers), random.choice([2_000, 20_000, 200_000, 1_000_000])
    if random.randrange(4) == 0:
        maker = lambda: random.choice(makers)()
    shape, concepts, size = random.randrange(4), [], 0
    while size < room:
        patterns = ", ".join(toml(maker()) for _ in range([1, 5, 500, 100_000][shape] if shape < 3 else min(60_000, room // 20)))
        parents = f'parents = ["c{random.randrange(len(concepts))}"]\n' if concepts and random.randrange(2) else ""
        if concepts and shape == 0:
            parents = f'parents = ["c{len(concepts) - 1}"]\n'
        case = "case = true\n" if random.randrange(3) == 0 else ""
        lists = random.choice(["patterns", "patterns", "patterns = [\"og\"]\nexcept"])
        table = f'[[concept]]\nname = "c{len(concepts)}"\n{parents}{case}{lists} = [{patterns}]\n'
        concepts.append(table)
        size += len(table)
    return "".join(concepts)


def measured(args):
    child = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    err = child.stderr.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(child.pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, err


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=str(HERE.parent.parent / "target/release/ordskifte"))
    parser.add_argument("--number", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory(prefix="ordskifte-hostile-") as folder:
        corpus = pathlib.Path(folder) / "corpus"
        documents = HERE.parent.parent / "corpus/documents"
        subprocess.run([options.program, "init", str(corpus), "--folder", str(documents)], check=True, stdout=subprocess.DEVNULL)
        made = subprocess.run([options.program, "refresh", "--corpus", str(corpus)], capture_output=True)
        assert made.returncode == 0, made.stderr
        for kind in ("query", "codebook"):
            generator, answered, worst, memory = random.Random(options.seed), 0, 0.0, 0
            for number in range(options.number):
                if kind == "query":
                    text = query(generator).replace("\0", " ")
                    args = ["search", "--corpus", str(corpus), "--", text]
                else:
                    text = codebook(generator)
                    (corpus / "codebook.toml").write_text(text)
                    args = ["trends", "--format", "csv", "--corpus", str(corpus)]
                code, seconds, mebibytes, err = measured([options.program, *args])
                answered += code in (0, 1)
                worst, memory = max(worst, seconds), max(memory, mebibytes)
                if code not in (0, 1, 2) or "panicked" in err or len(err) > 1_000 or seconds > options.seconds:
                    failures += 1
                    print(f"FAILED {kind} {number}: code {code}, {seconds:.2f} s, {mebibytes} MiB: {text[:150]!r}: {err[:200]!r}", flush=True)
            print(f"{kind}: {options.number} tried, {answered} answered, the others refused; at most {worst:.2f} s and {memory} MiB", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
