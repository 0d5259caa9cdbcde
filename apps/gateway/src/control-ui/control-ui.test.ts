import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { RunId } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ApiHouse, type HttpAnswer } from '../api/testing/api-house.ts';
import { rawExchange } from '../http/testing/raw-exchange.ts';

const patience = { timeout: 60_000 };
const index = '<!doctype html><script>let a = 1;</script><script src="./main.js"></script>';

/** An agent with a page, in a conversation; its supervisor tells what the test says. */
async function visitMia(name = 'mia') {
  const house = await ApiHouse.open();
  await mkdir(join(house.configuration, 'agents'));
  const manifest = `name: ${name}\ndescription: Stays.\nharness: openclaw\nmodel: test/scripted\ncommand: [x]\n`;
  await writeFile(join(house.configuration, `agents/${name}.yaml`), manifest);
  await writeFile(join(house.configuration, `policies/${name}.yaml`), 'version: 1\n');
  await house.operator('POST', '/policies/reload');
  const task = { task: 'Hello', folder: '/srv/bills', conversation: true, agent: name };
  const { json } = await house.operator('POST', '/runs', task);
  const told: unknown[] = [];
  const said: { readonly turn: string; readonly text: string }[] = [];
  const shown = new PassThrough({ objectMode: true });
  const show = (message: object): void => void shown.write({ message: JSON.stringify(message) });
  show({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n' } });
  house.supervisor = {
    openControlUi: () => shown,
    tellControlUi: ({ message }) => {
      told.push(JSON.parse(message));
      return {};
    },
    readControlUi: ({ path }) => ({
      content: path === 'index.html' ? Buffer.from(index).toString('base64') : null,
    }),
    sendMessage: ({ turn, text }) => {
      said.push({ turn, text });
      return {};
    },
  };
  const host = `agent-${name}.localhost:${house.port}`;
  return { house, run: (json as { id: RunId }).id, told, said, show, host, origin: `http://${host}` }; // our own route
}
type Visit = Awaited<ReturnType<typeof visitMia>>;

const navigate = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' };

/** Gets a link and follows it as a browser does; its cookie with all its attributes. */
async function signIn({ house, host, origin }: Visit): Promise<string> {
  const { json, status } = await house.operator('POST', '/agents/mia/control-ui');
  expect(status, JSON.stringify(json)).toBe(200);
  const link = new URL((json as { link: string }).link); // our own route
  expect(link.origin).toBe(origin);
  const body = new URLSearchParams(link.hash.slice(1)).get('ticket') ?? '';
  const signedIn = await house.send('POST', '/clawhold/sign-in', { headers: { host, origin }, body });
  expect(signedIn.status).toBe(204);
  const again = await house.send('POST', '/clawhold/sign-in', { headers: { host, origin }, body });
  expect(again.status).toBe(401);
  return signedIn.headers['set-cookie']?.[0] ?? '';
}

const sent = (cookie: string): string => cookie.split(';')[0] ?? '';

interface Page {
  readonly socket: WebSocket;
  readonly heard: {
    readonly id?: string;
    readonly ok?: boolean;
    readonly payload?: unknown;
    readonly error?: unknown;
  }[];
  ask(method: string, params: object): Promise<Page['heard'][number]>;
}

/** Opens the WebSocket of a page; the status when it is refused. */
function openSocket({ house, host, origin }: Visit, headers: object): Promise<Page | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${house.port}/`, { headers: { host, origin, ...headers } });
  onTestFinished(() => socket.terminate());
  const heard: Page['heard'] = [];
  socket.on('message', (data) => void heard.push(JSON.parse(String(data))));
  let asked = 0;
  const ask: Page['ask'] = (method, params) => {
    asked += 1;
    const id = `r${asked}`;
    socket.send(JSON.stringify({ type: 'req', id, method, params }));
    return vi.waitUntil(() => heard.find((one) => one.id === id), patience);
  };
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, heard, ask }));
    socket.once('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode));
    socket.once('error', reject);
  });
}

async function openPage(visit: Visit): Promise<Page> {
  const page = await openSocket(visit, { cookie: sent(await signIn(visit)) });
  if (typeof page === 'number') throw new Error(`The socket was refused: ${page}`);
  return page;
}

const isClosed = ({ socket }: Page) => vi.waitUntil(() => socket.readyState === WebSocket.CLOSED, patience);

const refusals = async ({ house }: Visit) =>
  (await house.recorded()).flatMap(({ type, body }) => (type === 'control_ui.refused' ? [body['what']] : []));

test(
  verifies('agents.control-ui-apart', 'its page has a host, a cookie and a content policy of its own, and no API'),
  async () => {
    const visit = await visitMia();
    const { house, host, origin } = visit;
    const get = (path: string, headers: object): Promise<HttpAnswer> =>
      house.send('GET', path, { headers: { host, ...headers } });

    const stranger = await get('/', navigate);
    expect(stranger.text).not.toContain('main.js');
    expect(stranger.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect((await get('/main.js', { 'sec-fetch-site': 'same-origin' })).status).toBe(401);
    expect((await house.send('GET', '/clawhold/sign-in.js', { headers: { host } })).status).toBe(403);

    const cookie = await signIn(visit);
    expect(cookie).toMatch(/^clawhold_page=[\w-]+; Path=\/; HttpOnly; SameSite=Strict$/);
    const shown = await get('/', { ...navigate, cookie: sent(cookie) });
    expect(shown).toMatchObject({ status: 200, text: index });
    // Its one inline script by its digest, and no other.
    expect(shown.headers['content-security-policy']).toMatch(/script-src 'self' 'sha256-[^ ]+';/);
    expect(shown.headers['content-security-policy']).toContain(`connect-src 'self' data: ws://${host};`);
    const deeper = await get('/chat/main', { ...navigate, cookie: sent(cookie) });
    expect([deeper.status, deeper.headers.location]).toEqual([302, '/']);
    const missing = await get('/main.js', { cookie: sent(cookie), 'sec-fetch-site': 'same-origin' });
    expect(missing.status).toBe(404);

    // Its own host has no API, whoever sits there; and ours takes no page of another origin, whatever it has.
    for (const headers of [navigate, { 'sec-fetch-site': 'same-origin' }])
      expect((await get('/api/v1/runs', { ...headers, cookie: sent(cookie) })).status).toBe(403);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await house.send(method, '/api/v1/stop', { headers: { host, origin, cookie } })).status).toBe(403);
    expect(await refusals(visit)).toEqual(['the platform’s API']);
    const browser = { cookie: sent(cookie), 'x-clawhold-session': 'x' };
    for (const [method, path, headers] of [
      ['GET', '/runs', { origin }],
      ['POST', '/stop', { origin }],
      ['OPTIONS', '/stop', { origin }],
      ['GET', '/runs', { 'sec-fetch-site': 'cross-site' }],
      ['POST', '/sign-in', { origin }],
    ] as const)
      for (const own of [house.host, `localhost:${house.port}`]) {
        const came = await house.send(method, `/api/v1${path}`, { headers: { ...browser, host: own, ...headers } });
        expect(came.status, `${method} ${path}`).toBe(403);
      }
    for (const other of [
      `agent-mia.localhost:${house.port + 1}`,
      `agent-.localhost:${house.port}`,
      'agent-mia.localhost',
    ])
      expect(await rawExchange(house.port, `GET / HTTP/1.1\r\nHost: ${other}\r\nConnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1.1 421 /,
      );
  },
);

test(
  verifies('agents.control-ui-apart', 'no page of another origin, and nobody without a session, gets in'),
  async () => {
    const visit = await visitMia();
    const { house, host } = visit;
    const cookie = sent(await signIn(visit));
    for (const headers of [
      { cookie, origin: house.origin },
      { cookie, origin: `http://agent-ben.localhost:${house.port}` },
      { cookie, origin: 'https://attacker.example' },
      { cookie, origin: 'null' },
      { cookie, origin: `https://${host}` },
      { cookie, 'sec-fetch-site': 'cross-site' },
      {},
      { cookie: 'clawhold_page=guessed' },
      { cookie, host: `agent-ben.localhost:${house.port}`, origin: `http://agent-ben.localhost:${house.port}` },
    ])
      expect(await openSocket(visit, headers), JSON.stringify(headers)).toBe(403);
    expect(house.asked).not.toContain('openControlUi');
    const answer = await rawExchange(
      house.port,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    // Nor is a link made for whoever may only answer questions.
    const ada = (await house.operator('POST', '/people', { name: 'ada' })).json as { token: string }; // our own route
    const asAda = { headers: { authorization: `Bearer ${ada.token}` } };
    expect((await house.send('POST', '/api/v1/agents/mia/control-ui', asAda)).status).toBe(403);
    expect((await house.operator('POST', '/agents/ben/control-ui')).json).toMatchObject({
      code: 'state_no_conversation',
    });
  },
);

