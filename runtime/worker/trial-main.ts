/**
 * The process of a trial: evaluates one cycle for nothing. What it throws is no matter here: the worker will see.
 */
import type { StateDocument } from '../codec/format.ts';
import type { Artifact } from '../engine/artifact.ts';
import type { Arrival } from '../engine/arrival.ts';
import { evaluate } from '../engine/cycle.ts';
import { Program } from '../engine/program.ts';
import { Run } from '../engine/run.ts';
import { host } from '../host.ts';
import type { TrialDocument } from './trial.ts';

const { artifact, state, arrivals, now, limitMs } = JSON.parse(await host.input()) as TrialDocument;
try {
  const program = Program.of(JSON.parse(artifact) as Artifact);
  const run = state === null ? Run.fresh(program) : Run.restore(program, JSON.parse(state) as StateDocument);
  await host.tellBegun();
  host.within(limitMs, () => void evaluate(run, JSON.parse(arrivals) as Arrival[], { now: () => now, latest: () => now }));
} catch {
  // It has survived.
}
