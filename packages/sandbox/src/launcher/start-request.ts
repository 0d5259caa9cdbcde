import { homedir } from 'node:os';
import { ClawholdError, ordinaryFiles, type SandboxFiles, scratchFolders, systemCallProfiles } from '@clawhold/spec';
import { type SandboxRequest, transports } from '../sandbox.ts';
import type { ViewLayers } from '../tree/index.ts';
import { FrameWriter } from './frame-writer.ts';

/** The request for a sandbox as `native/launcher/src/request.c` reads it; `visitor` is the container that comes. */
export function writeStartRequest(request: SandboxRequest, firstHostId: number, visitor = ''): FrameWriter {
  const frame = new FrameWriter();
  const { limits } = request;
  frame.text(plainHostName(request.hostName ?? request.id)).u32(firstHostId + request.slot);
  frame.text(request.taskFolder).text(request.storage);
  writeLayers(frame, request.layers);
  frame.text(request.runtime.node);
  frame.text(hostsFile(request.hosts)).text(homedir());
  frame.u64(limits.memoryBytes).u32(limits.processes).u32(limits.openFiles);
  frame.u64(limits.fileBytes ?? 0).u64(limits.temporaryBytes);
  frame.u32(Math.ceil((limits.processors ?? 0) * 1_000)).u64(limits.diskBytesPerSecond ?? 0);
  frame.u32(Math.ceil(limits.lifetimeSeconds ?? 0));
  const profiles = request.systemCalls ?? [];
  frame.u32(systemCallProfiles.reduce((bits, profile, at) => bits | (profiles.includes(profile) ? 1 << at : 0), 0));
  frame.list(request.listeners, ({ name, address, port, transport = 'stream' }) =>
    frame.text(name).text(address).u32(port).u32(transports.indexOf(transport)),
  );
  frame.list(request.readOnly, ({ source, target }) => frame.text(source).text(target));
  frame.list(request.forbiddenSockets, (path) => frame.text(path));
  writeFiles(frame, request.files ?? ordinaryFiles, request.guardedFolders ?? []);
  return frame.text(visitor);
}

/** The newest first, as the kernel wants them. */
export function writeLayers(frame: FrameWriter, { pool, names }: ViewLayers = { pool: '', names: [] }): void {
  frame.text(pool).text(names.toReversed().join(':'));
}

/** As a number of the frames. */
export function taskAccessNumber(files: SandboxFiles | undefined): number {
  return taskAccess.indexOf((files ?? ordinaryFiles).task);
}

const taskAccess: readonly SandboxFiles['task'][] = ['hidden', 'read', 'write'];

/** The kernel hands at most 253 descriptors to a process at once (`MOST_PATHS` in request.h). */
const mostPaths = 200;
/** The launcher takes requests up to 128 KiB. */
const longestPathsBytes = 64 * 1_024;

function writeFiles(frame: FrameWriter, files: SandboxFiles, guarded: readonly string[]): void {
  const { view, task, scratch, paths, strict } = files;
  const bytes = paths.reduce((sum, { path }) => sum + Buffer.byteLength(path), 0);
  if (paths.length > mostPaths || bytes > longestPathsBytes)
    throw new ClawholdError('input_paths', `The policy shows ${paths.length} paths of ${bytes} bytes to a sandbox.`, {
      hint: `Name at most ${mostPaths} with ${longestPathsBytes} bytes together; a folder stands for all that lies in it.`,
    });
  frame
    .u32(Number(view === 'listed'))
    .u32(Number(strict))
    .u32(taskAccess.indexOf(task));
  for (const folder of scratchFolders) frame.u32(Number(scratch.includes(folder)));
  frame.list(paths, ({ path, access }) => frame.text(path).u32(Number(access === 'write')));
  frame.list(guarded, (folder) => frame.text(folder));
}

/** A host name has at most 64 bytes (`HOST_NAME_MAX`) and only letters, digits and hyphens. */
function plainHostName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 63) || 'sandbox';
}

function hostsFile(hosts: Readonly<Record<string, string>>): string {
  const lines = ['127.0.0.1\tlocalhost'];
  for (const [name, address] of Object.entries(hosts)) {
    if (!/^[A-Za-z0-9._-]+$/.test(name) || !/^[0-9.]+$/.test(address))
      throw new ClawholdError('input_hosts', `The host name "${name}" cannot stand in a hosts file.`, {
        hint: 'Use letters, digits, dots and hyphens, and an IPv4 address.',
      });
    lines.push(`${address}\t${name}`);
  }
  return `${lines.join('\n')}\n`;
}
