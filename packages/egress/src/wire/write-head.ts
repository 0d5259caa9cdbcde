import { STATUS_CODES } from 'node:http';
import type { Field } from './field.ts';

/**
 * Writes the head of a request from its parts.
 *
 * @param own lines of the connection, each with its end. Default: none.
 */
export function writeRequestHead(
  method: string,
  target: string,
  host: string,
  fields: readonly Field[],
  own = '',
): string {
  return `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n${writeFields(fields)}${own}\r\n`;
}

/**
 * Writes the head of a response. The reason phrase is ours: what a server wrote there reaches nobody.
 *
 * @param own lines of the connection, each with its end. Default: none.
 */
export function writeResponseHead(status: number, fields: readonly Field[], own = ''): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${writeFields(fields)}${own}\r\n`;
}

/** Writes fields, each with the end of its line. */
export function writeFields(fields: readonly Field[]): string {
  let text = '';
  for (const { name, value } of fields) text += `${name}: ${value}\r\n`;
  return text;
}
