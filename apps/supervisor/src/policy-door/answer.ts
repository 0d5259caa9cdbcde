import type { LocalResponse } from '@clawhold/egress';

/** JSON, for a program or a model. */
export function answer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): LocalResponse {
  const bytes = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'content-length': String(bytes.length),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: (async function* () {
      yield bytes;
    })(),
  };
}

/** A no that says what to do next. */
export class Refused extends Error {
  readonly response: () => LocalResponse;

  constructor(
    status: number,
    error: string,
    message: string,
    next: string,
    details: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.response = () => answer(status, { error, message, next, ...details }, headers);
  }
}
