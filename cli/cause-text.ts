/**
 * What has arrived for a run, or was decided about it, as one line.
 */
import type { Json } from '../runtime/codec/format.ts';
import { readCauses, type Cause, type ProgramChange } from '../runtime/engine/arrival.ts';
import { showDocument, showError } from '../runtime/engine/show-document.ts';
import { CorruptState } from '../runtime/errors.ts';

/** `text` as it is stored; `names` are those of requests, by number. */
export function causesText(text: string, names: ReadonlyMap<string, string>, hidesArguments = false): string {
  try {
    const show = (cause: Cause): string => (cause.kind === 'start' && hidesArguments ? 'started' : causeText(cause, names));
    return CorruptState.guard(() => 'cause', () => readCauses(text, 'cause').map(show).join('; '));
  } catch (error) {
    if (error instanceof CorruptState) return text; // to see it is why somebody looks
    throw error;
  }
}

function causeText(cause: Cause, names: ReadonlyMap<string, string>): string {
  const of = ({ request }: { request: number }): string => names.get(String(request)) ?? `#${request}`;
  switch (cause.kind) {
    case 'start':
      return `start ${cause.workflow.split('#').at(-1)}(${showDocument(cause.args, LIMITS).replace(/^\[|\]$/g, '')})`;
    case 'result':
      return `${of(cause)} = ${showDocument(cause.value, LIMITS)}`;
    case 'failure':
      return `${of(cause)} failed: ${errorText(cause.error)}`;
    case 'timer':
      return `${of(cause)} due`;
    case 'message':
      return `${cause.ask ? 'question' : 'message'} ${cause.channel}: ${showDocument(cause.value, LIMITS)}`;
    case 'cancel':
      return `cancelled${cause.reason === undefined ? '' : `: ${showDocument(cause.reason)}`}`;
    case 'started':
      return `${of(cause)} as ${cause.id}`;
    case 'ended':
      return 'error' in cause.outcome ? `child ${cause.id} failed: ${errorText(cause.outcome.error)}` : `child ${cause.id} = ${showDocument(cause.outcome.ok, LIMITS)}`;
    case 'told':
      return `child #${cause.request} told to stop`;
    case 'terminate':
      return `terminated${cause.reason === undefined ? '' : `: ${showDocument(cause.reason)}`}`;
    case 'aborted':
      return `${of(cause)} ${cause.begun ? 'aborted' : 'not begun'}`;
    case 'retry':
      return `retry ${of(cause)}`;
    case 'back':
      return `goes on from cycle ${cause.to}${cause.program ? withProgram(cause.program) : ''}`;
    case 'moved':
      return `goes on${withProgram(cause.program)}`;
    default:
      return cause.kind;
  }
}

const withProgram = ({ from, to }: ProgramChange): string => ` with program ${to.slice(0, 8)} in the place of ${from.slice(0, 8)}`;

/** How much of a value stands in a line. */
export const LIMITS = { depth: 2, items: 4, text: 40 };

export const errorText = (document: Json): string => showError(document, LIMITS);
