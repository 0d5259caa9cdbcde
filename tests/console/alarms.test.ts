import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import {
  makeProductPlace,
  ordinaryUser,
  type ProcessFacts,
  type Product,
  type ProductPlace,
  scale,
  startProduct,
  verifies,
} from '@clawhold/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startCrashProduct } from '../product/crash-place.ts';
import { openConsole, operatorOf, startBrowser } from './browser.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const resources = new AsyncDisposableStack();
let place: ProductPlace;
let product: Product;
let browser: Browser;

beforeAll(async () => {
  place = resources.use(await makeProductPlace());
  const started = await startCrashProduct(place);
  resources.defer(() => started.finance.close());
  product = resources.use(started.product);
  browser = resources.use(await startBrowser());
});
afterAll(() => resources.disposeAsync());

/** The first commands of runs that are at work. A step that the timeline calls started may not have come so far. */
const sleeping = () => product.processes().filter(({ command }) => command === 'sleep 4');

/** A run that sleeps for four seconds in the first command of its sandbox, and its folder. */
async function beginSleeping(name: string): Promise<{ readonly run: string; readonly folder: string }> {
  const folder = await mkdtemp(join(place.folder, `${name}-`));
  const earlier = new Set(sleeping().map(({ pid }) => pid));
  const body = { task: `Append, append, post: ${name}`, folder, agent: 'default', model: 'rehearsal/crash' };
  const run = (await operatorOf(product).POST('/runs', { body })).data?.id ?? '';
  await vi.waitUntil(() => sleeping().some(({ pid }) => !earlier.has(pid)), { timeout: 60_000 });
  return { run, folder };
}

