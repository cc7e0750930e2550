/**
 * What those hear whose cycles are evaluated in one turn.
 */
import { afterEach, expect, test } from 'vitest';
import { host } from '../runtime/host.ts';
import type { Checkpoint } from '../runtime/engine/cycle.ts';
import { CutShort, Evaluator, Stopped } from '../runtime/worker/evaluator.ts';
import { until } from './support/app.ts';

const { raise, soonWithin } = host;
afterEach(() => {
  Object.assign(host, { raise, soonWithin });
});

test('what one makes of its checkpoint, or of its failure, is kept from the others of the turn', async () => {
  const [heard, raised]: unknown[][] = [[], []];
  host.raise = (error) => void raised!.push((error as Error).message);
  const evaluator = new Evaluator(1000, () => true);
  const job = (uid: string, evaluate: () => Checkpoint): void => {
    const hears = (): never => {
      heard!.push(uid);
      throw new Error(uid);
    };
    evaluator.add({ uid, evaluate, evaluated: hears, failed: hears });
  };
  const throws = (): never => {
    throw new Error('a cycle');
  };
  job('a', () => ({}) as Checkpoint);
  job('b', throws);
  job('c', () => ({}) as Checkpoint);
  await until('all of them', () => heard!.length === 3);
  expect([heard, raised]).toEqual([['a', 'b', 'c'], ['a', 'b', 'c']]);
});

test('what is stopped alone is at fault only when it was seen where, or nobody can', async () => {
  const stoppedAlone = (stack: NodeJS.CallSite[] | null): Promise<unknown> => {
    host.soonWithin = (_, turn) => {
      turn.prepare();
      turn.over({ stack });
    };
    return new Promise((heard) => new Evaluator(1000, () => true).add({ uid: 'a', evaluate: () => ({}) as Checkpoint, evaluated: heard, failed: heard }));
  };
  expect(await stoppedAlone(null)).toBeInstanceOf(CutShort);
  const fault = await stoppedAlone([]);
  expect(fault).toBeInstanceOf(Stopped);
  expect(fault).not.toBeInstanceOf(CutShort);
});
