/**
 * Makes a failing program smaller for as long as it fails: leaves out statements and members, puts what is in a block
 * in the block's place, and a part of an expression in the place of the whole.
 */
import { parse } from '@babel/parser';
import { VISITOR_KEYS } from '@babel/types';

interface AnyNode {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

export type Fails = (source: string) => Promise<boolean>;

/** What is changed: first what stands in lists, which is soon gone, then expressions within what is left. */
type Level = 'statements' | 'expressions';

const TRIES_MAX = 1500;
const MINIMISE_MS = 120_000;

/** The smallest program found in so many tries, or in that time. */
export async function minimise(source: string, fails: Fails): Promise<string> {
  let tries = 0;
  const until = Date.now() + MINIMISE_MS;
  const shrink = async (level: Level): Promise<boolean> => {
    let changed = false;
    // What is largest goes first; an edit that has been tried in vain stays before those that follow.
    for (let at = 0; ; ) {
      const edits = editsOf(source, level);
      if (at >= edits.length || ++tries > TRIES_MAX || Date.now() > until) return changed;
      const smaller = apply(source, edits[at]!);
      if (smaller.length < source.length && (await fails(smaller))) {
        source = smaller;
        changed = true;
      } else at++;
    }
  };
  do while (await shrink('statements'));
  while (await shrink('expressions'));
  return source.replaceAll(/\n\s*(?=\n)/g, '').trim();
}

const apply = (source: string, { start, end, text }: Edit): string => source.slice(0, start) + text + source.slice(end);

function editsOf(source: string, level: Level): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: AnyNode): void => {
    const { type, start, end } = node;
    const parts = childrenOf(node);
    if (level === 'expressions' && /Expression$|Literal$|^Identifier$/.test(type)) {
      for (const part of parts) edits.push({ start, end, text: source.slice(part.start, part.end) });
      if (end - start > 1) edits.push({ start, end, text: '0' });
    }
    if (level === 'statements' && (type === 'ClassBody' || type === 'BlockStatement' || type === 'Program')) edits.push(...halves(node.body as AnyNode[]));
    if (level === 'statements' && /Statement$|Declaration$|^Class\w*(Method|Property)$|^StaticBlock$|^ObjectMethod$|^ObjectProperty$|^SpreadElement$/.test(type)) {
      // A comma goes with what is left out of a list.
      edits.push({ start, end: end + (/^\s*,/.exec(source.slice(end))?.[0].length ?? 0), text: '' });
      for (const inner of parts.filter(({ type }) => type === 'BlockStatement' || type === 'CatchClause' || type === 'SwitchCase')) {
        const body = inner.type === 'BlockStatement' ? inner : (inner.body as AnyNode | undefined);
        if (body) edits.push({ start, end, text: source.slice(body.start + 1, body.end - 1) });
      }
    }
    parts.forEach(visit);
  };
  visit(parse(source, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as AnyNode);
  return edits.sort((a, b) => b.end - b.start - (a.end - a.start));
}

/** Edits that leave out a half or a quarter of a list. */
function halves(list: AnyNode[]): Edit[] {
  const edits: Edit[] = [];
  for (const parts of [2, 4]) {
    const size = Math.ceil(list.length / parts);
    if (size < 2) break;
    for (let i = 0; i < list.length; i += size) edits.push({ start: list[i]!.start, end: list[Math.min(i + size, list.length) - 1]!.end, text: '' });
  }
  return edits;
}

const childrenOf = (node: AnyNode): AnyNode[] =>
  (VISITOR_KEYS[node.type] ?? []).flatMap((key) => node[key] as AnyNode | AnyNode[] | null).filter((child): child is AnyNode => Boolean(child));
