#!/usr/bin/env bash
# Kills a refresh at random moments, lets the next one finish, and compares its reports with those of an undisturbed run.
# Usage: tests/kill.sh [TRIALS] [SEED]
set -euo pipefail
cd "$(dirname "$0")/.."
trials=${1:-20} RANDOM=${2:-23}
program=$PWD/target/release/ordskifte
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=1700000000

corpus() { "$program" init "$1" --folder corpus/documents >/dev/null; }
run() { local code=0; "$program" refresh --corpus "$1" >/dev/null 2>&1 || code=$?; [ "$code" -le 1 ]; }

corpus "$work/calm"
start=$(date +%s%N); run "$work/calm"; took_ms=$((($(date +%s%N) - start) / 1000000))
killed=0
for trial in $(seq "$trials"); do
    corpus "$work/wild"
    # Two blows a trial: one while it starts afresh, one while it picks up what the first left.
    for _ in 1 2; do
        "$program" refresh --corpus "$work/wild" >/dev/null 2>&1 &
        pid=$!
        sleep "$(printf '%d.%03d' 0 $((RANDOM % (took_ms < 900 ? took_ms + 1 : 900))))"
        if kill -9 "$pid" 2>/dev/null; then killed=$((killed + 1)); fi
        wait "$pid" 2>/dev/null || true
    done
    run "$work/wild" || { echo "trial $trial: the refresh after the kill failed"; exit 1; }
    diff -r "$work/calm/data/reports/" "$work/wild/data/reports/" || { echo "trial $trial: other reports"; exit 1; }
    rm -rf "$work/wild"
done
[ "$killed" -ge "$trials" ] || { echo "only $killed runs were killed: too few to tell"; exit 1; }
echo "$trials trials, $killed runs killed: reports equal to an undisturbed run's ($took_ms ms)"
