import type { TimelineEntry } from '@clawhold/client';
import { hostileBlock, hostileLine } from './hostile.ts';
import { paint } from './output.ts';

const outcomeMarks = { ok: paint.good('✓'), failed: paint.warn('✗'), denied: paint.bad('⊘'), unknown: paint.warn('?') };
const planMarks = { open: '○', active: paint.accent('◐'), done: paint.good('●'), dropped: paint.quiet('–') };

/** Draws one entry of a run's story as lines for a person; undefined for what is told by another entry already. */
export function drawEntry({ body }: TimelineEntry): string | undefined {
  switch (body.kind) {
    case 'state':
      return body.explanation === null || isToldElsewhere(body.state)
        ? undefined
        : paint.quiet(`  ${hostileLine(body.explanation)}`);
    case 'plan':
      return body.items.map((item) => `  ${planMarks[item.state]} ${hostileLine(item.title)}`).join('\n');
    case 'turn':
      return body.text.trim() === ''
        ? undefined
        : `${paint.accent('agent')} ${hostileBlock(body.text, '  ').trimStart()}`;
    case 'step.started':
      return `  ${paint.quiet('→')} ${body.tool} ${paint.quiet(hostileLine(body.summary, 100))}`;
    case 'step.ended': {
      // Why it was refused is told by its decision.
      if (body.outcome === 'denied') return undefined;
      const label = body.label.integrity === 'external' ? paint.warn(' [from outside]') : '';
      return `  ${outcomeMarks[body.outcome]} ${paint.quiet(hostileLine(body.output, 110))}${label}`;
    }
    case 'step.settled': {
      const words = body.verdict === 'happened' ? 'it happened' : 'it did not happen';
      const note = body.note === null ? '' : `: ${hostileLine(body.note, 300)}`;
      return `  ${paint.accent('☞')} ${hostileLine(body.by, 40)} says ${words}${note} ${paint.quiet(body.step)}`;
    }
    case 'decision':
      return drawDecision(body);
    case 'approval':
      return `    ${paint.quiet(`asked as ${body.approval}`)}`;
    case 'approval.ended':
      return `  ${body.state === 'approved' ? paint.good('approved') : paint.bad(body.state)}`;
    case 'egress':
      return `  ${body.decision === 'allow' ? paint.good('⇄') : paint.bad('⊘')} ${paint.quiet(`${hostileLine(body.method, 12)} ${hostileLine(body.url, 100)} ${body.status ?? ''}`)}`;
    case 'note':
      return `  ${body.level === 'warning' ? paint.warn('!') : '·'} ${hostileLine(body.text, 300)}`;
    default:
      return undefined;
  }
}

/** The end by the run itself, the waiting by its question. */
function isToldElsewhere(state: string): boolean {
  return state === 'waiting' || state === 'finished' || state === 'failed' || state === 'stopped';
}

function drawDecision(body: Extract<TimelineEntry['body'], { kind: 'decision' }>): string | undefined {
  // What is allowed shows as the step or the request itself.
  if (body.decision.kind === 'allow') return undefined;
  const word = body.decision.kind === 'deny' ? paint.bad('⊘ denied:') : paint.warn('⏸ needs a person:');
  const reasons = body.decision.reasons.map(({ text }) => hostileLine(text, 300)).join(' ');
  return `  ${word} ${hostileLine(body.what, 120)}\n    ${reasons}`;
}
