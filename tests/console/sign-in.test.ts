import { createServer } from 'node:http';
import { connect } from 'node:net';
import { makeProductPlace, type Product, startProduct, verifies } from '@clawhold/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openConsole, operatorOf, signInLink, startBrowser } from './browser.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const resources = new AsyncDisposableStack();
let product: Product;
let browser: Browser;

beforeAll(async () => {
  const place = resources.use(await makeProductPlace());
  product = resources.use(await startProduct(place));
  browser = resources.use(await startBrowser());
});
afterAll(() => resources.disposeAsync());

test(
  verifies('console.sign-in-by-fragment', 'the code leaves the address bar and the history, and works once'),
  async () => {
    const link = await signInLink(product);
    const context = await browser.newContext();
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
    await page.goto(link);
    await page.getByRole('banner').waitFor();
    expect(page.url()).toBe(`${product.url}/`);
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
    await page.goBack();
    expect(page.url()).not.toContain('code');
    const code = link.split('=')[1] ?? '';
    expect(asked.filter((request) => request.includes(code))).toEqual([]);

    const second = await (await browser.newContext()).newPage();
    await second.goto(link);
    await second.getByRole('alert').waitFor();
    expect(await second.getByRole('alert').textContent()).toContain('used already or is too old');
    expect(await second.getByText('npx clawhold console').isVisible()).toBe(true);
  },
);

test(
  verifies('console.session-in-two-halves', 'cookie and tab secret are closed to others and useless alone'),
  async () => {
    const { page } = await openConsole(browser, product);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({
      name: 'clawhold_session',
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      expires: -1,
    });
    expect(await page.evaluate(() => document.cookie)).toBe('');
    const status = (headers: Record<string, string>): Promise<number> =>
      page.evaluate(async (sent) => (await fetch('/api/v1/session', { headers: sent })).status, headers);
    const secret = (await page.evaluate(() => sessionStorage.getItem('clawhold.session'))) ?? '';
    expect(await status({ 'x-clawhold-session': secret })).toBe(200);
    expect(await status({})).toBe(401);
    await page.context().clearCookies();
    expect(await status({ 'x-clawhold-session': secret })).toBe(401);
  },
);

test(verifies('console.session-in-two-halves', 'signing out ends the session in the gateway too'), async () => {
  const { page } = await openConsole(browser, product);
  const secret = (await page.evaluate(() => sessionStorage.getItem('clawhold.session'))) ?? '';
  const [cookie] = await page.context().cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const again = await fetch(`${product.url}/api/v1/session`, {
    headers: { cookie: `clawhold_session=${cookie?.value}`, 'x-clawhold-session': secret, 'sec-fetch-site': 'none' },
  });
  expect(again.status).toBe(401);
});

test(verifies('console.own-origin-only', 'a page of another origin reads nothing and writes nothing'), async () => {
  const { page } = await openConsole(browser, product);
  const secret = (await page.evaluate(() => sessionStorage.getItem('clawhold.session'))) ?? '';
  const stranger = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<title>stranger</title>');
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  resources.defer(() => {
    stranger.closeAllConnections();
    stranger.close();
  });
  const address = stranger.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const foreign = await page.context().newPage();
  // The same host, so that the cookie's site is the same: only the origin differs.
  await foreign.goto(`http://127.0.0.1:${port}/`);
  const outcomes = await foreign.evaluate(
    async ({ url, header }) => {
      const attempt = async (path: string, init: RequestInit): Promise<string> => {
        try {
          return `${(await fetch(`${url}/api/v1${path}`, { credentials: 'include', ...init })).status}`;
        } catch {
          return 'blocked';
        }
      };
      return [
        await attempt('/runs', {}),
        await attempt('/runs', { headers: { 'x-clawhold-session': header } }),
        // The one kind of request that a browser sends without asking first.
        await attempt('/stop', { method: 'POST', mode: 'no-cors' }),
        await attempt('/stop', { method: 'POST', headers: { 'x-clawhold-session': header } }),
        await attempt('/sign-in', { method: 'POST', body: '{"code":"x"}', headers: { 'content-type': 'text/plain' } }),
      ];
    },
    { url: product.url, header: secret },
  );
  expect(outcomes).toEqual(['blocked', 'blocked', 'blocked', 'blocked', 'blocked']);
  // The third was sent all the same; nothing was stopped by it.
  const { data } = await operatorOf(product).GET('/audit/entries', { params: { query: { after: -100 } } });
  expect(data?.entries.map(({ type }) => type)).not.toContain('run.stopped');
  const forged = await fetch(`${product.url}/api/v1/stop`, {
    method: 'POST',
    headers: {
      cookie: `clawhold_session=${(await page.context().cookies())[0]?.value}`,
      'x-clawhold-session': secret,
      origin: `http://127.0.0.1:${port}`,
    },
  });
  expect(forged.status).toBe(403);
});

test(
  verifies('console.own-origin-only', 'a rebound name and an upgrade are refused before anything is answered'),
  async () => {
    const { host, hostname, port } = new URL(product.url);
    const raw = (head: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let answer = '';
        const socket = connect(Number(port), hostname, () => socket.write(head));
        socket.setEncoding('utf8').on('data', (text: string) => {
          answer += text;
        });
        socket.on('error', reject).on('close', () => resolve(answer));
      });
    const rebound = await raw(`GET / HTTP/1.1\r\nHost: rebound.example:${port}\r\nConnection: close\r\n\r\n`);
    expect(rebound).toMatch(/^HTTP\/1\.1 421 /);
    expect(rebound).not.toContain('<html');
    const upgrade = await raw(
      `GET /api/v1/runs HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    expect(upgrade).toMatch(/^HTTP\/1\.1 426 /);
    const { page } = await openConsole(browser, product);
    const opened = await page.evaluate(
      (url) =>
        new Promise<boolean>((resolve) => {
          const socket = new WebSocket(url.replace('http', 'ws'));
          socket.addEventListener('open', () => resolve(true));
          socket.addEventListener('error', () => resolve(false));
        }),
      `${product.url}/api/v1/runs`,
    );
    expect(opened).toBe(false);
  },
);
