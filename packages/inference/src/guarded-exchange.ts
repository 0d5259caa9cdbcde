import { ClawholdError, type Decision, type InferenceQuestion, type Label, limits } from '@clawhold/spec';
import { type AnswerBounds, boundAnswer, readText, withinSilence } from './body.ts';
import type { Catalogue, ModelRoute } from './catalogue.ts';
import { readEvents, writeEvent } from './event-stream.ts';
import type { InferenceRequest, InferenceResponse } from './exchange.ts';
import { CallFirewall } from './firewall/call-firewall.ts';
import type { CallGate } from './firewall/gate.ts';
import type { ToldResults } from './firewall/told-results.ts';
import { answeredHeaders, forwardedHeaders } from './header-lists.ts';
import { bytesOf, knownError, problemAnswer } from './json-answer.ts';
import { type JsonText, readJson, withValue } from './json-text.ts';
import { isObject, type JsonObject, textOf } from './json-value.ts';
import type { InferenceOptions } from './options.ts';
import type { ProviderAnswer } from './provider/provider.ts';
import { estimateTokens, type TokenUsage } from './usage.ts';
import type { GuardOptions, Inspection, Wire } from './wire/wire.ts';
import { withoutWithheld } from './withhold/without-withheld.ts';

export interface ExchangeParts {
  readonly options: InferenceOptions;
  readonly told: ToldResults;
  readonly catalogue: Catalogue;
  readonly request: InferenceRequest;
  readonly wire: Wire;
  readonly text: string;
  readonly json: JsonText;
  readonly body: JsonObject;
}

interface WholeAnswer {
  readonly text: string;
  readonly value: JsonObject;
}

/** Answer tokens that are reserved when a request names no bound. */
const unboundedAnswerTokens = 8_192;

