import { createPublicKey } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { type SignedHead, signedHeadSchema, type VerifyingKey, verifyingKey } from '@clawhold/ledger';
import { ClawholdError } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';

/** What the verifier needs. */
export interface Evidence {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly heads: readonly SignedHead[];
  readonly key: VerifyingKey;
}

/** Files of an auditor, on any machine. */
export interface EvidenceFiles {
  readonly export?: string;
  readonly heads?: string;
  readonly key?: string;
}

/**
 * Takes the evidence from files when an export is given, else from the Clawhold that runs.
 *
 * @throws ClawholdError `input_verify`, `input_file`, `input_heads`, `input_key`.
 */
export async function gatherEvidence(files: EvidenceFiles): Promise<Evidence> {
  if (files.export === undefined) return evidenceOfGateway();
  if (files.key === undefined)
    throw new ClawholdError('input_verify', 'An export is verified with the public key of its installation.', {
      hint: 'Add --key FILE. Where it was exported, the key is printed by: npx clawhold audit key',
    });
  return {
    key: parseKey(await readText(files.key, 'public key')),
    heads: files.heads === undefined ? [] : parseHeads(await readText(files.heads, 'list of tree heads')),
    chunks: await openExport(files.export),
  };
}

async function evidenceOfGateway(): Promise<Evidence> {
  const { api } = connect();
  const { data } = await api.GET('/audit/head');
  if (data === undefined) throw new ClawholdError('gateway_unknown', 'The gateway did not say which head it signed.');
  const heads = data.heads.map((head) => signedHeadSchema.parse(head));
  return { chunks: await api.download('/audit/export'), heads, key: parseKey(data.publicKey) };
}

/** Opened here and now, so that a file that is not there is said before anything is verified. */
async function openExport(path: string): Promise<AsyncIterable<Uint8Array>> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, 'export', cause);
  });
  if ((await file.stat()).isDirectory()) {
    await file.close();
    throw unreadable(path, 'export', { code: 'EISDIR' });
  }
  return file.createReadStream();
}

function readText(path: string, what: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, what, cause);
  });
}

/** Heads as `heads.jsonl` has them: one a line. */
function parseHeads(text: string): readonly SignedHead[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    try {
      return signedHeadSchema.parse(JSON.parse(line));
    } catch (cause) {
      throw new ClawholdError('input_heads', `Line ${index + 1} of the heads is no signed tree head.`, {
        cause,
        hint: 'Give the file that "npx clawhold audit heads" printed, unchanged.',
      });
    }
  });
}

function parseKey(pem: string): VerifyingKey {
  try {
    return verifyingKey(createPublicKey(pem));
  } catch (cause) {
    if (cause instanceof ClawholdError) throw cause;
    throw new ClawholdError('input_key', 'This is no public key in PEM form.', {
      cause,
      hint: 'Give the file that "npx clawhold audit key" printed; it begins with -----BEGIN PUBLIC KEY-----.',
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this account may not read it',
  EISDIR: 'it is a folder',
};

function unreadable(path: string, what: string, cause: unknown): ClawholdError {
  const why = reasons[String(Reflect.get(Object(cause), 'code'))] ?? 'the disk does not give it';
  return new ClawholdError('input_file', `The ${what} ${path} cannot be read: ${why}.`, { cause });
}
