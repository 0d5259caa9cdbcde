import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, startScene } from '../testing/scene.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Runs a command in the sandbox and gives what it prints. */
async function shell(scene: Scene, command: string): Promise<string> {
  const { outcome } = await scene.call('shell.exec', { command });
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.output;
}

/** What curl in the sandbox gets: the status, a blank, the body. */
async function curl(
  scene: Scene,
  path: string,
  options = '',
): Promise<{ readonly status: number; readonly json: unknown }> {
  const printed = await shell(
    scene,
    `curl -sS -o body -w '%{http_code}\n' ${options} '${path.startsWith('/') ? `http://policy.local${path}` : path}'; cat body`,
  );
  const [status = '', ...body] = printed.split('\n');
  return { status: Number(status), json: parsed(body.join('\n')) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function post(scene: Scene, body: unknown, options = "-H 'content-type: application/json'") {
  await writeFile(join(scene.taskFolder, 'asked.json'), typeof body === 'string' ? body : JSON.stringify(body));
  return curl(scene, '/proposals', `-X POST ${options} --data-binary @asked.json`);
}

const get = (url: string) => ({ requests: [{ method: 'GET', url }], why: 'The build needs it.' });

test(
  verifies('supervisor.policy-door', 'a sandbox reads its policy and its denials, asks, and hears what became of it'),
  async () => {
    const scene = await startScene();
    await scene.open();
    // By the proxy, and by the name for programs that know none.
    expect(await curl(scene, '/')).toMatchObject({ status: 200, json: { name: 'policy.local' } });
    expect(await curl(scene, '/', '--noproxy "*"')).toMatchObject({ status: 200, json: { name: 'policy.local' } });
    const policy = await curl(scene, '/policy');
    expect(policy).toMatchObject({
      status: 200,
      json: { agent: 'worker', mode: 'enforce', network: [{ name: 'finance' }, { name: 'raw' }], granted: [] },
    });

    const denied = await curl(scene, 'http://finance.local/secrets');
    expect(denied).toMatchObject({
      status: 403,
      json: { error: 'policy_denied', next: expect.stringContaining('http://policy.local/') },
    });
    const { json } = await curl(scene, '/denials');
    expect(json).toMatchObject({ denials: [{ id: 'd1', what: 'GET finance.local:80/secrets', mayBeAskedFor: true }] });

    const hostile = 'Please\u0000 \u202E[accept](http://x) <b>me</b>\u001B[2J';
    const asked = await post(scene, { denials: ['d1'], why: hostile });
    expect(asked).toMatchObject({ status: 201, json: { state: 'open', requests: ['GET finance.local:80/secrets'] } });
    const [proposal] = scene.plane.proposals;
    expect(proposal).toMatchObject({
      agent: 'worker',
      why: hostile,
      policy: {
        endpoints: [{ host: 'finance.local', port: 80, rules: [{ allow: { method: 'GET', path: '/secrets' } }] }],
      },
    });
    if (proposal === undefined) return;
    expect(await curl(scene, `/proposals/${proposal.id}`)).toMatchObject({ status: 200, json: { id: proposal.id } });
    expect(await curl(scene, '/proposals')).toMatchObject({ json: { proposals: [{ id: proposal.id }] } });

    const rule = {
      id: proposal.id,
      agent: 'worker',
      run: null,
      policy: proposal.policy,
      expires: new Date(Date.now() + 60_000).toISOString(),
      uses: 2,
    };
    await scene.ask('publishGrants', { revision: 2, rules: [rule] });
    expect((await curl(scene, 'http://finance.local/secrets')).status).toBe(201);
    expect(await curl(scene, '/policy')).toMatchObject({ json: { granted: [{ proposal: proposal.id, uses: 2 }] } });
  },
);

test(
  verifies(
    'supervisor.policy-door',
    'what no person could allow, patterns, other hosts’ and needless things are refused at once',
  ),
  async () => {
    const scene = await startScene(
      {},
      '',
      '\n  bank:\n    endpoints: [{ host: bank.example.com, port: 443, access: full, deny_rules: [{ method: GET, path: "/admin/**" }] }]',
    );
    await scene.open();
    const asking: readonly [unknown, number, string][] = [
      [get('http://finance.local/accounts'), 409, 'not_needed'],
      [get('http://169.254.169.254/latest'), 403, 'cannot_be_asked_for'],
      [get('http://policy.local/policy'), 403, 'cannot_be_asked_for'],
      [get('http://localhost:8080/'), 403, 'cannot_be_asked_for'],
      [get('https://bank.example.com/admin/users'), 403, 'cannot_be_asked_for'],
      [get('https://api.example.com/**'), 400, 'not_one_request'],
      [get('https://*.example.com/'), 400, 'malformed'],
      [
        { requests: [{ url: 'https://a.example.com/' }, { url: 'https://b.example.com/' }], why: 'x' },
        400,
        'malformed',
      ],
      [{ denials: ['d9'], why: 'x' }, 400, 'malformed'],
      [{ ...get('https://a.example.com/'), denials: ['d1'] }, 400, 'malformed'],
      [{ ...get('https://a.example.com/'), uses: 1e9 }, 400, 'malformed'],
      [{ ...get('https://a.example.com/'), why: 'x'.repeat(limits.proposalCharacters + 1) }, 400, 'malformed'],
      [
        {
          requests: Array.from({ length: limits.proposalRequests + 1 }, () => ({ url: 'https://a.example.com/' })),
          why: 'x',
        },
        400,
        'malformed',
      ],
      ['{', 400, 'malformed'],
      [`{"why":"${'x'.repeat(limits.policyRequestBytes)}"}`, 413, 'too_large'],
      ['x'.repeat(4 * 1024 ** 2), 413, 'too_large'],
    ];
    for (const [body, status, error] of asking)
      expect(await post(scene, body), JSON.stringify(body).slice(0, 200)).toMatchObject({ status, json: { error } });
    expect(await post(scene, get('https://a.example.com/'), '')).toMatchObject({ status: 415 });
    const fromPage = "-H 'content-type: application/json' -H 'origin: http://evil.example'";
    expect(await post(scene, get('https://a.example.com/'), fromPage)).toMatchObject({ status: 400 });
    expect(scene.plane.proposals).toEqual([]);
  },
);

test(
  verifies(
    'supervisor.policy-door-own',
    'a sandbox learns nothing of what another run asked for, nor how it is guarded',
  ),
  async () => {
    const scene = await startScene(
      {},
      '',
      '\n  host:\n    endpoints: [{ host: api.example.com, port: 443, access: read-only, credential_binding: { provider: github } }]',
    );
    await scene.open();
    scene.plane.proposals.push({ ...(await otherRunsProposal(scene)), runs: ['run_0000000000'] });
    const [other] = scene.plane.proposals;
    const missing = await curl(scene, '/proposals/prp_9999999999');
    expect(await curl(scene, `/proposals/${other?.id ?? ''}`)).toEqual(missing);
    expect(await curl(scene, `/proposals/${other?.id ?? ''}?wait=20`)).toEqual(missing);
    expect(missing.status).toBe(404);
    expect(await curl(scene, '/proposals')).toMatchObject({ json: { proposals: [] } });
    for (const path of ['/proposals/prp_%00', '/../policy.yaml', '/grants', '/proposals/constructor'])
      expect((await curl(scene, path, '--path-as-is')).status, path).toBeGreaterThanOrEqual(400);
    expect((await curl(scene, '/policy', '-X PUT -d x')).status).toBe(405);
    const { json } = await curl(scene, '/policy');
    expect(JSON.stringify(json)).not.toMatch(/github|finance\.sock|credential/);
    const grant = {
      agent: 'worker',
      policy: { endpoints: [{ host: 'other.example.com', port: 443 }] },
      expires: new Date(Date.now() + 60_000).toISOString(),
      uses: 1,
    };
    await scene.ask('publishGrants', {
      revision: 2,
      rules: [
        { ...grant, id: 'prp_1111111111', run: 'run_0000000000' },
        { ...grant, id: 'prp_2222222222', agent: 'other', run: null },
      ],
    });
    expect(await curl(scene, '/policy')).toMatchObject({ json: { granted: [] } });
  },
);

async function otherRunsProposal(scene: Scene) {
  await post(scene, get('https://a.example.com/'));
  const [made] = scene.plane.proposals.splice(0);
  if (made === undefined) throw new Error('nothing was asked for');
  return made;
}

test(verifies('supervisor.policy-door', 'who floods it is told to wait, and only they'), async () => {
  const scene = await startScene();
  await scene.open();
  const printed = await shell(
    scene,
    `for i in $(seq ${limits.policyRequestsPerMinute + 20}); do curl -s -o /dev/null -w '%{http_code}\n' http://policy.local/; done | sort | uniq -c`,
  );
  expect(printed).toMatch(new RegExp(`${limits.policyRequestsPerMinute} 200\\s+20 429`));
});
