import type { Approval } from '@clawhold/client';
import { hostileBlock, hostileLine } from './hostile.ts';
import { paint } from './output.ts';

/** What of a question is drawn. */
export type ShownApproval = Pick<Approval, 'id' | 'state' | 'reasons' | 'digest' | 'expires' | 'rendered'>;

/** Draws a question to a person: why it is asked, and every field of what would happen. */
export function drawApproval(approval: ShownApproval): string {
  const { rendered } = approval;
  const width = Math.max(...rendered.fields.map(({ name }) => name.length), 0);
  const fields = rendered.fields.map(
    ({ name, value, note }) =>
      `  ${paint.quiet(name.padEnd(width))}  ${hostileLine(value, 2_200)}${note === null ? '' : `\n  ${' '.repeat(width)}  ${paint.warn(note)}`}`,
  );
  return [
    paint.strong(hostileLine(rendered.title, 300)),
    ...approval.reasons.map(({ text }) => `  ${paint.warn('because')} ${hostileLine(text, 400)}`),
    ...fields,
    ...(rendered.body === null ? [] : [paint.quiet('  body'), hostileBlock(rendered.body.text)]),
    paint.quiet(`  digest ${approval.digest}, asked until ${new Date(approval.expires).toLocaleTimeString()}`),
  ].join('\n');
}
