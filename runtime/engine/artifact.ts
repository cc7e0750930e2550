/**
 * Artifacts: stored programs. A program is an entry module and all it imports; its artifact is their compiled
 * texts, source maps and manifests, named by a hash over the texts. Stored code runs only if its hash matches.
 */
import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { ABI_VERSION, type ModuleManifest } from '../abi.ts';
import { PerdureError } from '../errors.ts';

/** A source map, version 3. */
export interface SourceMapJson {
  version: number;
  sources: string[];
  sourcesContent?: (string | null)[];
  names: string[];
  mappings: string;
}

/** One module of an artifact. */
export interface ArtifactModule {
  id: string;
  /** The text of its `function program($) { … }`. */
  code: string;
  manifest: ModuleManifest;
  map: SourceMapJson | null;
}

export interface Artifact {
  hash: string;
  /** The id of the entry module. */
  entry: string;
  /** In order of evaluation: each after its own imports. */
  modules: ArtifactModule[];
}

export function makeArtifact(entry: string, modules: ArtifactModule[]): Artifact {
  return { hash: hashModules(entry, modules), entry, modules };
}

/** SHA-256 over what the program does: the texts and manifests of its modules, in order. */
export function hashModules(entry: string, modules: ArtifactModule[]): string {
  const hash = createHash('sha256').update(entry);
  for (const { id, code, manifest } of modules) hash.update(`\0${id}\0${code}\0${JSON.stringify(manifest)}`);
  return hash.digest('hex');
}

/** A stored program, under the hash by which it is asked for. Throws `artifact_missing`, and `artifact_hash` if it is not what that says. */
export function readArtifact(hash: string, content: string | null): Artifact {
  if (content === null) throw new PerdureError('artifact_missing', `The program ${hash} of this run is not stored.`);
  try {
    const artifact = JSON.parse(content) as Artifact;
    if (artifact.hash === hash && hashModules(artifact.entry, artifact.modules) === hash) return artifact;
  } catch {
    // It is no artifact at all.
  }
  throw new PerdureError('artifact_hash', `The stored program ${hash} does not have that hash: it was changed in the database.`);
}

/** What the program function of a module returns. */
export interface ModuleCode {
  slots(): { $m: undefined; $up: undefined };
  enter(own: object, ...linked: object[]): void;
  /** Runs the top level, or makes the frame that does if the module awaits there. */
  init(): unknown;
}

export type ProgramFunction = ($: object) => ModuleCode;

/** Compiled program functions, by text and places in the source: every instance of a program shares them. */
const compiled = new Map<string, ProgramFunction>();

const keyOf = ({ code, map }: ArtifactModule): string => `${map?.mappings ?? ''}\0${code}`;

/** Compiles the text of a module, once per process. */
export function compileText(module: ArtifactModule): ProgramFunction {
  const key = keyOf(module);
  let program = compiled.get(key);
  if (!program) {
    if (module.manifest.abi !== ABI_VERSION) {
      throw new PerdureError(
        'abi_version',
        `${module.id} was compiled for version ${module.manifest.abi} of the ABI, this runtime has version ${ABI_VERSION}. ` +
          'Compile it again with this version of perdure.',
      );
    }
    const filename = scriptName(module.id);
    const script = new Script(`(${module.code})`, { filename, columnOffset: -1 });
    program = script.runInThisContext() as ProgramFunction;
    compiled.set(key, program);
    scripts.set(filename, module);
  }
  return program;
}

/** A program function that is in memory already, as part of a compiled file. */
export function adoptFunction(module: ArtifactModule, program: ProgramFunction, url: string): void {
  compiled.set(keyOf(module), program);
  scripts.set(url, module);
}

/** Modules by the name of their script, for stack traces. */
export const scripts = new Map<string, ArtifactModule>();

/** A name of its own for each version: their stack traces are not those of each other. */
function scriptName(id: string): string {
  let name = `perdure:${id}`;
  for (let version = 2; scripts.has(name); version++) name = `perdure:${id}?${version}`;
  return name;
}
