import { type AttemptGroup, Attempts, type GoverningPolicy, grantDigest, grantPolicy } from '@clawhold/policy';
import { type EgressQuestion, type EventBody, type GrantsInForce, type LedgerEvent, limits } from '@clawhold/spec';
import type { PolicyService } from '../policies/policy-service.ts';
import type { RecordedDecisions } from './decisions.ts';
import type { ProposedRule } from './new-proposal.ts';
import type { OpensDesk } from './opens-desk.ts';
import type { ProposalGroups } from './proposal-groups.ts';
import type { ProposalRecords } from './records.ts';

/** Makes proposals of recorded decisions. */
export interface Gatherer {
  /** Takes what was recorded. Proposals follow within seconds, or with the next {@link gather}. */
  note(events: readonly LedgerEvent[]): void;
  /** Brings the proposals up to date with all that was noted. */
  gather(): Promise<void>;
  close(): Promise<void>;
}

export interface GathererParts {
  readonly groups: ProposalGroups;
  readonly inForce: () => Promise<GrantsInForce>;
  readonly records: ProposalRecords;
  readonly policies: Pick<PolicyService, 'snapshot' | 'digests'>;
  readonly opens: OpensDesk;
  readonly decisions: RecordedDecisions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** So long is waited for more before what was noted is looked at. */
const settleMilliseconds = 2_000;
/** Places of one agent that are remembered, each with what was tried there. */
const rememberedGroups = 200;

export function createGatherer(parts: GathererParts): Gatherer {
  const { groups, inForce, records, policies, opens, decisions, now } = parts;
  /** By agent, so that none makes what another one tried forgotten. */
  const attempts = new Map<string, Attempts>();
  /** How far each group was looked at, under which policy. */
  const looked = new Map<string, string>();
  let read: number | undefined;
  let isBehind = true;
  let last: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function take({ question, decision }: EventBody<'decision.made'>): void {
    const { agent } = question.caller;
    const own = attempts.get(agent) ?? new Attempts(rememberedGroups);
    attempts.set(agent, own);
    own.add(question, decision);
  }

  async function pass(): Promise<void> {
    if (isBehind) {
      isBehind = false;
      const { sequence, bodies } = await decisions.after(read);
      for (const body of bodies) take(body);
      read = sequence;
    }
    const grants = await inForce();
    for (const group of [...attempts.values()].flatMap((own) => own.groups().slice(0, limits.agentProposals))) {
      const state = stateOf(group, grants);
      if (closed || looked.get(group.key) === state) continue;
      await look(group, grants);
      looked.set(group.key, state);
    }
  }

  /** Changes whenever the group may have to be looked at again. */
  function stateOf({ agent, count }: AttemptGroup, { rules }: GrantsInForce): string {
    const granted = rules.filter((rule) => rule.agent === agent).map(({ id }) => id);
    return [count, policies.digests()[agent], ...granted].join(' ');
  }

  async function look(group: AttemptGroup, { rules }: GrantsInForce): Promise<void> {
    const snapshot = policies.snapshot(group.agent);
    if (snapshot === undefined) return;
    const governing = { snapshot, grants: rules.filter(({ agent }) => agent === group.agent) };
    const rule = ruleOf(group, governing);
    if (rule === undefined) {
      await groups.end(group.key, records.expired);
      return;
    }
    const isKnown = (await groups.openDigest(group.key)) === rule.digest;
    // What a rule opens is a comparison of two policies: it costs more than all else here.
    const opened = isKnown ? undefined : await opens.of(rule, governing.grants);
    await groups.gathered(group.key, rule, opened, (made) => records.made(made, rule));
  }

  function ruleOf(
    { kind, agent, count, runs, tried }: AttemptGroup,
    governing: GoverningPolicy,
  ): ProposedRule | undefined {
    const questions = tried
      .map(({ question }) => question)
      .filter((one) => grantPolicy([one], governing, now()).kind === 'ok');
    const found = isFilled(questions) ? grantPolicy(questions, governing, now(), kind === 'learned') : undefined;
    if (found?.kind !== 'ok') return undefined;
    const { policy } = found;
    return { kind, agent, policy, digest: grantDigest(agent, policy), tried: found.tried, count, runs };
  }

  function gather(): Promise<void> {
    last = last.then(pass, pass);
    return last;
  }

  return {
    note(events) {
      if (closed || !events.some(({ type }) => type === 'decision.made')) return;
      isBehind = true;
      timer ??= setTimeout(() => {
        timer = undefined;
        gather().catch((error: unknown) => console.error(error));
      }, settleMilliseconds).unref();
    },
    gather,
    async close() {
      closed = true;
      clearTimeout(timer);
      await last.catch(() => undefined);
    },
  };
}

function isFilled(questions: readonly EgressQuestion[]): questions is readonly [EgressQuestion, ...EgressQuestion[]] {
  return questions.length > 0;
}
