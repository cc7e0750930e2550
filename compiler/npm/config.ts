/**
 * `perdure.config.json`: what the build is told. It governs the workflow modules in its folder and below, up to the
 * next one. JSON, because module hooks must read it at once; `perdure.config.schema.json` types it for editors.
 *
 *     { "$schema": "./node_modules/perdure/perdure.config.schema.json", "bundle": ["just-group-by"] }
 */
import { dirname, join } from 'node:path';
import type { Files } from './package-json.ts';

export const CONFIG_FILE = 'perdure.config.json';

export interface Config {
  /** Where it was found; undefined where there is none. */
  file?: string;
  /** Packages whose modules are compiled as part of programs. */
  bundle: ReadonlySet<string>;
  /** Why it cannot be used. */
  wrong?: string;
}

const KEYS = ['$schema', 'bundle'];

export class Configs {
  private readonly files: Files;
  private readonly known = new Map<string, Config>();

  constructor(files: Files) {
    this.files = files;
  }

  /** The configuration of a module: the nearest upwards. */
  of(file: string): Config {
    return this.at(dirname(file));
  }

  private at(folder: string): Config {
    let config = this.known.get(folder);
    if (!config) {
      const file = join(folder, CONFIG_FILE);
      const text = this.files.read(file);
      const parent = dirname(folder);
      if (text !== undefined) config = parse(text, file);
      else config = parent === folder ? { bundle: new Set() } : this.at(parent);
      this.known.set(folder, config);
    }
    return config;
  }
}

function parse(text: string, file: string): Config {
  const bundle = new Set<string>();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { file, bundle, wrong: `it is not JSON: ${(error as Error).message}` };
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return { file, bundle, wrong: 'it must be an object' };
  const unknown = Object.keys(json).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return { file, bundle, wrong: `there is no option '${unknown}'` };
  const { bundle: names = [] } = json as { bundle?: unknown };
  if (!Array.isArray(names)) return { file, bundle, wrong: "'bundle' must be an array of package names" };
  for (const name of names as unknown[]) {
    if (typeof name !== 'string' || !/^(@[\w.~-]+\/)?[\w.~-]+$/.test(name)) {
      return { file, bundle, wrong: `'bundle' has ${JSON.stringify(name)}, which is not the name of a package` };
    }
    bundle.add(name);
  }
  return { file, bundle };
}
