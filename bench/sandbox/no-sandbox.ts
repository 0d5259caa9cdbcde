import { echo, timeToFirstByte, type Way } from './way.ts';

/** The floor: what Node needs to start any program. */
export function spawnAlone(): Way {
  const [file, ...words] = echo;
  return {
    name: 'no sandbox, just spawn',
    version: ['Node', process.versions.node],
    start: () => timeToFirstByte(performance.now(), file, words),
    async [Symbol.asyncDispose]() {},
  };
}
