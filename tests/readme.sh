#!/usr/bin/env bash
# Runs every command that README.md shows in a ```sh block marked "example", and every example of `ordskifte COMMAND --help`, in a
# copy of the sample corpus; and compares what README.md shows of the first run.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cp -r corpus config "$work"
PATH=${PROGRAM:+$(dirname "$PROGRAM"):}$PWD/target/release:$PATH
examples() { sed -n '/^Examples*:/,$ s/^  \(ordskifte .*\)/\1/p'; }
# The commands below "Commands:" in a help text.
commands() { sed -n '/^Commands:/,/^$/ s/^  \([a-z-]\{2,\}\) .*/\1/p' | sed '/^help$/d'; }
# Left out: the server, which does not end by itself (tests/browser starts it), a dictionary and the id of an old snapshot, which only their
# user has, and a document that the later examples need.
{
    # refresh comes first, since most commands need its index.
    for command in refresh $(ordskifte --help | commands | sed '/^refresh$/d'); do
        ordskifte "$command" --help | examples
        for inner in $(ordskifte "$command" --help | commands); do
            ordskifte "$command" "$inner" --help | examples
        done
    done | grep -v -e '^ordskifte serve' -e '^ordskifte codebook import' -e '^ordskifte snapshot remove' -e '^ordskifte documents exclude'
    sed -n '/^```sh example$/,/^```$/p' README.md | grep -v '^```' | sed 's/my-corpus/another-corpus/g'
} >"$work/commands"
[ "$(grep -c . "$work/commands")" -ge 20 ] || { echo "fewer than 20 examples: are they still found?"; exit 1; }
sed -n '/^```text$/,/^```$/p' README.md | grep -v -e '^```' -e '^…' >"$work/shown"
cd "$work"
# What README.md shows of the first run is what it says, line by line; it ends with 0.
ordskifte refresh >first 2>/dev/null
while IFS= read -r line; do
    grep -Fxq -e "$line" first || { echo "README.md shows what the first run does not say: $line"; exit 1; }
done <shown
rm -r data
while IFS= read -r command; do
    echo "\$ $command"
    # 1 means that something was rejected or not found, which the sample corpus has on purpose.
    bash -c "$command" >out 2>&1 </dev/null || [ $? = 1 ] || { cat out; exit 1; }
    [ -s out ] || [[ $command == *" -o "* || $command == *" --png "* || $command == *" > "* ]] || { echo "it says nothing"; exit 1; }
done < <(awk '!seen[$0]++' "$work/commands")
