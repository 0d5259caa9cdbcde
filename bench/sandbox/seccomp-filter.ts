/**
 * A small seccomp filter for bubblewrap, which brings none: a few calls fail with EPERM, all others pass. Only calls
 * whose numbers are the same on every architecture (those from 424 on): io_uring (425–427), the new mount interface
 * (428–433), pidfd_getfd (438), mount_setattr (442). A real filter is longer, so this one flatters the peer.
 *
 * The format is that of seccomp(2) and linux/filter.h.
 */
const denied = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442] as const;

/** linux/audit.h */
const architectures: Readonly<Record<string, number>> = { x64: 0xc000_003e, arm64: 0xc000_00b7 };

const opcode = { load: 0x20, jumpIfEqual: 0x15, return: 0x06 } as const;
const action = { kill: 0x8000_0000, fail: 0x0005_0001, allow: 0x7fff_0000 } as const; // fail: with errno 1, EPERM
const offset = { number: 0, architecture: 4 } as const; // in struct seccomp_data

type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, operand: number];

/** The filter in the form that `bwrap --seccomp FD` reads. Undefined on other processors than x64 and arm64. */
export function seccompFilter(architecture: string = process.arch): Uint8Array | undefined {
  const expected = architectures[architecture];
  if (expected === undefined) return undefined;
  const instructions: readonly Instruction[] = [
    [opcode.load, 0, 0, offset.architecture],
    [opcode.jumpIfEqual, 1, 0, expected],
    [opcode.return, 0, 0, action.kill],
    [opcode.load, 0, 0, offset.number],
    ...denied.map((number, index): Instruction => [opcode.jumpIfEqual, denied.length - index, 0, number]),
    [opcode.return, 0, 0, action.allow],
    [opcode.return, 0, 0, action.fail],
  ];
  const program = new DataView(new ArrayBuffer(instructions.length * 8)); // struct sock_filter
  for (const [index, [code, whenTrue, whenFalse, operand]] of instructions.entries()) {
    program.setUint16(index * 8, code, true);
    program.setUint8(index * 8 + 2, whenTrue);
    program.setUint8(index * 8 + 3, whenFalse);
    program.setUint32(index * 8 + 4, operand, true);
  }
  return new Uint8Array(program.buffer);
}
