import { type SandboxDriverName, systemCallProfiles } from '@clawhold/spec';
import { type Attestation, type FilesAttestation, pathStates } from '../attestation.ts';
import type { FieldReader } from './frame-reader.ts';
import { readDisks, readLimits, readMounts } from './read-proc.ts';

function readFiles(fields: FieldReader): FilesAttestation {
  return {
    listed: fields.flag(),
    strict: fields.flag(),
    task: (['hidden', 'read', 'write'] as const)[fields.u8()] ?? 'hidden',
    masked: fields.flag(),
    paths: fields.list(() => ({
      path: fields.text(),
      state: pathStates[fields.u8()] ?? 'refused',
      writable: fields.flag(),
    })),
  };
}

function readFilter(fields: FieldReader): Attestation['seccomp'] {
  const [instructions, digest, bits] = [fields.u32(), fields.text(), fields.u32()];
  return { instructions, digest, profiles: systemCallProfiles.filter((_profile, at) => (bits & (1 << at)) !== 0) };
}

const layouts = ['v1', 'v2', 'mixed', 'none'] as const;

/** The launcher's report of a start: see `birth.c`. */
export function readAttestation(driver: SandboxDriverName, fields: FieldReader): Attestation {
  const tier = fields.flag() ? 'sandboxed' : 'same-user';
  const hostUser = fields.u32();
  const hostGroup = fields.u32();
  const insideUser = fields.u32();
  const [freezer, memory, processes] = [fields.flag(), fields.flag(), fields.flag()];
  const [processors, disks] = [fields.flag(), fields.flag()];
  const layout = fields.text();
  const namespaces = Object.fromEntries(Array.from({ length: 7 }, () => [fields.text(), fields.u64()]));
  return {
    driver,
    tier,
    hostUser,
    hostGroup,
    insideUser,
    namespaces,
    cgroup: {
      layout: layouts.find((known) => known === layout) ?? 'none',
      freezer,
      memory,
      processes,
      processors,
      disks,
    },
    landlock: fields.u32(),
    seccomp: readFilter(fields),
    captures: fields.flag(),
    probes: fields.list(() => fields.text()),
    layers: fields.list(() => ({ name: fields.text(), microseconds: fields.u32() })),
    files: readFiles(fields),
    mounts: readMounts(fields.text()),
    limits: {
      ...readLimits(fields.text()),
      memoryBytes: fields.u64() || null,
      groupProcesses: fields.u64() || null,
      processorWeight: fields.u64() || null,
      processors: fields.u64() / 1_000 || null,
      disks: readDisks(fields.text()),
      nice: fields.u32() | 0,
      lifetimeSeconds: fields.u32() || null,
    },
  };
}
