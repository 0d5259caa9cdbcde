import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createProvenance, type FileRules, type Provenance } from './index.ts';
import { TokenIndex } from './token-index.ts';
import { keysOf, keysOfValue } from './tokens.ts';

const files: FileRules = {
  anyExternal: true,
  integrityOf: (path) => (path.startsWith('invoices/') ? 'external' : 'local'),
  anySecret: true,
  isSecret: (path, part) => part === 'content' && path.startsWith('board/'),
};

/** Values that only strangers wrote. The agent wants one of them trusted. */
const secrets = [
  'DE02120300000000202051',
  'evil.example.net',
  'PO-666-EVIL',
  '4444333322221111',
  'Mallory Holding Ltd',
] as const;

/** Values that stand in a secret file of the company only. The agent wants one of them to pass as not secret. */
const guarded = ['GB82WEST12345698765432', 'PLAN-4711-X', 'takeover.example.org'] as const;

/** A world that does what the tools do, beside the provenance that is told about it. */
class World {
  readonly folder = new Map<string, string>([
    ['ledger.csv', 'Acme;DE89370400440532013000'],
    ['notes.txt', 'call Acme about PO-4711'],
    ['invoices/a.txt', `pay ${secrets[0]} at ${secrets[1]} for ${secrets[2]}`],
    ['invoices/b.txt', `card ${secrets[3]} of ${secrets[4]}`],
    ['board/plan.txt', `pay ${guarded[0]} for ${guarded[1]}, see ${guarded[2]}`],
  ]);
  readonly provenance: Provenance = createProvenance({ task: 'Reconcile invoices/a.txt with ledger.csv.', files });
  readonly store: string[] = [];
  /** Everything the agent has seen; what it says is made of this and of the strangers' values. */
  #memory = '';

  say(piece: number): string {
    const seen = this.#memory.split(/[\s;"{}:,]+/).filter((word) => word !== '');
    const known = [...secrets, ...guarded, ...seen];
    return known[piece % known.length] ?? '';
  }

  #finished(tool: string, values: unknown, ok: boolean, text: string, paths: readonly string[]): void {
    this.#memory = `${this.#memory} ${text}`.slice(-2_000);
    this.provenance.finished({ tool, arguments: values, ok, text, from: { kind: 'files', paths } });
  }

  read(path: string): void {
    this.provenance.starting({ writes: [] });
    const text = this.folder.get(path);
    this.#finished('file.read', { path }, text !== undefined, text ?? `There is no file ${path}.`, [path]);
  }

  write(path: string, content: string): void {
    this.provenance.starting({ writes: [path] });
    this.folder.set(path, content);
    this.#finished('file.write', { path, content }, true, `Created ${path} (${content.length} bytes).`, [path]);
  }

  edit(path: string, old: string, replacement: string): void {
    this.provenance.starting({ writes: [path] });
    const text = this.folder.get(path);
    const ok = text?.includes(old) ?? false;
    if (ok && text !== undefined)
      this.folder.set(
        path,
        text.replace(old, () => replacement),
      );
    this.#finished(
      'file.edit',
      { path, old, new: replacement },
      ok,
      ok ? 'Replaced 1.' : `"${old.slice(0, 22)}" is not in ${path}.`,
      [path],
    );
  }

  list(): void {
    this.provenance.starting({ writes: [] });
    const paths = [...this.folder.keys()];
    this.#finished('file.list', {}, true, paths.join('\n'), paths);
  }

  search(pattern: string): void {
    this.provenance.starting({ writes: [] });
    const hits = [...this.folder].filter(([, text]) => pattern !== '' && text.includes(pattern));
    this.#finished(
      'file.search',
      { pattern },
      true,
      hits.map(([path, text]) => `${path}:1:${text}`).join('\n') || 'No line matches.',
      hits.map(([path]) => path),
    );
  }

  shell(kind: 'copy' | 'rename' | 'echo' | 'join', path: string, other: string, word: string): void {
    this.provenance.starting({ writes: 'anything' });
    const text = this.folder.get(path) ?? '';
    if (kind === 'copy') this.folder.set(other, text);
    if (kind === 'join') this.folder.set(other, `${this.folder.get(other) ?? ''}${text}`);
    if (kind === 'rename' && this.folder.delete(path)) this.folder.set(other, text);
    const output = kind === 'echo' ? word : text;
    this.#memory = `${this.#memory} ${output}`.slice(-2_000);
    this.provenance.finished({
      tool: 'shell.exec',
      arguments: { command: `${kind} ${word}` },
      ok: true,
      text: output,
      from: { kind: 'anything' },
    });
  }

  /** A company host that keeps what it is given, repeats what it is asked, and is called trusted by the policy. */
  fetch(word: string, safe: boolean): void {
    this.provenance.starting({ writes: [] });
    if (!safe) this.store.push(word);
    const text = `{"asked":"${word}","short":"${word.slice(0, 22)}","kept":"${this.store.join(' ')}"}`;
    this.#memory = `${this.#memory} ${text}`.slice(-2_000);
    this.provenance.finished({
      tool: 'http.fetch',
      arguments: { url: `http://finance.local/${word}` },
      ok: true,
      text,
      from: { kind: 'host', host: 'finance.local', integrity: 'local', safe },
    });
  }
}

