import type { Approval, StepOutcome } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import type { ControlPlane } from '../testing/control-plane.ts';
import { startScene } from '../testing/scene.ts';

const agent = `
version: 1
name: worker
network_policies:
  finance:
    endpoints:
      - host: finance.local
        port: 80
        protocol: rest
        rules: [{ allow: { method: POST, path: /payments }, effect: irreversible, destination: [/account] }]
        response: { label: local }
labels: { files: [{ path: "invoices/**", integrity: external }] }
flows: [{ ask: { from: { integrity: external }, to: { parameter: destination }, approvers: 2, not: requester } }]
`;
const needed = { count: 2, excludeRequester: true };

const body = '{"account":"DE89370400440532013000"}';
const payment = { url: 'http://finance.local/payments', method: 'POST', body };

function approvalOf(outcome: StepOutcome): Approval {
  if (outcome.kind !== 'ask') throw new Error(`People were expected to be asked: ${JSON.stringify(outcome)}`);
  return outcome.approval;
}

type Answer = Tail<Parameters<ControlPlane['answer']>>;
type Tail<All extends readonly unknown[]> = All extends readonly [unknown, ...infer Rest] ? Rest : never;

async function pay() {
  const scene = await startScene({ 'invoices/1.txt': 'Pay to DE89370400440532013000, please.' });
  const ceiling =
    'version: 1\nname: ceiling\nservices: { finance.local: { socket: finance.sock }, raw.local: { socket: raw.sock } }\n';
  await scene.ask('publishPolicy', { ceiling, agents: { worker: agent } });
  await scene.open();
  await scene.call('file.read', { path: 'invoices/1.txt' });
  const asked = await scene.call('http.fetch', payment);
  const approval = approvalOf(asked.outcome);
  /** What the gateway says of the question from now on, and the call again. */
  const answered = async (...answer: Answer): Promise<StepOutcome> => {
    scene.plane.answer(approval.id, ...answer);
    return (await scene.call('http.fetch', payment, { step: asked.step, approval: approval.id })).outcome;
  };
  return { scene, approval, answered };
}

test(
  verifies('supervisor.several-people', 'as many are asked as the rule says, and their yes lets it out once'),
  async () => {
    const { scene, approval, answered } = await pay();
    expect(approval.approvers).toEqual(needed);
    expect(await answered('pending', { agreed: ['ada'] })).toMatchObject({
      kind: 'ask',
      approval: { agreed: ['ada'] },
    });
    expect(scene.received).toEqual([]);
    expect(await answered('approved', { agreed: ['ada', 'bob'] })).toMatchObject({ kind: 'done', ok: true });
    expect(scene.received).toEqual([`POST /payments ${body}`]);
  },
);

test.each([
  { count: 1, excludeRequester: true },
  { count: 2, excludeRequester: false },
])(
  verifies('supervisor.several-people', 'a yes of fewer people than must agree now, %j, lets nothing out'),
  async (approvers) => {
    const { scene, answered } = await pay();
    expect(await answered('approved', { approvers })).toMatchObject({
      kind: 'denied',
      refusal: { reasons: [{ text: 'More people must agree to it now than were asked.' }, { code: 'flow' }] },
    });
    expect(scene.received).toEqual([]);
  },
);

test(
  verifies('supervisor.several-people', 'a program of the sandbox gets a proposal for as many, and needs all of them'),
  async () => {
    const { scene, answered } = await pay();
    await answered('denied');
    const asked = scene.plane.approvals.size;
    const command = `curl -s -m 20 -X POST -H 'content-type: application/json' -d '${body}' http://finance.local/payments`;
    const refused = await scene.call('shell.exec', { command });
    expect(refused.outcome).toMatchObject({ output: expect.stringContaining('"proposal"') });
    const proposal = [...scene.plane.approvals.values()].at(-1);
    expect(scene.plane.approvals.size).toBe(asked + 1);
    expect(proposal?.approvers).toEqual(needed);
    if (proposal === undefined) throw new Error('nothing was proposed');
    scene.plane.answer(proposal.id, 'approved', { approvers: { ...needed, count: 1 } });
    await scene.call('shell.exec', { command });
    expect(scene.received).toEqual([]);
    const again = [...scene.plane.approvals.values()].at(-1);
    if (again === undefined) throw new Error('nothing was proposed');
    scene.plane.answer(again.id, 'approved');
    await scene.call('shell.exec', { command });
    expect(scene.received).toEqual([`POST /payments ${body}`]);
  },
);
