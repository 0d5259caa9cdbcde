import { expect, test } from 'vitest';
import { readDisks, readLimits, readMounts } from './read-proc.ts';

test('a table of mounts is read with its escapes and without what nobody asks for', () => {
  const text = [
    '500 499 0:60 / / ro,nosuid,nodev,relatime - tmpfs tmpfs ro,size=0k,mode=755',
    '501 500 0:61 /a\\040b /task rw,nosuid,nodev,noatime shared:3 master:1 - overlay over\\040lay rw,userxattr',
    '502 500 0:62 / /opt/a\\040b\\134c ro,nosuid,nodev,noexec - ext4 /dev/sda1 rw',
    '',
  ].join('\n');
  expect(readMounts(text)).toEqual([
    { path: '/', type: 'tmpfs', flags: ['ro', 'nosuid', 'nodev'] },
    { path: '/task', type: 'overlay', flags: ['nosuid', 'nodev'] },
    { path: '/opt/a b\\c', type: 'ext4', flags: ['ro', 'nosuid', 'nodev', 'noexec'] },
  ]);
});

test('limits are read by their names, and an unlimited one is none', () => {
  const text = [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max file size             unlimited            unlimited            bytes     ',
    'Max data size             1048576              1048576              bytes     ',
    'Max core file size        0                    0                    bytes     ',
    'Max processes             64                   64                   processes ',
    'Max open files            256                  256                  files     ',
    'Max locked memory         65536                65536                bytes     ',
  ].join('\n');
  expect(readLimits(text)).toEqual({
    processes: 64,
    openFiles: 256,
    fileBytes: null,
    dataBytes: 1_048_576,
    coreBytes: 0,
    lockedBytes: 65_536,
  });
});

test('limits of disks are read from one line for both directions, or from one for each', () => {
  const both = [{ disk: '254:0', readBytes: 7, writtenBytes: 9 }];
  expect(readDisks('254:0 rbps=7 wbps=9 riops=max wiops=max\n')).toEqual(both);
  expect(readDisks('254:0 rbps=7\n254:0 wbps=9\n')).toEqual(both);
  expect(readDisks('8:0 rbps=max wbps=9 riops=max wiops=max\n')).toEqual([
    { disk: '8:0', readBytes: null, writtenBytes: 9 },
  ]);
  expect(readDisks('')).toEqual([]);
});
