import { visible } from '@clawhold/approvals';

/** One line of what an agent, a model or a host wrote: nothing in it can move the cursor, hide or pretend. */
export function hostileLine(text: string, most = 160): string {
  const line = visible(text.replaceAll(/\s+/g, ' ').trim());
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** One line of a file: its spaces and tabs as they are, because they mean something there. */
export function hostileCode(text: string, most = 400): string {
  const line = text
    .split('\t')
    .map((part) => visible(part))
    .join('\t');
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** Several lines of it, each indented. */
export function hostileBlock(text: string, indent = '    ', most = 40): string {
  const lines = visible(text, { lines: true }).split('\n');
  const shown = lines.slice(0, most).map((line) => indent + line);
  return [...shown, ...(lines.length > most ? [`${indent}… ${lines.length - most} more lines`] : [])].join('\n');
}
