import { ClawholdError } from '@clawhold/spec';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { sessionCookieAttributes } from '../http/cookies.ts';
import { originRefusal } from '../http/origin.ts';
import { mediaTypeOf } from '../http/static-files.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import { agentOfHost } from './address.ts';
import type { ControlUiService } from './control-ui-service.ts';
import { pageHeaders } from './page-headers.ts';
import { signInPage, signInPath, signInScript, signInScriptPath } from './sign-in-page.ts';

export const pageCookie = 'clawhold_page';

export interface PageParts {
  readonly service: ControlUiService;
  readonly supervisor: Pick<SupervisorClient, 'readControlUi'>;
  /** Where this process listens. */
  readonly port: () => number;
}

/** A ticket, and some air. */
const ticketBytes = 1_024;

/** The HTTP side of the pages that agents bring: our sign-in, and files as they were installed. Nothing of it comes out of a sandbox. */
export function controlUiPages({
  service,
  supervisor,
  port,
}: PageParts): (request: Request) => Response | Promise<Response> {
  const app = new Hono<{ Variables: { agent: string; host: string } }>();
  app.onError((error) => {
    if (!(error instanceof ClawholdError)) console.error(error);
    return new Response('The page cannot be shown now. See how the platform is with: npx clawhold status\n', {
      status: 503,
    });
  });
  app.use(async (context, next) => {
    const host = context.req.header('host')?.toLowerCase() ?? '';
    const agent = agentOfHost(host, port());
    if (agent === undefined) return context.text('This is not the address of this server.\n', 421);
    context.set('agent', agent);
    context.set('host', host);
    const refusal = originRefusal(
      {
        method: context.req.method,
        origin: context.req.header('origin'),
        // A link is followed without the cookie, to our own page: there is nothing to see there.
        fetchSite: context.req.header('sec-fetch-mode') === 'navigate' ? 'none' : context.req.header('sec-fetch-site'),
      },
      new Set([`http://${host}`]),
    );
    if (refusal !== undefined) return context.text(`${refusal}\n`, 403, { ...pageHeaders(host) });
    await next();
    if (!context.res.headers.has('content-security-policy'))
      for (const [name, value] of Object.entries(pageHeaders(host))) context.header(name, value);
    return undefined;
  });
  app.post(signInPath, bodyLimit({ maxSize: ticketBytes }), async (context) => {
    const cookie = service.sessions.exchange(await context.req.text(), context.get('agent'));
    const session = await service.check(cookie, context.get('agent'));
    if (cookie === undefined || session === undefined) return context.text('This link does not work any more.\n', 401);
    await service.opened(session);
    setCookie(context, pageCookie, cookie, sessionCookieAttributes);
    return context.body(null, 204);
  });
  app.get(signInScriptPath, (context) => context.body(signInScript, 200, { 'content-type': mediaTypeOf('.js') }));
  app.get('*', async (context) => {
    const { path } = context.req;
    const session = await service.check(getCookie(context, pageCookie), context.get('agent'));
    const isPage = context.req.header('sec-fetch-mode') === 'navigate';
    if (session === undefined) return isPage ? context.html(signInPage) : context.text('Sign in first.\n', 401);
    if (isPage) service.sessions.use(session);
    if (path.startsWith('/api/')) {
      await service.refused(session, 'the platform’s API');
      return context.text('The page of an agent may not use the platform.\n', 403);
    }
    // The page names its files beside itself, so it is shown in one place only.
    if (isPage && path !== '/') return context.redirect('/');
    const file = isPage ? 'index.html' : path.slice(1);
    const { content } = await supervisor.readControlUi({ run: session.run, path: file });
    if (content === null) return context.text('There is nothing here.\n', 404);
    const bytes = Buffer.from(content, 'base64');
    const headers = pageHeaders(context.get('host'), isPage ? bytes.toString() : '');
    return context.body(bytes, 200, { ...headers, 'content-type': mediaTypeOf(file) });
  });
  app.all('*', (context) => context.text('The page of an agent may not do this.\n', 403));
  return (request) => app.fetch(request);
}
