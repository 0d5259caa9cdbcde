import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemFolders } from '@clawhold/spec';
import { repositoryRoot } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathStates } from '../attestation.ts';
import { type Frame, FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { longestFrame, reportTypes, requestTypes, windowBytes } from './wire.ts';

const header = readFile(join(repositoryRoot, 'native/launcher/src/wire.h'), 'utf8');

/** `REQUEST_START = 1,` gives `start: 1`. */
function table(text: string, prefix: string): Record<string, number> {
  const entries = [...text.matchAll(new RegExp(`${prefix}_(\\w+) = (\\d+)`, 'g'))].map(([, name = '', value]) => [
    name.toLowerCase().replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase()),
    Number(value),
  ]);
  return Object.fromEntries(entries);
}

test('both sides number the frames alike', async () => {
  expect(table(await header, 'REQUEST')).toEqual(requestTypes);
  expect(table(await header, 'REPORT')).toEqual(reportTypes);
});

test('both sides have the same limits', async () => {
  expect(await header).toContain('LONGEST_FRAME = 4 * 1024 * 1024');
  expect(longestFrame).toBe(4 * 1024 * 1024);
  expect(await readFile(join(repositoryRoot, 'native/launcher/src/process.h'), 'utf8')).toContain(
    'WINDOW = 256 * 1024',
  );
  expect(windowBytes).toBe(256 * 1024);
});

test('both sides know the same folders of the system and the same ends of a path', async () => {
  const source = (name: string) => readFile(join(repositoryRoot, 'native/launcher/src/layers', name), 'utf8');
  const [, list = ''] = /system_folders\[\] = \{([^}]*)\}/.exec(await source('mounts.c')) ?? [];
  expect([...list.matchAll(/"([^"]+)"/g)].map(([, path]) => path)).toEqual(systemFolders);
  const states = table(await source('paths.h'), 'PATH');
  expect(Object.values(states)).toEqual(pathStates.map((_, number) => number));
  expect(Object.keys(states)).toEqual(['shown', 'ofSystem', 'missing', 'behindLink', 'noFiles', 'refused']);
});

test('frames survive any cutting of the stream', () => {
  const frame = fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    id: fc.integer({ min: 0, max: 0xffffffff }),
    text: fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '')),
    bytes: fc.uint8Array(),
    number: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  });
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 40 }), (frames, size) => {
      const stream = Buffer.concat(
        frames.map(({ type, id, text, bytes, number }) =>
          new FrameWriter().text(text).bytes(bytes).u64(number).frame(type, id),
        ),
      );
      const reader = new FrameReader();
      const received: Frame[] = [];
      for (let at = 0; at < stream.length; at += size) received.push(...reader.push(stream.subarray(at, at + size)));
      const read = received.map(({ type, id, fields }) => ({
        type,
        id,
        text: fields.text(),
        bytes: new Uint8Array(fields.bytes()),
        number: fields.u64(),
      }));
      expect(read).toEqual(frames);
    }),
  );
});

test('a frame that is too short, too long or cut inside is refused', () => {
  for (const bytes of [
    [4, 0, 0, 0],
    [255, 255, 255, 255],
  ])
    expect(() => [...new FrameReader().push(Buffer.from(bytes))]).toThrow(/not in its protocol/);
  const [frame] = new FrameReader().push(new FrameWriter().u32(100).frame(1, 1));
  expect(() => frame?.fields.bytes()).toThrow(/not in its protocol/);
  expect(() => new FrameWriter().text('a\0b')).toThrow(RangeError);
});
