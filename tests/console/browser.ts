import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from '@clawhold/client';
import { type Product, repositoryRoot } from '@clawhold/testkit';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts the Chromium of this machine. @throws Error with what to install when there is none: never a silent skip. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CLAWHOLD_TEST_CHROMIUM'] ?? places.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('No Chromium on this machine: apt-get install chromium');
  if (!existsSync(join(repositoryRoot, 'apps/console/dist/index.html')))
    throw new Error('The console is not built: run the tests with npm test');
  // Chromium refuses its own sandbox to root; what it loads here is ours.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** The API as the operator has it, to see from outside what the console did. */
export function operatorOf({ url, token }: Pick<Product, 'url' | 'token'>): ApiClient {
  return createApiClient({ origin: url, headers: () => ({ authorization: `Bearer ${token}` }) });
}

/** A link that signs one browser in, as whoever has the token. */
export async function signInLink(product: Product, token: string = product.token): Promise<string> {
  const { data } = await operatorOf({ url: product.url, token }).POST('/sign-in/codes');
  return `${product.url}/#code=${data?.code}`;
}

export interface OpenConsole {
  readonly page: Page;
  /** Violations of the Content-Security-Policy, errors of scripts, and dialogs. Anything in here is a defect. */
  readonly complaints: readonly string[];
}

/**
 * Opens a console that is signed in.
 *
 * @param token whose console it is. Default: the operator's.
 */
export async function openConsole(
  browser: Browser,
  product: Product,
  options: BrowserContextOptions = {},
  token?: string,
): Promise<OpenConsole> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  await page.goto(await signInLink(product, token));
  await page.getByRole('banner').waitFor();
  return { page, complaints };
}