test(
  verifies(
    'agents.control-ui-words',
    'words take the way of all words, and what decides anything is refused and recorded',
  ),
  async () => {
    const visit = await visitMia();
    const { run, told, said, show, house } = visit;
    const page = await openPage(visit);
    page.socket.send(
      JSON.stringify({ type: 'req', id: 'c', method: 'connect', params: { scopes: ['operator.admin'] } }),
    );
    await vi.waitUntil(() => told.length === 1, patience);

    const words = { sessionKey: 'main', message: ' And June? ', idempotencyKey: 'mine' };
    expect(await page.ask('chat.send', words)).toMatchObject({ ok: true, payload: { runId: 'mine' } });
    expect(said).toMatchObject([{ text: 'And June?' }]);
    const turn = said[0]?.turn;
    const recorded = (await house.recorded()).filter(({ type }) => type === 'message.sent');
    expect(recorded).toMatchObject([{ actor: 'person:operator', body: { turn, by: 'operator' } }]);
    // Under the name that the page knows.
    show({ type: 'event', event: 'chat', payload: { runId: turn, state: 'final' } });
    await vi.waitUntil(
      () => page.heard.some(({ payload }) => Object(payload).runId === 'mine' && Object(payload).state),
      patience,
    );

    const no = expect.objectContaining({ ok: false });
    for (let time = 0; time < 2; time += 1) {
      expect(await page.ask('exec.approval.resolve', { id: 'a', decision: 'allow-once' })).toEqual(no);
      expect(await page.ask('chat.send', { ...words, message: '/approve a allow-once' })).toEqual(no);
      expect(await page.ask('chat.history', { sessionKey: 'agent:main:other' })).toEqual(no);
      expect(await page.ask('config.get', {})).toEqual(no);
    }
    expect(said).toHaveLength(1);
    expect(told).toHaveLength(1);
    // Once each, and what every page asks for by itself not at all.
    expect(await refusals(visit)).toEqual(['exec.approval.resolve', 'chat.send', 'chat.history']);
    for (let one = 0; one < 20; one += 1) expect(await page.ask(`new.${one}`, {})).toEqual(no);
    expect(await refusals(visit)).toHaveLength(20);

    // A page's stop is the platform's.
    page.socket.send(JSON.stringify({ type: 'req', id: 's', method: 'chat.abort', params: { sessionKey: 'main' } }));
    await vi.waitFor(
      async () => expect((await house.operator('GET', `/runs/${run}`)).json).toMatchObject({ state: 'stopped' }),
      patience,
    );
    expect(
      (await house.recorded()).some(({ type, actor }) => type === 'run.stopped' && actor === 'person:operator'),
    ).toBe(true);

    const other = await openSocket(visit, {}).catch(() => 0);
    expect(other).toBe(403);
  },
);

