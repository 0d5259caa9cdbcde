import type { Label, Question } from '@clawhold/spec';

/**
 * Whether a question is what its type says, as far as a decision relies on it. The wires parse questions in full; this
 * is the cheap second look that keeps a defect of a caller from becoming an allow.
 */
export function isReadable(question: Question): boolean {
  if (typeof question !== 'object' || question === null || typeof question.caller?.agent !== 'string') return false;
  switch (question.kind) {
    case 'egress':
      return (
        typeof question.host === 'string' &&
        Number.isInteger(question.port) &&
        isLabel(question.data) &&
        (question.operation === undefined || areParameters(question.operation.parameters))
      );
    case 'tool':
      return typeof question.tool === 'string' && areParameters(question.parameters);
    case 'inference':
      return (
        typeof question.provider === 'string' &&
        typeof question.model === 'string' &&
        Array.isArray(question.features) &&
        question.tokens >= 0 &&
        isLabel(question.data)
      );
    default:
      return question satisfies never;
  }
}

function areParameters(parameters: readonly { readonly label: Label }[]): boolean {
  return Array.isArray(parameters) && parameters.every(({ label }) => isLabel(label));
}

function isLabel(label: Label): boolean {
  return typeof label?.integrity === 'string' && typeof label.confidentiality === 'string';
}
