/**
 * Whoever was handed the token of an effect: they complete it after a while, some twice, some with two outcomes.
 */
import type { Engine, Token } from '../../runtime/client.ts';
import type { Random } from '../support/random.ts';
import type { Attempt } from './outside.ts';
import { codeOf, People } from './people.ts';
import type { Watch } from './watch.ts';

/** The token counts no longer. */
const LATE = new Set(['token_decided', 'token_expired', 'token_unknown', 'run_ended']);

export class Signers extends People {
  /** What was confirmed, by the key of the call. */
  readonly signed = new Map<string, string>();
  private readonly engine: Engine;
  private readonly watch: Watch;
  private readonly trace: (text: string) => void;
  private serial = 0;

  constructor(engine: Engine, watch: Watch, random: Random, violate: (what: string) => void, trace: (text: string) => void) {
    super(random, violate);
    this.engine = engine;
    this.watch = watch;
    this.trace = trace;
  }

  /** They were given the token of an attempt. */
  take(made: Attempt, token: Token): void {
    for (let times = this.random.chance(0.3) ? 2 : 1; times > 0; times--) this.go(() => this.sign(made, token));
  }

  private async sign({ key, run }: Attempt, token: Token): Promise<void> {
    const { random, engine } = this;
    await this.pause(random.pick([10, 300, 2500]));
    const text = `signed #${++this.serial}`;
    const completion = random.chance(0.25) ? { error: new Error(text) } : { result: text };
    this.watch.signing(key, text);
    for (let times = random.chance(0.2) ? 2 : 1; times > 0; times--) {
      const became = await this.insist(() => engine.complete(token, completion).then(() => 'signed', lateOr));
      this.trace(`${run}: ${key} is ${text}: ${became}`);
      if (became !== 'signed') continue;
      const before = this.signed.get(key);
      if (before !== undefined && before !== text && !this.watch.isRewound(key)) this.violate(`${key} of ${run} was ${before}, and is ${text}`);
      this.signed.set(key, text);
    }
  }
}

function lateOr(error: unknown): string {
  if (LATE.has(codeOf(error))) return codeOf(error);
  throw error;
}
