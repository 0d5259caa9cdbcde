import { chmod, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { makeProductPlace, type Product, type ProductPlace, startProduct, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { printed, type ShownRun } from './answers.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const finance = createServer((_request, response) => void response.end('[]'));
let place: ProductPlace;
let product: Product;

beforeAll(async () => {
  place = await makeProductPlace({});
  await place.configure({
    'scenarios/proposals.yaml': await readFile(join(import.meta.dirname, 'proposals-scenario.yaml'), 'utf8'),
  });
  product = await startProduct(place);
  const socket = join(place.home, 'services', 'finance.sock');
  await new Promise<void>((resolve) => finance.listen(socket, resolve));
  // The supervisor has an account of its own when the product was started by root.
  await chmod(socket, 0o666);
});
afterAll(async () => {
  finance.close();
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly why: string | null;
  readonly grant: { readonly used: number } | null;
}

/** Lets the agent try, and gives what became of its request to the host. */
async function tried(): Promise<readonly string[]> {
  const folder = join(place.folder, 'work');
  await mkdir(folder, { recursive: true });
  await place.cli('run', 'Read the accounts.', '--dir', folder, '--model', 'rehearsal/proposals', '--json');
  const [last] = printed<readonly { id: string }[]>(await place.cli('runs', '--limit', '1', '--json'));
  const { timeline } = printed<ShownRun>(await place.cli('show', last?.id ?? '', '--json'));
  return timeline.flatMap(({ body }) =>
    body.kind === 'egress' ? [`${body.decision} ${body.url} ${body.status}`] : [],
  );
}

const proposals = async (...words: readonly string[]): Promise<readonly Shown[]> =>
  printed(await place.cli('policy', 'proposals', ...words, '--json'));

test(
  verifies('product.proposals', 'an agent is refused, asks, a person accepts, it passes so often; revoked it does not'),
  async () => {
    const url = 'http://finance.local/accounts';
    expect(await tried()).toEqual([`deny ${url} 403`]);
    const found = await proposals();
    expect(found.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual(['asked open', 'denied open']);
    const asked = found.find(({ kind }) => kind === 'asked');
    expect(asked?.why).toBe('I was told to read the accounts.');
    const id = asked?.id ?? '';
    const drawn = await place.cli('policy', 'proposals', 'show', id);
    expect(drawn.stdout).toMatch(/opens.*GET finance\.local:80\/accounts.*allowed/);

    const accepted = await place.cli('policy', 'proposals', 'accept', id, '--expires', '1h', '--uses', '1');
    expect(accepted.stdout).toContain('In force until');
    expect(await tried()).toEqual([`allow ${url} 200`]);
    expect(await tried()).toEqual([`deny ${url} 403`]);
    expect((await proposals('--all')).find((one) => one.id === id)).toMatchObject({
      state: 'accepted',
      grant: { used: 1 },
    });

    await place.cli('policy', 'proposals', 'revoke', id);
    const again = (await proposals()).find(({ kind }) => kind === 'asked');
    await place.cli('policy', 'proposals', 'accept', again?.id ?? '', '--uses', '9');
    await place.cli('policy', 'proposals', 'revoke', again?.id ?? '');
    expect(await tried()).toEqual([`deny ${url} 403`]);
    const tail = await place.cli('audit', 'tail', '--no-follow', '--lines', '200', '--json');
    for (const type of ['proposal.made', 'proposal.accepted', 'proposal.revoked']) expect(tail.stdout).toContain(type);
    expect((await place.cli('audit', 'verify')).status).toBe(0);
  },
);
