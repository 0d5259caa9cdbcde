#!/bin/sh
# file-bytes.sh PATH MOST: prints the file as it is; one that is longer than MOST bytes is refused.
. "$(dirname -- "$0")/resolve-path.sh"
resolve_path "$1"
[ -e "$1" ] || refuse "There is no file $1."
[ -f "$1" ] || refuse "$1 is no regular file."
[ -r "$1" ] || refuse "$1 cannot be read: permission denied."
[ "$(stat -c %s -- "$1")" -le "$2" ] || refuse "$1 is longer than $2 bytes."
exec cat -- "$1"
