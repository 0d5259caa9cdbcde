import { appendFileSync } from 'node:fs';

let file: string | undefined;

/** From now on what is logged goes to this file, 0600. A manager in the background has nobody else to tell. */
export function keepLog(path: string): void {
  file = path;
}

/** Adds a line with the time before it. A log that cannot be written must not end the installation. */
export function logLine(text: string): void {
  if (file === undefined) return;
  try {
    appendFileSync(file, `${new Date().toISOString()} ${text}\n`, { mode: 0o600 });
  } catch {
    // The disk is full: whoever started us still hears it.
  }
}

/** An error as text, with its stack when it has one. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
