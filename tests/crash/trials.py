#!/usr/bin/env python3
"""Interrupts an ordinary night in every way and compares what the next run makes with an undisturbed night.

The night has new, changed, removed and moved documents, another codebook and another dialect, over an index that earlier nights
have written. A trial copies the state before the night, starts the refresh with a fault (faults.c, or kill -9 at a random moment),
and then:
  - a refresh that was not killed has reported the failure: exit code 2 and an error that names a file, no panic;
  - `search` answers from whatever state is left, or reports an error; it does not panic;
  - the next refresh succeeds, its reports are byte-identical to those of the undisturbed night, and no temporary file is left;
  - `verify` finds nothing wrong (in every fifth trial).
Then each file of the derived data is damaged: a reader gives the same answer or an error with a hint, and a refresh heals it.

usage: trials.py [--program PATH] [--points N] [--step N] [--kills N] [--damages N] [--seed N] [--jobs N]
"""
import argparse, os, pathlib, random, re, shutil, signal, subprocess, sys, tempfile, time
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
ENV = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "NO_COLOR": "1"}
CODEBOOK = '[[concept]]\nname = "samskaping"\npatterns = ["samskap*"]\n\n[[concept]]\nname = "styring"\npatterns = ["*styring"{more}]\n'
NIGHT = ["refresh", "--dialect", "excel-no"]


def page(number, text):
    return (f'<!DOCTYPE html><html lang="nb"><head><title>Rapport {number}</title></head><body><main><h1>Rapport {number} for {2000 + number}'
            f"</h1>" + "".join(f"<p>{text} Avsnitt {i} om samskaping og målstyring i kommunene.</p>" for i in range(20)) + "</main></body></html>")


