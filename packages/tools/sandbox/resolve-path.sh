# Sourced by the file tools. Paths are relative to the working folder (the task folder), already without "." and "..".
# A symbolic link on the way is refused with its target: a name stands for one file, also for whoever labels its content.

refuse() {
  printf '%s\n' "$1" >&2
  exit 65
}

# resolve_path PATH
resolve_path() {
  if [ -z "$1" ]; then return 0; fi
  folder=$(pwd -P) || refuse 'The task folder cannot be read.'
  real=$(realpath -m -- "$1") || refuse "$1 cannot be resolved."
  [ "$real" = "$folder/$1" ] && return 0
  case $real in
    "$folder"/*) refuse "$1 is a symbolic link, or lies behind one; its own path is ${real#"$folder"/}." ;;
    *) refuse "$1 is a symbolic link that leads out of the task folder." ;;
  esac
}
