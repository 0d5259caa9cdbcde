#!/bin/sh
# file-list.sh PATH DEPTH ENTRIES: prints type, size and path of each entry, ended by NUL. PATH may be empty.
. "$(dirname -- "$0")/resolve-path.sh"
resolve_path "$1"
[ -z "$1" ] || [ -d "$1" ] || refuse "There is no folder $1."
find -P "./$1" -mindepth 1 -maxdepth "$2" \( -name .git -o -name node_modules \) -printf '%y %s %P\0' -prune \
  -o -mindepth 1 -printf '%y %s %P\0' | LC_ALL=C head -z -n "$3"
