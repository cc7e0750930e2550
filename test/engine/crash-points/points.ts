/**
 * All crash points of a scenario: every call of the app's process, and of people, and what may become of it.
 */
import { FATES } from '../../support/killable.ts';
import { Random } from '../../support/random.ts';
import type { Point } from './stage.ts';

export interface Counted {
  worker: number;
  people: number;
}

export function pointsOf(name: string, { worker, people }: Counted): Point[] {
  const random = new Random(name);
  const points: Point[] = [];
  for (let at = 1; at <= worker; at++) {
    for (const fate of FATES) points.push({ worker: { at, fate } });
    // Whoever takes over dies as well.
    points.push({ worker: { at, fate: 'dies after' }, successor: { at: 1 + random.below(20), fate: random.pick(['dies before', 'dies after']) } });
  }
  for (let at = 1; at <= people; at++) {
    for (const fate of ['lost', 'unanswered'] as const) points.push({ people: { at, fate } });
  }
  return points;
}

/** The point with a successor that dies at one of the calls it was seen to make. */
export function withinReach(point: Point, calls: number): Point {
  const { at, fate } = point.successor!;
  return { ...point, successor: { at: 1 + (at % calls), fate } };
}

export const describePoint = ({ worker, successor, people }: Point): string =>
  [['worker', worker] as const, ['successor', successor] as const, ['people', people] as const]
    .flatMap(([who, fault]) => (fault ? [`${who}: call ${fault.at} ${fault.fate}`] : []))
    .join(', ') || 'no fault';
