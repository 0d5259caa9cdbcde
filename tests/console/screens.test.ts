import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Run } from '@clawhold/client';
import { makeProductPlace, type Product, type ProductPlace, scale, startProduct, verifies } from '@clawhold/testkit';
import { tourPolicy } from '@clawhold/tour';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { setUpTour, type TourWork } from '../product/tour-work.ts';
import { openConsole, operatorOf, startBrowser } from './browser.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const resources = new AsyncDisposableStack();
let place: ProductPlace;
let product: Product;
let browser: Browser;
let tour: TourWork;

beforeAll(async () => {
  place = resources.use(await makeProductPlace());
  product = resources.use(await startProduct(place));
  tour = resources.use(await setUpTour({ place, seed: 3, policy: tourPolicy() }));
  browser = resources.use(await startBrowser());
});
// A page that is left open goes on following its run, at the cost of the tests after it.
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
afterAll(() => resources.disposeAsync());

async function readRun(run: string): Promise<Run | undefined> {
  return (await operatorOf(product).GET('/runs/{run}', { params: { path: { run } } })).data;
}

/** Answers the question that is on the page with these keys, and waits until it is gone. */
async function answer(page: Page, ...keys: readonly string[]): Promise<void> {
  const question = page.getByRole('article');
  const digest = await question.locator('code').last().textContent();
  for (const key of keys) await page.keyboard.press(key);
  await page.getByText(digest ?? '', { exact: true }).waitFor({ state: 'detached' });
}

async function approvalStates(run: string): Promise<readonly string[]> {
  const query = { pending: 'false', run };
  const { data } = await operatorOf(product).GET('/approvals', { params: { query } });
  return data?.approvals.map(({ state }) => state).toReversed() ?? [];
}

test(
  verifies('console.live-run', 'a run is followed from the form to its end, and its files are kept and undone'),
  async () => {
    const { page, complaints } = await openConsole(browser, product);
    await page.keyboard.press('n');
    await page.getByLabel('Task', { exact: true }).fill('Reconcile the invoices against the purchase ledger');
    await page.getByLabel('Folder').fill(tour.folder);
    await page.getByLabel('Agent').selectOption('tour');
    await page.getByLabel('Model').selectOption('rehearsal/tour');
    await page.getByText('No model decides here').waitFor();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForURL('**/runs/run_*');
    const run = new URL(page.url()).pathname.split('/').at(-1) ?? '';

    const question = page.getByRole('article');
    await question.getByText('which came from outside').waitFor();
    const { data } = await operatorOf(product).GET('/approvals', { params: { query: { run } } });
    const [asked] = data?.approvals ?? [];
    for (const { name, value } of asked?.rendered.fields ?? []) {
      expect(await question.textContent()).toContain(name);
      expect(await question.textContent()).toContain(value);
    }
    expect(await question.textContent()).toContain(asked?.digest);
    expect(await question.getByText(/^\d+:\d\d left/).isVisible()).toBe(true);
    await answer(page, 'd');
    await question.getByText('/postings').first().waitFor();
    await answer(page, 'a', 'y');
    await page.getByRole('region', { name: 'In its own words' }).waitFor();
    expect(await approvalStates(run)).toEqual(['denied', 'consumed']);
    expect(tour.finance.state).toMatchObject({ payments: [], postings: [{}] });

    expect(await page.getByText(/^No rule allows POST \S+:443\/\S+\.$/).count()).toBe(1);
    expect(await page.getByRole('region', { name: 'Plan' }).getByRole('listitem').count()).toBe(4);
    await page.keyboard.press('3');
    await page.getByRole('cell', { name: /:443$/ }).first().waitFor();
    await page.keyboard.press('2');
    await page.getByRole('listitem').filter({ hasText: 'report.md' }).getByRole('button').click();
    await page.getByRole('cell', { name: '# Reconciliation of' }).waitFor();

    expect(await readdir(tour.folder)).not.toContain('report.md');
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await page.getByRole('button', { name: 'Yes, keep' }).click();
    await page.getByText('paths were written').waitFor();
    expect(await readFile(join(tour.folder, 'report.md'), 'utf8')).toContain('# Reconciliation');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Yes, undo' }).click();
    await page.getByText('as they were before').waitFor();
    await page.getByText('What happened outside is not taken back').waitFor();
    expect(await readdir(tour.folder)).not.toContain('report.md');
    expect(complaints).toEqual([]);
  },
);

test(
  verifies('console.deliberate-approval', 'one key, a held key, a double click or a wrong order approves nothing'),
  async () => {
    const run = await tour.begin();
    const { page } = await openConsole(browser, product);
    await page.goto(`${product.url}/approvals`);
    await page.getByRole('article').waitFor();
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url());
    });
    await page.keyboard.press('y');
    await page.keyboard.down('a');
    await page.keyboard.down('a');
    await page.keyboard.up('a');
    await page.getByRole('button', { name: 'Yes, do exactly this' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('y');
    await page.getByRole('button', { name: 'Approve…' }).dblclick();
    await page.keyboard.press('Enter');
    expect(sent).toEqual([]);
    expect(await approvalStates(run)).toEqual(['pending']);

    await page.goto(`${product.url}/runs/${run}`);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('group', { name: 'Stop?' }).getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('banner').getByRole('button', { name: 'Stop all' }).waitFor({ state: 'detached' });
    expect(await readRun(run)).toMatchObject({ state: 'stopped' });
    expect(await approvalStates(run)).toEqual(['void']);
  },
);

