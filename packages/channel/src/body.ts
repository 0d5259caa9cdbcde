import type { IncomingMessage } from 'node:http';
import { ClawholdError } from '@clawhold/spec';

/** Reads a whole body. @throws ClawholdError `input_too_large` (413) beyond `limit` bytes. */
export async function readBody(message: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Without an encoding a message yields buffers.
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit)
      throw new ClawholdError('input_too_large', `The request is larger than ${limit} bytes.`, { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws ClawholdError `input_malformed` when the text is not one JSON object. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ClawholdError('input_malformed', 'The request is not a JSON object.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
