/**
 * A text as one word of a command that a person may copy: whatever a stranger put into it, the shell takes it for a word
 * (POSIX.1-2024, Shell Command Language, 2.2.2). Plain words stay as they are.
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
