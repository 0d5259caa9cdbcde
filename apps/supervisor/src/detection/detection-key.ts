import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { keyBytes, readOrCreateKeyFile } from '@clawhold/sealing';
import { ClawholdError, type RunId } from '@clawhold/spec';

/** Whatever is derived from the installation's own key for canaries and for the digests of findings. */
export interface DetectionKey {
  /** The value that is in the environment of this run's sandboxes, and has no other use than to be recognised. */
  canaryOf(run: RunId): string;
  /** Stands for a recognised value in records: equal for equal values, and nothing to anybody without the key. */
  digestOf(value: string): string;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Of 62 letters: more than 180 bits. */
const canaryLetters = 31;

/** Reads the key, or makes it at the first start. A run that goes on after a restart keeps its canary. */
export async function openDetectionKey(folder: string): Promise<DetectionKey> {
  const key = await readKey(join(folder, 'detection.key'));
  const derive = (purpose: string, value: string): Buffer =>
    createHmac('sha512', key).update(`${purpose}\0${value}`).digest();
  return {
    canaryOf: (run) => {
      const bytes = derive('canary', run).subarray(0, canaryLetters);
      return `dpl_${[...bytes].map((byte) => letters[byte % letters.length]).join('')}`;
    },
    digestOf: (value) => derive('finding', value).toString('hex').slice(0, 32),
  };
}

async function readKey(path: string): Promise<Buffer> {
  try {
    return await readOrCreateKeyFile(path, keyBytes);
  } catch (cause) {
    throw new ClawholdError('supervisor_detection_key', `${path} is no key of ${keyBytes} bytes.`, {
      cause,
      hint: 'Remove the file; the next start makes a new one.',
    });
  }
}
