import type { Caller, Decision, EgressQuestion, Question, Refusal, RuleReference } from '@clawhold/spec';
import { describeTarget } from './decide-egress.ts';
import { ruleForMessage } from './describe-message.ts';

/** Says what was asked, in the words of a person. */
export function describeQuestion(question: Question): string {
  switch (question.kind) {
    case 'egress':
      return describeTarget(question);
    case 'tool':
      return question.tool;
    case 'inference':
      return `${question.provider}/${question.model}`;
    default:
      return question satisfies never;
  }
}

/** What an agent gets when it is refused, or has to wait for a person. */
export function refusal(question: Question, decision: Decision, proposal?: string): Refusal {
  return {
    error: 'policy_denied',
    asked: { kind: question.kind, what: describeQuestion(question) },
    reasons: decision.reasons,
    rules: decision.rules,
    next: nextForAgent(question, decision),
    ...(proposal === undefined ? {} : { proposal }),
  };
}

const withoutIt = 'Go on without it and say what you needed it for; an operator may add a rule.';

function nextForAgent({ kind }: Question, decision: Decision): string {
  if (decision.kind === 'ask')
    return 'A person must agree to exactly this action. Say what it is for and wait, or go on without it.';
  switch (decision.reasons[0]?.code) {
    case 'hard_block':
      return 'No policy can allow this. Do not try another spelling; go on without it.';
    case 'explicit_deny':
    case 'beyond_ceiling':
      return 'The organisation decided against this. Go on without it and say so in your report.';
    case 'budget':
    case 'burst':
      return 'The allowance is used up. Finish with what you have and say so.';
    case 'feature':
      return 'Send the request without what the provider would do by itself.';
    case 'no_rule':
      if (kind === 'egress')
        return 'You may ask a person for exactly this: http://policy.local/ says how. Or go on without it and say what you needed it for.';
      return withoutIt;
    default:
      return withoutIt;
  }
}

/**
 * One plain sentence for a person: what was asked, how it was decided, why, and where one would look to allow it and
 * what that would open.
 */
export function sentence(question: Question, decision: Decision): string {
  const verb = { allow: 'was allowed', ask: 'needs your decision', deny: 'was refused' }[decision.kind];
  const why = decision.reasons.map(({ text }) => text).join(' ');
  const remedy = decision.kind === 'deny' ? remedyOf(question, decision) : undefined;
  return `${describeQuestion(question)} ${verb}: ${why}${remedy === undefined ? '' : ` ${remedy}`}`;
}

/** The rule that would allow it, and its reach. Undefined when no rule can. */
export function remedyOf(question: Question, decision: Decision): string | undefined {
  const code = decision.reasons[0]?.code;
  const [rule] = decision.rules;
  switch (code) {
    case 'no_rule':
      if (question.kind === 'egress' && rule !== undefined) return callerRemedy(rule, question.caller);
      return question.kind === 'egress'
        ? egressRemedy(question.host, question.port, question.operation)
        : inferenceRemedy;
    case 'explicit_deny':
      return rule === undefined
        ? undefined
        : `Only removing ${rule.path} from the ${rule.layer} policy would allow it.`;
    case 'beyond_ceiling':
      return 'Only the ceiling, "ceiling.yaml" in the configuration folder, can allow it, and it would for every agent.';
    case 'budget':
      return rule === undefined ? undefined : `Raise ${rule.path} in the ${rule.layer} policy to allow more.`;
    default:
      return undefined;
  }
}

const inferenceRemedy =
  'Add the model to `inference.models`, then check with "clawhold policy check FILE"; it opens that model only.';

/** The rule that it named is there, for other programs. */
function callerRemedy({ path, layer }: RuleReference, { executable }: Caller): string {
  const policy = path.replace(/\.endpoints\[\d+\].*$/, '');
  if (executable === undefined)
    return `Only without \`binaries\` would ${policy} of the ${layer} policy be open for a program that nobody knows, and then for every one.`;
  return `To allow it, add { path: ${executable} } to the binaries of ${policy} in the ${layer} policy; that opens everything in it for this program and what it starts.`;
}

function egressRemedy(host: string, port: number, operation: EgressQuestion['operation']): string {
  const message = operation?.message;
  const path = JSON.stringify(operation?.path);
  let rule = '';
  let opens = 'every byte to and from that host';
  if (message !== undefined) {
    rule = `, path: ${path}, ${ruleForMessage(message)}`;
    opens = 'messages of this kind at this path of that host';
  } else if (operation !== undefined) {
    rule = `, rules: [{ allow: { method: ${operation.method}, path: ${path} } }]`;
    opens = 'this method and path of that host';
  }
  return `To allow it, add { host: ${host}, port: ${port}${rule} } to the agent's network_policies and run "clawhold policy check FILE"; that opens ${opens}.`;
}
