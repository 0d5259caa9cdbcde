import type { Proposal } from '@clawhold/client';
import { timeLeft } from '../approval/time-left.ts';
import { hostileBlock, hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';

/** How many examples a person is shown at first; `show` has more. */
const few = 5;

/** Where a rule comes from, in words. */
const origins: Readonly<Record<Proposal['kind'], (proposal: Proposal) => string>> = {
  denied: ({ count, runs }) => `refused ${count} ×, in ${runs.length} of the latest runs`,
  learned: ({ count, runs }) => `let through ${count} × to learn from it, in ${runs.length} of the latest runs`,
  asked: ({ runs }) => `asked for by the agent in ${runs.join(', ')}`,
};

/** A proposal on a few lines. Everything of it that an agent may have written is shown as such. */
export function drawProposal(proposal: Proposal, now: number, most: number = few): string {
  const { id, agent, state, tried, opens, limits, why, policy, kind } = proposal;
  const more = (count: number): string => (count > most ? ` … and ${count - most} more` : '');
  return [
    `${paint.strong(id)}  ${state}  ${agent}  ${paint.quiet(origins[kind](proposal))}`,
    ...tried.slice(0, most).map((what) => `  ${hostileLine(what)}`),
    ...(tried.length > most ? [`  ${more(tried.length).trim()}`] : []),
    ...(why === null ? [] : [paint.quiet('  The agent says:'), hostileBlock(why, '  │ ', most)]),
    `  ${paint.quiet('rule')}   ${hostileLine(JSON.stringify(policy), most === few ? 160 : 4_000)}`,
    ...opens.slice(0, most).map(({ what, after }) => `  ${paint.bad('opens')}  ${hostileLine(what)}: ${after}`),
    ...(opens.length > most ? [`  ${more(opens.length).trim()}`] : []),
    ...limits.map((sentence) => `  ${paint.warn(hostileLine(sentence))}`),
    ...grantLines(proposal, now),
  ].join('\n');
}

function grantLines({ state, grant, decidedBy, proof }: Proposal, now: number): readonly string[] {
  if (grant === null) return [];
  const { expires, uses, used, run } = grant;
  const left = state === 'accepted' ? `, ${timeLeft(expires, now)} left` : '';
  const by = proof === null ? (decidedBy ?? '') : `itself, proof ${proof.slice(0, 16)}…`;
  return [
    `  ${paint.quiet(`accepted by ${by}; used ${used} of ${uses}${left}${run === null ? '' : `; ${run} only`}`)}`,
  ];
}
