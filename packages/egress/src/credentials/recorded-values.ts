import { type Fault, fault } from '../wire/fault.ts';
import type { AwsKey } from './aws/signature.ts';
import type { CredentialDesk } from './desk.ts';
import type { Permitted, SeenRequest } from './permission.ts';

/** What is filled in. */
export interface RecordedValues {
  readonly kind: 'values';
  /** By placeholder. */
  readonly texts: ReadonlyMap<string, string>;
  /** What signs. */
  readonly key: AwsKey | undefined;
}

/** Records durably that these credentials go out with a request, and then asks for their values. */
export async function obtainRecorded(
  desk: CredentialDesk,
  { identity, host, method, path }: Pick<SeenRequest, 'identity' | 'host' | 'method' | 'path'>,
  permitted: readonly Permitted[],
): Promise<RecordedValues | Fault> {
  const uses = permitted.map(({ held, place }) => ({ name: held.name, place, host, method, path }));
  try {
    await desk.record(identity, uses);
  } catch {
    return unrecorded;
  }
  const texts = new Map<string, string>();
  let key: AwsKey | undefined;
  for (const { held } of permitted) {
    const value = await desk.obtain(identity, held.name);
    if (value.kind === 'fault') return value;
    if (value.kind === 'text') texts.set(held.placeholder, value.text);
    else key = value;
  }
  return { kind: 'values', texts, key };
}

const unrecorded: Fault = fault(
  'credential_record',
  'The use of the credential could not be recorded before it left, so it was not sent.',
  502,
);
