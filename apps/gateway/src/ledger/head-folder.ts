import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { readHead, type SignedHead, signedHeadSchema } from '@clawhold/ledger';
import { ClawholdError } from '@clawhold/spec';

/**
 * The signed tree heads that are kept outside the database, where someone who can write to the database cannot:
 * `head.json` is the last one, replaced atomically; `heads.jsonl` is the history, at most one an hour.
 */
export class HeadFolder implements AsyncDisposable {
  readonly #path: string;
  readonly #directory: FileHandle;
  readonly #history: FileHandle;
  #last: SignedHead | undefined;
  /** The hour of the last line that this process wrote to the history. */
  #lastHour: string | undefined;

  private constructor(path: string, directory: FileHandle, history: FileHandle, heads: readonly SignedHead[]) {
    this.#path = path;
    this.#directory = directory;
    this.#history = history;
    this.#last = heads.at(-1);
  }

  /**
   * Opens the folder, making it (0700) when it is missing.
   *
   * @throws ClawholdError `ledger_heads_unreadable` when a file in it is damaged.
   */
  static async open(path: string): Promise<HeadFolder> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const heads = await readHeads(path);
    const directory = await open(path, 'r');
    try {
      const history = await open(join(path, 'heads.jsonl'), 'a+', 0o600);
      await history.truncate(wholeLines(await history.readFile()).length);
      return new HeadFolder(path, directory, history, heads);
    } catch (error) {
      await directory.close();
      throw error;
    }
  }

  /** The last head that was kept; undefined in a new folder. */
  get last(): SignedHead | undefined {
    return this.#last;
  }

  /** Answers when the head would survive a power cut. */
  async keep(head: SignedHead): Promise<void> {
    const hour = readHead(head)?.time.slice(0, 13);
    if (hour !== this.#lastHour) await this.#remember(head);
    const aside = join(this.#path, 'head.json.new');
    const file = await open(aside, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(head)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(aside, join(this.#path, 'head.json'));
    await this.#directory.sync();
    this.#last = head;
    this.#lastHour = hour;
  }

  /** Puts the last head into the history whatever its hour: before it is replaced by one that does not continue it. */
  async rememberLast(): Promise<void> {
    if (this.#last !== undefined) await this.#remember(this.#last);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#history.close();
    await this.#directory.close();
  }

  async #remember(head: SignedHead): Promise<void> {
    await this.#history.write(`${JSON.stringify(head)}\n`);
    await this.#history.datasync();
  }
}

/**
 * Reads every head that a folder keeps, the last one last. Empty when there is no such folder.
 *
 * @throws ClawholdError `ledger_heads_unreadable` when a file in it is damaged.
 */
export async function readHeads(path: string): Promise<readonly SignedHead[]> {
  const lines = [...(await readLines(join(path, 'heads.jsonl'))), ...(await readLines(join(path, 'head.json')))];
  return lines.map((line) => {
    const head = signedHeadSchema.safeParse(parseJson(line)).data;
    if (head !== undefined && readHead(head) !== undefined) return head;
    throw new ClawholdError('ledger_heads_unreadable', `A tree head in ${path} is damaged.`, {
      hint: 'Restore the folder from a backup; "clawhold audit verify" then tells whether the ledger reaches as far.',
    });
  });
}

async function readLines(path: string): Promise<readonly string[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  return wholeLines(bytes).toString().split('\n').slice(0, -1);
}

/** A crash may cut the last line of the history short. It was never relied on: a line counts when its end is there. */
function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
