/**
 * Makes a source smaller for as long as it goes wrong in the same way: lines first, then what is between brackets.
 */
import { parse } from '../../compiler/babel.ts';
import type { Outcome } from './judge.ts';

const TRIES_MAX = 400;
const MINIMISE_MS = 60_000;

/** What two failures have in common: not the values they name. */
const kindOf = (what: string): string => what.replaceAll(/\d+/g, 'n').replaceAll(/(?<=['"`]).*?(?=['"`])/g, '').slice(0, 160);

export async function minimise(source: string, what: string, look: (source: string) => Promise<Outcome>, found: (smaller: string) => void): Promise<string> {
  let tries = 0;
  const until = Date.now() + MINIMISE_MS;
  const fails = async (text: string): Promise<boolean> => {
    if (++tries > TRIES_MAX || Date.now() > until) return false;
    const outcome = await look(text);
    const same = outcome.kind === 'wrong' && kindOf(outcome.what) === kindOf(what);
    if (same) found(text);
    return same;
  };
  let text = await withoutParts(source, (s) => s.split(/(?<=\n)/), fails);
  text = await withoutParts(text, statementsOf, fails);
  return await withoutParts(text, tokensOf, fails);
}

async function withoutParts(source: string, split: (source: string) => string[], fails: (text: string) => Promise<boolean>): Promise<string> {
  let parts = split(source);
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let i = 0; i < parts.length; ) {
      const rest = [...parts.slice(0, i), ...parts.slice(i + size)];
      if (rest.length < parts.length && (await fails(rest.join('')))) parts = rest;
      else i += size;
    }
  }
  return parts.join('');
}

const statementsOf = (source: string): string[] => source.split(/(?<=[;{}])/);

function tokensOf(source: string): string[] {
  try {
    const { tokens } = parse(source, { sourceType: 'module', plugins: ['typescript'], tokens: true, errorRecovery: true });
    const starts = (tokens as { start: number }[]).map(({ start }) => start);
    return starts.map((start, i) => source.slice(i === 0 ? 0 : start, starts[i + 1]));
  } catch {
    return source.split(/(?<=\W)/);
  }
}
