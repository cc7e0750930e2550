/**
 * The oracle: a test in plain Node, with the same injection, in a realm of its own.
 */
import { createContext, runInContext, SourceTextModule, type Context, type Module } from 'node:vm';
import { deadlock } from '../../runtime/engine/cycle.ts';

/** Finds the text of an imported module and the name it has from there on. */
export type Load = (specifier: string, from: string) => { name: string; source: string };

/** Runs `main` of a module; throws what it throws. */
export async function runNatively(name: string, source: string, load: Load): Promise<void> {
  const turns = { underWay: 0 };
  const context = realm(turns);
  const modules = new Map<string, SourceTextModule>();
  const make = (identifier: string, text: string): SourceTextModule => {
    const module = new SourceTextModule(text, { identifier, context });
    modules.set(identifier, module);
    return module;
  };
  const module = make(name, source);
  // What nobody listens to fails a run, as it fails a Node process.
  const unheard = new Map<unknown, unknown>();
  const note = (reason: unknown, promise: unknown): void => void unheard.set(promise, reason);
  const forget = (promise: unknown): void => void unheard.delete(promise);
  process.on('unhandledRejection', note).on('rejectionHandled', forget);
  try {
    await module.link((specifier: string, from: Module) => {
      const { name: found, source: text } = load(specifier, from.identifier);
      return modules.get(found) ?? make(found, text);
    });
    const run = async (): Promise<void> => {
      await module.evaluate();
      await (module.namespace as { main: () => Promise<void> }).main();
    };
    await end(run(), turns);
    await new Promise((resolve) => setImmediate(resolve));
    for (const reason of unheard.values()) throw reason;
  } finally {
    process.off('unhandledRejection', note).off('rejectionHandled', forget);
  }
}

/** A context whose `$tick()` is a promise that a later turn of the event loop resolves. */
function realm(turns: { underWay: number }): Context {
  const context = createContext({
    later(resolve: () => void) {
      turns.underWay++;
      setImmediate(() => {
        turns.underWay--;
        resolve();
      });
    },
  });
  runInContext('{ const { later } = globalThis; delete globalThis.later; globalThis.$tick = () => new Promise((resolve) => later(resolve)); }', context);
  return context;
}

/** The end of a program; Node would exit when nothing is under way that could settle it. */
async function end(running: Promise<void>, turns: { underWay: number }): Promise<void> {
  let settled = false;
  const note = (): void => void (settled = true);
  running.then(note, note);
  do await new Promise((resolve) => setImmediate(resolve));
  while (!settled && turns.underWay > 0);
  if (!settled) throw deadlock();
  return running;
}
