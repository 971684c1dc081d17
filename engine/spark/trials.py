#!/usr/bin/env python3
"""Does the sample corpus on a Spark cluster of two executors, once undisturbed and once with each fault, and compares the reports with
those of one machine.

    pip install pyspark==4.3.0        # and Java 17
    engine/spark/trials.py target/release/ordskifte [FAULT…]

A fault is right when the reports are byte-identical, or when the jobs that were not done are named. Ends with exit code 1 when rows were
lost without a word. Takes about a minute for each trial.
"""

import filecmp
import os
import pathlib
import re
import subprocess
import sys
import tempfile

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


def planned(program, folder):
    run(program, "init", folder, "--folder", REPOSITORY / "corpus/documents")
    run(program, "refresh", "--archive-only", "--corpus", folder)
    return run(program, "plan", "--corpus", folder)[1]


def differing(a, b):
    names = {path.name for folder in (a, b) for path in folder.iterdir()}
    return sorted(names - set(filecmp.cmpfiles(a, b, names, shallow=False)[0]))


def trial(program, home, fault, wanted):
    corpus, outcomes = home / fault, home / f"{fault}.outcomes"
    plan = planned(program, corpus)
    jobs = home / f"{fault}.jsonl"
    jobs.write_text(plan)
    poisoned = plan.splitlines()[7][7:71]
    faulty = home / f"{fault}.sh"
    faulty.write_text(FAULTY.format(program=program, fault=fault, flag=home / f"{fault}.happened", poisoned=poisoned))
    faulty.chmod(0o755)
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"}
    # spark-submit writes what the program says to stderr to stdout.
    code, said, _ = run(
        "spark-submit", "--master", "local-cluster[2,1,1024]",
        REPOSITORY / "engine/spark/extract.py", jobs, "--archive", corpus / "data/archive",
        "--outcomes", outcomes, "--program", faulty, "--jobs-per-partition", "10", env=environment)
    # Spark's progress bar ends its lines with a carriage return.
    rounds = [line for line in re.split(r"[\r\n]", said) if line.startswith(("round", "not done"))]
    has_happened = fault in ("none", "poisoned") or (home / f"{fault}.happened").exists()
    committed = run(program, "commit", jobs, "--outcomes", outcomes, "--corpus", corpus)
    if fault != "poisoned":
        run(program, "refresh", "--offline", "--corpus", corpus)
        differs = differing(corpus / "data/reports", wanted)
        is_right = has_happened and code == 0 and committed[0] == 0 and not differs
        return is_right, f"{rounds}, {'reports byte-identical' if not differs else differs}"
    # Its document is rejected with the reason until a refresh reads it; that names it.
    is_named = code == 1 and f"not done: {poisoned}" in said and "43 outcomes taken in" in committed[2]
    run(program, "refresh", "--offline", "--corpus", corpus)
    differs = differing(corpus / "data/reports", wanted)
    what = f"{rounds}, commit: {committed[2].strip()}, after a refresh {'reports byte-identical' if not differs else differs}"
    return is_named and not differs, what


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    failed = 0
    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        planned(program, home / "here")
        run(program, "refresh", "--offline", "--corpus", home / "here")
        faults = sys.argv[2:] or ["none", "exit-0", "exit-3", "kill", "executor", "poisoned"]
        for fault in faults:
            is_right, what = trial(program, home, fault, (home / "here/data/reports").resolve())
            failed += not is_right
            print(f"{fault:9} {'right' if is_right else 'WRONG'}: {what}", flush=True)
    print(f"{len(faults) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
