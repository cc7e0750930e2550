/**
 * The code of a program is proportional to its source: what many awaits keep must not be named at each of them.
 */
import { expect, test } from 'vitest';
import { compileText } from './support/stepper.ts';

const LONG: [string, (n: number) => string][] = [
  ['an array literal', (n) => `return [${'await tick(), x, '.repeat(n)}];`],
  ['statements', (n) => `${'x += await tick();\n'.repeat(n)} return x;`],
];

test.each(LONG)('%s', (_, body) => {
  const size = (n: number): number => {
    const { modules } = compileText(`export declare function tick(): Promise<number>;\nexport async function main(x: number) { ${body(n)} }`);
    return modules[0]!.code.length;
  };
  expect(size(800)).toBeLessThan(6 * size(200));
});
