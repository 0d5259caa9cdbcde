import { homedir } from 'node:os';
import { ClawholdError } from '@clawhold/spec';
import { type SandboxRequest, transports } from '../sandbox.ts';
import { FrameWriter } from './frame-writer.ts';

/** The request for a sandbox as `native/launcher/src/request.c` reads it. */
export function writeStartRequest(request: SandboxRequest, firstHostId: number): FrameWriter {
  const frame = new FrameWriter();
  const { limits } = request;
  frame.text(hostName(request.id)).u32(firstHostId + request.slot);
  frame.text(request.taskFolder).text(request.storage).text(request.runtime.node);
  frame.text(hostsFile(request.hosts)).text(homedir());
  frame.u64(limits.memoryBytes).u32(limits.processes).u32(limits.openFiles);
  frame.u64(limits.fileBytes ?? 0).u64(limits.temporaryBytes);
  frame.list(request.listeners, ({ name, address, port, transport = 'stream' }) =>
    frame.text(name).text(address).u32(port).u32(transports.indexOf(transport)),
  );
  frame.list(request.readOnly, ({ source, target }) => frame.text(source).text(target));
  frame.list(request.forbiddenSockets, (path) => frame.text(path));
  return frame;
}

/** A host name has at most 64 bytes (`HOST_NAME_MAX`) and only letters, digits and hyphens. */
function hostName(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 63) || 'sandbox';
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
