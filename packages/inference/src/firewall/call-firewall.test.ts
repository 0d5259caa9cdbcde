import { ClawholdError } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import type { ModelCaller } from '../exchange.ts';
import type { InferenceOptions } from '../options.ts';
import { CallFirewall } from './call-firewall.ts';

const call = { id: 'c1', tool: 'shell.exec', arguments: {} };

function judge(askMeans: 'pass' | 'refuse', failure: Error): Promise<{ readonly kind: string }> {
  // Only what a verdict on an allowed call needs.
  const options = {
    describeCall: () => ({ tool: 'shell.exec' }),
    decideTool: () => ({ kind: 'allow' }),
    before: () => Promise.reject(failure),
  } as unknown as InferenceOptions;
  return new CallFirewall(options, { askMeans, denyMeans: askMeans } as ModelCaller).judge(call);
}

const away = new ClawholdError('channel_unreachable', 'Nobody answers.', { status: 503 });

test('a control plane that is away for a moment is no refusal for a caller whose calls are decided again', async () => {
  expect(await judge('pass', away)).toEqual({ kind: 'pass' });
});

test(
  verifies(
    'inference.calls-decided-first',
    'for everyone else, and for every other reason, what cannot be met is a no',
  ),
  async () => {
    expect(await judge('refuse', away)).toMatchObject({ kind: 'refuse' });
    expect(await judge('pass', new ClawholdError('policy_refused', 'The budget is used up.'))).toMatchObject({
      kind: 'refuse',
    });
  },
);
