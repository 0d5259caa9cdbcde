/**
 * A line, or what follows something in brackets, that begins as one of its commands (`/approve`, `/config`): `/word` alone. A path
 * (`/task/notes.md`) is none. Its commands have the rights of the connection on which they come.
 *
 * @see https://docs.openclaw.ai/tools/slash-commands
 */
const commandPattern = /(?:^|[\]\n\r\u2028\u2029])[\s\p{C}]*\/[\p{L}\p{N}_-]+(?=[\s\p{C}:@]|$)/u;
const refusal =
  'A message with a line that begins as a command of OpenClaw (“/word”) is not said to it: nobody answers its questions or changes its settings in a conversation. Put a word before the “/”.';

/** Why OpenClaw is not told these words; undefined when it can be. */
export function commandRefusal(text: string): string | undefined {
  return commandPattern.test(text.normalize('NFKC')) ? refusal : undefined;
}
