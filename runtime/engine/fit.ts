/**
 * Whether a run can go on with another version of its program. Its state is data that names functions by their place among
 * declarations, and variables and waits by the words of the source; so it can if the new code still has what is named there.
 *
 * Nothing may be taken for something else. Waits of one function that have one name are counted (`charge#2`), and so are
 * functions without a name (`fulfil/push#2`): a function that is under way must have the same waits in the same order, and of
 * functions that are counted there must be as many. Between two waits the code may be any other.
 */
import type { FunctionManifest } from '../abi.ts';
import type { Json, StateDocument } from '../codec/format.ts';
import { CorruptState, PerdureError } from '../errors.ts';
import type { Artifact } from './artifact.ts';
import { Program } from './program.ts';
import { Run } from './run.ts';

/**
 * The state with which a run of `from` goes on with `to`, as text: all of it that something leads to. Throws `does_not_fit`, with
 * all that is in the way.
 */
export function fittedState(state: StateDocument, from: Artifact, to: Artifact): string {
  const live = reachable(state);
  const reasons = [...moduleReasons(from, to), ...functionReasons(live, from, to), ...requestReasons(live, to)];
  const text = JSON.stringify(live);
  if (reasons.length === 0) {
    try {
      Run.restore(Program.of(to), JSON.parse(text) as StateDocument); // it takes the document apart
    } catch (error) {
      if (!(error instanceof CorruptState)) throw error;
      reasons.push(error.message);
    }
  }
  if (reasons.length === 0) return text;
  throw new PerdureError('does_not_fit', `The run cannot go on with this version of its program:\n  ${reasons.join('\n  ')}`);
}

/** What is stored may hold what nothing leads to any more, until its next image: it need not fit. */
function reachable(state: StateDocument): StateDocument {
  const heap: StateDocument['heap'] = {};
  const { heap: all, ...roots } = state;
  const members = membersByOwner(all);
  const waiting = Object.values(state.requests).map(({ to }) => ({ '@': to })); // where it is the number alone
  const work: unknown[] = [roots, members.get(null), ...waiting];
  while (work.length > 0) {
    const value = work.pop();
    if (typeof value !== 'object' || value === null) continue;
    const id = idOf(value);
    if (id !== null && Object.hasOwn(all, id) && !Object.hasOwn(heap, id)) {
      heap[id] = all[id]!;
      work.push(all[id], members.get(id));
    }
    for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) work.push(part);
  }
  return { ...state, heap };
}

function idOf(value: unknown): number | null {
  const id = (value as { '@'?: unknown } | null | undefined)?.['@'];
  return typeof id === 'number' ? id : null;
}

/** A method and a prototype name whom they belong to, not the other way about; null: somebody who has no record, such as a shared class. */
function membersByOwner(heap: StateDocument['heap']): Map<number | null, { '@': number }[]> {
  const members = new Map<number | null, { '@': number }[]>();
  for (const [id, record] of Object.entries(heap) as [string, Record<string, Json>][]) {
    const owner = 'of' in record ? record.of : 'fn' in record || 'class' in record ? undefined : record.prototype;
    if (owner === undefined) continue;
    const key = idOf(owner);
    const known = members.get(key);
    if (known) known.push({ '@': Number(id) });
    else members.set(key, [{ '@': Number(id) }]);
  }
  return members;
}

/** Variables of a module's top level have the values that they got when the run began: there are no others. */
function moduleReasons(from: Artifact, to: Artifact): string[] {
  return to.modules.flatMap(({ id, manifest: { slots } }) => {
    const before = from.modules.find((module) => module.id === id)?.manifest.slots ?? [];
    const [added, gone] = [slots.filter((slot) => !before.includes(slot)), before.filter((slot) => !slots.includes(slot))];
    return [
      ...(added.length > 0 ? [`${id} has ${added.join(', ')} at its top level, for which the run has no value: declare it in the function that needs it`] : []),
      ...(gone.length > 0 ? [`${id} has no ${gone.join(', ')} at its top level any more`] : []),
    ];
  });
}

function functionReasons(state: StateDocument, from: Artifact, to: Artifact): string[] {
  const [before, now] = [functionsOf(from), functionsOf(to)];
  const [counted, counts] = [namesakes(before), namesakes(now)];
  const reasons = new Set<string>();
  for (const record of Object.values(state.heap) as Record<string, Json>[]) {
    const id = record.frame ?? record.fn ?? record.class;
    if (typeof id !== 'string' || !before.has(id)) continue; // it is the runtime's own
    const after = now.get(id);
    if (!after) {
      reasons.add(`${id} is gone`);
      continue;
    }
    if ('frame' in record) {
      const [was, is] = [waitsOf(before.get(id)!), waitsOf(after)];
      if (was !== is) reasons.add(`${id} is under way, and has other waits now: ${is || 'none'}; it had ${was || 'none'}`);
    }
    const name = nameOf(id);
    const [were, are] = [counted.get(name), counts.get(name)];
    if (were !== are) reasons.add(`there are ${are} functions ${name} now, and were ${were}: which of them is which?`);
  }
  return [...reasons];
}

/** What is under way outside has to be there to be done. */
function requestReasons({ requests }: StateDocument, to: Artifact): string[] {
  const has = (id: string, names: 'effects' | 'workflows'): boolean =>
    to.modules.some((module) => id.startsWith(`${module.id}#`) && module.manifest[names].includes(id.slice(module.id.length + 1)));
  const reasons = Object.values(requests).flatMap((document) => {
    if ('effect' in document && !has(document.effect, 'effects')) return [`the effect ${document.effect} is under way, and is not declared any more`];
    return 'start' in document && !has(document.start, 'workflows') ? [`the workflow ${document.start} is being started, and is gone`] : [];
  });
  return [...new Set(reasons)];
}

const functionsOf = ({ modules }: Artifact): Map<string, FunctionManifest> =>
  new Map(modules.flatMap(({ manifest }) => Object.entries(manifest.functions)));

const waitsOf = ({ labels = [] }: FunctionManifest): string => labels.map(({ name }) => name).join(', ');

/** `fulfil/push#2` and `fulfil/push` are both called `fulfil/push`. */
const nameOf = (id: string): string => id.replace(/(?<=#.*)#\d+$/, '');

/** How many functions there are of each name. */
function namesakes(functions: ReadonlyMap<string, FunctionManifest>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of functions.keys()) counts.set(nameOf(id), (counts.get(nameOf(id)) ?? 0) + 1);
  return counts;
}
