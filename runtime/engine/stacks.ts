/**
 * Stack traces while a cycle runs: `Error.prepareStackTrace` is ours, so that positions in compiled code are
 * shown as positions in the source. Outside a cycle it is whatever the host has set.
 */
import { SourceMap } from 'node:module';
import { tellPassed } from '../machine/stack.ts';
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

/** Runs `body` with stack traces in source terms. */
export function withStacks<T>(body: () => T): T {
  const outer = Error.prepareStackTrace;
  Error.prepareStackTrace = prepare;
  try {
    return body();
  } finally {
    Error.prepareStackTrace = outer;
  }
}

function prepare(error: Error, sites: NodeJS.CallSite[]): string {
  const lines = sites.flatMap((site) => {
    const line = formatSite(site);
    return line === null ? [] : [`    at ${line}`];
  });
  return [headline(error), ...lines, ...tellPassed(error).map((line) => `    ${line}`)].join('\n');
}

function headline(error: Error): string {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}

/** `fulfil (src/order.wf.ts:12:5)`, or null for a frame of the runtime. */
function formatSite(site: NodeJS.CallSite): string | null {
  const file = site.getFileName();
  const module = file ? scripts.get(file) : undefined;
  if (!module) return null;
  const entry = mapOf(module)?.findEntry((site.getLineNumber() ?? 1) - 1, (site.getColumnNumber() ?? 1) - 1);
  if (!entry || !('originalLine' in entry)) return null;
  const name = functionName(site);
  const place = `${module.id}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  return name ? `${name} (${place})` : place;
}

/** The name the source gave: `fulfil` for the step function `fulfil$1$step`. */
function functionName(site: NodeJS.CallSite): string | null {
  const name = site.getFunctionName();
  if (!name) return null;
  const step = /^(.*?)(\$\d+)?\$step$/.exec(name);
  if (step) return step[1]!.replaceAll('$', '/');
  const type = site.isToplevel() || site.getTypeName() === 'Object' ? '' : `${site.getTypeName() ?? ''}.`;
  return name === '$fn' ? null : type === '.' ? name : `${site.isConstructor() ? 'new ' : type}${name}`;
}

