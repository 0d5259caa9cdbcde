/**
 * What a started product holds of the machine's memory after a minute without work: the proportional set size of every
 * process of it, as the kernel counts it in `/proc/PID/smaps_rollup`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { aloneOnTheMachine, memoryOf, nameOf, type ProcessMemory, processTree } from './memory/processes.ts';
import type { Column, Row } from './report/table.ts';
import { launch, temporaryHome } from './start/launch.ts';
import { type Findings, progress, runTopic } from './topic.ts';

const idleSeconds = 60;

const columns: readonly Column[] = ['PSS', 'private', 'RSS'].map((name) => ({ name, decimals: 1 }));

const megabyte = 1_000_000;

const manager = 'manager';

type Sum = Omit<ProcessMemory, 'program'>;

function rowOf({ name, proportional, resident, ...memory }: Sum): Row {
  const figures = {
    PSS: proportional / megabyte,
    private: memory.private / megabyte,
    RSS: resident / megabyte,
  };
  return { name, figures };
}

function readAll(pids: readonly number[]): readonly ProcessMemory[] {
  return pids.map(memoryOf).filter((memory) => memory !== undefined);
}

function sum(name: string, processes: readonly ProcessMemory[]): Sum {
  const total = (key: Exclude<keyof Sum, 'name'>): number =>
    processes.reduce((bytes, process) => bytes + process[key], 0);
  return { name, proportional: total('proportional'), private: total('private'), resident: total('resident') };
}

async function measure(): Promise<Findings> {
  await using home = await temporaryHome();
  progress('clawhold up');
  await using product = await launch('clawhold up', home.path);
  progress(`${idleSeconds} s without work`);
  await sleep(idleSeconds * 1_000);
  const all = processTree(product.pid);
  const root = all.find((pid) => nameOf(pid) === manager);
  const installation = root === undefined ? [] : processTree(root);
  const ours = readAll(installation);
  const front = readAll(all.filter((pid) => !installation.includes(pid)));
  const unread = all.length - ours.length - front.length;
  return {
    tables: [
      {
        title: `Memory: a started product after ${idleSeconds} s without work`,
        unit: 'MB of 1,000,000 bytes',
        columns,
        rows: [
          ...ours.map(rowOf),
          rowOf(sum(`the installation (${ours.length} processes)`, ours)),
          ...front.map((process) => rowOf({ ...process, name: `${process.name}, in front of it` })),
          rowOf(sum('with the command in front', [...ours, ...front])),
        ],
      },
    ],
    notes: [
      'PSS counts a page that several processes map in shares, also with processes that are not ours: other Node',
      'processes on the machine make it smaller. With nothing else on the machine the installation would have about',
      `${Math.round(aloneOnTheMachine(ours) / megabyte)} MB: all private pages, and the shared ones once for each program.`,
      'The command in front is "clawhold up"; "clawhold up --detach" has none.',
      ...(unread === 0 ? [] : [`${unread} processes could not be read: only root looks into the launcher.`]),
    ],
    versions: {},
  };
}

await runTopic(measure);
