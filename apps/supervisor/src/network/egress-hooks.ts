import { requestDigest } from '@clawhold/approvals';
import {
  addressFault,
  type CredentialDesk,
  type Decided,
  type EgressHooks,
  type EgressRecord,
  type Identity,
  type LocalHandler,
  type LocalResponse,
  type ToolPins,
} from '@clawhold/egress';
import { emptyLabel } from '@clawhold/flow';
import { describeMessage, isNarrowed, isReachable, requestTerms, takenOut } from '@clawhold/policy';
import {
  ClawholdError,
  type Decision,
  type EgressQuestion,
  mcpServerAt,
  noUsage,
  type TimelineBody,
} from '@clawhold/spec';
import { createByteMeter } from '../deciding/byte-meter.ts';
import { type Asker, isDurable, type Judge } from '../deciding/judge.ts';
import type { Policies } from '../deciding/policies.ts';
import type { ReadSummary } from '../deciding/summary.ts';
import type { Findings } from '../detection/findings.ts';
import type { CarriedLabels } from '../labels/carried-labels.ts';
import type { PolicyDoor } from '../policy-door/policy-door.ts';
import type { Programs } from '../programs/programs.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { Effects } from '../steps/effects.ts';
import type { RequestApprovals } from './request-approvals.ts';
import type { RequestTimeline } from './request-timeline.ts';

export interface EgressHookParts {
  readonly runs: LiveRuns;
  readonly policies: Policies;
  readonly judge: Judge;
  readonly approvals: RequestApprovals;
  readonly timeline: Pick<RequestTimeline, 'tell'>;
  readonly summary: ReadSummary;
  readonly effects: Pick<Effects, 'sent' | 'answered' | 'opened' | 'closed'>;
  readonly credentials: CredentialDesk;
  readonly findings: Pick<Findings, 'note' | 'raise'>;
  readonly toolPins: ToolPins;
  readonly inference: LocalHandler;
  readonly policyDoor: Pick<PolicyDoor, 'handle' | 'note'>;
  readonly carried: Pick<CarriedLabels, 'note'>;
  readonly programs: Pick<Programs, 'find'>;
}

