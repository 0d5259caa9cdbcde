#!/bin/sh
# file-read.sh PATH FIRST-LINE LINES BYTES NODE: prints the lines, and on descriptor 2 what kind of file it is.
here=$(dirname -- "$0")
. "$here/resolve-path.sh"
resolve_path "$1"
[ -e "$1" ] || refuse "There is no file $1."
[ ! -d "$1" ] || refuse "$1 is a folder; file.list shows what is in it."
[ -f "$1" ] || refuse "$1 is no regular file."
[ -r "$1" ] || refuse "$1 cannot be read: permission denied."
size=$(stat -c %s -- "$1")
if [ "$(head -c 5 -- "$1")" = '%PDF-' ]; then
  printf 'kind=pdf size=%s lines=0\n' "$size" >&2
  exec "$5" "$here/pdf-text.mjs" "$1"
fi
if [ "$(head -c 8192 -- "$1" | LC_ALL=C tr -d '\000' | wc -c)" -ne "$(head -c 8192 -- "$1" | wc -c)" ]; then
  printf 'kind=binary size=%s lines=0\n' "$size" >&2
  exit 0
fi
lines=$(LC_ALL=C sed -n '$=' < "$1")
printf 'kind=text size=%s lines=%s\n' "$size" "${lines:-0}" >&2
tail -n "+$2" -- "$1" | head -n "$3" | head -c "$4"
