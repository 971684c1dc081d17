#!/usr/bin/env bash
# The one test command. On a bare machine with Rust, a C compiler, Python 3 and apt it installs what the tests need, then runs
# format, lints, tests, documentation, the examples of the README, and the outside tools that must accept what we write.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TERM_COLOR=never

step() { printf '\n== %s\n' "$*"; }

# The package of a command that is missing; root and sudo both do.
need() {
    command -v "$1" >/dev/null && return
    local apt="apt-get"
    [ "$(id -u)" = 0 ] || apt="sudo apt-get"
    $apt update -qq && DEBIAN_FRONTEND=noninteractive $apt install -y -qq --no-install-recommends "$2" >/dev/null
}

step "what the tests need"
need python3 python3
need gzip gzip
need rsync rsync
need c++ g++
need cc gcc
need tesseract tesseract-ocr
tesseract --list-langs 2>/dev/null | grep -qx nor || need tesseract-nor-missing tesseract-ocr-nor
need node nodejs
need npm npm
need chromium chromium
# 43 MB and a few seconds; the lines for R in README run in a third of a second.
need Rscript r-base-core
python3 -c 'import ensurepip' 2>/dev/null || need python3-venv-missing python3-venv
tools=target/test-tools
if ! "$tools/bin/warcio" --version >/dev/null 2>&1 || ! "$tools/bin/frictionless" --version >/dev/null 2>&1 || ! [ -x "$tools/bin/cdxj-indexer" ]; then
    rm -rf "$tools" && mkdir -p target && python3 -m venv "$tools"
    "$tools/bin/pip" install -q --disable-pip-version-check warcio==1.8.1 cdxj-indexer==1.5.0 frictionless==5.21.0
fi

if ! [ -d "$tools/browser/node_modules/axe-core" ] || ! cmp -s tests/browser/package-lock.json "$tools/browser/package-lock.json"; then
    mkdir -p "$tools/browser" && cp tests/browser/package.json tests/browser/package-lock.json "$tools/browser"
    npm ci --prefix "$tools/browser" --no-audit --no-fund --silent
fi
[ -x "$tools/bin/schemathesis" ] || "$tools/bin/pip" install -q --disable-pip-version-check schemathesis==4.32.5

step "format";        cargo fmt --check
step "lints";         cargo clippy --workspace --all-targets --quiet -- -D warnings
step "tests";         cargo test --quiet
step "documentation"; RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet
if command -v cargo-deny >/dev/null; then
    step "licences"; cargo deny --offline check licenses bans sources
fi
step "fuzz target";   cargo check --quiet --manifest-path fuzz/Cargo.toml --target-dir target/fuzz
# The program of the tests, with checks of overflow: a release build would take seven minutes more on two cores.
export PROGRAM=$PWD/target/debug/ordskifte
step "README";        tests/readme.sh
step "browser";       tests/browser/run.sh "$tools"
step "outside tools"; tests/outside.sh "$tools/bin"
step "crashes";       tests/crash/trials.py --program "$PROGRAM" --step 29 --kills 8 --damages 24
printf '\nall passed\n'
