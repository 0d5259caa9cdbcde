import { ClawholdError, operatorName } from '@clawhold/spec';
import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { matchesDigest } from '../identity/secret.ts';
import type { SignIn } from '../identity/sign-in.ts';
import type { PersonStore } from '../people/person-store.ts';
import { originRefusal } from './origin.ts';

/** The console's session cookie, and the header that carries the secret of its page. */
export const sessionCookie = 'clawhold_session';
export const sessionHeader = 'x-clawhold-session';

/** Who is at the other end. An approver may look at questions and answer them, and nothing else. */
export interface Person {
  readonly name: string;
  readonly method: 'token' | 'code';
  readonly role: 'operator' | 'approver';
}

export interface Authenticated {
  Variables: { person: Person };
}

export interface AuthenticationOptions {
  /** Of the operator's token. */
  readonly tokenDigest: string;
  readonly people: Pick<PersonStore, 'find'>;
  readonly signIn: SignIn;
  /** Own origins, such as `http://127.0.0.1:7777`; known once the server listens. */
  readonly origins: () => ReadonlySet<string>;
}

function bearer(header: string | undefined): string | undefined {
  return header?.startsWith('Bearer ') ? header.slice('Bearer '.length) : undefined;
}

function personCalled(name: string, method: Person['method']): Person {
  return { name, method, role: name === operatorName ? 'operator' : 'approver' };
}

/**
 * Lets through a request with the operator's token, with that of a named person, or with a console session (cookie and header secret) from the
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
      if (origin.origin !== undefined) throw unknownPerson();
      const name = matchesDigest(token, options.tokenDigest) ? operatorName : await options.people.find(token);
      if (name === undefined) throw unknownPerson();
      context.set('person', personCalled(name, 'token'));
      return next();
    }
    const cookie = getCookie(context, sessionCookie);
    const secret = context.req.header(sessionHeader);
    const isPage = origin.origin !== undefined || origin.fetchSite !== undefined;
    // Another site's page is told so before anybody asks who sits there.
    const isAsked = isPage || (cookie !== undefined && secret !== undefined);
    const refusal = isAsked ? originRefusal(origin, options.origins()) : undefined;
    if (refusal !== undefined) throw new ClawholdError('auth_wrong_origin', refusal, { status: 403 });
    if (cookie === undefined || secret === undefined) throw unknownPerson();
    const name = await options.signIn.check({ cookie, secret });
    if (name === undefined) throw unknownPerson();
    context.set('person', personCalled(name, 'code'));
    return next();
  };
}

/** Lets through the operator only. Stands before every room that is not about answering questions. */
export const operatorOnly: MiddlewareHandler<Authenticated> = async (context, next) => {
  const { name, role } = context.get('person');
  if (role === 'operator') return next();
  throw new ClawholdError('auth_operator_only', `${name} may answer questions, and nothing else.`, {
    status: 403,
    hint: 'What waits for an answer: npx clawhold approvals',
  });
};

function unknownPerson(): ClawholdError {
  return new ClawholdError('auth_required', 'Sign in first.', {
    status: 401,
    hint: 'In a terminal: npx clawhold console. For scripts: the token in the file "token" of the Clawhold home.',
  });
}
