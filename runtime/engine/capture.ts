/**
 * What a cycle asked of the outside: times, random seeds, UUIDs, lines for the console. Captured in the cycle's
 * log entry, so that the log can be computed again; a program that was resumed never asks twice.
 */
import type { Json } from '../codec/format.ts';
import { host } from '../host.ts';

export interface CaptureDocument {
  /** Answers of Date.now(), each with how often it was given in a row. */
  now?: [number, number][];
  /** The seed of Math.random() in this cycle. */
  seed?: string;
  uuids?: string[];
  console?: [string, Json][];
}

export class Capture {
  /** null: it asked for nothing. */
  document: CaptureDocument | null = null;
  private random_: (() => number) | null = null;

  private get begun(): CaptureDocument {
    return (this.document ??= {});
  }

  now(value: number): void {
    const list = (this.begun.now ??= []);
    const last = list.at(-1);
    if (last && last[0] === value) last[1]++;
    else list.push([value, 1]);
  }

  random(): number {
    if (!this.random_) {
      const seed = host.seed();
      this.begun.seed = seed.toString('hex');
      this.random_ = xoshiro(seed);
    }
    return this.random_();
  }

  uuid(): string {
    const uuid = host.uuid();
    (this.begun.uuids ??= []).push(uuid);
    return uuid;
  }

  print(level: string, line: Json): void {
    (this.begun.console ??= []).push([level, line]);
  }
}

/** xoshiro128** (Blackman and Vigna, 2018): 32 bits a step, two steps a number. */
function xoshiro(seed: Buffer): () => number {
  const s = [0, 4, 8, 12].map((i) => seed.readUInt32LE(i)) as [number, number, number, number];
  if (s.every((word) => word === 0)) s[0] = 1;
  const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result;
  };
  return () => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
}
