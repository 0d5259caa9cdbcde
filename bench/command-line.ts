import { parseArgs } from 'node:util';

export type Topic = 'start' | 'sandbox' | 'policy' | 'ledger' | 'memory' | 'egress';

/** Each is a script of that name beside this one, in the order they are run. */
const topics: Readonly<Record<Topic, string>> = {
  start: 'from the command to "ready", cold and warm',
  sandbox: 'from Node to the first byte in a sandbox, and a command in a warm one',
  policy: 'one policy decision at 100 to 100,000 rules',
  ledger: 'records made durable each second, and verified',
  memory: 'every process after 60 s without work',
  egress: 'requests through the proxy: in the clear, in tunnels, read inside TLS',
};

export const usage: string = [
  'npm run bench [-- [--json FILE] [TOPIC …]]',
  '',
  'Measures and prints; without a topic all of them, about fifteen minutes.',
  '',
  ...Object.entries(topics).map(([name, what]) => `  ${name.padEnd(10)} ${what}`),
  '',
  '  --json FILE  where all figures go. Default: bench/results/<when>.json',
  '  --help       this',
].join('\n');

export type Wish =
  | { readonly kind: 'measure'; readonly topics: readonly Topic[]; readonly json: string | undefined }
  | { readonly kind: 'help' }
  /** What cannot be understood, in a sentence. */
  | { readonly kind: 'unclear'; readonly why: string };

/** Reads the command line. */
export function readWish(words: readonly string[]): Wish {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, json: { type: 'string' } },
    });
    if (values.help === true) return { kind: 'help' };
    const unknown = positionals.find((word) => !isTopic(word));
    if (unknown !== undefined) return { kind: 'unclear', why: `there is no topic "${unknown}"` };
    const wanted = Object.keys(topics).filter(isTopic);
    return {
      kind: 'measure',
      topics: positionals.length === 0 ? wanted : wanted.filter((topic) => positionals.includes(topic)),
      json: values.json,
    };
  } catch (error) {
    return { kind: 'unclear', why: error instanceof Error ? error.message : String(error) };
  }
}

function isTopic(word: string): word is Topic {
  return Object.hasOwn(topics, word);
}
