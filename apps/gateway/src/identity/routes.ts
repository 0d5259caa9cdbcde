import { ledgerEvent, limits } from '@clawhold/spec';
import type { MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Recorder } from '../audit/recorder.ts';
import { type ApiApp, newApp } from '../http/app.ts';
import { type Authenticated, sessionCookie } from '../http/authenticate.ts';
import { sessionCookieAttributes } from '../http/cookies.ts';
import { body, createRoute, empty, json, refusedAs, z } from '../http/openapi.ts';
import type { SignIn } from './sign-in.ts';

const newCode = createRoute({
  method: 'post',
  path: '/sign-in/codes',
  operationId: 'createSignInCode',
  summary: 'A code that signs one browser in, once, soon. Put it into the fragment of the console’s URL.',
  responses: {
    200: json(z.object({ code: z.string(), seconds: z.number() }).openapi('SignInCode'), 'The code.'),
    ...refusedAs(),
  },
});

const signInRoute = createRoute({
  method: 'post',
  path: '/sign-in',
  operationId: 'signIn',
  security: [],
  summary: 'Exchanges a code for a session: an HttpOnly cookie, and a secret that every request carries in a header.',
  request: { body: body(z.object({ code: z.string() }), { code: 'mB3…' }) },
  responses: {
    200: json(z.object({ secret: z.string() }).openapi('ConsoleSession'), 'Signed in.'),
    ...refusedAs('auth_code_invalid', 'input_too_large'),
  },
});

const signOut = createRoute({
  method: 'post',
  path: '/sign-out',
  operationId: 'signOut',
  summary: 'Ends the session of this browser.',
  responses: { 200: json(empty, 'Signed out.'), ...refusedAs() },
});

const whoAmI = createRoute({
  method: 'get',
  path: '/session',
  operationId: 'getSession',
  summary: 'Who is signed in.',
  responses: {
    200: json(
      z
        .object({ name: z.string(), method: z.enum(['token', 'code']), role: z.enum(['operator', 'approver']) })
        .openapi('Person'),
      'The person.',
    ),
    ...refusedAs(),
  },
});

export interface IdentityParts {
  readonly signIn: SignIn;
  readonly ledger: Recorder;
  readonly authenticated: MiddlewareHandler<Authenticated>;
  /** Refuses a sign-in that a page of another origin posts. */
  readonly sameOrigin: MiddlewareHandler<Authenticated>;
  /** What else a person is signed in to ends with it. */
  readonly onSignOut: (person: string) => void;
}

/** The only room with a route that needs no session: the exchange of a code. */
export function identityRoutes({ signIn, ledger, authenticated, sameOrigin, onSignOut }: IdentityParts): ApiApp {
  const app = newApp();
  app.use('/sign-in', sameOrigin);
  for (const path of ['/sign-in/codes', '/sign-out', '/session']) app.use(path, authenticated);

  app.openapi(newCode, async (context) =>
    context.json({ code: await signIn.newCode(context.get('person').name), seconds: limits.signInCodeSeconds }, 200),
  );

  app.openapi(signInRoute, async (context) => {
    const { session, person } = await signIn.exchange(context.req.valid('json').code);
    await ledger.append([ledgerEvent('person.signed_in', { method: 'code' }, { actor: `person:${person}` })]);
    setCookie(context, sessionCookie, session.cookie, sessionCookieAttributes);
    return context.json({ secret: session.secret }, 200);
  });

  app.openapi(signOut, async (context) => {
    const cookie = getCookie(context, sessionCookie);
    if (cookie !== undefined) await signIn.end(cookie);
    onSignOut(context.get('person').name);
    deleteCookie(context, sessionCookie, sessionCookieAttributes);
    return context.json({}, 200);
  });

  app.openapi(whoAmI, (context) => context.json(context.get('person'), 200));
  return app;
}
