/** `path text` for each file, `--`, then the command. No word of it is read by a shell. */
const script = `while [ "$1" != -- ]; do
  mkdir -p "$(dirname "$1")" && printf %s "$2" > "$1" || exit 126
  shift 2
done
shift
exec "$@"`;

/**
 * The command, which finds these files. They are its own as soon as it runs: whatever it makes of them, nothing but the
 * program believes them.
 */
export function withFiles(
  files: Readonly<Record<string, string>>,
  command: readonly string[],
): readonly [string, ...string[]] {
  return ['/bin/sh', '-c', script, 'clawhold', ...Object.entries(files).flat(), '--', ...command];
}
