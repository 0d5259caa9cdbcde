import { readFile, rm } from 'node:fs/promises';

const patience = { timeout: 15_000 };
const arrival = { timeout: 45_000, waitUntil: 'domcontentloaded' };

async function element(tabs, { ref }) {
  const found = tabs.page.locator(`aria-ref=${ref}`);
  if ((await found.count()) === 0) throw new Error(`There is no element ${ref} on the page any more: read it again.`);
  return found;
}

/** Gives what was set off a moment to arrive; a page that never rests is shown as it is. */
async function settle(tabs) {
  await tabs.page.waitForLoadState('domcontentloaded', patience).catch(() => undefined);
  await tabs.page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
}

/** What can be asked for. Each gives { said } to be told before the page is shown, or nothing. */
export const acts = {
  async open(tabs, { url }) {
    const response = await (await tabs.opened()).goto(url, arrival);
    await settle(tabs);
    const status = response?.status() ?? 200;
    if (status >= 400) return { said: `The server answered ${status}.` };
  },

  async read() {},

  async back(tabs) {
    if ((await tabs.page.goBack(arrival)) === null) return { said: 'There is no page before this one.' };
    await settle(tabs);
  },

  async click(tabs, request) {
    await (await element(tabs, request)).click(patience);
    await settle(tabs);
  },

  async type(tabs, request) {
    const field = await element(tabs, request);
    await field.fill(request.text, patience);
    if (request.submit) await field.press('Enter', patience);
    await settle(tabs);
  },

  async select(tabs, request) {
    await (await element(tabs, request)).selectOption(request.options, patience);
    await settle(tabs);
  },

  async press(tabs, { key }) {
    await tabs.page.keyboard.press(key);
    await settle(tabs);
  },

  /** The file comes with the request: { name, bytes (base64) }. */
  async upload(tabs, request) {
    const { name, bytes } = request;
    const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes, 'base64') };
    const field = await element(tabs, request);
    const isField = await field.evaluate((node) => node instanceof HTMLInputElement && node.type === 'file');
    if (isField) await field.setInputFiles(file, patience);
    else {
      const [chooser] = await Promise.all([tabs.page.waitForEvent('filechooser', patience), field.click(patience)]);
      await chooser.setFiles(file);
    }
    await settle(tabs);
  },

  /** Gives the bytes (base64) beside what is said. */
  async download(tabs, request) {
    const field = await element(tabs, request);
    const { path, size } = await tabs.fetching(() => field.click(patience));
    if (size > request.most) throw new Error(`The file is longer than ${request.most} bytes.`);
    const bytes = await readFile(path);
    await rm(path);
    return { said: `Fetched ${size} bytes.`, bytes: bytes.toString('base64') };
  },
};
