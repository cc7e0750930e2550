/**
 * `perdure/abi`: what compiled modules import.
 *
 * A compiled module publishes its program, and exports the host view of it: constants, enums, channels and
 * classes are real values, workflows and effects are references. The host view is one instance of the code per
 * process, shared by all modules, so that a class that two of them export is one class.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TDZ, type ExportManifest, type ModuleManifest } from './abi.ts';
import { InternalError, PerdureError } from './errors.ts';
import { adoptFunction, makeArtifact, type Artifact, type ArtifactModule, type ModuleCode, type SourceMapJson } from './engine/artifact.ts';
import { Program } from './engine/program.ts';
import { inSourceWords } from './machine/engine-words.ts';
import { closureOf, type Env } from './machine/frame.ts';

export interface Publication {
  manifest: ModuleManifest;
  /** The program function itself, or its text where another tool may rewrite functions. */
  code: string | (($: object) => ModuleCode);
  /** The source map: itself, or the URL of the compiled file it lies beside. */
  map: SourceMapJson | string | null;
  /** SHA-256 of the program's text, in hex. */
  hash: string;
  imports: () => Published[];
}

/** A compiled module in this process: what it exports as `$perdure`. */
export class Published {
  readonly manifest: ModuleManifest;
  /** Host values by export name. */
  readonly exports: Record<string, unknown> = {};
  /** This module as part of an artifact. */
  readonly module: ArtifactModule;
  private readonly publication: Publication;
  private artifact_: Artifact | null = null;

  constructor(publication: Publication) {
    this.publication = publication;
    this.manifest = publication.manifest;
    this.module = {
      id: this.manifest.id,
      code: typeof publication.code === 'string' ? publication.code : publication.code.toString(),
      manifest: this.manifest,
      map: readMap(publication.map),
    };
  }

  /** The program whose entry this module is. */
  get artifact(): Artifact {
    if (!this.artifact_) {
      const modules: ArtifactModule[] = [];
      const seen = new Set<Published>();
      const visit = (published: Published): void => {
        if (seen.has(published)) return;
        seen.add(published);
        for (const imported of published.publication.imports()) visit(imported);
        modules.push(published.module);
      };
      visit(this);
      this.artifact_ = makeArtifact(this.manifest.id, modules);
    }
    return this.artifact_;
  }
}

/** All published modules of this process, by id. */
const published = new Map<string, Published>();

/** The instance of all published code that the host's values live in. */
export const hostProgram = new Program();
const hostEnvs = new Map<string, Env>();
/** Modules whose top level only runs evaluate. */
const unevaluated = new Set<string>();

/** Called by every compiled module when it is imported. */
export function publish(publication: Publication): Published {
  const module = new Published(publication);
  verifyText(module.module, publication.hash);
  if (typeof publication.code === 'function' && typeof publication.map === 'string') {
    adoptFunction(module.module, publication.code, publication.map);
  }
  published.set(module.manifest.id, module);
  hostProgram.add(module.module);
  const instance = hostProgram.modules.get(module.manifest.id)!;
  hostEnvs.set(module.manifest.id, instance.code.slots() as unknown as Env);
  // Of an import cycle this may be the module that others have waited for.
  hostProgram.enter(hostEnvs);
  if (!evaluate(module.manifest, instance.code)) unevaluated.add(module.manifest.id);
  for (const [name, entry] of Object.entries(module.manifest.exports)) {
    Object.defineProperty(module.exports, name, { enumerable: true, get: () => hostValue(module.manifest.id, entry) });
  }
  return module;
}

/** What a module awaits or asks for at its top level is of a run, and so is what others make of it. */
function evaluate(manifest: ModuleManifest, code: ModuleCode): boolean {
  if (manifest.awaits || manifest.imports.some((id) => unevaluated.has(id))) return false;
  try {
    code.init();
    return true;
  } catch (error) {
    if (error instanceof PerdureError && error.code === 'outside_run') return false;
    throw inSourceWords(error);
  }
}

function hostValue(id: string, entry: ExportManifest): unknown {
  if (entry.kind === 'namespace') return published.get(entry.module)?.exports;
  if ('shared' in entry && entry.shared) return hostProgram.sharedOf(entry.kind === 'from' ? entry.module : id)[entry.local];
  const value = hostProgram.exported(id, entry);
  return value === TDZ ? undefined : value;
}

function verifyText(module: ArtifactModule, hash: string): void {
  if (textHash(module.code) === hash) return;
  throw new PerdureError(
    'artifact_altered',
    `The code of ${module.id} was changed after it was compiled: a bundler or transpiler has rewritten it. ` +
      'Leave compiled workflow modules alone (mark them as external), or build them with `perdure build --embed`.',
  );
}

function readMap(map: Publication['map']): SourceMapJson | null {
  if (typeof map !== 'string') return map;
  try {
    return JSON.parse(readFileSync(fileURLToPath(`${map}.map`), 'utf8')) as SourceMapJson;
  } catch {
    return null;
  }
}

// ——— For the engine ———

/** The published module of a namespace (`import * as orders`). Throws what step is missing if it is not compiled. */
export function publishedOf(namespace: unknown): Published {
  if (typeof namespace !== 'object' || namespace === null) {
    throw new PerdureError('options', `What was given to \`provide\` is ${inWords(namespace)}. It takes a workflow module: \`import * as orders from './order.wf.ts'\`.`);
  }
  const module = (namespace as { $perdure?: unknown }).$perdure;
  if (module instanceof Published) return module;
  throw notCompiled('The module given to `provide`');
}

/** Has this process imported a module of this id? */
export const isImported = (id: string): boolean => published.has(id);

/** The published module of a workflow, and its id. `to` is what it was given to. */
export function workflowOf(workflow: unknown, to = '`start`'): { module: Published; id: string } {
  if (typeof workflow !== 'function') {
    throw new PerdureError('not_a_workflow', `What was given to ${to} is ${inWords(workflow)}. It takes a workflow itself, as its module exports it: \`orders.fulfil\`.`);
  }
  const closure = closureOf(workflow);
  if (!closure) throw notCompiled(`The workflow '${workflow.name}' given to ${to}`);
  const { id } = closure.code;
  const module = published.get(id.slice(0, id.indexOf('#')));
  if (!module) throw new InternalError(`${id} is not published`);
  const name = id.slice(id.indexOf('#') + 1);
  if (closure.code.kind !== 'machine' || !module.manifest.workflows.some((w) => exportsLocal(module, w, name))) {
    throw new PerdureError('not_a_workflow', `${id} is not a workflow: a workflow is an exported async function.`);
  }
  return { module, id };
}

const exportsLocal = (module: Published, exported: string, local: string): boolean => {
  const entry = module.manifest.exports[exported];
  return entry?.kind === 'workflow' && (entry.local === local || (local === 'default' && exported === 'default'));
};

function notCompiled(what: string): PerdureError {
  return new PerdureError(
    'not_compiled',
    `${what} is not compiled. Run the app with \`node --import perdure/register\`, or build its workflows with ` +
      "`perdure build 'src/**/*.wf.ts' --out dist` after `tsc`. TypeScript's own output of a .wf.ts file would run " +
      'the workflow like any function: it would not survive a restart.',
  );
}

/** How a message calls what was given by mistake. */
function inWords(value: unknown): string {
  if (typeof value === 'string') return `the text '${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
  if (typeof value === 'function') return `the function '${value.name}'`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

const textHash = (text: string): string => createHash('sha256').update(text).digest('hex');
