import { existsSync } from 'node:fs';
import { launcherBinary, scale, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { testConformance } from '../conformance/index.ts';
import { membersOf, survivorsOf } from '../conformance/namespace-members.ts';
import { type ConformanceSubject, prepare, shell } from '../conformance/subject.ts';
import type { LauncherDriver } from '../launcher/driver.ts';
import { spawnLauncher } from '../launcher/spawn.ts';
import { SandboxClaims } from './claims.ts';
import { neededRights } from './needed-rights.ts';
import { Cluster } from './testing/cluster.ts';

/** Only root has the namespaces that a pod enters; bubblewrap makes the containers of the pods. */
const possible = process.getuid?.() === 0 && existsSync('/usr/bin/bwrap');
const binary = await launcherBinary();

async function start(cluster: Cluster): Promise<LauncherDriver> {
  const visitors = new SandboxClaims({
    cluster: cluster.address,
    namespace: 'clawhold',
    pool: 'clawhold',
    owner: 'node-1',
  });
  const driver = await spawnLauncher({ binary, engine: 'kubernetes', visitors });
  onTestFinished(() => driver.close());
  return driver;
}

const subjectOf = (driver: () => LauncherDriver): ConformanceSubject => ({
  name: 'kubernetes',
  tier: 'sandboxed',
  owner: { uid: 0, gid: 0 },
  driver,
});

describe.skipIf(!possible)('pods of a cluster', { timeout: 60_000 }, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterAll(() => cluster.close());

  test(
    verifies(
      'sandbox-drivers.kubernetes-rights',
      'a sandbox is in a pod that was claimed, and needs no other right for it',
    ),
    async () => {
      cluster.endsWatches = true;
      onTestFinished(() => {
        cluster.endsWatches = false;
      });
      const driver = await start(cluster);
      const request = await prepare(
        subjectOf(() => driver),
        {},
        { 'a.txt': 'a' },
      );
      const sandbox = await driver.start(request);
      expect(cluster.claims).toHaveLength(1);
      expect(await shell(sandbox, 'cat a.txt; ls -A / | tr "\\n" " "')).toMatch(
        /^abin dev etc home .*run sbin task tmp usr var$/,
      );
      expect(await shell(sandbox, 'cat /proc/net/dev | grep -c :')).toBe('1');
      await sandbox.kill();
      await vi.waitUntil(() => cluster.claims.length === 0 && cluster.pods.length === 0, { timeout: 60_000 });
      const allowed = Object.entries(neededRights).flatMap(([resource, verbs]) =>
        verbs.map((verb) => `${verb} ${resource}`),
      );
      expect([...new Set(cluster.requests)].toSorted()).toEqual(allowed.toSorted());
    },
  );

  test(
    verifies('sandbox-drivers.end', 'a pod that ends takes its sandbox along, and its claim is deleted'),
    async () => {
      const driver = await start(cluster);
      const sandbox = await driver.start(await prepare(subjectOf(() => driver)));
      const all = await membersOf('net', sandbox.attestation.namespaces['net']);
      for (const pod of cluster.pods) cluster.killPod(pod);
      await sandbox.closed;
      expect(await survivorsOf(all)).toEqual([]);
      await vi.waitUntil(() => cluster.claims.length === 0, { timeout: 60_000 });
    },
  );

  test(verifies('sandbox-drivers.end', 'claims of a supervisor that was killed are deleted by the next'), async () => {
    const killed = await start(cluster);
    const sandbox = await killed.start(await prepare(subjectOf(() => killed)));
    // Its connection stays, so that nothing is deleted but by the next one.
    const all = await membersOf('net', sandbox.attestation.namespaces['net']);
    const [left] = cluster.claims;
    process.kill(killed.hello.process, 'SIGSTOP');
    onTestFinished(() => void process.kill(killed.hello.process, 'SIGKILL'));
    const next = await start(cluster);
    await using _sandbox = await next.start(await prepare(subjectOf(() => next)));
    expect(cluster.claims).not.toContain(left);
    await vi.waitUntil(async () => (await survivorsOf(all)).length === 0, { timeout: 60_000 });
  });

  test(verifies('sandbox-drivers.choice', 'what the cluster refuses is a sentence, and leaves nothing'), async () => {
    const driver = await start(cluster);
    const refusal = async (): Promise<unknown> =>
      driver.start(await prepare(subjectOf(() => driver))).catch((error: unknown) => error);
    cluster.pool = 'failing';
    onTestFinished(() => {
      cluster.pool = 'ready';
    });
    expect(await refusal()).toMatchObject({
      code: 'sandbox_engine_failed',
      message: 'Kubernetes could not give a pod to the sandbox: its pod ended (PodFailed).',
    });
    await vi.waitUntil(() => cluster.claims.length === 0, { timeout: 60_000 });
    const gone = await Cluster.start();
    const address = gone.address;
    gone.close();
    const visitors = new SandboxClaims({ cluster: address, namespace: 'clawhold', pool: 'clawhold', owner: 'node-1' });
    await expect(visitors.take('sbx')).rejects.toMatchObject({
      code: 'sandbox_engine_failed',
      message: expect.stringContaining('The Kubernetes API server cannot be reached'),
    });
    const stranger = new SandboxClaims({
      cluster: { ...cluster.address, token: () => 'another' },
      namespace: 'clawhold',
      pool: 'clawhold',
      owner: 'node-1',
    });
    await expect(stranger.take('sbx')).rejects.toMatchObject({
      message: 'The Kubernetes API server answered 401: Unauthorized.',
    });
  });
});

// It costs what crun costs.
describe.skipIf(!possible || scale(1) === 1)('kubernetes', () => {
  let cluster: Cluster | undefined;
  let driver: LauncherDriver | undefined;
  beforeAll(async () => {
    cluster = await Cluster.start();
    const visitors = new SandboxClaims({
      cluster: cluster.address,
      namespace: 'clawhold',
      pool: 'clawhold',
      owner: 'node-2',
    });
    driver = await spawnLauncher({ binary, engine: 'kubernetes', visitors });
  }, 60_000);
  afterAll(async () => {
    await driver?.close();
    cluster?.close();
  });
  const started = (): LauncherDriver => {
    if (driver === undefined) throw new Error('the launcher did not start');
    return driver;
  };
  testConformance(subjectOf(started), 'kubernetes');
});
