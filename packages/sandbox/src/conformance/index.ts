import type { SandboxDriverName } from '@clawhold/spec';
import { testCallers } from './callers.ts';
import { testCommands } from './commands.ts';
import { testFiles } from './files.ts';
import { testHidden } from './hidden.ts';
import { testKernel } from './kernel.ts';
import { testNetwork } from './network.ts';
import { testPaths } from './paths.ts';
import { testProcesses } from './processes.ts';
import { testRenewal } from './renewal.ts';
import type { ConformanceSubject } from './subject.ts';
import { testSystemCalls } from './system-calls.ts';

/** What every sandbox driver must do, tried by programs that want out. */
export function testConformance(subject: ConformanceSubject, engine: SandboxDriverName): void {
  testFiles(subject, engine);
  testHidden(subject, engine);
  testPaths(subject, engine);
  testNetwork(subject);
  testKernel(subject, engine);
  testSystemCalls(subject, engine);
  testProcesses(subject, engine);
  testCommands(subject);
  testCallers(subject, engine);
  testRenewal(subject, engine);
}

export type { ConformanceSubject } from './subject.ts';
