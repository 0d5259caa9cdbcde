import type { Checkpoint } from '@clawhold/client';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { drawCheckpoints } from './checkpoints.ts';

const at = (number: number, name: string | null = null): Checkpoint => ({
  number,
  name,
  step: name === null ? 'stp_0123456789' : null,
  time: '2026-11-23T12:00:00.000Z',
});

test(verifies('files.thinning', 'the list says between which checkpoints others were, and how many'), () => {
  const lines = drawCheckpoints([at(2), at(3, 'mine'), at(8), at(9)]).split('\n');
  expect(lines.map((line) => line.replaceAll(/\s+/g, ' '))).toEqual([
    '1 thinned out',
    '2 - 2026-11-23T12:00:00Z before stp_0123456789',
    '3 mine 2026-11-23T12:00:00Z',
    '4 to 7 thinned out',
    '8 - 2026-11-23T12:00:00Z before stp_0123456789',
    '9 - 2026-11-23T12:00:00Z before stp_0123456789',
  ]);
});
