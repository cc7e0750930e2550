/**
 * A kernel, compiled against plain, with its objects in one of these states:
 *
 * - young: made since the last checkpoint;
 * - promoted: they have survived a checkpoint, so they carry a stamp;
 * - mixed: the same code meets young, promoted and restored ones in turn.
 */
import { type Command, type Kernel, loadKernel, type Subject } from './kernel.ts';
import { ratio, type Spread, warmUp } from './measure.ts';

export type Objects = 'young' | 'promoted' | 'mixed';

export interface Effort {
  rounds: number;
  /** How long each side has in a round, at least; and it visits every run once. */
  roundMs: number;
  warmUpMs: number;
}

export const effort = (quick: boolean): Effort =>
  quick ? { rounds: 5, roundMs: 20, warmUpMs: 300 } : { rounds: 15, roundMs: 60, warmUpMs: 1000 };

/** … but no more than this: of 500 runs each round takes the next hundred. */
const VISITS_MAX = 100;

/** For a child process: the ratio compiled / plain, for each number of runs that are alive together. */
export async function duel(name: string, objects: Objects, counts: number[], options: Effort): Promise<Spread[]> {
  const kernel = loadKernel(name);
  const spreads: Spread[] = [];
  for (const count of counts) {
    const ours = await Team.gather(kernel, 'compiled', objects, count);
    const theirs = await Team.gather(kernel, 'plain', objects, count);
    const sides = [() => ours.step(), () => theirs.step()] as const;
    const stepMs = await warmUp(...sides, options.warmUpMs);
    const pairs = Math.min(VISITS_MAX, Math.max(ours.size, Math.ceil(options.roundMs / stepMs)));
    spreads.push(await ratio(...sides, options.rounds, pairs));
    compare(name, ours.results, theirs.results);
  }
  return spreads;
}

/** All runs of one side. */
class Team {
  private readonly players: { subject: Subject; command: Command }[];
  private at = 0;
  readonly results: number[] = [];

  private constructor(players: { subject: Subject; command: Command }[]) {
    this.players = players;
  }

  static async gather(kernel: Kernel, side: 'compiled' | 'plain', objects: Objects, count: number): Promise<Team> {
    const players: { subject: Subject; command: Command }[] = [];
    const add = async (command: Command, restored = false): Promise<void> => {
      const subject = side === 'compiled' ? kernel.compiled() : kernel.plain();
      if (command === 'kept') await subject.step('make');
      players.push({ subject: restored && 'restored' in subject ? subject.restored() : subject, command });
    };
    for (let i = 0; i < count; i++) {
      if (objects !== 'promoted') await add('fresh');
      if (objects !== 'young') await add('kept');
      if (objects === 'mixed') await add('kept', true);
    }
    return new Team(players);
  }

  get size(): number {
    return this.players.length;
  }

  /** The next run takes a step. */
  async step(): Promise<number> {
    const { subject, command } = this.players[this.at++ % this.players.length]!;
    const { ms, result } = await subject.step(command);
    this.results.push(result);
    return ms;
  }
}

function compare(name: string, ours: number[], theirs: number[]): void {
  const at = ours.findIndex((result, i) => !Object.is(result, theirs[i]));
  if (at >= 0 || ours.length !== theirs.length) {
    throw new Error(`${name}: step ${at} gave ${ours[at]} compiled and ${theirs[at]} plain`);
  }
}