function program(name: 'supervisor' | 'api'): ProcessFacts {
  const found = product.processes().find(({ command }) => new RegExp(`^\\S+/node .*/${name}\\.js$`).test(command));
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

/** Both on each page in the long run; each once in every run. */
function schemes(key: string): readonly ('light' | 'dark')[] {
  if (scale(1) > 1) return ['light', 'dark'];
  return key === 'r' ? ['light'] : key === 'q' ? ['dark'] : [];
}

const banner = (page: Page) => page.getByRole('main').getByRole('alert');

test(
  verifies('console.alarms', 'a supervisor that holds no lease is said on every page, and its return as well'),
  async () => {
    const { page } = await openConsole(browser, product);
    expect(await banner(page).count()).toBe(0);
    const { pid } = program('supervisor');
    // The manager would put another one in its place.
    const manager = product.manager.pid ?? 0;
    process.kill(manager, 'SIGSTOP');
    process.kill(pid, 'SIGSTOP');
    try {
      await banner(page).getByText('The supervisor is lost. Nothing passes').waitFor({ timeout: 60_000 });
      await page.keyboard.press('q');
      await page.getByRole('heading', { name: 'Approvals' }).waitFor();
      expect(await banner(page).isVisible()).toBe(true);
    } finally {
      process.kill(pid, 'SIGCONT');
      process.kill(manager, 'SIGCONT');
    }
    await banner(page).waitFor({ state: 'detached', timeout: 60_000 });
  },
);

test(verifies('console.decides-about-files', '"stop all" asks once, and then nothing goes on'), async () => {
  const runs = [(await beginSleeping('one')).run, (await beginSleeping('two')).run];
  const { page, complaints } = await openConsole(browser, product);
  const frame = page.getByRole('banner');
  await frame.getByRole('button', { name: 'Stop all' }).dblclick();
  await frame.getByText('Stop all 2 runs that go on?').waitFor();
  for (const run of runs)
    expect((await operatorOf(product).GET('/runs/{run}', { params: { path: { run } } })).data).toMatchObject({
      state: 'running',
    });
  await frame.getByRole('button', { name: 'Yes, stop all' }).click();
  await frame.getByRole('button', { name: 'Stop all' }).waitFor({ state: 'detached' });
  await page.getByRole('main').getByText('stopped', { exact: true }).nth(1).waitFor();
  for (const run of runs)
    expect((await operatorOf(product).GET('/runs/{run}', { params: { path: { run } } })).data).toMatchObject({
      state: 'stopped',
    });
  expect(complaints).toEqual([]);
});

test(
  verifies(
    'console.lost-steps-wait',
    'a step whose result was lost is among what waits until a person says what it did',
  ),
  async () => {
    // The page is opened before: on a slow machine that takes longer than the first command sleeps.
    const { page } = await openConsole(browser, product);
    const { run, folder } = await beginSleeping('lost');
    process.kill(program('supervisor').pid, 'SIGKILL');
    await page.goto(`${product.url}/runs/${run}`);
    const question = page.getByRole('article', { name: 'Did this happen?' });
    await question.getByText('its result was lost').waitFor({ timeout: 60_000 });
    await page.getByText('unknown', { exact: true }).first().waitFor();

    // It waits for a person as a question does: counted in the frame and in the tab, and answered on the same page.
    await page.getByRole('link', { name: 'Approvals 1' }).click();
    await question.getByText('echo first >> marker').waitFor();
    await question.getByText(/^\d+:\d\d left, then the run goes on without it$/).waitFor();
    expect(await page.title()).toBe('(1) Approvals · Clawhold');
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      expect((await new AxeBuilder({ page }).setLegacyMode().analyze()).violations.map(({ id }) => id)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    // The keys of a question, and each answer is asked about once more.
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url());
    });
    await page.keyboard.press('d');
    await question.getByRole('button', { name: 'No, it did not happen' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('y');
    await page.keyboard.press('a');
    await question.getByRole('button', { name: 'Yes, it happened' }).waitFor();
    await page.keyboard.press('Escape');
    expect(sent).toEqual([]);
    await question.getByRole('button', { name: 'It happened' }).dblclick();
    await question.getByText('You looked, and it is so?').waitFor();
    await question.getByLabel('What you saw').fill('The marker is there.');
    await question.getByRole('button', { name: 'Yes, it happened' }).click();
    await question.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Approvals', exact: true }).waitFor();
    await page.goto(`${product.url}/runs/${run}`);
    await page.getByText('The marker is there.').waitFor();
    await page
      .getByText(/operator/)
      .first()
      .waitFor();
    // Told that it happened, the agent did not do it again.
    await page.getByRole('article').waitFor({ timeout: 60_000 });
    await operatorOf(product).POST('/runs/{run}/stop', { params: { path: { run } } });
    expect(await readFile(join(folder, 'marker'), 'utf8').catch(() => '')).toBe('');
  },
);

test(
  verifies(
    'console.gateway-lost',
    'a gateway that is gone is said on every page, with the time since; what was known is grey, and nothing is called empty',
  ),
  async () => {
    const { page } = await openConsole(browser, product);
    const name = `mia-${randomUUID().slice(0, 8)}`; // a second try meets the person of the first
    const { data } = await operatorOf(product).POST('/people', { body: { name } });
    const other = await openConsole(browser, product, {}, data?.token);
    await page.keyboard.press('q');
    for (const one of [page, other.page]) await one.getByText('Nothing waits for you').waitFor();
    // The manager would put another one in its place.
    const manager = product.manager.pid ?? 0;
    process.kill(manager, 'SIGSTOP');
    try {
      process.kill(program('api').pid, 'SIGKILL');
      for (const one of [page, other.page]) {
        const alert = one.getByRole('banner').getByRole('alert');
        await alert.getByText('Clawhold does not answer. It answered last at').waitFor({ timeout: 60_000 });
        const since = Date.parse((await alert.locator('time').getAttribute('datetime')) ?? '');
        expect(since).toBeLessThanOrEqual(Date.now());
        expect(since).toBeGreaterThan(Date.now() - 600_000);
        await one.getByText('Nobody knows what stands here').waitFor();
        expect(await one.getByText('Nothing waits for you').count()).toBe(0);
        expect(await one.title()).toBe('(?) Approvals · Clawhold');
      }
      for (const key of ['r', 'q', 'p', 't', 'l']) {
        await page.keyboard.press(key);
        expect(await page.getByRole('banner').getByRole('alert').isVisible()).toBe(true);
        expect(await page.getByRole('main').evaluate((main) => getComputedStyle(main).filter)).toContain('grayscale');
        for (const colorScheme of schemes(key)) {
          await page.emulateMedia({ colorScheme });
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
          expect(violations.map(({ id, nodes }) => `${key} ${colorScheme} ${id} ${nodes[0]?.html}`)).toEqual([]);
        }
      }
    } finally {
      process.kill(manager, 'SIGCONT');
    }
    await page.keyboard.press('q');
    for (const one of [page, other.page]) {
      await one.getByRole('banner').getByRole('alert').waitFor({ state: 'detached', timeout: 60_000 });
      await one.getByText('Nothing waits for you').waitFor();
    }
  },
);

test(
  verifies('console.alarms', 'that sandboxes run under the person’s own account is said on every page'),
  async () => {
    const other = resources.use(await makeProductPlace({ account: await ordinaryUser() }));
    const weaker = resources.use(await startProduct(other));
    const { page } = await openConsole(browser, weaker);
    const badge = page.getByRole('banner').getByText('same-user');
    await badge.waitFor();
    for (const key of ['q', 'l', 'r']) {
      await page.keyboard.press(key);
      expect(await badge.isVisible()).toBe(true);
    }
    const narrow = await openConsole(browser, weaker, { viewport: { width: 390, height: 700 } });
    await narrow.page.getByRole('banner').getByText('same-user').waitFor();
  },
);
