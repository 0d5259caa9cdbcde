import { callRoute } from '@clawhold/channel';
import {
  apiRoutes,
  type Decision,
  type EgressQuestion,
  type GrantsInForce,
  ledgerEvent,
  type NetworkPolicy,
  networkPolicySchema,
  type Proposal,
  type RunId,
} from '@clawhold/spec';
import { ApiHouse, type HttpAnswer } from '../../api/testing/api-house.ts';

/** The api with a supervisor that keeps what is granted. */
export interface ProposalHouse {
  readonly house: ApiHouse;
  readonly run: RunId;
  /** The granted rules as the supervisor got them last. */
  readonly granted: () => GrantsInForce;
  /** Records refusals of the default agent, as a supervisor does. */
  deny(...targets: readonly (readonly [method: string, path: string])[]): Promise<void>;
  record(question: EgressQuestion, decision: Decision): Promise<void>;
  /** What a sandbox asks for. */
  ask(
    path: string,
    more?: { readonly method?: string; readonly isFlagged?: boolean; readonly run?: RunId },
  ): Promise<Proposal>;
  open(): Promise<readonly Proposal[]>;
  post(path: string, body?: unknown): Promise<HttpAnswer>;
}

export async function openProposalHouse(): Promise<ProposalHouse> {
  const house = await ApiHouse.open();
  let granted: GrantsInForce = { revision: 0, rules: [] };
  house.supervisor = {
    publishGrants: (grants) => {
      granted = grants;
      return {};
    },
  };
  const run = await house.newRun();
  const { supervisor } = house.channels;
  const record: ProposalHouse['record'] = async (question, decision) => {
    const event = ledgerEvent('decision.made', { question, decision, step: null }, { actor: 'supervisor', run });
    await callRoute(supervisor, apiRoutes.appendEvents, { events: [event] });
  };
  return {
    house,
    run,
    granted: () => granted,
    record,
    async deny(...targets) {
      for (const [method, path] of targets) await record(request(method, path, run), refused);
    },
    ask: (path, { method = 'GET', isFlagged = false, run: asking = run } = {}) =>
      callRoute(supervisor, apiRoutes.makeProposal, {
        run: asking,
        agent: 'default',
        policy: rule(method, path),
        tried: [`${method} api.example.com:443${path}`],
        why: 'I need it.',
        isFlagged,
      }),
    async open() {
      const { json } = await house.operator('GET', '/proposals');
      return (json as { proposals: readonly Proposal[] }).proposals; // the answer of our own route
    },
    post: (path, body) => house.operator('POST', `/proposals/${path}`, body),
  };
}

export const refused: Decision = {
  kind: 'deny',
  reasons: [{ code: 'no_rule', text: 'No rule allows it.' }],
  rules: [],
  obligations: [],
  policy: 'a'.repeat(64),
};

export function request(method: string, path: string, run: RunId): EgressQuestion {
  return {
    kind: 'egress',
    caller: { agent: 'default', run },
    host: 'api.example.com',
    port: 443,
    scheme: 'https',
    operation: { method, path, query: '', parameters: [] },
    data: { integrity: 'external', confidentiality: 'internal', readers: null, sources: [] },
  };
}

function rule(method: string, path: string): NetworkPolicy {
  const word = method === 'GET' ? 'allow' : 'ask';
  return networkPolicySchema.parse({
    endpoints: [{ host: 'api.example.com', port: 443, protocol: 'rest', rules: [{ [word]: { method, path } }] }],
  });
}
