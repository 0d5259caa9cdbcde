const factor = Number(process.env['CLAWHOLD_TEST_SCALE'] ?? '1');
if (!(factor >= 1 && factor <= 1000)) throw new Error('CLAWHOLD_TEST_SCALE is a number from 1 to 1000');

/**
 * How often to repeat what a test repeats: `count` in `npm test`, more in `npm run test:long`.
 *
 * @param count the number that is right for a run of every day.
 */
export function scale(count: number): number {
  return Math.ceil(count * factor);
}
