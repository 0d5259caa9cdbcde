import type { Decision, Label, Reason, Refusal, StepOutcome } from '@clawhold/spec';

/** The call could not be carried out as it stands: a sentence for the model. */
export function failed(output: string, label: Label): StepOutcome {
  return { kind: 'done', ok: false, output, label, milliseconds: 0 };
}

export function denied(refusal: Refusal, also?: string): StepOutcome {
  if (also === undefined) return { kind: 'denied', refusal };
  return { kind: 'denied', refusal: { ...refusal, reasons: [{ code: 'default', text: also }, ...refusal.reasons] } };
}

export function refusalOfRequest(refusal: Refusal, reason: Reason): Refusal {
  return { ...refusal, reasons: [reason] };
}

export function unknownOutcome(): StepOutcome {
  return {
    kind: 'unknown',
    explanation: 'The supervisor ended while this step was at work; whether it had its effect is not known.',
  };
}

export function lostOutcome(): StepOutcome {
  return {
    kind: 'unknown',
    explanation: 'The sandbox ended while this step was at work; whether it had its effect is not known.',
  };
}

const severity = { allow: 0, ask: 1, deny: 2 } as const;

/** The stricter of two decisions about one call; the first when they are equal. */
export function stricter(one: Decision, other: Decision): Decision {
  return severity[other.kind] > severity[one.kind] ? other : one;
}
