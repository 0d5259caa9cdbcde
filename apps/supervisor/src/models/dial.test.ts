import { join } from 'node:path';
import { startTestNetwork, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

test(
  verifies(
    'supervisor.model-servers',
    'private servers are dialled as the ceiling names them, and sandboxes reach none',
  ),
  async () => {
    await using network = await startTestNetwork({
      hosts: {
        'gpu.example': '10.0.0.5',
        'moved.example': '10.0.0.9',
        'rebound.example': '127.0.0.1',
        'other.example': '192.168.1.1',
        'open.example': '93.184.215.14',
      },
    });
    const named = [
      { host: 'gpu.example', port: 8000, addresses: ['10.0.0.4', '10.0.0.5'] },
      { host: 'moved.example', port: 8000, addresses: ['10.0.0.5'] },
      { host: 'rebound.example', port: 8000, addresses: ['10.0.0.5'] },
      { host: '10.0.0.7', port: 8000, addresses: ['10.0.0.7'] },
    ];
    const targets = [
      'gpu.example:8000',
      'gpu.example:8001',
      'moved.example:8000',
      'rebound.example:8000',
      'other.example:8000',
      '10.0.0.7:8000',
      '10.0.0.5:8000',
      'open.example:8000',
    ];
    const scene = join(import.meta.dirname, 'dial.scene.ts');
    const ran = await network.run([process.execPath, scene, JSON.stringify(named), JSON.stringify(targets)]);
    expect(ran.stderr).not.toContain('Error');
    const said = JSON.parse(ran.stdout) as Record<string, string>;
    expect(said).toEqual({
      'gpu.example:8000': 'connected to 10.0.0.5',
      'gpu.example:8001': expect.stringContaining('not a public address'),
      'moved.example:8000': 'moved.example points to 10.0.0.9, which the ceiling does not name for it.',
      'rebound.example:8000': 'rebound.example points to 127.0.0.1, which the ceiling does not name for it.',
      'other.example:8000': expect.stringContaining('not a public address'),
      '10.0.0.7:8000': 'connected to 10.0.0.7',
      '10.0.0.5:8000': expect.stringContaining('not a public address'),
      'open.example:8000': 'connected to 93.184.215.14',
      'sandbox gpu.example:8000': 'refused',
      'sandbox gpu.example:8001': 'refused',
      'sandbox moved.example:8000': 'refused',
      'sandbox rebound.example:8000': 'refused',
      'sandbox other.example:8000': 'refused',
      'sandbox 10.0.0.7:8000': 'refused',
      'sandbox 10.0.0.5:8000': 'refused',
      'sandbox open.example:8000': 'addresses',
    });
  },
);
