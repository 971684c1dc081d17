#!/usr/bin/env python3
"""Does the jobs of a plan on a Spark cluster.

    ordskifte refresh --archive-only && ordskifte plan > jobs.jsonl
    spark-submit engine/spark/extract.py jobs.jsonl --archive /shared/archive --outcomes /shared/outcomes
    ordskifte commit jobs.jsonl --outcomes /shared/outcomes && ordskifte refresh --offline

Each partition of the plan is piped through `ordskifte worker`. A worker that ends with exit code 0 before it has read all of its input
loses rows without an error in every way that Spark offers, so this program demands the last row of each worker and compares the ids with
those of the plan; what is missing is run again, with fewer jobs for each worker. That holds for workers that fail or are killed as well, so
their exit code is not passed to Spark: one document that ends its worker each time would end the whole stage. Spark repeats the tasks of a
machine that is lost. A job that is missing after some rounds is given up: its document is rejected with that reason, and the next refresh
tries it again.

The plan, the archive and the outcomes are on storage that all machines share; the program is installed on each of them.
"""

import argparse
import json
import shlex
import subprocess
import sys

from pyspark.sql import SparkSession


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", help="what `ordskifte plan` wrote")
    parser.add_argument("--archive", required=True, help="the folder of the WARC files")
    parser.add_argument("--outcomes", required=True, help="the folder of the outcomes")
    parser.add_argument("--program", default="ordskifte", help="the program on each machine [default: %(default)s]")
    parser.add_argument("--jobs-per-partition", type=int, default=100, metavar="N", help="[default: %(default)s]")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="[default: %(default)s]")
    return parser.parse_args()


def worker(args, *more):
    return [args.program, "worker", "--archive", args.archive, "--outcomes", args.outcomes, *more]


def run_round(spark, args, jobs):
    """The ids of `jobs` (id → line) whose worker reached the end of its input."""
    partitions = max(1, -(-len(jobs) // args.jobs_per_partition))
    # Without this a partition that is computed a second time could have other jobs.
    lines = spark.sparkContext.parallelize(list(jobs.values()), partitions).map(lambda line: (line,))
    lines.toDF("job STRING").createOrReplaceTempView("jobs")
    # A quoted string of SQL: backslashes and quotation marks are escaped.
    command = (shlex.join(worker(args)) + " || true").replace("\\", "\\\\").replace("'", "\\'")
    query = f"SELECT TRANSFORM(job) USING '{command}' AS (answer STRING) FROM jobs"
    answers = spark.sql(query).selectExpr("answer", "spark_partition_id() AS part").collect()
    parts = {}
    for answer in answers:
        parts.setdefault(answer.part, []).append(json.loads(answer.answer))
    done = set()
    for rows in parts.values():
        end = rows[-1]
        if end.get("end") is True and end["rows"] == len(rows) - 1:
            done.update(row["id"] for row in rows[:-1])
    return done


def main():
    args = arguments()
    with open(args.plan, encoding="utf-8") as plan:
        jobs = {json.loads(line)["id"]: line.rstrip("\n") for line in plan if line.strip()}
    missing = dict(jobs)
    spark = SparkSession.builder.appName("ordskifte extract").getOrCreate()
    for number in range(1, args.rounds + 1):
        if not missing:
            break
        done = run_round(spark, args, missing)
        missing = {job: line for job, line in missing.items() if job not in done}
        print(f"round {number}: {len(jobs) - len(missing)} of {len(jobs)} jobs done", file=sys.stderr)
        # One job that ends its worker must not take its neighbours with it again.
        args.jobs_per_partition = max(1, args.jobs_per_partition // 10)
    spark.stop()
    if missing:
        reason = f"no worker ended the job in {args.rounds} rounds"
        given_up = subprocess.run(worker(args, "--give-up", reason), input="\n".join(missing.values()), text=True)
        for job in missing:
            print(f"not done: {job}", file=sys.stderr)
        sys.exit(given_up.returncode or 1)


if __name__ == "__main__":
    main()
