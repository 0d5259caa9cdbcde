import { isValidIban } from '../iban.ts';
import type { FinanceStore, Payment, Posting } from './store.ts';

export interface FinanceRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface FinanceAnswer {
  readonly status: number;
  readonly body: unknown;
}

const problem = (status: number, title: string): FinanceAnswer => ({ status, body: { title, status } });

/** What the finance API does. Amounts are decimal texts with two digits, as money should travel. */
export async function perform(store: FinanceStore, { method, path, body }: FinanceRequest): Promise<FinanceAnswer> {
  const [, posting] = /^\/postings\/(post_[0-9a-z]+)$/.exec(path) ?? [];
  if (method === 'GET' && path === '/accounts') return { status: 200, body: { accounts: store.state.accounts } };
  if (method === 'GET' && path === '/postings') return { status: 200, body: { postings: store.state.postings } };
  if (method === 'POST' && path === '/payments') return pay(store, body);
  if (method === 'POST' && path === '/postings') return post(store, body);
  if (method === 'DELETE' && posting !== undefined) return withdraw(store, posting);
  return problem(404, `There is no ${method} ${path}.`);
}

async function pay(
  store: FinanceStore,
  { account, amount, reference }: FinanceRequest['body'],
): Promise<FinanceAnswer> {
  if (typeof account !== 'string' || !isValidIban(account)) return problem(400, 'account is not a valid IBAN.');
  if (!isAmount(amount)) return problem(400, 'amount is not a text like 1234.56.');
  const { state } = store;
  const payment: Payment = {
    id: `pay_${state.payments.length + 1}`,
    account,
    amount,
    reference: String(reference ?? ''),
  };
  const [from, ...others] = state.accounts;
  if (from === undefined) return problem(409, 'There is no account to pay from.');
  const balance = (cents(from.balance) - cents(amount)) / 100;
  await store.change({
    ...state,
    accounts: [{ ...from, balance: balance.toFixed(2) }, ...others],
    payments: [...state.payments, payment],
  });
  return { status: 201, body: payment };
}

async function post(store: FinanceStore, body: FinanceRequest['body']): Promise<FinanceAnswer> {
  const { period, total } = body;
  if (typeof period !== 'string' || !/^\d{4}-\d{2}$/.test(period))
    return problem(400, 'period is not a text like 2026-03.');
  if (!isAmount(total)) return problem(400, 'total is not a text like 1234.56.');
  const { state } = store;
  const last = Number(state.postings.at(-1)?.id.slice('post_'.length) ?? 0);
  const posting: Posting = { ...body, id: `post_${last + 1}`, period, total };
  await store.change({ ...state, postings: [...state.postings, posting] });
  return { status: 201, body: posting };
}

async function withdraw(store: FinanceStore, id: string): Promise<FinanceAnswer> {
  const { state } = store;
  if (!state.postings.some((posting) => posting.id === id)) return problem(404, `There is no posting ${id}.`);
  await store.change({ ...state, postings: state.postings.filter((posting) => posting.id !== id) });
  return { status: 204, body: undefined };
}

function isAmount(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,12}\.\d{2}$/.test(value);
}

function cents(amount: string): number {
  return Math.round(Number(amount) * 100);
}
