/**
 * What a seed draws: the plans of its runs, and its mix of faults. Every seed has its own mix (swarm testing): some
 * faults not at all, some often, so that none hides what another would show.
 */
import { WORKER_DEFAULTS, type WorkerOptions } from '../../runtime/worker/worker.ts';
import type { Random } from '../support/random.ts';
import { EFFECTS, FURTHER, LANES, SIGNED } from './effects.ts';
import type { EffectName, Part } from './load.wf.ts';
import type { NetworkFaults } from './network.ts';
import type { OutsideFaults } from './outside.ts';

export interface PlannedRun {
  id: string;
  workflow: 'follow' | 'abandon';
  plan: Part[];
  /** Messages into each of its channels. */
  letters: number;
  numbers: number;
  /** Its messages have keys: however often one is sent, it arrives once. */
  keyed?: boolean;
  /** It is started with the first of them, by whoever sends that. */
  opened?: boolean;
  /** How often it is asked. */
  questions: number;
  /** What people do to it besides: then what it tells is not judged, only that it ends, and that nothing is left of it. */
  fate?: Fate;
  /** It goes on in its turn: so many with this key at a time. */
  concurrency?: { key: string; limit: number };
}

/** It is asked to stop, or ended, at any time; or, when it has failed, it goes on from its last cycle, or from any. */
export type Fate = 'cancel' | 'terminate' | 'retry' | 'retry from any';

/** How often, per second, something befalls a process or the world. */
export interface ChaosRates {
  crash: number;
  /** It dies in the middle of what it does next. */
  crashWithin: number;
  close: number;
  pause: number;
  /** It pauses in the middle of what it does next. */
  pauseWithin: number;
  cut: number;
  wallJump: number;
  down: number;
  reboot: number;
}

export interface Mix {
  runs: PlannedRun[];
  slots: number;
  /** Which processes serve the queue. */
  serving: 'all' | 'one';
  machines: number;
  options: WorkerOptions;
  latencyMs: number;
  network: NetworkFaults;
  outside: OutsideFaults;
  chaos: ChaosRates;
  /** How long there are faults. */
  faultsMs: number;
  /** How hastily people decide about doubts: before it is known what has happened. */
  haste: number;
}

class Planner {
  private readonly random: Random;
  private readonly effects: readonly EffectName[];
  private step = 0;
  private receives = 0;
  private waits = false;
  numbers = 0;

  constructor(random: Random, effects: readonly EffectName[]) {
    this.random = random;
    this.effects = effects;
  }

  parts(count: number, depth: number): Part[] {
    return Array.from({ length: count }, () => this.part(depth));
  }

  private part(depth: number): Part {
    const { random } = this;
    const step = ++this.step;
    const draw = random.next();
    if (draw < 0.45) return { step, do: 'effect', effect: random.pick(this.effects) };
    if (draw < 0.55) return { step, do: 'sleep', ms: random.pick([0, 1, 20, 150, 1000, 2500]) };
    if (draw < 0.65) return this.receive(step, depth);
    if (draw < 0.7 && depth === 0 && this.numbers === 0) {
      this.numbers = 1 + random.below(4);
      return { step, do: 'collect', count: this.numbers };
    }
    if (draw < 0.75) return { step, do: 'grow', bytes: random.pick([10, 9000]) };
    if (draw < 0.85 || depth > 1) return { step, do: 'effect', effect: 'note' };
    if (draw < 0.88) return { step, do: 'scope', ms: random.pick([5, 100, 700, 3000]), parts: this.parts(1 + random.below(2), depth + 1) };
    // Messages are sent to the run that people know.
    if (draw < 0.91) return { step, do: 'child', parts: this.parts(1 + random.below(2), depth + 1) };
    return { step, do: random.pick(['all', 'race', 'detach'] as const), parts: this.parts(2 + random.below(2), depth + 1) };
  }

  private receive(step: number, depth: number): Part {
    const { random } = this;
    this.receives++;
    if (depth === 0 && random.chance(0.4)) {
      this.waits = true;
      return { step, do: 'receive' };
    }
    return { step, do: 'receive', timeout: random.pick([1, 60, 400, 1500]) };
  }

  /** Enough for all, if one of them waits for ever. */
  get letters(): number {
    return this.waits ? this.receives + this.random.below(2) : this.random.below(this.receives + 1);
  }
}

function planRun(random: Random, n: number, effects: readonly EffectName[]): PlannedRun {
  const planner = new Planner(random, effects);
  const plan = planner.parts(1 + random.below(6), 0);
  return { id: `run-${n}`, workflow: random.chance(0.85) ? 'follow' : 'abandon', plan, letters: planner.letters, numbers: planner.numbers, questions: 0 };
}

/** How it is started. */
export const startOf = ({ id, plan, concurrency }: PlannedRun): { id: string; args: unknown[]; concurrency?: { key: string; limit: number } } => ({
  id,
  args: [id, plan],
  ...(concurrency && { concurrency }),
});

/** Draws what people do to runs: in a quarter of the seeds something to most of them. In some, runs go on in their turns. */
export function drawFates(random: Random, runs: readonly PlannedRun[]): void {
  if (random.chance(0.15)) {
    const concurrency = { key: 'turns', limit: random.pick([1, 1, 2]) };
    for (const run of runs) run.concurrency = concurrency;
  }
  if (!random.chance(0.25)) return;
  for (const run of runs) {
    if (random.chance(0.3)) run.workflow = 'abandon';
    const fates: Fate[] = run.workflow === 'abandon' ? ['cancel', 'terminate', 'retry', 'retry', 'retry from any', 'retry from any'] : ['cancel', 'terminate'];
    if (random.chance(0.7)) run.fate = random.pick(fates);
  }
}