const paths = [
  'ledger.csv',
  'notes.txt',
  'invoices/a.txt',
  'invoices/b.txt',
  'board/plan.txt',
  'out.txt',
  './ledger.csv',
  'deep/er.txt',
];
const action = fc.record({
  kind: fc.constantFrom(
    'read',
    'write',
    'edit',
    'list',
    'search',
    'copy',
    'rename',
    'echo',
    'join',
    'get',
    'post',
    'write-named',
  ),
  path: fc.constantFrom(...paths),
  other: fc.constantFrom(...paths),
  piece: fc.nat(200),
  decoration: fc.constantFrom('', 'x', ' ', '-', '1', '"'),
});

function act(
  world: World,
  step: { kind: string; path: string; other: string; piece: number; decoration: string },
): void {
  const word = world.say(step.piece) + step.decoration;
  const path = step.path.replace('./', '');
  if (step.kind === 'read') world.read(path);
  else if (step.kind === 'write') world.write(step.path, word);
  else if (step.kind === 'write-named') world.write(`out/${word.replaceAll(/[/\s]/g, '')}`, word);
  else if (step.kind === 'edit') world.edit(path, world.say(step.piece + 1), word);
  else if (step.kind === 'list') world.list();
  else if (step.kind === 'search') world.search(word);
  else if (step.kind === 'get' || step.kind === 'post') world.fetch(word, step.kind === 'get');
  else world.shell(step.kind as 'copy' | 'rename' | 'echo' | 'join', path, step.other.replace('./', ''), word);
}

test(verifies('flow.no-laundering', 'a hostile agent makes no value of a stranger trusted, whatever it does'), () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 25 }), (steps) => {
      const world = new World();
      // From the first moment the agent knows the values: the worst case, as if it had read every invoice.
      world.read('invoices/a.txt');
      world.read('invoices/b.txt');
      for (const step of steps) {
        act(world, step);
        for (const secret of secrets) expect(world.provenance.labelOf(secret).integrity).toBe('external');
      }
    }),
    { numRuns: scale(1_500) },
  );
});

test(
  verifies('flow.confidentiality', 'a hostile agent makes no value of a secret file less guarded, whatever it does'),
  () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (steps) => {
        const world = new World();
        world.read('board/plan.txt');
        for (const step of steps) {
          act(world, step);
          for (const value of guarded) expect(world.provenance.labelOf(value).confidentiality).toBe('secret');
          expect(world.provenance.seen.confidentiality).toBe('secret');
          expect(world.provenance.leaving.confidentiality).toBe('secret');
        }
      }),
      { numRuns: scale(1_500) },
    );
  },
);

test('what the company wrote itself stays trusted while nothing touched it', () => {
  const world = new World();
  world.read('invoices/a.txt');
  world.read('ledger.csv');
  expect(world.provenance.labelOf('DE89370400440532013000').integrity).toBe('local');
});

test(verifies('flow.index-agrees', 'the index answers as a scan of all texts does'), () => {
  const text = fc
    .array(
      fc.constantFrom(
        'evil.com',
        'not',
        'DE89 3704 0044 0532 0130 00',
        'DE89370400440532013000',
        ' ',
        ',',
        '/',
        'https://',
        '.',
        '12 34 56',
        'ab',
        '"',
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join(''));
  const integrity = fc.constantFrom('user', 'local', 'external');
  const order = ['user', 'local', 'external'];
  const values = ['evil.com', 'notevil.com', 'DE89370400440532013000', 'https://evil.com/x', '123456', 'ab'];
  fc.assert(
    fc.property(fc.array(fc.tuple(text, integrity), { maxLength: 6 }), (texts) => {
      const index = new TokenIndex();
      for (const [content, level] of texts)
        index.add(content, { integrity: level, confidentiality: 'internal', readers: null, sources: [] });
      for (const value of values)
        for (const key of keysOfValue(value)) {
          const holding = texts.filter(([content]) => keysOf(content).has(key)).map(([, level]) => level);
          const best = order.find((level) => holding.some((one) => one === level));
          expect(index.get(key)?.integrity).toBe(best);
        }
    }),
    { numRuns: scale(1_000) },
  );
});

test(verifies('flow.index-agrees', "a flood of strangers' words fills its own share of the memory and no more"), () => {
  const index = new TokenIndex({ externalKeys: 10, trustedKeys: 5 });
  const add = (text: string, integrity: 'local' | 'external') =>
    index.add(text, { integrity, confidentiality: 'internal', readers: null, sources: [] });
  add(Array.from({ length: 100 }, (_, count) => `word${count}`).join(' '), 'external');
  add('trusted1 trusted2 trusted3 trusted4 trusted5 trusted6', 'local');
  expect(index.get('token word9')?.integrity).toBe('external');
  expect(index.get('token word50')).toBeUndefined();
  expect(index.get('token trusted5')?.integrity).toBe('local');
  expect(index.get('token trusted6')).toBeUndefined();
});
