import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { assertTaskFolder } from './task-folder.ts';

const forbidden = { home: '/home/mia/.clawhold', except: ['/home/mia/.clawhold/tour'] };

test.each(['/', '/home', '/home/mia', '/home/mia/.clawhold', '/home/mia/.clawhold/api', '/home/mia/x/../.clawhold'])(
  verifies('house.no-own-state-as-task', '%s is no task folder'),
  (folder) => {
    expect(() => assertTaskFolder(folder, forbidden)).toThrow('holds the state of Clawhold itself');
  },
);

test.each(['/home/mia/work', '/home/mia/.clawhold-notes', '/home/mia/.clawhold/tour/invoices-1', '/srv'])(
  '%s is one',
  (folder) => {
    expect(() => assertTaskFolder(folder, forbidden)).not.toThrow();
  },
);

test.each(['/proc', '/proc/self/fd', '/sys', '/sys/kernel/../class', '/dev'])(
  verifies('supervisor.no-kernel-as-task', '%s is no task folder either, and the person is told why'),
  (folder) => {
    expect(() => assertTaskFolder(folder, forbidden)).toThrow(/shows the kernel \(\w+\) and keeps no files/);
  },
);
