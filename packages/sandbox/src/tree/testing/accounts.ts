import { ordinaryUser } from '@clawhold/testkit';
import type { Account } from './process.ts';

/** An ordinary user, and root where the tests run as root: the jobs must behave under both. */
export async function testAccounts(): Promise<Account[]> {
  const { uid, gid } = await ordinaryUser();
  const ordinary = { title: 'an ordinary user', uid, gid };
  return process.getuid?.() === 0 ? [{ title: 'root', uid: 0, gid: 0 }, ordinary] : [ordinary];
}
