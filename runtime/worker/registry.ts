/**
 * What this app provides: programs by artifact, and implementations of effects by name.
 */
import { PerdureError } from '../errors.ts';
import type { Artifact } from '../engine/artifact.ts';
import { Program } from '../engine/program.ts';
import type { Published } from '../publish.ts';
import type { Run } from './effects/attempt.ts';
import type { EffectLimit } from '../store/errands.ts';
import type { Lane, LimitOptions } from './effects/limits.ts';
import { readProvided, readQueued, readServed, type AttemptPolicy, type EffectPolicy, type Policy } from './effects/policy.ts';

type Queued = LimitOptions & { queue: string };

export type Implementation =
  | ((...args: never[]) => unknown)
  | (EffectPolicy & { run: (...args: never[]) => unknown })
  | (EffectPolicy & { transaction: (...args: never[]) => unknown })
  | Queued;

/** What `serve` is given for an effect. */
export type ServedImplementation =
  | ((...args: never[]) => unknown)
  | (AttemptPolicy & { run: (...args: never[]) => unknown })
  | (AttemptPolicy & { transaction: (...args: never[]) => unknown });

export interface EffectDefinition {
  run: Run;
  /** It is called with a connection inside a transaction, before the arguments. */
  isTransaction: boolean;
  policy: Policy;
}

/** An effect as `provide` has it: who makes it, if that is this app, and how its calls wait, if they do. */
interface Provided {
  definition: EffectDefinition | null;
  lane: Lane | null;
}

interface Queue {
  concurrency: number;
  /** By ids of effects, or by their names within a module. */
  effects: Map<string, EffectDefinition>;
}

type Given = Record<'run' | 'transaction' | 'queue', unknown>;

function entriesOf<T>(call: string, implementations: Record<string, T>): [string, T][] {
  if (typeof implementations === 'object' && implementations !== null) return Object.entries(implementations);
  throw new PerdureError('effect_policy', `\`${call}\` takes an object with the implementation of each effect by its name`);
}

function readProvision(name: string, given: Implementation): Provided {
  if (typeof given !== 'function' && (given as Partial<Given> | null)?.queue !== undefined) return { definition: null, lane: readQueued(name, given as Queued) };
  const { run, isTransaction, options } = readImplementation(name, given);
  const { policy, lane } = readProvided(name, options);
  return { definition: definitionOf(run, isTransaction, policy), lane };
}

function readImplementation(name: string, given: Implementation | ServedImplementation): { run: Run; isTransaction: boolean; options: EffectPolicy } {
  const { run, transaction, ...options } = (typeof given === 'function' ? { run: given } : { ...given }) as EffectPolicy & Given;
  const implementation = run ?? transaction;
  if (typeof implementation !== 'function' || (run !== undefined && transaction !== undefined)) {
    throw new PerdureError('effect_policy', `The implementation of '${name}' must be a function, { run, … } or { transaction, … }`);
  }
  const isTransaction = transaction !== undefined;
  const doubt = (['idempotent', 'onInDoubt'] as const).find((option) => option in options);
  if (isTransaction && doubt) {
    throw new PerdureError('effect_policy', `The policy of effect '${name}' is wrong: ${doubt} says nothing of a transaction: one that was not committed has not happened, and is made again`);
  }
  return { run: implementation as Run, isTransaction, options };
}

/** What has not been committed has not happened. */
const definitionOf = (run: Run, isTransaction: boolean, policy: Policy): EffectDefinition => ({
  run,
  isTransaction,
  policy: isTransaction ? { ...policy, idempotent: true } : policy,
});

/** Attempts at effects with limits that this worker makes at a time: those without have no bound either. */
const UNQUEUED_MAX = 1000;

export class Registry {
  private readonly effects = new Map<string, Provided>();
  private readonly queues = new Map<string, Queue>();
  private readonly artifacts = new Map<string, Artifact>();
  private readonly programs = new Map<string, Program>();

  /** Takes a module's program and implementations for its effects. */
  provide(module: Published, implementations: Record<string, Implementation>): void {
    const { id, effects } = module.manifest;
    const provided = new Map<string, Provided>();
    for (const [name, given] of entriesOf('provide', implementations)) {
      if (!effects.includes(name)) {
        const known = effects.length > 0 ? `It declares ${effects.join(', ')}.` : 'It declares none.';
        throw new PerdureError('unknown_effect', `${id} declares no effect '${name}'. ${known}`);
      }
      provided.set(`${id}#${name}`, readProvision(name, given));
    }
    for (const [effect, how] of provided) this.effects.set(effect, how);
    this.register(module);
  }

  /** Makes a module's program known. */
  register(module: Published): Artifact {
    const { artifact } = module;
    this.artifacts.set(artifact.hash, artifact);
    return artifact;
  }

