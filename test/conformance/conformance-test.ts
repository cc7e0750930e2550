/**
 * One test of test262: its text, and what its frontmatter says (INTERPRETING.md of tc39/test262).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ConformanceTest {
  /** From the root of the checkout: `test/language/…`. */
  path: string;
  source: string;
  flags: Set<string>;
  /** Files of test262's harness that it asks for. */
  includes: string[];
  /** How it must fail. `runtime`: by an exception; any other phase: it must not be compiled. */
  negative: { phase: string; type: string } | null;
}

export function readTest(checkout: string, path: string): ConformanceTest {
  const source = readFileSync(join(checkout, path), 'utf8');
  const front = /\/\*---(.*?)---\*\//s.exec(source)?.[1] ?? '';
  const negative = /^negative:\s*$(.*?)(?=^\S|$(?![\s\S]))/ms.exec(front)?.[1];
  return {
    path,
    source,
    flags: new Set(list(front, 'flags')),
    includes: list(front, 'includes'),
    negative: negative === undefined ? null : { phase: field(negative, 'phase'), type: field(negative, 'type') },
  };
}

const field = (text: string, name: string): string => new RegExp(`^\\s+${name}:\\s*(\\S+)`, 'm').exec(text)?.[1] ?? '';

/** `flags: [a, b]`, or one item a line. */
function list(front: string, name: string): string[] {
  const inline = new RegExp(`^${name}:\\s*\\[(.*?)\\]`, 'ms').exec(front)?.[1];
  const items = inline?.split(',') ?? new RegExp(`^${name}:\\s*\\n((?:\\s+-\\s.*\\n?)+)`, 'm').exec(front)?.[1]?.split(/^\s+-/m) ?? [];
  return items.map((item) => item.trim()).filter((item) => item !== '');
}
