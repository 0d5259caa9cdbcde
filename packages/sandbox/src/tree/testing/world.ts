import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beginRun } from '../begin.ts';
import { readGroups, writeFields } from '../fields.ts';
import { mergeLayers } from '../merge.ts';
import { sealChanges } from '../seal.ts';
import type { TaskFolderView } from '../task-folder-view.ts';
import type { TreeJobs } from '../tree-jobs.ts';
import { type Account, processJobs, runAs } from './process.ts';
import type { TreePrograms } from './programs.ts';

/** One thing a run, or a person, does to a tree: name, path, second path, value. See `world.c`. */
export type Operation = readonly [name: string, path: string | Buffer, other?: string, value?: string];

/** What a tree looks like: path → kind, mode and content. Bytes as latin1. */
export type Snapshot = Readonly<Record<string, string>>;

/** A task folder, a storage folder and an account that works on them, all real. */
export class World implements AsyncDisposable {
  readonly account: Account;
  readonly folder: string;
  readonly #view: TaskFolderView;
  /** Of the layers of its checkpoints. */
  readonly #names: string[] = [];
  #named = 0;
  readonly #programs: TreePrograms;

  private constructor(account: Account, programs: TreePrograms, folder: string, view: TaskFolderView) {
    this.account = account;
    this.#programs = programs;
    this.folder = folder;
    this.#view = view;
  }

  get view(): TaskFolderView {
    return this.#names.length === 0 ? this.#view : this.at(this.#names.length);
  }

  /** The view on the first layers only, with what was written after the last of all of them. */
  at(depth: number): TaskFolderView {
    return { ...this.#view, layers: { pool: this.pool, names: this.#names.slice(0, depth) } };
  }

  /** Closes what the run wrote as a layer of its own. */
  async checkpoint(): Promise<void> {
    const name = String(this.#named++);
    await sealChanges(processJobs(this.account, this.#programs.tree), this.#view, this.pool, name);
    this.#names.push(name);
  }

  /** Merges layers that follow each other, from the oldest on, and leaves those they were where they are. */
  async merge(first: number, count: number, jobs?: TreeJobs): Promise<void> {
    const into = String(this.#named++);
    const names = this.#names.slice(first, first + count);
    await mergeLayers(
      jobs ?? processJobs(this.account, this.#programs.tree),
      this.#view,
      { pool: this.pool, names },
      into,
    );
    this.#names.splice(first, count, into);
  }

  get pool(): string {
    return join(this.#view.storage, 'view/layers');
  }

  /** Makes the world, with the person's files as `operations` leave them, and begins a run. */
  static async make(
    account: Account,
    programs: TreePrograms,
    parent: string,
    operations: readonly Operation[],
  ): Promise<World> {
    const folder = await mkdtemp(join(parent, 'world-'));
    await chown(folder, account.uid, account.gid);
    const paths = ['task', 'storage', 'storage/view', 'storage/view/upper', 'storage/view/work', 'mount'];
    for (const path of paths.map((name) => join(folder, name))) {
      await mkdir(path);
      await chown(path, account.uid, account.gid);
    }
    const taskFolder = join(folder, 'task');
    const unbegun = { taskFolder, storage: join(folder, 'storage'), begun: '', marks: marksOf(account) } as const;
    await new World(account, programs, folder, unbegun).person(operations);
    // The clock that stamps files stands still for up to 10 ms; what is stamped at the very start counts as changed.
    await sleep(25);
    const begun = await beginRun(processJobs(account, programs.tree), taskFolder);
    return new World(account, programs, folder, { ...unbegun, begun });
  }

  /** What the person does to their own files. */
  async person(operations: readonly Operation[]): Promise<void> {
    await this.#play(['apply', this.view.taskFolder], operations);
  }

  /** What happens right in the storage, as no overlay would do it. */
  async storage(operations: readonly Operation[]): Promise<void> {
    await this.#play(['apply', this.upper], operations);
  }

  /** What the run does, through a real overlay; answers the merged view at its end. */
  async run(operations: readonly Operation[]): Promise<Snapshot> {
    const { taskFolder, storage, marks = 'user' } = this.view;
    const lower = [...this.#names.map((name) => join(this.pool, name)).toReversed(), taskFolder].join(':');
    const places = [lower, this.upper, join(storage, 'view/work'), join(this.folder, 'mount'), marks];
    return toSnapshot(await this.#play(['overlay', ...places], operations));
  }

  /** The person's folder as it is now. */
  async taskFolder(): Promise<Snapshot> {
    return toSnapshot(await this.#play(['snapshot', this.view.taskFolder], []));
  }

  get upper(): string {
    return join(this.view.storage, 'view/upper');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What these tests make is too deep and too closed for `rm`.
    const own = { title: '', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    await runAs(own, this.#programs.tree, ['sweep', this.folder]);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #play(argv: readonly string[], operations: readonly Operation[]): Promise<Buffer> {
    const fields = operations.flatMap(([name, path, other = '', value = '']) => [name, path, other, value]);
    const stdin = writeFields(fields.map((field) => Buffer.from(field)));
    const { status, stdout, stderr } = await runAs(this.account, this.#programs.world, argv, stdin);
    if (status !== 0) throw new Error(`world ${argv[0] ?? ''}: ${status} ${stderr}`);
    return Buffer.from(stdout);
  }
}

/** Root mounts overlays as the host does, with trusted.* marks; an ordinary user needs a user namespace and user.*. */
function marksOf(account: Account): 'user' | 'trusted' {
  return account.uid === 0 ? 'trusted' : 'user';
}

function toSnapshot(bytes: Buffer): Snapshot {
  const entries = readGroups(bytes, 3).map((fields) => fields.map((field) => field.toString('latin1')));
  return Object.fromEntries(entries.map(([path = '', kind = '', content = '']) => [path, `${kind} ${content}`]));
}
