import type { Draft } from '@clawhold/policy';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { replay } from './replay.ts';

// Every thread compiles for itself.
vi.setConfig({ testTimeout: 60_000 });

const draft: Draft = {
  name: 'draft.yaml',
  source:
    'version: 1\nnetwork_policies: { a: { endpoints: [{ host: a.example.com, port: 443, access: read-only }] } }\n',
};
const data = { confidentiality: 'internal', integrity: 'local', readers: null, sources: [] };

/** A line of an export, about a request that was allowed. */
function line(at: number): string {
  const operation = { method: at % 4 === 0 ? 'PUT' : 'GET', parameters: [], path: `/${at % 700}`, query: '' };
  const caller = { agent: 'ä', run: `run_${at}`, sandbox: `sbx_${at}` };
  const question = { caller, data, host: 'a.example.com', kind: 'egress', operation, port: 443, scheme: 'https' };
  const decision = { kind: 'allow', obligations: [], policy: '', reasons: [], rules: [] };
  const body = JSON.stringify({ decision, question, step: null });
  return `{"actor":"supervisor","body":${body},"run":null,"sequence":${at},"session":null,"team":null,"time":"","type":"decision.made"}`;
}

/** The bytes of lines, cut where nobody would cut them. */
async function* cut(lines: readonly string[], size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(`{"export":{}}\n${lines.join('\n')}`);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const lines = Array.from({ length: 12_000 }, (_, at) => line(at));

test(
  verifies('policy-tools.simulate', 'however it is cut and shared among threads, a ledger is replayed once'),
  async () => {
    const alone = await replay(cut(lines, 1_000_003), { draft, now: 0, threads: 1 });
    expect(alone).toMatchObject({
      decisions: lines.length,
      unreadable: 0,
      changes: [{ count: lines.length / 4, example: 'PUT a.example.com:443/0' }],
    });
    let progress = 0;
    const onProgress = ({ records }: { readonly records: number }): void => {
      progress = records;
    };
    expect(
      await replay(cut(lines, 77_777), { draft, now: 0, threads: 3, bytesForThread: 2 ** 20, onProgress }),
    ).toEqual(alone);
    expect(progress).toBe(lines.length);
  },
);

test(verifies('policy-tools.simulate', 'what goes wrong on the way, or is not wanted any more, ends it'), async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* cut(lines, 400_000);
    throw new Error('the ledger is gone');
  }
  await expect(replay(broken(), { draft, now: 0 })).rejects.toThrow('the ledger is gone');
  await expect(replay(cut(lines, 400_000), { draft, now: 0, signal: AbortSignal.abort() })).rejects.toThrow('abort');
  await expect(replay(cut(lines, 400_000), { draft: { name: 'x', source: '{' }, now: 0 })).rejects.toThrow();
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(2 ** 22);
  }
  await expect(replay(endless(), { draft, now: 0 })).rejects.toMatchObject({ code: 'input_file' });
});