test(verifies('agents.control-ui-words', 'what is no request ends the connection'), async () => {
  const visit = await visitMia();
  const page = await openPage(visit);
  page.socket.send('hello');
  await isClosed(page);
  expect(await refusals(visit)).toEqual(['unknown']);
});

test(
  verifies('agents.control-ui-ends', 'with the sign-out of its person, by a word, and with its conversation'),
  async () => {
    const visit = await visitMia();
    const { house, run, host } = visit;
    const get = (cookie: string): Promise<HttpAnswer> =>
      house.send('GET', '/x.js', { headers: { host, cookie, 'sec-fetch-site': 'same-origin' } });
    const cookie = sent(await signIn(visit));
    const page = await openSocket(visit, { cookie });
    if (typeof page === 'number') throw new Error('The socket was refused.');
    expect((await get(cookie)).status).toBe(404);
    const reason = new Promise<string>((resolve) => page.socket.once('close', (_, why) => resolve(String(why))));
    expect((await house.operator('POST', '/sign-out')).status).toBe(200);
    expect(await reason).toContain('npx clawhold agent ui mia');
    expect((await get(cookie)).status).toBe(401);
    expect(await openSocket(visit, { cookie })).toBe(403);

    const second = sent(await signIn(visit));
    expect((await house.operator('POST', '/agents/mia/control-ui/close')).status).toBe(200);
    expect((await get(second)).status).toBe(401);

    const third = sent(await signIn(visit));
    expect((await house.operator('POST', `/runs/${run}/stop`)).status).toBe(200);
    expect((await get(third)).status).toBe(401);
    expect((await house.operator('POST', '/agents/mia/control-ui')).json).toMatchObject({
      code: 'state_no_conversation',
    });
  },
);

test('an agent with a name that no host can have gets no link', async () => {
  const name = 'm'.repeat(58);
  const { house } = await visitMia(name);
  expect((await house.operator('POST', `/agents/${name}/control-ui`)).json).toMatchObject({
    code: 'state_no_control_ui',
  });
});
