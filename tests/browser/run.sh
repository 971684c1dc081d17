#!/usr/bin/env bash
# Tests `ordskifte serve` in a browser, and the API against its own description. Usage: run.sh TOOLS, the folder of test.sh with
# node modules in TOOLS/browser and schemathesis in TOOLS/bin.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$(realpath "$1")
program=${PROGRAM:-$PWD/target/release/ordskifte}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
"$program" init "$work/corpus" --folder corpus/documents >/dev/null
"$program" refresh --corpus "$work/corpus" >/dev/null 2>&1 || [ $? = 1 ]
# A second snapshot, to be compared with the first.
cat >>"$work/corpus/codebook.toml" <<'CONCEPT'

[[concept]]
name = "prøvebegrep"
patterns = ["prøv*"]
CONCEPT
"$program" refresh --corpus "$work/corpus" >/dev/null 2>&1 || [ $? = 1 ]
CHROMIUM=$(command -v chromium) node tests/browser/run.mjs "$program" "$work/corpus" target/browser-shots "$tools/browser"

# The API against its own description, with made-up questions.
log=$work/serve.log
"$program" serve --corpus "$work/corpus" --port 0 >"$log" 2>/dev/null & server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
until grep -q http "$log"; do kill -0 $server; done
base=$(head -1 "$log")
"$tools/bin/schemathesis" run "$base/api/v1/openapi.json" --seed 1 --max-examples 15 --phases examples,coverage,fuzzing --mode all \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance --no-color
# The lines of README.md for Python, without its plot.
python3 - "$base" <<'PYTHON'
import csv, io, sys, urllib.request
url = sys.argv[1] + "/api/v1/trends?q=innovasjon&format=csv"
rows = list(csv.DictReader(io.StringIO(urllib.request.urlopen(url).read().decode())))
assert len(rows) > 10 and {"year", "per_million"} <= rows[0].keys(), rows[:1]
PYTHON
# Those for R as they are, at the address of this server: they draw a figure.
sed -n '/^```r$/,/^```$/p' README.md | grep -v '^```' | sed "s|http://localhost:8017|$base|" >"$work/readme.R"
[ "$(grep -c "$base" "$work/readme.R")" = 1 ]
(cd "$work" && Rscript readme.R && head -c 4 Rplots.pdf | grep -q PDF)
echo "the API is as it says, and README's lines for R and Python"
