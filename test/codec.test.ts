/**
 * Values across a suspension. Each case builds a value, lets it live through `await tick()`, and prints everything
 * that ECMAScript can tell about it, before and after: own keys in order with their attributes, prototypes, internal
 * slots, identity. The oracle is plain Node; the state is encoded and decoded at every suspension, or folded from deltas.
 */
import { describe, expect, test } from 'vitest';
import { CASES, caseSource } from './support/values.ts';
import { runCompiled, runOracle } from './support/harness.ts';
import { compileText, Stepper } from './support/stepper.ts';

describe.each(CASES.map((value) => [value.name, value] as const))('%s', (_name, value) => {
  const source = caseSource(value);

  test('before and after', async () => {
    const expected = await runOracle('/virtual/main.wf.ts', { 'main.wf.ts': source });
    const artifact = compileText(source);
    expect(runCompiled(artifact, { mode: 'plain' })).toEqual(expected);
    expect(runCompiled(artifact, { mode: 'every' })).toEqual(expected);
    expect(runCompiled(artifact, { mode: 'delta' })).toEqual(expected);
  });
});
