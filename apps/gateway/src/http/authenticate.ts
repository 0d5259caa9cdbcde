import { ClawholdError } from '@clawhold/spec';
import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { matchesDigest } from '../identity/secret.ts';
import type { SignIn } from '../identity/sign-in.ts';
import { originRefusal } from './origin.ts';

/** The console's session cookie, and the header that carries the secret of its page. */
export const sessionCookie = 'clawhold_session';
export const sessionHeader = 'x-clawhold-session';

/** Who is at the other end. One operator for now; roles come with sign-in providers. */
export interface Person {
  readonly name: string;
  readonly method: 'token' | 'code';
}

export interface Authenticated {
  Variables: { person: Person };
}

export interface AuthenticationOptions {
  readonly tokenDigest: string;
  readonly signIn: SignIn;
  /** Own origins, such as `http://127.0.0.1:7777`; known once the server listens. */
  readonly origins: () => ReadonlySet<string>;
}

function bearer(header: string | undefined): string | undefined {
  return header?.startsWith('Bearer ') ? header.slice('Bearer '.length) : undefined;
}

/**
 * Lets through a request with the operator's token, or with a console session (cookie and header secret) from the
 * console's own origin.
 */
export function authenticate(options: AuthenticationOptions): MiddlewareHandler<Authenticated> {
  return async (context, next) => {
    const origin = {
      method: context.req.method,
      origin: context.req.header('origin'),
      fetchSite: context.req.header('sec-fetch-site'),
    };
    const token = bearer(context.req.header('authorization'));
    if (token !== undefined) {
      // A page never has the token: a browser's request that carries it is an attack or a mistake.
      if (origin.origin !== undefined || !matchesDigest(token, options.tokenDigest)) throw unknownPerson();
      context.set('person', { name: 'operator', method: 'token' });
      return next();
    }
    const cookie = getCookie(context, sessionCookie);
    const secret = context.req.header(sessionHeader);
    if (cookie === undefined || secret === undefined) throw unknownPerson();
    const refusal = originRefusal(origin, options.origins());
    if (refusal !== undefined) throw new ClawholdError('auth_wrong_origin', refusal, { status: 403 });
    if (!(await options.signIn.check({ cookie, secret }))) throw unknownPerson();
    context.set('person', { name: 'operator', method: 'code' });
    return next();
  };
}

function unknownPerson(): ClawholdError {
  return new ClawholdError('auth_required', 'Sign in first.', {
    status: 401,
    hint: 'In a terminal: npx clawhold console. For scripts: the token in the file "token" of the Clawhold home.',
  });
}
