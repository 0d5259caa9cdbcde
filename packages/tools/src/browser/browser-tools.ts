import { limits } from '@clawhold/spec';
import { z } from 'zod';
import { taskFile, taskPathSchema } from '../task-path.ts';
import { defineTool, refused, type Tool, type ToolParameter } from '../tool.ts';
import { planBrowser } from './plan-browser.ts';

const ref = z
  .string()
  .regex(/^(?:f\d{1,4})?e\d{1,6}$/, 'a reference looks like e12')
  .describe('The reference of an element, as the page was shown last: e12 for [ref=e12].');
const plain = (name: string, value: string): ToolParameter => ({ name, role: 'plain', value });

const open: Tool = defineTool({
  name: 'browser.open',
  description:
    'Opens an address in the browser of this run and shows the page: title, address and accessibility tree, with a reference for each element. Scripts run. The policy decides every request that the page sends.',
  effect: 'read',
  schema: z.strictObject({ url: z.string().min(8).max(8_192).describe('Absolute address, http or https.') }),
  plan: ({ url: asked }) => {
    const url = URL.parse(asked.trim());
    if (url === null || !['http:', 'https:'].includes(url.protocol))
      return refused('Give an absolute http or https address.');
    if (url.username !== '' || url.password !== '') return refused('An address holds no user name or password.');
    const { href } = url;
    return {
      kind: 'ok',
      plan: planBrowser({ act: 'open', url: href }, [{ name: 'url', role: 'destination', value: href }]),
    };
  },
});

const read: Tool = defineTool({
  name: 'browser.read',
  description: 'Shows the page of the browser again, with new references.',
  effect: 'read',
  schema: z.strictObject({}),
  plan: () => ({ kind: 'ok', plan: planBrowser({ act: 'read' }, []) }),
});

const back: Tool = defineTool({
  name: 'browser.back',
  description: 'Goes to the page before this one and shows it.',
  effect: 'read',
  schema: z.strictObject({}),
  plan: () => ({ kind: 'ok', plan: planBrowser({ act: 'back' }, []) }),
});

const click: Tool = defineTool({
  name: 'browser.click',
  description: 'Clicks an element of the page, then shows the page.',
  effect: 'reversible',
  schema: z.strictObject({ ref }),
  plan: ({ ref: element }) => ({
    kind: 'ok',
    plan: planBrowser({ act: 'click', ref: element }, [plain('ref', element)]),
  }),
});

const type: Tool = defineTool({
  name: 'browser.type',
  description: 'Fills a field of the page with a text, which replaces what it held, then shows the page.',
  effect: 'reversible',
  schema: z.strictObject({
    ref,
    text: z.string().max(65_536),
    submit: z.boolean().optional().describe('Press Enter afterwards. Default: false.'),
  }),
  plan: ({ ref: element, text, submit = false }) => ({
    kind: 'ok',
    plan: planBrowser({ act: 'type', ref: element, text, submit }, [
      plain('ref', element),
      { name: 'text', role: 'content', value: text },
    ]),
  }),
});

const select: Tool = defineTool({
  name: 'browser.select',
  description: 'Chooses options of a list of the page by their labels or values, then shows the page.',
  effect: 'reversible',
  schema: z.strictObject({ ref, options: z.array(z.string().max(1_024)).min(1).max(64) }),
  plan: ({ ref: element, options }) => ({
    kind: 'ok',
    plan: planBrowser({ act: 'select', ref: element, options }, [
      plain('ref', element),
      ...options.map((value): ToolParameter => ({ name: 'options', role: 'content', value })),
    ]),
  }),
});

const press: Tool = defineTool({
  name: 'browser.press',
  description: 'Presses one key on the page, such as Enter, Escape, PageDown or Control+A, then shows the page.',
  effect: 'reversible',
  schema: z.strictObject({ key: z.string().regex(/^[\w+]{1,40}$/, 'a key is a name such as Enter or Control+A') }),
  plan: ({ key }) => ({ kind: 'ok', plan: planBrowser({ act: 'press', key }, [plain('key', key)]) }),
});

const upload: Tool = defineTool({
  name: 'browser.upload',
  description: 'Gives a file of the task folder to a file field of the page, or to a button that asks for one.',
  effect: 'reversible',
  schema: z.strictObject({ ref, path: taskPathSchema }),
  plan: ({ ref: element, path }, places) => {
    const file = taskFile(path);
    if (file.kind === 'refused') return refused(file.reason);
    const name = file.path.split('/').at(-1) ?? file.path;
    const take = {
      arguments: ['/bin/sh', `${places.scripts}/file-bytes.sh`, file.path, String(limits.browserFileBytes)] as const,
      input: '',
      timeoutMilliseconds: 30_000,
      keepBytes: limits.browserFileBytes,
    };
    const parameters = [plain('ref', element), plain('path', file.path)];
    return { kind: 'ok', plan: planBrowser({ act: 'upload', ref: element, name }, parameters, { take }) };
  },
});

const download: Tool = defineTool({
  name: 'browser.download',
  description: 'Clicks an element that begins a download, and writes the file to a path of the task folder.',
  effect: 'reversible',
  schema: z.strictObject({ ref, path: taskPathSchema }),
  plan: ({ ref: element, path }, places) => {
    const file = taskFile(path);
    if (file.kind === 'refused') return refused(file.reason);
    const put = {
      arguments: ['/bin/sh', `${places.scripts}/file-write.sh`, file.path] as const,
      input: '',
      timeoutMilliseconds: 30_000,
      keepBytes: 4_096,
    };
    const parameters = [plain('ref', element), plain('path', file.path)];
    const act = { act: 'download', ref: element, most: limits.browserFileBytes } as const;
    return { kind: 'ok', plan: planBrowser(act, parameters, { put, writes: [file.path] }) };
  },
});

/** The tools of the run's browser. */
export const browserTools: readonly Tool[] = [open, read, back, click, type, select, press, upload, download];
