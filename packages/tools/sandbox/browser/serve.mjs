// Holds one Chromium for as long as its sandbox lives.
// Arguments: the folder of playwright-core; the SHA-256 (base64) of the public key of the authority that sandboxes trust.
// Standard input: one request a line, { act, ... }. Standard output: one answer a line, { ok, text, bytes?, picture? }.
// What a page says is hostile, and a page that took the browser over answers here itself: nothing of it is believed.
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { acts } from './acts.mjs';
import { Tabs } from './tabs.mjs';

const [playwright, authority] = process.argv.slice(2);
const { chromium } = await import(`${playwright}/index.mjs`);

/** Where distributions put the program itself: what lies in /usr/bin is often a script that looks for more. */
const places = [
  '/usr/lib/chromium/chromium',
  '/usr/lib/chromium-browser/chromium-browser',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/usr/bin/chromium',
];
/** Leads nowhere: its maker's own services are asked for nothing, and nobody reads of refusals that no page caused. */
const nowhere = 'http://127.0.0.1:1/';
const picture = { type: 'jpeg', quality: 60, timeout: 5_000 };

async function openTabs() {
  const executablePath = places.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error('This machine has no Chromium. An operator installs the package chromium.');
  const browser = await chromium.launch({
    executablePath,
    // The sandbox around it is the stronger one, and forbids what Chromium would make its own from.
    chromiumSandbox: false,
    proxy: { server: process.env.HTTP_PROXY, bypass: '<-loopback>' },
    args: [
      `--ignore-certificate-errors-spki-list=${authority}`,
      `--component-updater=url-source=${nowhere}`,
      `--gaia-url=${nowhere}`,
      '--disable-quic',
      '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    ],
  });
  return new Tabs(await browser.newContext({ viewport: { width: 1280, height: 800 } }));
}

async function answer(tabs, request) {
  try {
    const { said, bytes } = (await acts[request.act](tabs, request)) ?? {};
    const shown = await tabs.describe(request);
    return {
      ok: true,
      text: [said, shown].filter(Boolean).join('\n\n'),
      ...(bytes === undefined ? {} : { bytes }),
      ...(request.act === 'read' ? {} : { picture: (await tabs.page.screenshot(picture)).toString('base64') }),
    };
  } catch (error) {
    // Playwright's own log of what it tried is of no use to whoever asked.
    const [sentence] = String(error?.message ?? error).split('\n');
    return { ok: false, text: [sentence, ...tabs.takeNotes()].join('\n') };
  }
}

let tabs;
for await (const line of createInterface({ input: process.stdin })) {
  let result;
  try {
    tabs ??= await openTabs();
    result = await answer(tabs, JSON.parse(line));
  } catch (error) {
    result = { ok: false, text: String(error.message).split('\n')[0] };
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
process.exit(0);
