#!/usr/bin/env bash
# Has outside tools check what we write: gzip, warcio and cdxj-indexer the archive, frictionless the data package.
# Usage: tests/outside.sh FOLDER_OF_THE_TOOLS
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/$1
program=$PWD/target/release/ordskifte
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

"$program" init "$work" --folder corpus/documents >/dev/null
"$program" refresh --corpus "$work" >/dev/null 2>&1 || [ $? = 1 ]
for warc in "$work"/data/archive/*.warc.gz; do
    gzip -t "$warc"
    "$tools/warcio" check "$warc"
    # One record for each document and, as metadata, one for each sidecar.
    records=$("$tools/cdxj-indexer" "$warc" 2>/dev/null | wc -l)
    files=$(find corpus/documents -type f | wc -l)
    [ "$records" = "$files" ] || { echo "cdxj-indexer finds $records records for $files files"; exit 1; }
done
for dialect in standard excel-no; do
    "$program" refresh --corpus "$work" --dialect "$dialect" >/dev/null 2>&1
    (cd "$work/data/reports/" && "$tools/frictionless" validate datapackage.json >"$work/verdict" 2>&1) \
        || { cat "$work/verdict"; exit 1; }
done
"$program" verify --corpus "$work"
