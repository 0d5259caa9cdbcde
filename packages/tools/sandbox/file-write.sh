#!/bin/sh
# file-write.sh PATH: replaces the file by standard input, whole or not at all.
. "$(dirname -- "$0")/resolve-path.sh"
resolve_path "$1"
[ ! -d "$1" ] || refuse "$1 is a folder."
[ ! -e "$1" ] || [ -f "$1" ] || refuse "$1 is no regular file."
parent=$(dirname -- "$1")
mkdir -p -- "$parent" || refuse "The folder of $1 cannot be made."
temporary=$(mktemp -- "$parent/.clawhold-XXXXXXXX") || refuse "$1 cannot be written: no permission or no space."
trap 'rm -f -- "$temporary"' EXIT
if [ -e "$1" ]; then
  what=Replaced
  chmod --reference="$1" -- "$temporary"
else
  what=Created
  chmod "$(printf '%o' $((0666 & ~$(umask))))" -- "$temporary"
fi
cat > "$temporary" || refuse "$1 was not written: $(df -h . >/dev/null 2>&1 && echo 'the disk may be full')."
mv -T -- "$temporary" "$1" || refuse "$1 was not written."
trap - EXIT
printf '%s %s (%s bytes).\n' "$what" "$1" "$(stat -c %s -- "$1")"
