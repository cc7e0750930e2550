/**
 * Whoever asks runs: under a key for each question, again whenever the answer is lost or takes too long, and perhaps once more
 * when it has come.
 */
import type { Engine } from '../../runtime/client.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import type { Random } from '../support/random.ts';
import { codeOf, PARKED_FOR, People } from './people.ts';
import type { PlannedRun } from './plan.ts';

/** Ask again. */
const AGAIN = new Set(['ask_timeout', ...PARKED_FOR]);
/** There is no answer, and will be none. */
const NEVER = new Set(['no_reply', 'run_ended']);

export class Askers extends People {
  /** What was answered, by the run's id and the key: null if the run has ended without an answer. */
  readonly heard = new Map<string, Map<string, string | null>>();
  private readonly engine: Engine;
  private serial = 0;

  constructor(engine: Engine, random: Random, violate: (what: string) => void) {
    super(random, violate);
    this.engine = engine;
  }

  ask({ id, questions }: PlannedRun): void {
    const heard = new Map<string, string | null>();
    this.heard.set(id, heard);
    for (let number = 0; number < questions; number++) {
      this.go(async () => {
        const { random } = this;
        const key = `question ${number}`;
        await this.pause(random.pick([1, 100, 2000]));
        const answer = await this.answerTo(id, key, number);
        heard.set(key, answer);
        if (!random.chance(0.3)) return;
        await this.pause(1000);
        const again = await this.answerTo(id, key, number);
        // A run that has failed may go on, and then answer.
        if (answer !== null && again !== answer) this.violate(`${id} answers ${key} with ${answer}, and then with ${again}`);
      });
    }
  }

  private async answerTo(id: string, key: string, number: number): Promise<string | null> {
    for (;;) {
      try {
        const handle = await this.engine.run(id);
        return (await handle.ask('questions', { nonce: `${key} (${++this.serial})`, number }, { key, timeout: this.random.pick([50, 5000]) })) as string;
      } catch (error) {
        if (NEVER.has(codeOf(error))) return null;
        if (!(error instanceof StoreError) && !AGAIN.has(codeOf(error))) throw error;
        await this.pause(300);
      }
    }
  }
}
