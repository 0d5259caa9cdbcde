/** The first files that a kernel sees, in the format it takes them in (cpio, "newc"). */

interface InitialFile {
  readonly name: string;
  readonly content: Buffer;
}

const executable = 0o100755;

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

function entry(number: number, mode: number, { name, content }: InitialFile): Buffer {
  const called = Buffer.from(`${name}\0`);
  // Inode, mode, owner, group, links, time, size, four device numbers, length of the name, no checksum.
  const fields = [number, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, called.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), called])), padded(content)]);
}

/** An archive of these files. */
export function packInitialFiles(files: readonly InitialFile[]): Buffer {
  const last = entry(0, 0, { name: 'TRAILER!!!', content: Buffer.alloc(0) });
  return Buffer.concat([...files.map((file, index) => entry(index + 1, executable, file)), last]);
}
