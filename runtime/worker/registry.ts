/**
 * What this app provides: programs by artifact, and implementations of effects by name.
 */
import { PerdureError } from '../errors.ts';
import type { Artifact } from '../engine/artifact.ts';
import { hashModules } from '../engine/artifact.ts';
import { Program } from '../engine/program.ts';
import type { Published } from '../publish.ts';
import type { Run } from './effects/attempt.ts';
import { readPolicy, type EffectPolicy, type Policy } from './effects/policy.ts';

export type Implementation =
  | ((...args: never[]) => unknown)
  | (EffectPolicy & { run: (...args: never[]) => unknown })
  | (EffectPolicy & { transaction: (...args: never[]) => unknown });

export interface EffectDefinition {
  run: Run;
  /** It is called with a connection inside a transaction, before the arguments. */
  isTransaction: boolean;
  policy: Policy;
}

function readDefinition(name: string, given: Implementation): EffectDefinition {
  const { run, transaction, ...options } = (typeof given === 'function' ? { run: given } : { ...given }) as EffectPolicy & Record<'run' | 'transaction', unknown>;
  const implementation = run ?? transaction;
  if (typeof implementation !== 'function' || (run !== undefined && transaction !== undefined)) {
    throw new PerdureError('effect_policy', `The implementation of '${name}' must be a function, { run, … } or { transaction, … }`);
  }
  const isTransaction = transaction !== undefined;
  const doubt = (['idempotent', 'onInDoubt'] as const).find((option) => option in options);
  if (isTransaction && doubt) {
    throw new PerdureError('effect_policy', `The policy of effect '${name}' is wrong: ${doubt} says nothing of a transaction, which is never in doubt`);
  }
  const policy = readPolicy(name, options);
  // What has not been committed has not happened.
  return { run: implementation as Run, isTransaction, policy: isTransaction ? { ...policy, idempotent: true } : policy };
}

export class Registry {
  private readonly effects = new Map<string, EffectDefinition>();
  private readonly artifacts = new Map<string, Artifact>();
  private readonly programs = new Map<string, Program>();

  /** Takes a module's program and implementations for its effects. */
  provide(module: Published, implementations: Record<string, Implementation>): void {
    const { id, effects } = module.manifest;
    for (const [name, given] of Object.entries(implementations)) {
      if (!effects.includes(name)) {
        const known = effects.length > 0 ? `It declares ${effects.join(', ')}.` : 'It declares none.';
        throw new PerdureError('unknown_effect', `${id} declares no effect '${name}'. ${known}`);
      }
      this.effects.set(`${id}#${name}`, readDefinition(name, given));
    }
    this.register(module);
  }

  /** Makes a module's program known. */
  register(module: Published): Artifact {
    const { artifact } = module;
    this.artifacts.set(artifact.hash, artifact);
    return artifact;
  }

  effect(id: string): EffectDefinition | undefined {
    return this.effects.get(id);
  }

  /** The effects that are transactions. */
  transactions(): string[] {
    return [...this.effects].filter(([, { isTransaction }]) => isTransaction).map(([id]) => id);
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
   * Takes an artifact from the store: an earlier version of a program that this app provides. Its code runs only
   * if it is what its hash says.
   */
  adopt(artifact: Artifact): Program {
    if (hashModules(artifact.entry, artifact.modules) !== artifact.hash) {
      throw new PerdureError('artifact_hash', `The stored program ${artifact.hash} does not have that hash: it was changed in the database.`);
    }
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
