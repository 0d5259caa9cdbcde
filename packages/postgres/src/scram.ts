import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

/** PostgreSQL's own default (`scram_iterations`); our passwords are random, so more would buy nothing. */
const iterations = 4096;

/**
 * What PostgreSQL stores for a password (RFC 5803; `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`).
 * Computing it here keeps the password itself out of statements, and so out of every log and statistic of the server.
 */
export async function scramVerifier(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const salted = await derive(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

/** Whether a stored verifier is for this password; false for a verifier of another kind. */
export async function scramMatches(stored: string, password: string): Promise<boolean> {
  const salt = /^SCRAM-SHA-256\$4096:([^$]+)\$/.exec(stored)?.[1];
  if (salt === undefined) return false;
  const expected = Buffer.from(await scramVerifier(password, Buffer.from(salt, 'base64')));
  const actual = Buffer.from(stored);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
