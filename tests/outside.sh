#!/usr/bin/env bash
# Has outside tools check what we write: gzip, warcio and cdxj-indexer the archive, frictionless the data package, systemd the units
# of contrib/; and restores a backup that rsync made.
# Usage: tests/outside.sh FOLDER_OF_THE_TOOLS
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/$1
program=${PROGRAM:-$PWD/target/release/ordskifte}
work=$(mktemp -d) && trap 'rm -rf "$work" "$work".*' EXIT

"$program" init "$work" --folder corpus/documents >/dev/null
"$program" refresh --corpus "$work" >/dev/null 2>&1 || [ $? = 1 ]
for warc in "$work"/data/archive/*.warc.gz; do
    gzip -t "$warc"
    "$tools/warcio" check "$warc"
    # Two records for each document: its bytes, and as metadata the state of its location. Sidecars are part of the latter.
    records=$("$tools/cdxj-indexer" "$warc" 2>/dev/null | wc -l)
    documents=$(find corpus/documents -type f ! -name '*.toml' | wc -l)
    [ "$records" = $((2 * documents)) ] || { echo "cdxj-indexer finds $records records for $documents documents"; exit 1; }
done
for dialect in standard excel-no; do
    "$program" refresh --corpus "$work" --dialect "$dialect" >/dev/null 2>&1
    (cd "$work/data/reports/" && "$tools/frictionless" validate datapackage.json >"$work/verdict" 2>&1) \
        || { cat "$work/verdict"; exit 1; }
done
"$program" verify --corpus "$work"

# A restored backup gives the same reports.
contrib/backup.sh "$work" "$work.backup"
contrib/backup.sh "$work.backup" "$work.restored"
"$program" archive reindex --corpus "$work.restored" >/dev/null
"$program" refresh --offline --dialect excel-no --corpus "$work.restored" >/dev/null 2>&1
diff -r "$work/data/reports/" "$work.restored/data/reports/"
[ ! -e "$work.backup/data/archive/catalogue.sqlite" ] || { echo "the backup has the catalogue, which is a cache"; exit 1; }
if command -v systemd-analyze >/dev/null; then
    sed "s|/usr/local/bin/ordskifte|$program|" contrib/ordskifte.service >"$work/ordskifte.service"
    cp contrib/ordskifte.timer "$work"
    systemd-analyze verify "$work/ordskifte.service" "$work/ordskifte.timer"
fi
