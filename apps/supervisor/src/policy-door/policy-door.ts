import type { LocalHandler, LocalRequest, LocalResponse } from '@clawhold/egress';
import { describeQuestion, type GrantPolicy, grantPolicy } from '@clawhold/policy';
import {
  ClawholdError,
  type Decision,
  type EgressQuestion,
  id,
  limits,
  type Proposal,
  type RunId,
} from '@clawhold/spec';
import type { Policies } from '../deciding/policies.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import { answer, Refused } from './answer.ts';
import { createDenials } from './denials.ts';
import { indexDocument } from './index-document.ts';
import { createPace } from './pace.ts';
import { readAsked } from './read-request.ts';
import { shownPolicy, shownRule } from './shown-policy.ts';

/** `http://policy.local`: a mailbox in which a sandbox reads its own rules and asks for others. It changes none. */
export interface PolicyDoor {
  readonly handle: LocalHandler;
  /** Remembers a denial for the sandbox that was refused. */
  note(run: RunId, question: EgressQuestion, decision: Decision): void;
  forget(run: RunId): void;
}

export interface PolicyDoorParts {
  readonly runs: Pick<LiveRuns, 'find'>;
  readonly policies: Pick<Policies, 'of' | 'grantsOf'>;
  readonly gateway: Pick<Gateway, 'makeProposal' | 'listRunProposals' | 'awaitProposal'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createPolicyDoor({ runs, policies, gateway, now }: PolicyDoorParts): PolicyDoor {
  const denials = createDenials(now);
  const pace = createPace(now);

  async function propose(request: LocalRequest, live: LiveRun): Promise<LocalResponse> {
    const { questions, why } = await readAsked(request, live, denials);
    const { agent, id: run } = live;
    const governing = { snapshot: policies.of(agent), grants: policies.grantsOf(agent) };
    const found = grantPolicy(questions, governing, now());
    if (found.kind === 'refused') throw cannotBe(found);
    const { policy, tried } = found;
    // Who has seen secrets may not open ways out without a person.
    const isFlagged = live.provenance.leaving.confidentiality === 'secret';
    const made = await gateway.makeProposal({ run, agent, policy, tried: [...tried], why, isFlagged });
    return answer(201, shown(made), { location: `/proposals/${made.id}` });
  }

  async function one(live: LiveRun, name: string, query: URLSearchParams): Promise<LocalResponse> {
    const proposal = id('proposal').safeParse(name);
    const seconds = Math.min(limits.policyWaitSeconds, Math.max(0, Number(query.get('wait') ?? 0) || 0));
    if (!proposal.success) throw notFound();
    const done = seconds > 0 ? pace.wait(live.id) : () => undefined;
    try {
      return answer(200, shown(await gateway.awaitProposal({ run: live.id, proposal: proposal.data, seconds })));
    } finally {
      done();
    }
  }

  function route(request: LocalRequest, live: LiveRun): LocalResponse | Promise<LocalResponse> {
    const { pathname, searchParams } = new URL(request.path, 'http://policy.local');
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const [, proposal] = /^\/proposals\/([^/]+)$/.exec(pathname) ?? [];
    const ways: Readonly<Record<string, () => LocalResponse | Promise<LocalResponse>>> = {
      'GET /': () => answer(200, indexDocument),
      'GET /policy': () =>
        answer(200, shownPolicy(live.agent, policies.of(live.agent), policies.grantsOf(live.agent), live.id)),
      'GET /denials': () => answer(200, { denials: denials.of(live.id) }),
      'GET /proposals': async () => {
        const { proposals } = await gateway.listRunProposals({ run: live.id });
        return answer(200, { proposals: proposals.map(shown) });
      },
      'POST /proposals': () => propose(request, live),
      ...(proposal === undefined ? {} : { [`GET ${pathname}`]: () => one(live, proposal, searchParams) }),
    };
    const way = ways[`${method} ${pathname}`];
    if (way !== undefined) return way();
    const others = Object.keys(ways).flatMap((name) =>
      name.endsWith(` ${pathname}`) ? (name.split(' ')[0] ?? []) : [],
    );
    if (others.length === 0) throw notFound();
    throw new Refused(
      405,
      'wrong_method',
      `${pathname} takes ${others.join(', ')}.`,
      readIndex,
      {},
      { allow: others.join(', ') },
    );
  }

  return {
    async handle(request, { run }) {
      try {
        const live = runs.find(run);
        if (live === undefined) throw notNow();
        pace.request(run);
        return await route(request, live);
      } catch (error) {
        return refusalOf(error).response();
      }
    },
    note: (run, question, decision) => denials.note(run, question, decision),
    forget(run) {
      denials.forget(run);
      pace.forget(run);
    },
  };
}

const readIndex = 'GET http://policy.local/ says what there is.';

/** A proposal as the sandbox that asked for it may know it: not who decided. */
function shown({ id: proposal, state, policy, tried, why, made, expires, grant }: Proposal): object {
  return {
    id: proposal,
    state,
    rule: shownRule(policy),
    requests: tried,
    why,
    made,
    ...(state === 'open' ? { endsWithoutAnswer: expires } : {}),
    ...(grant === null ? {} : { granted: { expires: grant.expires, uses: grant.uses, used: grant.used } }),
    next: nextOf[state],
  };
}

const nextOf: Readonly<Record<Proposal['state'], string>> = {
  open: `Nobody has decided yet. GET this with ?wait=${limits.policyWaitSeconds}, or go on with other work.`,
  accepted: 'Send the same request again. What the rule asks about still needs a person each time.',
  dismissed: 'A person said no. Go on without it and say so in your report.',
  expired: 'It is over. Ask again if you still need it.',
  revoked: 'A person took it back. Go on without it and say so in your report.',
};

function cannotBe({ question, decision }: Extract<GrantPolicy, { kind: 'refused' }>): Refused {
  const what = describeQuestion(question);
  if (decision === undefined)
    return new Refused(
      400,
      'not_one_request',
      `No rule can be about ${what} and nothing else.`,
      'Ask for the exact requests that you need; patterns cannot be asked for.',
    );
  const { kind, reasons } = decision;
  if (kind !== 'deny') {
    const why = kind === 'allow' ? 'is allowed already' : 'needs no rule: a person is asked when you send it';
    return new Refused(409, 'not_needed', `${what} ${why}.`, 'Send the request itself.');
  }
  return new Refused(
    403,
    'cannot_be_asked_for',
    `No person can allow ${what} here: ${reasons.map(({ text }) => text).join(' ')}`,
    'The organisation decided against this. Go on without it and say so in your report.',
    { reasons },
  );
}

function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof ClawholdError && error.status === 404) return notFound();
  if (error instanceof ClawholdError && error.status === 429)
    return new Refused(
      429,
      'too_many',
      error.message,
      'Go on with what you have, and say in your report what is missing.',
    );
  console.error(error);
  return notNow();
}

function notFound(): Refused {
  return new Refused(404, 'not_found', 'There is nothing here.', readIndex);
}

function notNow(): Refused {
  return new Refused(503, 'not_now', 'Nobody can be asked at this moment.', 'Try again in a minute.');
}
