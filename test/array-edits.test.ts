/**
 * Random edits of arrays against a model: the hunks, applied to the old array, give the new one.
 */
import { expect, test } from 'vitest';
import { ArrayEdits } from '../runtime/heap/array-edits.ts';
import { Random } from './support/random.ts';

function edited(random: Random): { old: number[]; now: number[]; edits: ArrayEdits } {
  const old = Array.from({ length: 1 + random.below(900) }, (_, i) => i);
  const now = [...old];
  const edits = new ArrayEdits();
  let fresh = 1_000_000;
  const steps = random.below(600);
  for (let step = 0; step < steps; step++) {
    if (now.length > 0 && random.chance(0.75)) {
      const index = random.chance(0.6) ? random.below(now.length) : (step * 3) % now.length;
      edits.write(index);
      now[index] = fresh++;
    } else {
      const at = random.below(now.length + 1);
      const del = random.below(Math.min(4, now.length - at) + 1);
      const ins = random.below(4);
      edits.splice(at, del, ins);
      now.splice(at, del, ...Array.from({ length: ins }, () => fresh++));
    }
  }
  return { old, now, edits };
}

test('hunks applied to the old array give the new one', () => {
  for (let seed = 0; seed < 200; seed++) {
    const { old, now, edits } = edited(new Random(`array edits ${seed}`));
    let end = 0;
    for (const { at, del, ins } of edits.hunks) {
      if (at < end) throw new Error(`seed ${seed}: hunks overlap at ${at}`);
      end = at + ins;
      old.splice(at, del, ...now.slice(at, end));
    }
    expect(old).toEqual(now);
    expect(edits.written).toBe(edits.hunks.reduce((sum, { ins }) => sum + ins, 0));
  }
});
