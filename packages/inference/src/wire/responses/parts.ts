import { type JsonObject, objectOf, textOf } from '../../json-value.ts';
import type { Findings } from '../finding.ts';

/** Reads content of the responses wire, a text or a list of parts, and gives its text. */
export function readParts(content: unknown, where: string, findings: Findings): string {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (Array.isArray(content))
    return content.map((part, index) => readPart(objectOf(part), `${where}[${index}]`, findings)).join('');
  findings.unreadable(where);
  return '';
}

function readPart(part: JsonObject, where: string, findings: Findings): string {
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
    case 'reasoning_text':
      return textOf(part['text']);
    case 'refusal':
      return textOf(part['refusal']);
    case 'input_image':
    case 'input_file':
    case 'input_audio':
      readAttachment(part, where, findings);
      return '';
    default:
      findings.unreadable(`${where}.type ${JSON.stringify(part['type'] ?? null)}`);
      return '';
  }
}

function readAttachment(part: JsonObject, where: string, findings: Findings): void {
  for (const [key, value] of Object.entries(part)) {
    if (value === null || value === undefined) continue;
    if (key === 'file_id') findings.feature('server_state', `${where}.file_id`);
    // `image_url`, `file_url`, and whatever link the next kind of attachment brings.
    else if (/ur[il]$/i.test(key)) findings.link(value, `${where}.${key}`);
    else if (key === 'file_data' && /^[a-z][a-z0-9+.-]*:/i.test(textOf(value))) findings.link(value, `${where}.${key}`);
  }
}
