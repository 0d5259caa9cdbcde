import type { ServerSentEvent } from '../../event-stream.ts';
import type { JsonObject } from '../../json-value.ts';

/** The message that stands in an answer where a refused call stood. */
export function refusalItem(id: string, text: string): JsonObject {
  return {
    type: 'message',
    id: `msg_refused_${id}`,
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
}

/** The events that build such a message up. */
export function refusalEvents(item: JsonObject, text: string, output_index: unknown): readonly ServerSentEvent[] {
  const at = { item_id: item['id'], output_index, content_index: 0 };
  const part = { type: 'output_text', text, annotations: [] };
  const events = [
    { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...at, delta: text },
    { type: 'response.output_text.done', ...at, text },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index, item },
  ];
  return events.map((event) => ({ event: event.type, data: JSON.stringify(event) }));
}
