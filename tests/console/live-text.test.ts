import { mkdir } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { makeProductPlace, type Product, startProduct, verifies } from '@clawhold/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openConsole, operatorOf, startBrowser } from './browser.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const resources = new AsyncDisposableStack();
/** Turns that a model server was asked for and has not ended, oldest first. */
const turns: ServerResponse[] = [];
let product: Product;
let browser: Browser;
let folder: string;

/** A model server that says what the test says, when the test says it (OpenAI API reference, "Chat completion chunk"). */
async function startModel(): Promise<number> {
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return response.end('{"object":"list","data":[{"id":"slow","object":"model"}]}');
    await readText(request);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return turns.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

function say(response: ServerResponse | undefined, content: string, end: 'stop' | null = null): void {
  const choices = [{ index: 0, delta: { role: 'assistant', content }, finish_reason: end }];
  const head = { id: 'c', object: 'chat.completion.chunk', created: 0, model: 'slow' };
  response?.write(`data: ${JSON.stringify({ ...head, choices })}\n\n`);
  if (end === null) return;
  const usage = { prompt_tokens: 1_234, completion_tokens: 56, total_tokens: 1_290 };
  response?.end(`data: ${JSON.stringify({ ...head, choices: [], usage })}\n\ndata: [DONE]\n\n`);
}

beforeAll(async () => {
  const port = await startModel();
  const place = resources.use(await makeProductPlace());
  folder = join(place.folder, 'work');
  await mkdir(folder);
  const models = `providers:\n  - { name: slow, baseUrl: "http://127.0.0.1:${port}/v1", models: [slow] }\n`;
  await place.configure({ 'models.yaml': models });
  product = resources.use(await startProduct(place));
  browser = resources.use(await startBrowser());
});
afterAll(() => resources.disposeAsync());

test(
  verifies('console.live-run', 'what a model writes is on the page while it writes, inert, and then once'),
  async () => {
    const body = { task: 'Tell me a story', folder, agent: 'default', model: 'slow/slow' };
    const run = (await operatorOf(product).POST('/runs', { body })).data?.id ?? '';
    const { page, complaints } = await openConsole(browser, product);
    await page.goto(`${product.url}/runs/${run}`);
    await vi.waitUntil(() => turns.length === 1, { timeout: 60_000 });
    say(turns[0], 'Once there was <b>an invoice</b>\u202E ');
    await page.getByText('default is writing').waitFor();
    await page.getByText('Once there was <b>an invoice</b>⟨U+202E⟩').waitFor();
    // Who comes later sees it from its beginning.
    await page.reload();
    await page.getByText('Once there was <b>an invoice</b>⟨U+202E⟩').waitFor();
    say(turns[0], 'and nobody paid it.');
    await page.getByText('nobody paid it.').waitFor();
    expect(await page.getByText('default is writing').isVisible()).toBe(true);
    expect(await page.locator('main b').count()).toBe(0);
    const facts = page.getByRole('region', { name: 'About this run' });
    expect(await facts.textContent()).not.toContain('1,234');

    say(turns[0], ' The end.', 'stop');
    await vi.waitUntil(() => turns.length === 2, { timeout: 60_000 });
    await page.getByText('default says').waitFor();
    expect(await page.getByText('and nobody paid it. The end.').count()).toBe(1);
    // The second turn is under way, and what the first one cost is known.
    await facts.getByText('1,234').waitFor();
    say(turns[1], 'That was all.', 'stop');
    await page.getByRole('region', { name: 'In its own words' }).waitFor();
    expect(await page.getByText('is writing').count()).toBe(0);
    expect(complaints).toEqual([]);
  },
);
