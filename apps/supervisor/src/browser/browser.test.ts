import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { callRoute } from '@clawhold/channel';
import { formatId, idEntropyBytes, supervisorRoutes } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';
import { startWorld } from '../testing/world-scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const policy = `
  shop:
    endpoints:
      - host: shop.local
        port: 80
        protocol: rest
        rules:
          - allow: { method: GET, path: "/**" }
          - allow: { method: POST, path: /orders }
          - allow: { method: POST, path: /files }`;

const page = `<!doctype html><title>Shop</title><h1>Shop</h1>
<form action="/orders" method="post"><label>Name <input name="name"></label>
<select name="size" aria-label="Size"><option>small<option>large</select><button>Order</button></form>
<form action="/delete" method="post"><button>Delete</button></form>
<form action="/files" method="post" enctype="multipart/form-data"><input type="file" name="file" aria-label="Paper"><button>Send</button></form>
<a href="/list.csv" download>List</a>
<script>fetch('/beacon', { method: 'POST', body: 'x' }).then(({ status }) => document.body.append('beacon ' + status))</script>`;

/** A shop that remembers what came. */
async function openShop({ services }: Scene): Promise<string[]> {
  const came: string[] = [];
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    came.push(`${request.method} ${request.url} ${await text(request)}`.trim());
    if (request.url === '/list.csv') response.writeHead(200, { 'content-type': 'text/csv' }).end('a;b\n');
    else response.writeHead(200, { 'content-type': 'text/html' }).end(request.method === 'GET' ? page : 'Thank you.');
  }
  const shop = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => shop.listen(join(services, 'shop.sock'), resolve));
  onTestFinished(() => void shop.close());
  return came;
}

async function use({ call }: Scene, tool: string, values: Record<string, unknown> = {}): Promise<string> {
  const { outcome } = await call(tool, values);
  return outcome.kind === 'done' ? outcome.output : JSON.stringify(outcome);
}

/** The reference of the element that is shown with these words. */
function refOf(shown: string, words: string): string {
  const line = shown.split('\n').find((one) => one.includes(words));
  return /\[ref=(\w+)\]/.exec(line ?? '')?.[1] ?? `nothing says ${words}: ${shown}`;
}

test(
  verifies(
    'browser.used',
    verifies(
      'browser.policy',
      'a page is read, filled in and sent by its elements; what no rule allows does not leave',
    ),
  ),
  async () => {
    const scene = await startScene({ 'paper.txt': 'on paper' }, '', policy);
    const came = await openShop(scene);
    await scene.open();
    const shown = await use(scene, 'browser.open', { url: 'http://shop.local/' });
    expect(shown).toContain('Page: Shop\nAddress: http://shop.local/\n');
    expect(await use(scene, 'browser.read')).toContain('beacon 403');
    await use(scene, 'browser.type', { ref: refOf(shown, 'textbox "Name"'), text: 'Ada' });
    await use(scene, 'browser.select', { ref: refOf(shown, 'combobox "Size"'), options: ['large'] });
    const ordered = await use(scene, 'browser.click', { ref: refOf(shown, 'button "Order"') });
    expect(ordered).toContain('Thank you.');
    const again = await use(scene, 'browser.back');
    expect(await use(scene, 'browser.click', { ref: refOf(again, 'button "Delete"') })).toMatch(
      /policy_denied|No rule/,
    );
    const third = await use(scene, 'browser.open', { url: 'http://shop.local/?again' });
    const chosen = await use(scene, 'browser.upload', { ref: refOf(third, 'button "Paper"'), path: 'paper.txt' });
    await use(scene, 'browser.click', { ref: refOf(chosen, 'button "Send"') });
    const last = await use(scene, 'browser.open', { url: 'http://shop.local/' });
    expect(await use(scene, 'browser.download', { ref: refOf(last, 'link "List"'), path: 'in/list.csv' })).toMatch(
      /^Created in\/list\.csv/,
    );
    expect(await use(scene, 'file.read', { path: 'in/list.csv' })).toBe('a;b\n');
    expect(await use(scene, 'browser.click', { ref: 'e999' })).toContain('There is no element e999');

    expect(came).toContain('POST /orders name=Ada&size=large');
    expect(came.find((line) => line.startsWith('POST /files'))).toContain('filename="paper.txt"');
    expect(came.join('\n')).toContain('on paper');
    expect(came.filter((line) => /^POST \/(beacon|delete)/.test(line))).toEqual([]);
    const pictures = scene.plane.timeline.filter(({ kind }) => kind === 'picture');
    expect(pictures.length).toBeGreaterThan(5);
  },
);

test(
  verifies(
    'browser.apart',
    verifies('browser.ends', 'the browser sees no file of the task, holds no credential, and ends with its run'),
  ),
  async () => {
    const scene = await startScene({ 'paper.txt': 'on paper' }, '', policy);
    await openShop(scene);
    await scene.open();
    await writeFile(join(scene.taskFolder, 'page.html'), 'x');
    expect(await use(scene, 'browser.open', { url: 'file:///task/paper.txt' })).toContain('http or https');
    const shown = await use(scene, 'browser.open', { url: 'http://shop.local/' });
    const label = (await scene.call('browser.read', {})).outcome;
    expect(label).toMatchObject({ kind: 'done', label: { integrity: 'external' } });
    expect(shown).toContain('Shop');
    const started = scene.plane.events.find(({ body }) => body['beside'] === 'browser');
    expect(started?.body).toMatchObject({ attestation: { files: { task: 'hidden' } } });
    const { sandboxes } = await scene.ask('listSandboxes', {});
    expect(sandboxes.map(({ beside }) => beside)).toEqual([null, 'browser']);
    await scene.ask('closeSandbox' as never, { run: scene.run } as never);
    await vi.waitFor(() => expect(scene.plane.events.filter(({ type }) => type === 'sandbox.ended')).toHaveLength(2));
    await expect(readFile(join(scene.home, 'runs', scene.run, 'browser', 'storage'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  },
);

test(
  verifies('browser.policy', 'inside TLS a page is read as far as its policy goes, by the authority of sandboxes only'),
  async () => {
    const world = await startWorld(`version: 1
name: worker
network_policies:
  web: { endpoints: [{ host: web.example.com, port: 443, rules: [{ allow: { method: GET, path: "/open/**" } }] }] }
`);
    const open = async (url: string): Promise<string> => {
      const step = formatId('step', randomBytes(idEntropyBytes));
      const call = { id: 'call_1', tool: 'browser.open', arguments: { url } };
      const outcome = await callRoute(world.scene.worker(), supervisorRoutes.callTool, {
        run: world.runId,
        step,
        call,
      });
      return outcome.kind === 'done' ? outcome.output : JSON.stringify(outcome);
    };
    expect(await open('https://web.example.com/open/a')).toContain('tls GET /open/a');
    expect(await open('https://web.example.com/closed')).toContain('The server answered 403.');
    expect(await world.reached()).toEqual(['tls web.example.com /open/a']);
  },
);
