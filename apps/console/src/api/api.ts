import { type ApiClient, createApiClient } from '@clawhold/client';
import { sessionHeaders } from '../session/session.ts';

/** The gateway that served this page. */
export const api: ApiClient = createApiClient({ origin: '', headers: sessionHeaders });

/** The body of an answer. Refusals were thrown before, so a missing body is a gateway that breaks its own contract. */
export async function answer<Body>(request: Promise<{ readonly data?: Body }>): Promise<Body> {
  const { data } = await request;
  if (data === undefined) throw new Error('The gateway answered without a body.');
  return data;
}