test(
  verifies(
    'console.self-check',
    verifies(
      'console.decides-about-files',
      'what is not met is said; a conflict is shown, nothing is written, and the rest can be kept or discarded',
    ),
  ),
  async () => {
    const run = await tour.begin();
    const held = Promise.withResolvers<void>();
    const { page } = await openConsole(browser, product);
    await page.goto(`${product.url}/runs/${run}?view=changes`);
    for (const path of ['/payments', '/postings']) {
      await page.getByRole('article').getByText(path).first().waitFor();
      if (path === '/postings') {
        // A list that was made before the run's end is still on the page after it: nobody can keep that one.
        await page.getByRole('listitem').filter({ hasText: 'report.md' }).waitFor();
        await page.route('**/changes', (route) => held.promise.then(() => route.continue()));
      }
      await answer(page, 'd');
    }
    await page.getByRole('button', { name: 'Keep', exact: true, disabled: true }).waitFor();
    held.resolve();
    await page.getByRole('button', { name: 'Keep', exact: true, disabled: false }).waitFor();
    // Nobody allowed the posting, so the agent says itself that not all is done.
    const check = page.getByRole('region', { name: 'The agent’s check of its result' });
    await check.getByText('By the agent’s own account not everything').waitFor();
    await check.getByRole('listitem').filter({ hasText: 'not met: Post the summary' }).waitFor();
    await page.getByText('finished, not all met').first().waitFor();
    await writeFile(join(tour.folder, 'report.md'), 'written by a person meanwhile\n');
    const keep = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Keep', exact: true }).click();
      await page.getByRole('button', { name: 'Yes, keep' }).click();
    };
    await keep();
    // The list is no longer true: it is made again before anything else.
    await page.getByText('Your folder changed since this list was made').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'report.md' }).getByText('modified').waitFor();
    await keep();
    await page.getByText('Nothing was written: these').waitFor();
    expect(await page.getByRole('alert').filter({ hasText: 'Nothing was written' }).textContent()).toContain(
      'report.md',
    );
    expect(await readFile(join(tour.folder, 'report.md'), 'utf8')).toBe('written by a person meanwhile\n');
    expect(await readdir(tour.folder)).not.toContain('reconciliation.csv');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Yes, discard' }).click();
    await page.getByRole('main').getByText('discarded').first().waitFor();
    expect(await readRun(run)).toMatchObject({ files: 'discarded' });
  },
);

// Each language, theme and width; every pair of them in the long run.
const looks = [
  { language: 'en-GB', theme: 'light', width: 1280 },
  { language: 'zh-HK', theme: 'dark', width: 390 },
  ...(scale(1) > 1
    ? ([
        { language: 'en-GB', theme: 'dark', width: 390 },
        { language: 'zh-HK', theme: 'light', width: 1280 },
      ] as const)
    : []),
] as const;

let asking: Promise<string> | undefined;

/** Two runs that wait for a person: what is there for each of them must be told apart by its name. For all looks the same. */
function twoQuestions(): Promise<string> {
  asking ??= (async () => {
    const run = await tour.begin();
    await tour.begin();
    return run;
  })();
  return asking;
}

test.each(looks)(
  verifies('console.accessible', 'every page, in $language, $theme, $width pixels wide, satisfies axe and fits'),
  async ({ language, theme, width }) => {
    const run = await twoQuestions();
    const { page, complaints } = await openConsole(browser, product, {
      locale: language,
      colorScheme: theme,
      viewport: { width, height: 800 },
    });
    const paths = [
      '/',
      '/approvals',
      '/proposals',
      '/proposals?state=expired',
      '/tools',
      `/runs/${run}`,
      `/runs/${run}?view=changes`,
      `/runs/${run}?view=network`,
      '/ledger',
    ];
    for (const path of paths) {
      await page.goto(product.url + path);
      if (path === '/approvals') await page.getByRole('article').nth(1).waitFor();
      else if (path.startsWith('/runs') || path === '/proposals') await page.getByRole('article').first().waitFor();
      else if (path === '/tools') await page.getByText('pin_tool_descriptions').waitFor();
      else if (path.startsWith('/proposals')) await page.locator('main [aria-current=page]').waitFor();
      else
        await page
          .getByRole('main')
          .getByText(run)
          .or(page.locator(`a[href="/runs/${run}"]`))
          .first()
          .waitFor();
      if (path === '/') await page.keyboard.press('n');
      // Without frames of strangers a page of its own for what was found is not needed.
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.map(({ id, nodes }) => `${path} ${id} ${nodes[0]?.html}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(width);
    }
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language === 'zh-HK' ? 'zh-HK' : 'en');
    expect(complaints).toEqual([]);
  },
);

test(verifies('console.two-languages', 'language and theme are switched by hand and remembered'), async () => {
  const { page } = await openConsole(browser, product, { colorScheme: 'light' });
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const bright = await ground();
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('button', { name: /^Theme: light/ }).click();
  await page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  expect(await ground()).not.toBe(bright);
  const dark = await ground();
  await page.getByRole('button', { name: '轉用繁體中文' }).click();
  await page.reload();
  await page.getByRole('link', { name: '審批' }).waitFor();
  expect(await ground()).toBe(dark);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: '鍵盤' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  await page.getByRole('heading', { name: '紀錄冊' }).waitFor();
});
