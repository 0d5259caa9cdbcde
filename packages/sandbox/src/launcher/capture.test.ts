import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '@clawhold/spec';
import { repositoryRoot } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { capturedAddresses, captureListener } from '../capture.ts';
import { mostRefused, transports } from '../sandbox.ts';

const header = (name: string): Promise<string> => readFile(join(repositoryRoot, 'native/launcher/src', name), 'utf8');

const hexadecimal = (address: string): string =>
  address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase())
    .join('');

test('both sides capture the same addresses, at the same place', async () => {
  const text = await header('layers/capture.h');
  expect(text).toContain(`CAPTURED_ADDRESSES 0x${hexadecimal(`${capturedAddresses.prefix}.0.0`)}u`);
  expect(text).toContain(`CAPTURE_ADDRESS 0x${hexadecimal(captureListener.address)}u`);
  expect(text).toContain(`CAPTURE_PORT ${captureListener.port}u`);
});

test('both sides end telling of refused datagrams at the same number, which is more than is shown', async () => {
  expect(await header('refused/refused_log.h')).toContain(`MOST_REFUSED = ${mostRefused}`);
  expect(mostRefused).toBeGreaterThan(limits.refusedAddressesShown);
});

test('both sides number the kinds of listeners alike', async () => {
  const kinds = [...(await header('request.h')).matchAll(/LISTENER_([A-Z]+) = (\d+)/g)];
  expect(kinds.map(([, name, number]) => [name?.toLowerCase(), Number(number)])).toEqual(
    transports.map((name, number) => [name, number]),
  );
});
