import { createHash } from 'node:crypto';
import type { Reason } from '@clawhold/spec';
import { inTheClear } from '../answers/compressed.ts';
import type { ProxyContext } from '../proxy/context.ts';
import type { Outgoing } from '../proxy/forward.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Terms } from '../proxy/terms.ts';
import type { Target } from '../target/target.ts';
import type { Fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import { ChunkSigner } from './aws/chunk-signer.ts';
import { ResignedBody } from './aws/resigned-body.ts';
import { type AwsKey, signatureOf } from './aws/signature.ts';
import { planSigning, type SigningPlan } from './aws/signing-plan.ts';
import { bodySightings, fillBody } from './body.ts';
import { fillHead, headSightings, neutralTarget } from './head.ts';
import { type Permitted, permitAll, seenRequest, tellMisuse } from './permission.ts';
import { obtainRecorded } from './recorded-values.ts';
import { ScannedBody } from './scanned-body.ts';
import { ScrubbedReply } from './scrubbed-reply.ts';
import { type Sighting, sightingsIn } from './sighting.ts';

/** A request as it leaves, with its credentials filled in. */
export interface Filled {
  readonly kind: 'filled';
  readonly incoming: Incoming;
  readonly body: Outgoing;
  /** A credential is in it: what comes back must be readable, so that the credential can be found there. */
  readonly carriesSecret: boolean;
}

/**
 * The credentials of one request, in three steps: what was seen in its head, whether it may be filled in (before the request
 * is recorded and its budgets are taken), and the filling in (after that, right before it leaves).
 */
export class RequestCredentials {
  /** The request as it is decided and recorded: neutral text where placeholders stand in its address. */
  readonly incoming: Incoming;
  readonly #context: ProxyContext;
  readonly #received: Incoming;
  readonly #seen: readonly Sighting[];
  #permitted: readonly Permitted[] = [];
  #signing: SigningPlan | undefined;
  /** The body, when it was read to look for placeholders in it. */
  #gathered: Buffer | undefined;

  constructor(context: ProxyContext, received: Incoming) {
    this.#context = context;
    this.#received = received;
    const inHead = headSightings(received);
    const { webSocket } = received;
    this.#seen =
      webSocket === undefined ? inHead : [...inHead, ...sightingsIn(webSocket.offer.protocols.join(), undefined)];
    const target = this.#seen.length === 0 ? received.target : this.#neutral(received);
    const { body } = received;
    this.incoming =
      body.length === 0 && target === received.target
        ? received
        : { ...received, target, body: new ScannedBody(body, () => this.#tellMisplaced()) };
  }

  #neutral({ identity, target }: Incoming): Target {
    const { credentials } = this.#context.hooks;
    const wholes = this.#seen.map(({ core }) => credentials.find(identity, core)?.placeholder ?? core);
    return neutralTarget(target, new Set(wholes));
  }

  /** Why the request must not leave with what it holds; undefined when it may. */
  check(terms: Terms, body: Outgoing): Soon<Reason | undefined> {
    const signing = this.#planSigning(terms, body);
    if (signing?.kind === 'none') return { code: 'hard_block', text: signing.text };
    this.#signing = signing;
    const looking = this.#look(terms, body, signing !== undefined && signing.payload === undefined);
    return whenThere(looking, (bytes) => this.#permit(terms, bytes));
  }

  #permit(terms: Terms, bytes: Buffer | Fault | undefined): Reason | undefined {
    const { credentials: desk } = this.#context.hooks;
    if (bytes !== undefined && !Buffer.isBuffer(bytes)) return { code: 'hard_block', text: bytes.text };
    const seen = bytes === undefined ? this.#seen : [...this.#seen, ...bodySightings(bytes, this.#received.fields)];
    if (seen.length === 0) return undefined;
    const permitted = permitAll(desk, seenRequest(this.incoming, terms), terms.credentials, seen);
    if ('code' in permitted) return permitted;
    this.#permitted = permitted;
    return undefined;
  }

  /**
   * The request with its credentials, recorded before it has them.
   *
   * @param readsAnswer its answer has to come in the clear, also without a credential.
   */
  fill(body: Outgoing, readsAnswer: boolean): Soon<Filled | Fault> {
    const outgoing = this.#gathered ?? body;
    if (this.#permitted.length > 0) return this.#obtain(outgoing, readsAnswer);
    const { incoming } = this;
    const sent = readsAnswer ? { ...incoming, fields: inTheClear(incoming.fields) } : incoming;
    return this.#scrubbed(sent, outgoing, false);
  }

  async #obtain(outgoing: Outgoing, readsAnswer: boolean): Promise<Filled | Fault> {
    const { identity, method, target } = this.incoming;
    const values = await obtainRecorded(
      this.#context.hooks.credentials,
      { identity, method, ...target },
      this.#permitted,
    );
    if (values.kind === 'fault') return values;
    const { texts, key } = values;
    const head = fillHead(this.#received, texts);
    if ('kind' in head) return head;
    // A signature says nothing about its key, so what answers it may come compressed.
    const carriesSecret = texts.size > 0;
    const plain = carriesSecret || readsAnswer ? inTheClear(head.fields) : head.fields;
    const filled = Buffer.isBuffer(outgoing) ? fillBody(outgoing, plain, texts) : outgoing;
    const outward = { ...this.incoming, target: head.target, fields: plain };
    if (key === undefined) return this.#scrubbed(outward, filled, carriesSecret);
    const signed = this.#sign(outward, filled, key);
    return this.#scrubbed({ ...outward, fields: signed.fields }, signed.body, carriesSecret);
  }

  /** Undefined when the request came with no signature of a placeholder, or the policy wants none. */
  #planSigning({ credentials }: Terms, body: Outgoing): ReturnType<typeof planSigning> | undefined {
    if (!this.#seen.some(({ place }) => place === 'sigv4')) return undefined;
    const signing = credentials.flat().find((term) => term.signing !== null)?.signing;
    const { target, fields } = this.#received;
    return signing === undefined || signing === null
      ? undefined
      : planSigning(signing, target.host, fields, body.length);
  }

  #sign(
    { method, target, fields }: Incoming,
    body: Outgoing,
    key: AwsKey,
  ): { readonly fields: readonly Field[]; readonly body: Outgoing } {
    const plan = this.#signing;
    if (plan === undefined) throw new Error('a signature is permitted only where it was planned');
    const payload =
      plan.payload ??
      createHash('sha256')
        .update(Buffer.isBuffer(body) ? body : '')
        .digest('hex');
    const { region, service, signsChunks } = plan;
    const signature = signatureOf({ method, target, fields, payload, region, service }, key, new Date());
    if (!signsChunks) return { fields: signature.fields, body };
    const { inspectedBodyBytes } = this.#context.limits;
    return { fields: signature.fields, body: new ResignedBody(body, new ChunkSigner(signature), inspectedBodyBytes) };
  }

  #scrubbed(incoming: Incoming, body: Outgoing, carriesSecret: boolean): Filled {
    const secrets = this.#context.hooks.credentials.secrets(incoming.identity);
    const scrubbed =
      secrets.length === 0 ? incoming : { ...incoming, reply: new ScrubbedReply(incoming.reply, secrets) };
    return { kind: 'filled', incoming: scrubbed, body, carriesSecret };
  }

  /** The body where it is there as a whole, or has to be: a credential may stand in it. */
  #look(terms: Terms, body: Outgoing, isSigned: boolean): Soon<Buffer | Fault | undefined> {
    if (Buffer.isBuffer(body)) return body;
    const { hooks, limits } = this.#context;
    const mayHold = terms.credentials.some((list) => list.some((term) => term.body));
    const isWanted = mayHold || isSigned;
    if (!isWanted || body.length === 0 || !hooks.credentials.holdsAny(this.#received.identity)) return undefined;
    // Not through the scanner: here a placeholder may have its place.
    return this.#received.body.gather(limits.inspectedBodyBytes).then((gathered) => {
      if (Buffer.isBuffer(gathered)) this.#gathered = gathered;
      return gathered;
    });
  }

  #tellMisplaced(): void {
    const { identity, method, target } = this.incoming;
    const text = 'A placeholder stood in a body, where none is filled in.';
    tellMisuse(this.#context.hooks.credentials, { identity, method, ...target }, text);
  }
}
