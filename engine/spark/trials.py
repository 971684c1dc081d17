#!/usr/bin/env python3
"""Does the sample corpus on a Spark cluster of two executors, once undisturbed and once with each fault, and compares the reports with
those of one machine.

    pip install pyspark==4.3.0        # and Java 17
    engine/spark/trials.py target/release/ordskifte [--times 20] [--documents FOLDER] [--executors 2] [FAULT…]

A fault is right when the reports are byte-identical, or when the jobs that were not done are named. Ends with exit code 1 when rows were
lost without a word. Takes about a minute for each trial. `full-disk` needs the right to mount a file system, and is left out without it.
"""

import argparse
import filecmp
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
TRIAL_S = 600

# Run in place of the program on the executors: passes jobs on until the fault, which happens once, or always for a poisoned job.
FAULTY = """#!/bin/sh
case " $* " in *" --give-up "*) exec "{program}" "$@";; esac
case {fault} in
none) exec "{program}" "$@" ;;
poisoned) input=$(cat); case "$input" in *{poisoned}*) exit 3;; esac; printf '%s\\n' "$input" | "{program}" "$@" ;;
*) if mkdir "{flag}" 2>/dev/null; then
       case {fault} in
       exit-0) head -n 2 | "{program}" "$@" | head -n 2; exit 0 ;;
       # A worker whose writes fail; the signal is ignored, so that it gets the error as from a full disk.
       no-room) trap '' XFSZ; ulimit -f 8; exec "{program}" "$@" ;;
       exit-3) head -n 2 | "{program}" "$@" | head -n 2; exit 3 ;;
       kill) head -n 2 | "{program}" "$@" | head -n 2; kill -9 $$ ;;
       executor) kill -9 $PPID; exit 0 ;;
       esac
   fi
   exec "{program}" "$@" ;;
esac
"""


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=TRIAL_S, **options)
    return done.returncode, done.stdout, done.stderr


def multiplied(documents, out, times):
    """`times` copies of the documents, no two of which have the same bytes."""
    for number in range(times):
        for path in sorted(path for path in documents.rglob("*") if path.is_file()):
            target = out / f"{number:02}" / path.relative_to(documents)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            mark = f"copy {number}".encode()
            if zipfile.is_zipfile(target):
                with zipfile.ZipFile(target, "a") as package:
                    package.comment = mark
            elif path.suffix in (".pdf", ".html"):
                with target.open("ab") as file:
                    file.write(b"\n%" + mark + b"\n" if path.suffix == ".pdf" else b"\n<!-- " + mark + b" -->\n")


def planned(program, folder, documents):
    run(program, "init", folder, "--folder", documents)
    run(program, "refresh", "--archive-only", "--corpus", folder)
    return run(program, "plan", "--corpus", folder)[1]


def differing(a, b):
    names = {path.name for folder in (a, b) for path in folder.iterdir()}
    return sorted(names - set(filecmp.cmpfiles(a, b, names, shallow=False)[0]))


def spark(args, jobs, corpus, outcomes, program):
    """The exit code, what was said and the seconds of a run over the plan `jobs`."""
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"}
    started = time.monotonic()
    # spark-submit writes what the program says to stderr to stdout.
    code, said, _ = run(
        "spark-submit", "--master", f"local-cluster[{args.executors},1,1024]",
        REPOSITORY / "engine/spark/extract.py", jobs, "--archive", corpus / "data/archive",
        "--outcomes", outcomes, "--program", program, "--jobs-per-partition", str(args.jobs), env=environment)
    return code, said, time.monotonic() - started


def trial(args, home, fault):
    corpus, outcomes, jobs = home / fault, home / f"{fault}.outcomes", home / "jobs.jsonl"
    shutil.copytree(home / "archived", corpus)
    lines = jobs.read_text().splitlines()
    poisoned = lines[7][7:71]
    faulty = home / f"{fault}.sh"
    faulty.write_text(FAULTY.format(program=args.program, fault=fault, flag=home / f"{fault}.happened", poisoned=poisoned))
    faulty.chmod(0o755)
    if fault == "full-disk":
        outcomes.mkdir()
        if run("mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", outcomes)[0] != 0:
            return None, "left out: no right to mount"
    try:
        code, said, seconds = spark(args, jobs, corpus, outcomes, faulty)
        committed = run(args.program, "commit", jobs, "--outcomes", outcomes, "--corpus", corpus)
    finally:
        if fault == "full-disk":
            run("umount", outcomes)
    refreshed = time.monotonic()
    run(args.program, "refresh", "--offline", "--corpus", corpus)
    refreshed = time.monotonic() - refreshed
    differs = differing(corpus / "data/reports", (home / "here/data/reports").resolve())
    # Spark's progress bar ends its lines with a carriage return.
    said_lines = re.split(r"[\r\n]", said)
    rounds = [line for line in said_lines if line.startswith("round")]
    named = {line.split()[-1] for line in said_lines if line.startswith("not done")}
    has_happened = fault in ("none", "poisoned", "full-disk") or (home / f"{fault}.happened").exists()
    if fault == "poisoned":
        # Its document is rejected with the reason until a refresh reads it.
        is_right = code == 1 and named == {poisoned} and committed[0] == 0
    elif fault == "full-disk":
        # All that was not written is named, twice: by the engine and by the commit.
        ids = [line[7:71] for line in lines]
        missing = {line[7:71] for line in committed[1].splitlines()}
        is_right = code != 0 and committed[0] == 1 and missing and missing <= named <= set(ids)
        rounds.append(f"{len(named)} jobs named, {len(missing)} missing at the commit")
    else:
        is_right = code == 0 and committed[0] == 0
    what = "reports byte-identical" if not differs else f"{differs} differ"
    times = f"Spark {seconds:.0f} s, refresh {refreshed:.0f} s"
    return bool(is_right and has_happened and not differs), f"{rounds}; commit: {committed[2].strip()}; after a refresh {what}; {times}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("faults", nargs="*", default=FAULTS)
    parser.add_argument("--times", type=int, default=1, metavar="N", help="copies of the documents [default: %(default)s]")
    parser.add_argument("--documents", type=pathlib.Path, default=REPOSITORY / "corpus/documents", metavar="FOLDER")
    parser.add_argument("--executors", type=int, default=2, metavar="N", help="[default: %(default)s]")
    parser.add_argument("--jobs", type=int, default=10, metavar="N", help="jobs in a partition [default: %(default)s]")
    return parser.parse_intermixed_args()


FAULTS = ["none", "exit-0", "exit-3", "kill", "executor", "no-room", "poisoned", "full-disk"]


def main():
    args = arguments()
    failed = 0
    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        documents = args.documents.resolve()
        if args.times > 1:
            multiplied(documents, home / "documents", args.times)
            documents = home / "documents"
        (home / "jobs.jsonl").write_text(planned(args.program, home / "archived", documents))
        shutil.copytree(home / "archived", home / "here")
        started = time.monotonic()
        run(args.program, "refresh", "--offline", "--corpus", home / "here")
        n_jobs = len((home / "jobs.jsonl").read_text().splitlines())
        print(f"{n_jobs} jobs; refresh of one machine {time.monotonic() - started:.0f} s", flush=True)
        for fault in args.faults:
            is_right, what = trial(args, home, fault)
            failed += is_right is False
            verdict = {True: "right", False: "WRONG", None: "-"}[is_right]
            print(f"{fault:9} {verdict}: {what}", flush=True)
    print(f"{len(args.faults) - failed} of {len(args.faults)} right or left out, {failed} wrong")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
