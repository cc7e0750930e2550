/** A process that goes on with a run begun in another: artifact and state on its input, the end on its output. */
import { readFileSync } from 'node:fs';
import type { Artifact } from '../../runtime/engine/artifact.ts';
import { takeOver, type Suspended } from '../support/harness.ts';
import { describe, EFFECTS } from './judge.ts';

const { artifact, suspended } = JSON.parse(readFileSync(0, 'utf8')) as { artifact: Artifact; suspended: Suspended };
try {
  process.stdout.write(JSON.stringify(takeOver(artifact, { mode: 'every', effects: EFFECTS }, suspended)));
} catch (error) {
  process.stdout.write(JSON.stringify({ failed: describe(error) }));
}
