import { ClawholdError, limits, type StepId } from '@clawhold/spec';
import {
  type BrowserFiles,
  type CommandResult,
  failureOf,
  type PreparedCall,
  type ToolPlaces,
  textOf,
} from '@clawhold/tools';
import { z } from 'zod';
import type { Gateway } from '../gateway/gateway.ts';
import { inTurn } from '../order/in-turn.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { SideSandbox } from '../runs/side-sandboxes.ts';
import { insideLibrary } from './browser-sandbox.ts';
import { LineExchange } from './line-exchange.ts';

/** What the program in the sandbox answers; `bytes` and `picture` are base64. */
const answerSchema = z.object({
  ok: z.boolean(),
  text: z.string(),
  bytes: z.string().optional(),
  picture: z.string().optional(),
});
type Answer = z.infer<typeof answerSchema>;

export interface BrowserParts {
  readonly gateway: Pick<Gateway, 'writeBlob' | 'appendTimeline'>;
  readonly open: (live: LiveRun) => Promise<SideSandbox>;
  /** SHA-256 of the public key of the authority that sandboxes trust, base64. */
  readonly authority: string;
  /** Where Node and our scripts are inside. */
  readonly places: ToolPlaces;
}

/** The browsers of the runs that live, each made by its first call. */
export interface Browsers {
  /** Carries out a call on the browser of its run; those of one run one after the other. */
  run(live: LiveRun, step: StepId, prepared: BrowserCall): Promise<CommandResult>;
}

/** A call that is for the browser. */
export type BrowserCall = PreparedCall & { readonly browser: BrowserFiles };

interface RunBrowser {
  readonly turn: ReturnType<typeof inTurn>;
  exchange: LineExchange | undefined;
}

export function createBrowsers({ gateway, open, authority, places }: BrowserParts): Browsers {
  const browsers = new WeakMap<LiveRun, RunBrowser>();

  async function begin(live: LiveRun, browser: RunBrowser): Promise<LineExchange> {
    const { sandbox } = await open(live);
    const program = sandbox.execute({
      arguments: [places.node, `${places.scripts}/browser/serve.mjs`, insideLibrary, authority],
      folder: '/tmp',
      environment: { FONTCONFIG_FILE: `${places.scripts}/browser/fonts.conf` },
      interactive: true,
    });
    const exchange = new LineExchange(program, limits.browserAnswerBytes);
    browser.exchange = exchange;
    void exchange.ended.then(() => {
      browser.exchange = undefined;
      return sandbox.kill();
    });
    return exchange;
  }

  async function ask(live: LiveRun, browser: RunBrowser, { command, browser: files }: BrowserCall): Promise<Answer> {
    const file = files.take === null ? undefined : await live.sandbox.run(files.take);
    const failure = file === undefined ? undefined : failureOf(file);
    if (failure !== undefined) return { ok: false, text: failure };
    const exchange = browser.exchange ?? (await begin(live, browser));
    const request: unknown = JSON.parse(command.input);
    const bytes = file === undefined ? undefined : Buffer.from(file.stdout).toString('base64');
    const line = JSON.stringify(bytes === undefined ? request : { ...Object(request), bytes });
    const answer = answerSchema.safeParse(jsonOf(await exchange.ask(line, command.timeoutMilliseconds)));
    return answer.data ?? { ok: false, text: 'The browser answered what is no answer.' };
  }

  /** Shows people what the page looks like now. Its loss holds up nothing. */
  async function show(live: LiveRun, step: StepId, picture: string): Promise<void> {
    const { blob } = await gateway.writeBlob({ run: live.id, text: picture });
    await gateway.appendTimeline({ run: live.id, bodies: [{ kind: 'picture', step, blob }] });
  }

  async function carryOut(live: LiveRun, step: StepId, call: BrowserCall, browser: RunBrowser): Promise<CommandResult> {
    const answer = await ask(live, browser, call).catch((error: unknown): Answer => {
      if (live.ended.aborted || !(error instanceof ClawholdError)) throw error;
      return { ok: false, text: [error.message, error.hint].filter((one) => one !== undefined).join(' ') };
    });
    if (answer.picture !== undefined)
      await show(live, step, answer.picture).catch((error: unknown) => console.error(error));
    if (!answer.ok) return resultOf(1, '', answer.text);
    const { put } = call.browser;
    if (put === null) return resultOf(0, answer.text, '');
    const written = await live.sandbox.run({ ...put, input: Buffer.from(answer.bytes ?? '', 'base64') });
    const failure = failureOf(written);
    return failure === undefined
      ? resultOf(0, `${textOf(written.stdout).trim()}\n\n${answer.text}`, '')
      : resultOf(1, '', failure);
  }

  return {
    run(live, step, call) {
      const browser = browsers.get(live) ?? { turn: inTurn(), exchange: undefined };
      browsers.set(live, browser);
      return browser.turn(() => carryOut(live, step, call, browser));
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function resultOf(status: number, stdout: string, stderr: string): CommandResult {
  return {
    end: { kind: 'exited', status },
    stdout: Buffer.from(stdout),
    stderr: Buffer.from(stderr),
    missing: { stdout: 0, stderr: 0 },
  };
}
