/**
 * Stack traces while a cycle runs: `Error.prepareStackTrace` is ours, so that positions in compiled code are
 * shown as positions in the source. Outside a cycle it is whatever the host has set.
 */
import { SourceMap } from 'node:module';
import { noteLines, tellPassed } from '../machine/stack.ts';
import { scripts, type ArtifactModule } from './artifact.ts';

const maps = new WeakMap<ArtifactModule, SourceMap | null>();

function mapOf(module: ArtifactModule): SourceMap | null {
  let map = maps.get(module);
  if (map === undefined) {
    map = module.map ? new SourceMap(module.map as unknown as ConstructorParameters<typeof SourceMap>[0]) : null;
    maps.set(module, map);
  }
  return map;
}

/** Runs `body` with stack traces in source terms. To change what all errors share is not cheap: many cycles do it together. */
export function withStacks<T>(body: () => T): T {
  const outer = Error.prepareStackTrace;
  if (outer === prepare) return body();
  Error.prepareStackTrace = prepare;
  try {
    return body();
  } finally {
    Error.prepareStackTrace = outer;
  }
}

function prepare(error: Error, sites: NodeJS.CallSite[]): string {
  return [headline(error), ...[...sourceLines(sites), ...tellPassed(error)].map((line) => `    ${line}`)].join('\n');
}

/** An error that was made of what was at work elsewhere. */
export function noteStack(error: object, sites: readonly NodeJS.CallSite[]): void {
  noteLines(error, sourceLines(sites));
}

const sourceLines = (sites: readonly NodeJS.CallSite[]): string[] =>
  sites.flatMap((site) => {
    const line = formatSite(site);
    return line === null ? [] : [`at ${line}`];
  });

/** As Node has it: what a class makes of its instances' text is not asked. */
function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

/** `fulfil (src/order.wf.ts:12:5)`, or null for a frame of the runtime, a maker or a stub: the source has none. */
function formatSite(site: NodeJS.CallSite): string | null {
  const file = site.getFileName();
  const module = file ? scripts.get(file) : undefined;
  if (!module || isMaker(site, module)) return null;
  const entry = mapOf(module)?.findEntry((site.getLineNumber() ?? 1) - 1, (site.getColumnNumber() ?? 1) - 1);
  if (!entry || !('originalLine' in entry) || entry.originalLine === undefined) return null;
  const name = functionName(site, module);
  const place = `${module.id}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  return name ? `${name} (${place})` : place;
}

function isMaker(site: NodeJS.CallSite, module: ArtifactModule): boolean {
  const made = /^(.*)\$make$/.exec(site.getFunctionName() ?? '');
  return made !== null && sourceName(module, made[1]!) !== null;
}

/**
 * The name the source gave: `fulfil/undo` for the step function `fulfil$undo$step`, `Cart.total` for a method. What has
 * no name in the source has its place in it: `main/map` for the callback of `map`.
 */
function functionName(site: NodeJS.CallSite, module: ArtifactModule): string | null {
  const name = site.getFunctionName();
  if (!name) return null;
  const emitted = /^(.*)(?:\$step|\$make\.\$fn)$/.exec(name);
  if (emitted) return sourceName(module, emitted[1]!);
  if (name === '$fn') return null;
  if (site.isConstructor()) return `new ${name}`;
  const type = site.getTypeName();
  return site.isToplevel() || type === null || type === 'Object' ? name : `${type}.${name}`;
}

/** `fulfil` for `fulfil$1`, where a number keeps emitted names apart. */
function sourceName(module: ArtifactModule, emitted: string): string | null {
  const all = namesOf(module);
  return all.get(emitted) ?? all.get(emitted.replace(/\$\d+$/, '')) ?? null;
}

const names = new WeakMap<ArtifactModule, Map<string, string>>();

/** The names of functions by those they are emitted under. */
function namesOf(module: ArtifactModule): Map<string, string> {
  let byEmitted = names.get(module);
  if (!byEmitted) {
    const functions = Object.values(module.manifest.functions);
    byEmitted = new Map(functions.map(({ name }) => [name.replaceAll(/[^\w$]+/g, '$'), name]));
    names.set(module, byEmitted);
  }
  return byEmitted;
}
