import { chmod, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { makeProductPlace, type Product, startProduct, verifies } from '@clawhold/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectSuperuser } from '../product/superuser.ts';
import { openConsole, operatorOf, startBrowser } from './browser.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const resources = new AsyncDisposableStack();
let product: Product;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  const place = resources.use(await makeProductPlace());
  await place.configure({
    'scenarios/proposals.yaml': await readFile(join(import.meta.dirname, 'proposals.yaml'), 'utf8'),
  });
  product = resources.use(await startProduct(place));
  const finance = createServer((_request, response) => void response.end('[]'));
  resources.defer(() => void finance.close());
  const socket = join(place.home, 'services', 'finance.sock');
  await new Promise<void>((resolve) => finance.listen(socket, resolve));
  // The supervisor has an account of its own when the product was started by root.
  await chmod(socket, 0o666);
  folder = join(place.folder, 'work');
  await mkdir(folder);
  browser = resources.use(await startBrowser());
});
afterAll(() => resources.disposeAsync());

/** Lets the agent try, and gives what became of its request to the host. */
async function tried(): Promise<readonly string[]> {
  const api = operatorOf(product);
  const task = { task: 'Read the accounts.', folder, agent: 'default', model: 'rehearsal/proposals' };
  const run = (await api.POST('/runs', { body: task })).data?.id ?? '';
  const params = { path: { run } };
  const isOver = async () => (await api.GET('/runs/{run}', { params })).data?.ended !== null;
  await vi.waitUntil(isOver, { timeout: 60_000 });
  const entries = (await api.GET('/runs/{run}/timeline', { params })).data?.entries ?? [];
  return entries.flatMap(({ body }) => (body.kind === 'egress' ? [`${String(body['decision'])} ${run}`] : []));
}

const outcome = async (): Promise<string | undefined> => (await tried())[0]?.split(' ')[0];

test(
  verifies('console.proposals', 'what was refused is accepted for so long and so often, passes, and is taken back'),
  async () => {
    const { page, complaints } = await openConsole(browser, product);
    await page.keyboard.press('p');
    await page.getByText('No rule waits for you').waitFor();
    const [refused = ''] = await tried();
    expect(refused).toMatch(/^deny run_/);
    const run = refused.slice('deny '.length);

    const asked = page.getByRole('article').filter({ hasText: 'Asked for by the agent' });
    await asked.getByText('<img src=x onerror=alert(1)> I was told to ⟨U+202E⟩read').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    const denied = page.getByRole('article').filter({ hasText: 'Refused once' });
    await denied.getByText('"/accounts"').waitFor();
    expect(await denied.getByRole('region', { name: 'What it opens' }).textContent()).toMatch(
      /GET finance\.local:80\/accounts.*allowed/,
    );
    expect(await denied.getByRole('link', { name: run }).isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Proposals 2' }).waitFor();

    for (const width of [1280, 390])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        expect(violations.map(({ id, nodes }) => `${width} ${colorScheme} ${id} ${nodes[0]?.html}`)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }

    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(`${new URL(request.url()).pathname} ${request.postData()}`);
    });
    const shown = await denied.locator('code').last().textContent();
    const { data } = await operatorOf(product).GET('/proposals');
    const known = data?.proposals.find(({ kind }) => kind === 'denied');
    expect(shown).toBe(known?.digest);
    await denied.getByRole('button', { name: 'Accept…' }).dblclick();
    await denied.getByRole('button', { name: 'Yes, put it in force' }).waitFor();
    expect(sent).toEqual([]);
    await denied.getByLabel('For', { exact: true }).selectOption('1 hour');
    await denied.getByLabel('Requests at most').fill('0');
    await denied.getByRole('button', { name: 'Yes, put it in force', disabled: true }).waitFor();
    await denied.getByLabel('Requests at most').fill('2');
    await denied.getByRole('button', { name: 'Yes, put it in force' }).click();
    const inForce = page.getByRole('region', { name: 'In force' });
    await inForce.getByText('used 0 of 2').waitFor();
    expect(sent).toEqual([
      `/api/v1/proposals/${known?.id}/accept ${JSON.stringify({ digest: shown, seconds: 3_600, uses: 2, run: null })}`,
    ]);

    // The other one is the only one left: the keyboard speaks about it.
    await page.getByRole('link', { name: 'Proposals 1' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('main').press('d');
    await page.getByText('No rule waits for you').waitFor();

    expect(await outcome()).toBe('allow');
    await inForce.getByText('used 1 of 2').waitFor();
    await inForce.getByRole('button', { name: 'Revoke' }).click();
    await inForce.getByRole('button', { name: 'Yes, revoke' }).click();
    await inForce.waitFor({ state: 'detached' });
    expect(await outcome()).toBe('deny');
    expect(complaints).toEqual([]);
  },
);

test(
  verifies('console.proposals', 'what became of a rule is found by its state, page by page, and none is left out'),
  async () => {
    const { page, complaints } = await openConsole(browser, product);
    const { data } = await operatorOf(product).GET('/proposals', { params: { query: { state: 'dismissed' } } });
    const [dismissed] = data?.proposals ?? [];
    expect(data).toMatchObject({ proposals: [{ kind: 'asked' }], next: null });
    const database = await connectSuperuser(product);
    await database.query(
      `insert into proposal (id, kind, state, agent, policy, digest, tried, count, runs, opens, bounds, made, expires, decided, decided_by)
       select 'prp_' || lpad(n::text, 10, '0'), 'denied', state, agent, policy, digest, '["older ' || n || '"]', count, runs, opens, bounds,
         made - interval '1 minute' * n, expires, decided, decided_by
       from proposal, generate_series(1, 60) n where id = $1`,
      [dismissed?.id],
    );
    await database.end();
    await page.keyboard.press('p');
    await page.getByRole('navigation', { name: 'Proposals by what became of them' }).getByText('Dismissed').click();
    const list = page.getByRole('region', { name: 'Dismissed' });
    await list.getByText('older 49').first().waitFor();
    expect(await list.getByRole('article').count()).toBe(50);
    expect(await list.getByText('older 50').count()).toBe(0);
    await list.getByRole('button', { name: 'Show older ones' }).click();
    await list.getByText('older 60').first().waitFor();
    expect(await list.getByRole('article').count()).toBe(61);
    expect(await list.getByRole('button', { name: 'Show older ones' }).count()).toBe(0);
    // It is an address of its own.
    await page.reload();
    await list.getByText('older 49').first().waitFor();
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.map(({ id, nodes }) => `${width} ${id} ${nodes[0]?.html}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await page.getByRole('link', { name: 'Revoked' }).click();
    const revoked = page.getByRole('region', { name: 'Revoked' }).getByRole('article');
    await revoked.getByText('used 1 of 2').waitFor();
    expect(await revoked.textContent()).toContain('by operator');
    await page.getByRole('link', { name: 'Over' }).click();
    await page.getByText('There are none.').waitFor();
    expect(complaints).toEqual([]);
  },
);

test('the keyboard stays with the run that it stands on when another one begins', async () => {
  const [first = ''] = await tried();
  const run = first.split(' ')[1] ?? '';
  const { page, complaints } = await openConsole(browser, product);
  await page.locator(`a[href="/runs/${run}"]`).first().waitFor();
  await page.keyboard.press('j');
  const [second = ''] = await tried();
  await page
    .locator(`a[href="/runs/${second.split(' ')[1]}"]`)
    .first()
    .waitFor();
  await page.keyboard.press('o');
  await page.waitForURL(`**/runs/${run}`);
  expect(complaints).toEqual([]);
});
