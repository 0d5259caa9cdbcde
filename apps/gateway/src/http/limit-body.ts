import { ClawholdError } from '@clawhold/spec';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** The largest body of a request, in bytes: a policy document of 1 MiB fits, whatever JSON makes of its characters. */
export const maxBodyBytes = 8 * 1024 ** 2;

/** Refuses a larger body with 413, before it is read where its length is given, and while it is read elsewhere. */
export const limitBody: MiddlewareHandler = bodyLimit({
  maxSize: maxBodyBytes,
  onError: () => {
    throw new ClawholdError('input_too_large', `The request is larger than ${maxBodyBytes} bytes.`, { status: 413 });
  },
});
