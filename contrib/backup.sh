#!/bin/sh
# backup.sh CORPUS TARGET: copies what cannot be made again from CORPUS to TARGET: the archive, the kept snapshots, and the files
# that people wrote. TARGET is a folder; it may be on another machine if rsync can reach it (host:/path).
#
# May run during a refresh: files of the archive only grow, and what a copy has of the last record is completed by the next copy.
# To restore: rsync -a TARGET/ CORPUS/, then `ordskifte archive reindex` and `ordskifte refresh --offline`.
set -eu
[ $# = 2 ] || { echo "usage: backup.sh CORPUS TARGET" >&2; exit 2; }
corpus=$1 target=$2
[ -d "$corpus/data/archive" ] || { echo "$corpus has no data/archive: is it a corpus?" >&2; exit 2; }
# No --delete: an archive that lost a file must not take the copy with it. --append-verify would trust the beginning of a file;
# a WARC file is compared whole when its size or time differs.
rsync -a --hard-links \
    --exclude='*.sqlite*' --exclude='*.lock' --exclude='.tmp*' \
    --include='/*.toml' --include='/*.csv' --include='/config/***' \
    --include='/data/' --include='/data/archive/' --include='/data/archive/**' --include='/data/snapshots/' --include='/data/snapshots/**' \
    --exclude='*' \
    "$corpus/" "$target/"
