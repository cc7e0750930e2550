/**
 * A value that crosses the border, as text: what goes to effects and comes back, outcomes, messages.
 */
import type { Json } from '../codec/format.ts';
import { showValue, type ShowLimits } from './show-value.ts';

export function showDocument(document: Json, limits: Partial<ShowLimits> = {}): string {
  if (typeof document === 'object' && document !== null && 'graph' in document && 'heap' in document) {
    return showValue(document.graph as Json, document.heap as Record<string, Json>, limits);
  }
  // A tree: give every object an id of its own, and show that.
  const heap: Record<string, Json> = {};
  const store = (json: Json): Json => {
    if (typeof json !== 'object' || json === null) return json;
    const keys = Object.keys(json);
    if (!Array.isArray(json) && keys.length === 1 && ['$', 'n', 's'].includes(keys[0]!)) return json;
    const id = String(Object.keys(heap).length + 1);
    heap[id] = null;
    heap[id] = Array.isArray(json)
      ? { a: json.map(store) }
      : { o: Object.fromEntries(Object.entries(json).map(([key, value]) => [key, store(value)])) };
    return { '@': Number(id) };
  };
  return showValue(store(document), heap, limits);
}

/** An error, by its message. */
export const showError = (document: Json, limits: Partial<ShowLimits> = {}): string => errorWithin(document)?.message ?? showDocument(document, limits);

/** An error with its stack, if it has one. */
export const showStack = (document: Json): string => errorWithin(document)?.stack ?? showError(document);

/** What stands in the first record of a document, if that is an error. */
function errorWithin(document: Json): { message?: string; stack?: string } | undefined {
  const { heap } = (document ?? {}) as { heap?: Record<string, { error?: { message?: string; stack?: string } }> };
  return Object.values(heap ?? {})[0]?.error;
}