/** One request and its answer: inspect, decide, send, guard what comes back. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #inspection: Inspection;
  /** The model that was asked for. */
  readonly #asked: ModelRoute;
  /** The model that is asked: where a route of the policy leads, else the one that was asked for. */
  #route: ModelRoute;
  readonly #stop = new AbortController();

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#inspection = parts.wire.inspect(parts.body);
    this.#asked = parts.catalogue.find(textOf(parts.body['model']));
    this.#route = this.#asked;
    const { signal } = parts.request;
    if (signal?.aborted) this.#stop.abort();
    signal?.addEventListener('abort', () => this.#stop.abort(), { once: true });
  }

  async run(): Promise<InferenceResponse> {
    const { options, request, told } = this.#parts;
    this.#refuseUnreadable();
    const owner = request.caller.run ?? request.caller.agent;
    for (const result of told.fresh(owner, this.#inspection.conversation))
      await options.observeToolResult(request.caller, result);
    const data = await options.labelRequest(request.caller);
    await this.#followRoute(data);
    this.#refuseForeignWire();
    const question = this.#question(data);
    const decision = await options.decideInference(question);
    if (decision.kind !== 'allow') {
      await options.before(question, decision, request.caller);
      return this.#refused(question, decision);
    }
    const { text, placeholders } = await withoutWithheld(this.#parts.text, decision, (value, what) =>
      options.withhold(value, what, request.caller),
    );
    await options.before(question, decision, request.caller);
    const answer = await this.#send(text);
    const gate = new CallFirewall(options, request.caller, placeholders);
    return this.#guarded(answer, gate, { hostedTools: question.features.includes('hosted_tool') });
  }

  async #followRoute(data: Label): Promise<void> {
    const { catalogue, options, request, wire } = this.#parts;
    const use = await options.routeModel(data, request.caller);
    if (use !== undefined) this.#route = catalogue.routed(use, this.#asked, wire.name);
  }

  async #send(text: string): Promise<ProviderAnswer> {
    const { request, wire } = this.#parts;
    const headers = forwardedHeaders(request.headers);
    const sent = this.#route.provider.send({ wire, body: this.#outgoing(text), headers, signal: this.#stop.signal });
    try {
      return await withinSilence(sent, this.#bounds.idleSeconds);
    } catch (error) {
      this.#stop.abort();
      throw error;
    }
  }

  get #bounds(): AnswerBounds {
    const { bounds } = this.#parts.options;
    return {
      bytes: bounds?.modelAnswerBytes ?? limits.modelAnswerBytes,
      idleSeconds: bounds?.modelIdleSeconds ?? limits.modelIdleSeconds,
    };
  }

  #refuseForeignWire(): void {
    const { wire } = this.#parts;
    if (!this.#route.provider.wires.includes(wire.name))
      throw new ClawholdError('input_request', `${this.#route.provider.name} does not speak ${wire.name}.`, {
        hint: `Ask it over ${this.#route.provider.wires.join(' or ')}.`,
      });
  }

  #refuseUnreadable(): void {
    const [unknown] = this.#inspection.unknown;
    if (unknown !== undefined)
      throw new ClawholdError('input_request', `The request holds a part that nobody here can read: ${unknown}.`, {
        hint: 'What cannot be read cannot be decided, so it is refused.',
      });
  }

  #question(data: Label): InferenceQuestion {
    const answerTokens = this.#inspection.answerTokens ?? unboundedAnswerTokens;
    const { request, text } = this.#parts;
    const { agent, run, sandbox, executable, ancestors } = request.caller;
    return {
      kind: 'inference',
      caller: {
        agent,
        ...(run === undefined ? {} : { run }),
        ...(sandbox === undefined ? {} : { sandbox }),
        ...(executable === undefined ? {} : { executable }),
        ...(ancestors === undefined ? {} : { ancestors }),
      },
      provider: this.#route.provider.name,
      model: this.#route.model,
      ...(this.#route === this.#asked ? {} : { asked: `${this.#asked.provider.name}/${this.#asked.model}` }),
      locality: this.#route.provider.locality,
      features: [...new Set(this.#inspection.features.map(({ feature }) => feature))],
      tokens: estimateTokens(text.length) + answerTokens,
      answerTokens,
      data,
    };
  }

  #refused(question: InferenceQuestion, decision: Decision): InferenceResponse {
    const refusal = this.#parts.options.refuse(question, decision);
    const where = this.#inspection.features.map((found) => found.where).join(', ');
    const sentence = refusal.reasons.map(({ text }) => text).join(' ');
    const error = new ClawholdError('policy_denied', where === '' ? sentence : `${sentence} (${where})`, {
      status: 403,
      hint: refusal.next,
    });
    return problemAnswer(error, this.#parts.wire, { refusal });
  }

  /** The request as it came, byte for byte, but for what is withheld, the model's name and what the wire requires. */
  #outgoing(given: string): string {
    const changes = { ...this.#inspection.required, model: this.#route.model };
    let text = given;
    for (const [key, value] of Object.entries(changes)) {
      const json = readJson(text);
      if (json.kind === 'unreadable')
        throw new ClawholdError('model_failed', `The request ${json.reason} after it was changed.`, { status: 500 });
      if (this.#parts.body[key] !== value || !json.spans.has(key)) text = withValue(text, json, key, value);
    }
    return text;
  }

  async #guarded(answer: ProviderAnswer, gate: CallGate, guard: GuardOptions): Promise<InferenceResponse> {
    const { wire } = this.#parts;
    const body = boundAnswer(answer.body, this.#bounds);
    const headers = answeredHeaders(answer.headers);
    const type = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (answer.status === 200 && type === 'text/event-stream')
      return { status: 200, headers, body: this.#stream(body, wire.guard(gate, guard)) };
    const whole = await this.#wholeAnswer(body, answer.status, type);
    if (answer.status !== 200) return { status: answer.status, headers, body: bytesOf(whole.text) };
    const guarded = await wire.answer(whole.value, gate, guard);
    await this.#report(wire.usage(whole.value), whole.text.length);
    return { status: 200, headers, body: bytesOf(guarded === whole.value ? whole.text : JSON.stringify(guarded)) };
  }

  /** Only JSON passes: an HTML page or a redirect is a server that is no model server. */
  async #wholeAnswer(body: AsyncIterable<Uint8Array>, status: number, type: string | undefined): Promise<WholeAnswer> {
    const malformed = (what: string): ClawholdError =>
      new ClawholdError('model_malformed', `${this.#route.provider.name} answered with ${what} (HTTP ${status}).`, {
        hint: 'Check the base URL of the model server: something else may be answering there.',
      });
    try {
      if (type !== 'application/json')
        throw malformed(`${type === undefined || type === '' ? 'no media type' : type} instead of JSON`);
      const text = await readText(body, Number.POSITIVE_INFINITY);
      const json = readJson(text);
      if (json.kind === 'unreadable') throw malformed(`a body that ${json.reason}`);
      if (!isObject(json.value)) throw malformed('a body that is not a JSON object');
      return { text, value: json.value };
    } catch (error) {
      this.#stop.abort();
      throw error;
    }
  }

  async *#stream(body: AsyncIterable<Uint8Array>, guard: ReturnType<Wire['guard']>): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    let characters = 0;
    try {
      for await (const event of readEvents(body))
        for (const allowed of await guard.take(event)) {
          characters += allowed.data.length;
          yield encoder.encode(writeEvent(allowed));
        }
      for (const last of await guard.end()) yield encoder.encode(writeEvent(last));
    } catch (error) {
      yield encoder.encode(writeEvent(this.#parts.wire.errorEvent(knownError(error))));
    } finally {
      this.#stop.abort();
      await this.#report(guard.usage(), characters);
    }
  }

  async #report(counted: TokenUsage | undefined, answerCharacters: number): Promise<void> {
    const { options, request, text } = this.#parts;
    const usage = counted ?? {
      inputTokens: estimateTokens(text.length),
      outputTokens: estimateTokens(answerCharacters),
    };
    const model = `${this.#route.provider.name}/${this.#route.model}`;
    await options.observeUsage({ caller: request.caller, model, estimated: counted === undefined, ...usage });
  }
}
