import { ApiProblem } from '@clawhold/client';
import { answer, api } from '../api/api.ts';
import { session } from './session.ts';

/** How the code of the address bar was received; `none` when there was no code. */
export type SignInResult = 'none' | 'signed-in' | 'refused' | 'unreachable';

/** Takes the code out of `#code=…` and out of the address bar and the history, before anything else can see it. */
export function takeCode(): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return code;
}

/** Exchanges the code for a session; it works once. */
export async function signIn(code: string | undefined): Promise<SignInResult> {
  if (code === undefined) return 'none';
  try {
    const { secret } = await answer(api.POST('/sign-in', { body: { code } }));
    session.begin(secret);
    return 'signed-in';
  } catch (error) {
    session.end();
    return error instanceof ApiProblem ? 'refused' : 'unreachable';
  }
}