  /** Serves a queue: makes effects of programs that it need not know. */
  serve(queue: string, implementations: Record<string, ServedImplementation>, concurrency: number | undefined): void {
    const known = this.queues.get(queue);
    const effects = new Map(known?.effects);
    for (const [name, given] of entriesOf('serve', implementations)) {
      const { run, isTransaction, options } = readImplementation(name, given);
      effects.set(name, definitionOf(run, isTransaction, readServed(name, options)));
    }
    this.queues.set(queue, { concurrency: concurrency ?? known?.concurrency ?? 1, effects });
  }

  effect(id: string): EffectDefinition | undefined {
    return this.effects.get(id)?.definition ?? undefined;
  }

  /** How calls of an effect wait; null: they need not. */
  lane(id: string): Lane | null {
    return this.effects.get(id)?.lane ?? null;
  }

  /** The limits of the effects that this app provides. */
  limits(): EffectLimit[] {
    return [...this.effects].map(([effect, { lane }]) => ({ effect, concurrency: lane?.concurrency ?? null, rate: lane?.rate ?? null }));
  }

  /** The queues that this app serves. */
  serves(): string[] {
    return [...this.queues.keys()];
  }

  /** How many attempts at effects of a queue this app makes at a time. */
  concurrency(queue: string): number {
    return queue === '' ? UNQUEUED_MAX : (this.queues.get(queue)?.concurrency ?? 0);
  }

  /** Is there anything here that may have to wait? */
  get hasErrands(): boolean {
    return this.queues.size > 0 || [...this.effects.values()].some(({ lane }) => lane !== null);
  }

  /** All effects that this app makes for whoever waits for them, by their queues. */
  made(): { queue: string; effect: string; definition: EffectDefinition }[] {
    const own = [...this.effects].flatMap(([effect, { definition }]) => (definition ? [{ queue: '', effect, definition }] : []));
    const served = [...this.queues].flatMap(([queue, { effects }]) => [...effects].map(([effect, definition]) => ({ queue, effect, definition })));
    return [...own, ...served];
  }

  /** What makes an effect of a queue. */
  maker(queue: string, effect: string): EffectDefinition | undefined {
    if (queue === '') return this.effect(effect);
    const effects = this.queues.get(queue)?.effects;
    return effects?.get(effect) ?? effects?.get(effect.slice(effect.indexOf('#') + 1));
  }

  /** The effects that are transactions. */
  transactions(): string[] {
    return this.made().filter(({ definition }) => definition.isTransaction).map(({ effect }) => effect);
  }

  registered(): Artifact[] {
    return [...this.artifacts.values()];
  }

  /** Makes a program known if this app can run it: one that is only started may be another app's to run. */
  registerRunnable(module: Published): Artifact {
    const { artifact } = module;
    if (this.missing(artifact).length === 0) this.register(module);
    return artifact;
  }

  /** The entry modules that this app has programs for. */
  entries(): string[] {
    return [...new Set(this.registered().map((artifact) => artifact.entry))];
  }

  /** Refuses to go on while a program lacks implementations, all of them listed. */
  checkComplete(): void {
    const missing = this.registered().flatMap((artifact) => this.missing(artifact));
    if (missing.length === 0) return;
    const list = [...new Set(missing)].sort().join('\n  ');
    throw new PerdureError(
      'effects_missing',
      `These effects have no implementation:\n  ${list}\nGive them to \`engine.provide(module, { … })\` before \`engine.work()\`.`,
    );
  }

  private missing(artifact: Artifact): string[] {
    return artifact.modules
      .flatMap(({ id, manifest }) => manifest.effects.map((name) => `${id}#${name}`))
      .filter((id) => !this.effects.has(id));
  }

  /** The program of an artifact that is registered or has been loaded. */
  program(hash: string): Program | undefined {
    let program = this.programs.get(hash);
    const artifact = this.artifacts.get(hash);
    if (!program && artifact) {
      program = Program.of(artifact);
      this.programs.set(hash, program);
    }
    return program;
  }

  /** The next run of this artifact gets code that is instantiated anew. */
  forget(program: Program): void {
    for (const [hash, known] of this.programs) if (known === program) this.programs.delete(hash);
  }

  /**
   * Takes an artifact from the store, as `readArtifact` gives it: an earlier version of a program that this app provides.
   */
  adopt(artifact: Artifact): Program {
    if (!this.entries().includes(artifact.entry)) {
      throw new PerdureError('artifact_unknown', `This app does not provide ${artifact.entry}, so it does not run stored versions of it.`);
    }
    const missing = this.missing(artifact);
    if (missing.length > 0) {
      throw new PerdureError('effects_missing', `It is another version, with effects that this app does not implement: ${missing.join(', ')}.`);
    }
    const program = Program.of(artifact);
    this.programs.set(artifact.hash, program);
    return program;
  }
}
