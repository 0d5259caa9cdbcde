#!/bin/sh
# file-search.sh PATH LINES GREP-OPTION... with the pattern on standard input, one line: prints "path NUL line:text".
. "$(dirname -- "$0")/resolve-path.sh"
path=$1
lines=$2
shift 2
resolve_path "$path"
[ -z "$path" ] || [ -e "$path" ] || refuse "There is no file or folder $path."
found=$(mktemp) && trap 'rm -f -- "$found"' EXIT || refuse 'There is no space for the result.'
LC_ALL=C.UTF-8 grep --recursive --line-number --with-filename --null --binary-files=without-match \
  --devices=skip --exclude-dir=.git --exclude-dir=node_modules "$@" --file=- -- "${path:-.}" > "$found"
status=$?
head -n "$lines" < "$found"
exit "$status"
