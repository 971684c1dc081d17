#!/usr/bin/env bash
# Runs every command that README.md shows in a ```sh block marked "example", in a copy of what git tracks.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cp -r corpus config "$work"
PATH=$PWD/target/release:$PATH
sed -n '/^```sh example$/,/^```$/p' README.md | grep -v '^```' >"$work/commands"
[ -s "$work/commands" ] || { echo "README.md shows no example"; exit 1; }
cd "$work"
while IFS= read -r command; do
    [ -n "$command" ] || continue
    echo "\$ $command"
    # 1 means that something was rejected or not found, which the sample corpus has on purpose.
    bash -c "$command" >out 2>&1 </dev/null || [ $? = 1 ] || { cat out; exit 1; }
done <commands