def run(program, corpus, args, **env):
    done = subprocess.run([program, *args, "--corpus", corpus], env={**ENV, **env}, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


class Night:
    """The corpus before the night, and the reports after an undisturbed one."""

    def __init__(self, program, work):
        self.program, self.work = program, work
        self.documents = work / "documents"
        self.documents.mkdir()
        self.before = work / "before"
        for number in range(6):
            self.write(number, "Kommunene prøver samskaping.")
        self.must(["init", str(self.before), "--folder", str(self.documents)], corpus=None)
        (self.before / "codebook.toml").write_text(CODEBOOK.format(more=""))
        # Three nights, so that the index has several segments and deletions.
        for number in (6, 7, 8):
            self.must(["refresh"])
            self.write(number, "Etaten måler mer.")
            self.write(number - 6, f"Etaten endret teksten, natt {number}.")
        self.must(["refresh"])
        # The night.
        for number in (9, 10):
            self.write(number, "Et nytt dokument om tillit.")
        for number in (3, 7):
            self.write(number, "Teksten er endret igjen.")
        (self.documents / "r4.html").unlink()
        (self.documents / "r5.html").rename(self.documents / "moved.html")
        (self.before / "codebook.toml").write_text(CODEBOOK.format(more=', "tillit*"'))
        calm = self.copy("calm")
        log = work / "calls"
        code, _, err = run(program, calm, NIGHT, LD_PRELOAD=str(work / "faults.so"), FAULT_ROOT=str(calm / "data"), FAULT_LOG=str(log))
        assert code <= 1, err
        self.calls = int(log.read_text())
        self.calm = calm
        self.reports = reports(calm)
        assert len(self.reports) >= 8
        self.answers = answers(program, calm)
        assert all(code == 0 for code, _ in self.answers.values()), self.answers

    def write(self, number, text):
        (self.documents / f"r{number}.html").write_text(page(number, text))

    def must(self, args, corpus="before"):
        args = [self.program, *args] + (["--corpus", str(self.before)] if corpus else [])
        done = subprocess.run(args, env=ENV, capture_output=True, text=True)
        assert done.returncode <= 1, done.stderr

    def copy(self, name, of=None):
        target = self.work / name
        subprocess.run(["cp", "-a", str(of or self.before), str(target)], check=True)
        return target


def reports(corpus):
    folder = corpus / "data/reports"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def answers(program, corpus):
    commands = {"search": ["search", "samskaping"], "phrase": ["search", '"samskaping og målstyring"'], "trends": ["trends", "--format", "csv"]}
    return {name: run(program, str(corpus), args)[:2] for name, args in commands.items()}


def panics(text):
    return "panicked" in text or "RUST_BACKTRACE" in text


def recovery_fault(night, corpus, is_verified):
    """What is wrong after the next refresh; None when all is well."""
    code, _, err = run(night.program, str(corpus), ["search", "samskaping"])
    if code not in (0, 1, 2) or panics(err) or (code == 2 and "hint:" not in err):
        return f"search on what was left: code {code}: {err}"
    code, out, err = run(night.program, str(corpus), NIGHT)
    if code > 1 or panics(err):
        return f"the next refresh: code {code}: {err}"
    if reports(corpus) != night.reports:
        names = [name for name in night.reports if reports(corpus).get(name) != night.reports[name]]
        return f"other reports: {names}"
    stray = [str(path) for path in (corpus / "data").rglob(".tmp*")]
    if stray:
        return f"left behind: {stray}"
    if is_verified:
        code, out, err = run(night.program, str(corpus), ["verify"])
        if code != 0:
            return f"verify: code {code}: {out}{err}"
    return None


def fault_trial(night, kind, at):
    name = f"{kind}-{at}"
    corpus = night.copy(name)
    code, out, err = run(night.program, str(corpus), NIGHT, LD_PRELOAD=str(night.work / "faults.so"), FAULT_ROOT=str(corpus / "data"), FAULT=kind, FAULT_AT=str(at))
    fault = None
    if kind in ("kill", "power"):
        if code not in (-signal.SIGKILL, 0, 1):
            fault = f"code {code}: {err}"
    elif code not in (0, 1, 2) or panics(err):
        fault = f"code {code}: {err}"
    elif code == 2 and kind == "full" and not (re.search("No space left|disk", err) and re.search(r"/|\.warc\.gz|catalogue", err)):
        fault = f"the error does not name the file: {err}"
    fault = fault or recovery_fault(night, corpus, at % 5 == 0)
    was_hit = code not in (0, 1)
    if fault is None:
        shutil.rmtree(corpus)
    shutil.rmtree(f"{corpus}/data.names", ignore_errors=True)
    return name, was_hit, fault


def kill_trial(night, number, delays):
    """Two kills: one of the night, one of the run that picks up what the first left."""
    name = f"random-{number}"
    corpus = night.copy(name)
    hits = 0
    for delay in delays:
        child = subprocess.Popen([night.program, *NIGHT, "--corpus", str(corpus)], env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            child.wait(delay)
        except subprocess.TimeoutExpired:
            child.kill()
            hits += 1
        child.wait()
    fault = recovery_fault(night, corpus, number % 5 == 0)
    if fault is None:
        shutil.rmtree(corpus)
    return name, hits > 0, fault


def derived_files(corpus):
    """Derived files of each kind, without the texts of superseded versions, which nothing reads."""
    data, kinds = corpus / "data", {}
    current = (data / "reports/documents.csv").read_text()
    for path in sorted(data.rglob("*")):
        inner = path.relative_to(data)
        if path.is_file() and not path.is_symlink() and inner.parts[0] in ("text", "index", "snapshots", "expansion.json", "checked-files", "kwic-lines", "kwic-words"):
            if path.suffix == ".txt" and path.stem not in current:
                continue
            # An earlier snapshot cannot be made again; `verify` tells its damage.
            if inner.parts[0] == "snapshots" and not inner.parts[1].startswith((data / "reports").readlink().name):
                continue
            kind = inner.parts[0] if inner.parts[0] not in ("index", "text") else f"{inner.parts[0]} {path.suffix or path.name}"
            kinds.setdefault(kind, []).append(inner)
    return kinds


def damage(path, how, seed):
    content = bytearray(path.read_bytes())
    generator = random.Random(seed)
    if how == "removed" or (not content and how != "removed"):
        path.unlink()
        return
    at = generator.randrange(len(content))
    if how == "flipped":
        content[at] ^= 1 << generator.randrange(8)
    elif how == "cut":
        del content[at:]
    elif how == "zeroed":
        content = bytearray(len(content))
    times = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def damage_trial(night, inner, how, seed):
    name = f"damage-{seed}"
    corpus = night.copy(name, of=night.calm)
    # The list of checked files of this copy, so that the damage has to be found although the files are known.
    run(night.program, str(corpus), NIGHT)
    damage(corpus / "data" / inner, how, seed)
    fault = None
    for command, (code, out) in answers(night.program, corpus).items():
        wanted = night.answers[command]
        if (code, out) != wanted and code != 2:
            fault = fault or f"{command}: another answer, code {code}"
    code, _, err = run(night.program, str(corpus), ["search", "samskaping"])
    if panics(err) or code not in (0, 2) or (code == 2 and "hint:" not in err) or "delete" in err:
        fault = fault or f"search: code {code}: {err}"
    found = code == 2
    code, _, err = run(night.program, str(corpus), NIGHT)
    if code > 1:
        fault = fault or f"the healing refresh: code {code}: {err}"
    if reports(corpus) != night.reports:
        fault = fault or "other reports after the healing refresh"
    if answers(night.program, corpus) != night.answers:
        fault = fault or "other answers after the healing refresh"
    original = night.calm / "data" / inner
    # A file of texts loses those that were superseded, and with them its name; verify compares what is in it.
    if inner.suffix == ".txt" and (corpus / "data" / inner).read_bytes() != original.read_bytes():
        fault = fault or "another text after the healing refresh"
    code, out, err = run(night.program, str(corpus), ["verify"])
    if code != 0:
        fault = fault or f"verify after the healing refresh: {out}{err}"
    if fault is None:
        shutil.rmtree(corpus)
    return f"{name} {inner} {how}", found, fault


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=str(HERE.parent.parent / "target/release/ordskifte"))
    parser.add_argument("--points", type=int, default=300, help="faults at the first N calls")
    parser.add_argument("--step", type=int, default=1, help="only every Nth of them")
    parser.add_argument("--kinds", default="kill,eio,full,power")
    parser.add_argument("--kills", type=int, default=60, help="kills at random moments")
    parser.add_argument("--damages", type=int, default=200, help="damaged files")
    parser.add_argument("--seed", type=int, default=29)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="keep the corpora of failed trials")
    options = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="ordskifte-trials-"))
    subprocess.run(["cc", "-O1", "-Wall", "-Wextra", "-Wno-format-truncation", "-shared", "-fPIC", "-o", str(work / "faults.so"), str(HERE / "faults.c"), "-ldl", "-lpthread"], check=True)
    night = Night(options.program, work)
    started = time.monotonic()
    run(night.program, str(night.copy("timed")), NIGHT)
    took = time.monotonic() - started
    generator = random.Random(options.seed)
    trials = []
    last = min(options.points, night.calls)
    for kind in options.kinds.split(",") if options.kinds else []:
        points = range(1 + generator.randrange(options.step), last + 1, options.step)
        trials += [(kind, fault_trial, (night, kind, at)) for at in points]
    for number in range(options.kills):
        trials.append(("random kill", kill_trial, (night, number, [generator.uniform(0, took), generator.uniform(0, took)])))
    kinds = derived_files(night.calm)
    for number in range(options.damages):
        kind = sorted(kinds)[number % len(kinds)]
        how = ("flipped", "cut", "removed", "flipped", "zeroed")[number // len(kinds) % 5]
        trials.append((f"damage of {kind}", damage_trial, (night, generator.choice(kinds[kind]), how, number)))
    table, failures = {}, 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for (kind, *_), result in zip(trials, pool.map(lambda trial: trial[1](*trial[2]), trials)):
            name, was_hit, fault = result
            row = table.setdefault(kind, [0, 0, 0])
            row[0] += 1
            row[1] += was_hit
            row[2] += fault is None
            if fault:
                failures += 1
                print(f"FAILED {name}: {fault.strip()}", flush=True)
    print(f"{night.calls} calls in the night, {took * 1000:.0f} ms undisturbed")
    for kind, (tried, hit, well) in table.items():
        print(f"{kind:28} {tried:4} tried, {hit:4} hit, {well:4} recovered")
    if not (options.keep and failures):
        shutil.rmtree(work)
    else:
        print(f"kept: {work}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