/** What the proxy asks and tells, put in the words of runs. A connection whose run is gone is refused everything. */
export function createEgressHooks(parts: EgressHookParts): EgressHooks {
  const {
    runs,
    policies,
    judge,
    approvals,
    timeline,
    summary,
    effects,
    credentials,
    findings,
    toolPins,
    inference,
    policyDoor,
    carried,
    programs,
  } = parts;

  async function noteEnd(record: EgressRecord, effect: string): Promise<void> {
    const { run } = record.identity;
    if (record.question?.operation === undefined) await effects.closed(run, effect, record);
    else if (record.status !== null) await effects.answered(run, effect, record.status);
  }

  /** Admitted, and then beyond what was left: nothing waits for this record, because nothing passes any more. */
  function tellOverBudget({ question, decision }: EgressRecord, live: LiveRun): void {
    if (question === null || decision === null) return;
    const circumstances = { step: live.steps.current(), what: describe(question) };
    judge
      .admit(question, decision, { run: live.id, snapshot: policies.of(live.agent), usage: live.usage }, circumstances)
      .catch((error: unknown) => console.error(error));
  }

  const effectIds = new WeakMap<EgressQuestion, string>();
  /** Requests whose own answer is secret: that they brought it in takes nothing out. */
  const answering = new WeakSet<EgressQuestion>();

  function situation(identity: Identity): { readonly live: LiveRun; readonly asker: Asker } {
    const live = runs.get(identity.run);
    // Of an MCP server it is a policy of its own.
    return { live, asker: { run: live.id, snapshot: policies.of(identity.agent), usage: live.usage } };
  }

  function runOf(question: EgressQuestion): { readonly live: LiveRun; readonly asker: Asker } {
    const { run, sandbox, agent } = question.caller;
    if (run === undefined || sandbox === undefined)
      throw new ClawholdError('state_no_sandbox', 'The request belongs to no run.');
    return situation({ run, sandbox, agent });
  }

  /** The agent waits for its MCP server, as it does for its model: whoever follows it hears of that. */
  async function askPerson(live: LiveRun, ask: () => Promise<void>): Promise<void> {
    const program = programs.find(live.id);
    await (program === undefined ? ask() : program.questions.during(ask));
  }

  /** Whoever sends it, a tool or a program of its own: it goes through here. */
  async function recordEffect(live: LiveRun, { snapshot }: Asker, question: EgressQuestion): Promise<void> {
    const { operation } = question;
    if (operation === undefined) {
      // Asked about only when it is not read inside: then nobody will know what it does.
      effectIds.set(question, await effects.opened(live.id, `${question.host}:${question.port}`));
      return;
    }
    const { effect, inverse } = requestTerms(question, snapshot);
    if (effect === 'read') return;
    effectIds.set(question, await effects.sent(live.id, { what: describe(question), inverse }));
  }

  /** An MCP server is no agent: it has no models, and asks for no rules. */
  function agentsOnly(handle: LocalHandler): LocalHandler {
    return async (request, identity) =>
      runs.find(identity.run)?.beside.find(identity.sandbox)?.role === 'mcp'
        ? notForServers
        : handle(request, identity);
  }

  return {
    inspect(question) {
      const { asker } = runOf(question);
      const { destinations: pointers } = requestTerms(question, asker.snapshot);
      const taken = takenOut(question.host, asker.snapshot);
      if (pointers.length > 0) return { pointers, digestBody: true, takenOut: taken };
      const decision = judge.decide(question, asker);
      // A body is held back and identified only where a person may have to say yes to exactly it.
      return { pointers, digestBody: decision.kind === 'ask', takenOut: taken, decision };
    },

    decide(question) {
      const { live, asker } = runOf(question);
      const decision = judge.decide(question, asker);
      if (decision.kind !== 'ask') return decision;
      // A person may have said yes to this very request after it was refused before.
      const redeemed = async (): Promise<Decision | undefined> =>
        (await approvals.redeem(live, question.action)) ? judge.decide(question, runOf(question).asker) : undefined;
      return redeemed().then(async (first) => {
        if (first !== undefined || mcpServerAt(question.host) === undefined) return first ?? decision;
        await askPerson(live, () => approvals.ask(live, { question, decision }));
        return (await redeemed()) ?? { ...decision, ...nobodySaidYes };
      });
    },

    needsProgram: ({ run, agent }, host, port) =>
      runs.find(run) !== undefined && isNarrowed(host, port, policies.of(agent)),
    async programOf({ run, sandbox }, connection) {
      const live = runs.find(run);
      const of = live?.sandboxId === sandbox ? live : live?.beside.find(sandbox);
      return of?.callers?.find(connection);
    },

    isReachable: ({ run, agent }, host) => runs.find(run) !== undefined && isReachable(host, policies.of(agent)),

    // Budgets have their own ways to end what is under way.
    reconsider(question, isLeaving) {
      const { live, asker } = runOf(question);
      // What still leaves may by now be data that nobody had when it began.
      const isNew = isLeaving && !(question.operation !== undefined && answering.has(question));
      const { confidentiality } = isNew ? live.provenance.leaving : question.data;
      const data = { ...question.data, confidentiality };
      return judge.decide({ ...question, data }, { snapshot: asker.snapshot, usage: noUsage });
    },

    async before({ identity, question, decision }) {
      const { live, asker } = situation(identity);
      const what = describe(question);
      const admission = await judge.admit(question, decision, asker, { step: live.steps.current(), what });
      // Told before the first byte comes back: whatever reads it from now on may have read what a stranger wrote.
      if (admission.kind === 'go' && decision.kind === 'allow')
        for (const obligation of decision.obligations)
          if (obligation.kind === 'label_response') {
            live.provenance.received(question.host, obligation);
            live.hostLabels.note(question.host, obligation);
            if (obligation.confidentiality !== 'secret') continue;
            answering.add(question);
            await carried.note(live);
          }
      if (decision.kind === 'deny') policyDoor.note(live.id, question, decision);
      if (admission.kind === 'refused' || decision.kind !== 'allow') return admission;
      // What is only summed up is a read.
      if (isDurable(decision.obligations)) await recordEffect(live, asker, question);
      return { kind: 'go', meter: createByteMeter(live.usage, decision.obligations) };
    },

    propose: async (decided: Decided) => approvals.put(situation(decided.identity).live, decided),

    observe(record) {
      const live = runs.find(record.identity.run);
      const effect = record.question === null ? undefined : effectIds.get(record.question);
      if (effect !== undefined) noteEnd(record, effect).catch((error: unknown) => console.error(error));
      if (live === undefined) return;
      // Its decision was counted when it was admitted.
      if (record.requestBytes > 0) summary.addBytes(live.id, record.requestBytes);
      if (record.fault === 'budget') tellOverBudget(record, live);
      if (record.fault === addressFault) findings.raise(live.id, 'egress.raw_address', dialled(record));
      timeline.tell(live.id, timelineBody(record, live));
    },

    labelOf: (identity, value) => runs.find(identity.run)?.provenance.labelOf(value) ?? emptyLabel,
    dataLabel: (identity) => runs.find(identity.run)?.provenance.leaving ?? emptyLabel,
    requestDigest,
    credentials,
    // What no run may have does not leave; a run that is gone gets nothing out anyway.
    guarded: (identity) => runs.find(identity.run)?.guarded,
    found: (finding) => findings.note(finding),
    toolPins,
    inference: agentsOnly(inference),
    policy: agentsOnly(policyDoor.handle),
  };
}

function describe({ scheme, host, port, operation }: EgressQuestion): string {
  if (operation === undefined) return `connect to ${host}:${port}`;
  const { method, path, message } = operation;
  return `${method} ${scheme}://${host}:${port}${path}${message === undefined ? '' : ` (${describeMessage(message)})`}`;
}

function dialled({ method, url }: EgressRecord): string {
  const tried = method === 'UDP' ? `sent a datagram to ${url}` : `dialled ${url}`;
  return `A program ${tried}, which the policy gave no name; it was refused.`;
}

function timelineBody(record: EgressRecord, live: LiveRun): TimelineBody {
  return {
    kind: 'egress',
    step: live.steps.current(),
    method: record.method,
    url: record.url.slice(0, 2_000),
    decision: record.outcome === 'refused' ? (record.decision?.kind ?? 'deny') : 'allow',
    status: record.status,
    requestBytes: record.requestBytes,
    responseBytes: record.responseBytes,
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Whoever waits for the answer is not asked again about the same. */
const nobodySaidYes = {
  kind: 'deny',
  reasons: [{ code: 'default', text: 'A person was asked about this and did not say yes. Do not try it again.' }],
  obligations: [{ kind: 'record', durability: 'durable' }],
} satisfies Partial<Decision>;

const notForServers: LocalResponse = { status: 403, headers: {}, body: nothing() };
