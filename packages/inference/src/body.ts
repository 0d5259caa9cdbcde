import { ClawholdError } from '@clawhold/spec';

/**
 * Reads a whole body.
 *
 * @throws ClawholdError `input_too_large` (413) beyond `bytes`, `input_request` when it is not UTF-8.
 */
export async function readText(body: AsyncIterable<Uint8Array>, bytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > bytes)
      throw new ClawholdError('input_too_large', `The body is larger than ${bytes} bytes.`, { status: 413 });
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new ClawholdError('input_request', 'The body is not UTF-8.', { cause });
  }
}

export interface AnswerBounds {
  /** Bytes of the whole answer. */
  readonly bytes: number;
  /** The longest silence. */
  readonly idleSeconds: number;
}

/**
 * Passes the bytes of an answer on until there are too many, or none for too long.
 *
 * @throws ClawholdError `model_endless` or `model_silent`.
 */
export async function* boundAnswer(
  body: AsyncIterable<Uint8Array>,
  { bytes, idleSeconds }: AnswerBounds,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let size = 0;
  try {
    for (;;) {
      const next = await withinSilence(iterator.next(), idleSeconds);
      if (next.done) return;
      size += next.value.byteLength;
      if (size > bytes)
        throw new ClawholdError('model_endless', `The model's answer was cut off after ${bytes} bytes.`, {
          hint: 'Ask for a shorter answer, or choose another model.',
        });
      yield next.value;
    }
  } finally {
    // Not awaited: a source that hangs in next() hangs in return() as well, and its socket is closed by the signal.
    iterator.return?.().catch(() => undefined);
  }
}

/** Waits for the next sign of life of a model server. @throws ClawholdError `model_silent` (504). */
export async function withinSilence<Value>(promise: Promise<Value>, seconds: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const error = new ClawholdError('model_silent', `The model server sent nothing for ${seconds} seconds.`, {
      status: 504,
      hint: 'Look at the model server; it may be loading the model or be out of memory.',
    });
    timer = setTimeout(() => reject(error), seconds * 1000);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
