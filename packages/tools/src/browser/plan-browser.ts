import { limits } from '@clawhold/spec';
import { failureOf, textOf } from '../sandbox-command.ts';
import { type BrowserFiles, checkpoint, noInverse, type ToolParameter, type ToolPlan } from '../tool.ts';

/** What one call asks of the browser, as `sandbox/browser/acts.mjs` understands it. */
export interface BrowserAct {
  readonly act: 'open' | 'read' | 'back' | 'click' | 'type' | 'select' | 'press' | 'upload' | 'download';
  readonly [argument: string]: unknown;
}

/** Longer than the browser itself waits for a page. */
const timeoutMilliseconds = 90_000;

/**
 * Plans a call on the run's browser. Opening, reading and going back count as reads, as a GET of `http.fetch` does. A click changes
 * nothing but the browser, as a command changes nothing but the task folder: what either of them sends is decided in the proxy.
 */
export function planBrowser(
  act: BrowserAct,
  parameters: readonly ToolParameter[],
  files: Partial<BrowserFiles & Pick<ToolPlan, 'writes'>> = {},
): ToolPlan {
  const { take = null, put = null, writes = [] } = files;
  const isRead = ['open', 'read', 'back'].includes(act.act);
  return {
    effect: isRead ? 'read' : 'reversible',
    inverse: writes.length > 0 ? checkpoint : noInverse,
    parameters,
    writes,
    programs: null,
    request: null,
    browser: { take, put },
    command: {
      arguments: ['browser', act.act, ...parameters.map(({ value }) => value)],
      input: JSON.stringify({ ...act, limit: limits.browserPageBytes }),
      timeoutMilliseconds,
      keepBytes: limits.browserAnswerBytes,
    },
    read: (result) => {
      const failure = failureOf(result);
      return {
        ok: failure === undefined,
        output: failure ?? textOf(result.stdout),
        from: { kind: 'browser' },
      };
    },
  };
}
