/**
 * An error that has come out of a run, as text: with its stack, if it has one.
 */
import type { Json } from '../runtime/codec/format.ts';
import { showDocument } from '../runtime/engine/show-document.ts';

export function errorText(error: Json): string {
  const heap = (error as { heap?: Record<string, { error?: { message?: string; stack?: string } }> } | null)?.heap;
  const first = Object.values(heap ?? {})[0]?.error;
  return first?.stack ?? first?.message ?? showDocument(error);
}
