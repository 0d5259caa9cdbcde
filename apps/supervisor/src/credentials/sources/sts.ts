import { createHash } from 'node:crypto';
import { type AwsKey, signRequest } from '@clawhold/egress';
import type { CredentialSource } from '@clawhold/spec';
import { z } from 'zod';
import type { Issued, Issuer, SourceWorld, TokenAnswer } from './value-source.ts';

type StsSource = Extract<CredentialSource, { kind: 'aws_sts' }>;

/** What the temporary keys are called in the logs of AWS. */
const sessionName = 'clawhold';

/** Takes a role on, for temporary keys of it (AWS STS, `AssumeRole`), which AWS has no call to take back. */
export function stsIssuer(
  { role_arn: role, region, seconds }: StsSource,
  key: AwsKey,
  { call, now }: SourceWorld,
): Issuer {
  const host = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const issue: Issuer['issue'] = async () => {
    const body = new URLSearchParams({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: role,
      RoleSessionName: sessionName,
      DurationSeconds: String(seconds),
    }).toString();
    const fields = signRequest(
      {
        method: 'POST',
        target: { kind: 'target', scheme: 'https', host, port: 443, path: '/', query: '' },
        fields: [{ name: 'content-type', value: 'application/x-www-form-urlencoded' }],
        payload: createHash('sha256').update(body).digest('hex'),
        region,
        service: 'sts',
      },
      key,
      new Date(now()),
    );
    const headers = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
    return readKeys(await call({ url: new URL(`https://${host}/`), headers, body }));
  };
  return { issue };
}

const keysSchema = z.object({
  AccessKeyId: z.string().regex(/^\w{16,128}$/),
  SecretAccessKey: z.string().regex(/^[\x21-\x7e]{16,256}$/),
  SessionToken: z.string().regex(/^[\x21-\x7e]{16,8192}$/),
  Expiration: z.iso.datetime({ offset: true }),
});

/** The four values have no characters that XML would write differently, so each stands between its tags as it is. */
function readKeys({ status, body }: TokenAnswer): Issued {
  if (status !== 200) throw new Error(`AWS STS answered ${status}`);
  const found = Object.keys(keysSchema.shape).map((name) => {
    const values = [...body.matchAll(new RegExp(`<${name}>([^<&]*)</${name}>`, 'g'))];
    return [name, values.length === 1 ? values[0]?.[1] : undefined] as const;
  });
  const parsed = keysSchema.safeParse(Object.fromEntries(found));
  if (!parsed.success) throw new Error('AWS STS did not answer with keys');
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = parsed.data;
  return {
    value: {
      kind: 'aws',
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
    expires: Date.parse(Expiration),
  };
}