/** Draws keys of messages: in a fifth of the seeds. */
export function drawKeys(random: Random, { runs }: Mix): void {
  if (!random.chance(0.2)) return;
  for (const run of runs) {
    run.keyed = true;
    run.opened = run.letters > 0 && random.chance(0.6);
  }
}

/** What is put into a plan has other steps than what is there. */
const TALK_STEPS = 1000;
const FURTHER_STEPS = 2000;

/** Puts a part somewhere into a plan, or into one of those in it. `make` is told whether that is the plan itself. */
function putInto(random: Random, plan: Part[], make: (isPlan: boolean) => Part): Part {
  const place = random.pick(placesIn(plan));
  const part = make(place === plan);
  place.splice(random.below(place.length + 1), 0, part);
  return part;
}

/** Draws further effects: in a quarter of the seeds. */
export function drawFurther(random: Random, { runs, network }: Mix): void {
  if (!random.chance(0.25)) return;
  if (random.chance(0.4)) network.unlucky = random.pick(UNLUCKY_FURTHER);
  for (const run of runs) {
    const count = 1 + random.below(3);
    for (let n = 1; n <= count; n++) putInto(random, run.plan, () => ({ step: FURTHER_STEPS + n, do: 'effect', effect: random.pick(FURTHER) }));
  }
}

/** Draws talks: in a third of the seeds runs are asked, and wait for effects that somebody completes from outside. */
export function drawTalks(random: Random, { runs, network }: Mix): void {
  if (!random.chance(0.35)) return;
  if (random.chance(0.4)) network.unlucky = random.pick(UNLUCKY_TALKS);
  for (const run of runs) {
    let waits = false;
    const count = 1 + random.below(4);
    for (let n = 1; n <= count; n++) {
      const step = TALK_STEPS + n;
      const part = putInto(random, run.plan, (isPlan) => {
        if (random.chance(0.6)) return { step, do: 'effect', effect: random.pick(SIGNED) };
        const timeout = isPlan && random.chance(0.4) ? {} : { timeout: random.pick([1, 60, 400, 1500]) };
        return { step, do: 'answer', ...timeout, thinks: random.chance(0.3) };
      });
      if (part.do !== 'answer') continue;
      run.questions++;
      waits ||= part.timeout === undefined;
    }
    // Enough for all, if one of them waits for ever.
    run.questions = waits ? run.questions + random.below(2) : random.below(run.questions + 2);
  }
}

/** A plan, and those in it. */
const placesIn = (plan: Part[]): Part[][] => [plan, ...plan.flatMap((part) => ('parts' in part ? placesIn(part.parts) : []))];

/** Who holds few runs makes few effects at a time, or has no room for what rests. */
const cramped = (options: WorkerOptions): WorkerOptions => ({
  ...options,
  effectsMax: options.runsMax === 2 ? 1 : options.effectsMax,
  runsBytesMax: options.runsMax === 1 ? 0 : options.runsBytesMax,
});

/** What may fare worse than all else in a seed: answers that matter, each of which is else as likely to be lost as any other. */
const UNLUCKY = ['start', 'start', 'put_errands', 'put_errands', 'grant', 'finish', 'claim', 'commit', 'release', 'send', 'tell_parent'].map((name) => `perdure_${name}`);
const UNLUCKY_TALKS = ['issue_token', 'complete_token', 'end_token', 'expire_token', 'ask_once', 'commit_answers'].map((name) => `perdure_${name}`);
const UNLUCKY_FURTHER = ['finish_errand_inside', 'doubt_errand', 'take_doubts', 'mark_doubt', 'answer_doubt', 'record_heartbeats', 'put_errands', 'grant'].map((name) => `perdure_${name}`);

export function drawMix(random: Random): Mix {
  const some = (most: number, likely = 0.5): number => (random.chance(likely) ? random.next() * random.next() * most : 0);
  const unlucky = random.chance(0.5) ? random.pick(UNLUCKY) : null;
  const needsMany = unlucky === 'perdure_start' || unlucky === 'perdure_put_errands';
  const runs = needsMany ? 4 + random.below(6) : 1 + random.below(4);
  // Where all wait for their turns, they wait for nothing else.
  const effects = unlucky === 'perdure_put_errands' || random.chance(0.5) ? EFFECTS : EFFECTS.filter((effect) => !LANES[effect]);
  return {
    runs: Array.from({ length: runs }, (_, n) => planRun(random, n, effects)),
    slots: 1 + random.below(3),
    serving: random.pick(['all', 'one'] as const),
    machines: 1 + random.below(2),
    options: cramped({
      ...WORKER_DEFAULTS,
      pollMs: random.pick([200, 600]),
      leaseMs: random.pick([900, 2500]),
      restMs: random.pick([1, 1, 30, 400]),
      runsMax: random.pick([1, 2, 100]),
      cautionMs: 0,
    }),
    latencyMs: random.pick([0.3, 2, 2, 15]),
    network: {
      lost: some(0.25),
      unanswered: some(0.25),
      late: some(0.2),
      unreachable: some(0.25),
      refused: some(0.1, 0.15),
      deaf: some(1),
      echo: some(0.5),
      slow: some(0.3),
      unlucky,
    },
    outside: { refuses: some(0.8), breaks: some(0.4), hangs: some(0.4), slow: some(0.8) },
    chaos: {
      crash: some(2),
      crashWithin: some(4),
      close: some(1.2, 0.3),
      pause: some(1, 0.4),
      pauseWithin: some(4, 0.3),
      cut: some(1, 0.4),
      wallJump: some(1, 0.3),
      down: some(0.5, 0.2),
      reboot: some(0.4, 0.15),
    },
    faultsMs: 1000 + random.below(5000),
    haste: some(0.5, 0.3),
  };
}
