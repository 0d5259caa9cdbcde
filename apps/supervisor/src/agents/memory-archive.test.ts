import { execFileSync } from 'node:child_process';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { scale, temporaryFolder, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KeptFile, readArchive, writeArchive } from './memory-archive.ts';

const written = 1_700_000_000;
const fileOf = (text: string): KeptFile => ({ bytes: Buffer.from(text), written });

const part = fc.stringMatching(/^[a-z0-9é-]{1,40}\.?[a-z]{1,3}$/);
const paths = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const contents = fc.uint8Array({ maxLength: 2_000 }).map((bytes) => ({ bytes: Buffer.from(bytes), written }));

const fits = (path: string): boolean => Buffer.byteLength(path) <= 200;

test(verifies('agents.memory-is-words', 'what is written is what is read, by tar(1) as well'), async () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(paths.filter(fits), contents), { selector: ([path]) => path }), (entries) => {
      const files = new Map(entries);
      expect(readArchive(writeArchive(files))).toEqual(files);
    }),
    { numRuns: scale(50) },
  );
  const folder = await temporaryFolder();
  const long = `${'a'.repeat(80)}/${'b'.repeat(90)}/c.jsonl`;
  const files = new Map([
    ['a.md', fileOf('one\n')],
    [long, fileOf('two\n'.repeat(500))],
    ['empty', fileOf('')],
  ]);
  const [theirs, ours] = [join(folder, 'theirs'), join(folder, 'ours')];
  for (const [path, { bytes }] of files) {
    await mkdir(dirname(join(theirs, path)), { recursive: true });
    await writeFile(join(theirs, path), bytes);
    await utimes(join(theirs, path), written, written);
  }
  const archive = execFileSync('tar', ['--format=ustar', '-C', theirs, '-cf', '-', '.']);
  expect(readArchive(archive)).toEqual(files);
  await mkdir(ours);
  execFileSync('tar', ['-C', ours, '-xf', '-'], { input: writeArchive(files) });
  for (const [path, { bytes }] of files) expect(await readFile(join(ours, path))).toEqual(bytes);
});

/** An archive with this written over one of its headers, and a right sum. */
function tamperedWith(at: number, bytes: string): Buffer {
  const archive = writeArchive(new Map([['a.md', fileOf('x')]]));
  archive.write(bytes, at, 'latin1');
  archive.write('        ', 148, 'latin1');
  const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return archive;
}

test.each([
  ['/etc/x', 0],
  ['../x', 0],
  ['a/../x', 0],
  ['a//x', 0],
  ['a\nb', 0],
  ['a\x1b[2J', 0],
  ['\xff\xfe', 0],
  ['1', 156],
  ['2', 156],
  ['3', 156],
  ['L', 156],
  ['S', 156],
  ['x', 156],
])(
  verifies('agents.memory-is-words', 'an entry that is no plain file with a plain name is passed by: %j'),
  (bytes, at) => {
    expect(readArchive(tamperedWith(at, `${bytes}\0`))).toEqual(new Map());
  },
);

test(verifies('agents.memory-is-words', 'an archive that is not whole tells nothing, and none ends the reader'), () => {
  const whole = writeArchive(new Map([['a.md', fileOf('x'.repeat(600))]]));
  for (let length = 0; length < whole.length - 1_024; length += 64)
    expect(readArchive(whole.subarray(0, length))).toBeUndefined();
  expect(readArchive(tamperedWith(124, '77777777777\0'))).toBeUndefined();
  expect(readArchive(tamperedWith(124, '\x80\0\0\0\0\0\0\0\0\0\0\x01'))).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), fc.nat(whole.length), (noise, at) => {
      const broken = Buffer.from(whole);
      broken.set(noise.subarray(0, whole.length - at), at);
      for (const path of readArchive(broken)?.keys() ?? []) expect(path).not.toMatch(/^\/|(^|\/)\.\.?(\/|$)/);
    }),
    { numRuns: scale(200) },
  );
});
