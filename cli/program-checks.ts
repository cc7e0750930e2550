/**
 * The programs that `perdure check --watch` looks at, each with the files it has read: after a change those are
 * checked again that have read something else than is there now.
 */
import { dirname } from 'node:path';
import { diskFiles, diskHost } from '../compiler/disk.ts';
import { compileProgram, sortDiagnostics, type Compilation, type Diagnostic } from '../compiler/index.ts';
import type { Compiled } from './compile.ts';

/** The text of each file, undefined where there was none: an import of a file that comes later. */
type Texts = Map<string, string | undefined>;

interface Program {
  read: Texts;
  compilation: Compilation;
}

export interface Update {
  /** Entry files of the programs that were checked. */
  checked: string[];
  /** Files that have come, gone or changed since the last time. */
  changed: string[];
}

export class ProgramChecks {
  private readonly programs = new Map<string, Program>();

  /** Checks what is new or has changed, forgets what is gone. */
  update(entries: readonly string[]): Update {
    const now: Texts = new Map();
    const current = (file: string): string | undefined => {
      if (!now.has(file)) now.set(file, diskFiles.read(file));
      return now.get(file);
    };
    const changed = new Set<string>();
    for (const entry of this.programs.keys()) {
      if (entries.includes(entry)) continue;
      this.programs.delete(entry);
      changed.add(entry);
    }
    const checked: string[] = [];
    for (const entry of entries) {
      const known = this.programs.get(entry);
      const stale = known ? [...known.read].filter(([file, text]) => current(file) !== text) : [[entry]];
      if (stale.length === 0) continue;
      for (const [file] of stale) changed.add(file!);
      this.programs.set(entry, check(entry, current));
      checked.push(entry);
    }
    return { checked, changed: [...changed] };
  }

  /** What all programs together say. */
  get compiled(): Compiled {
    const modules: Compiled['modules'] = new Map();
    const sources: Compiled['sources'] = new Map();
    const diagnostics = new Map<string, Diagnostic>();
    for (const { compilation } of this.programs.values()) {
      for (const module of compilation.modules) modules.set(module.id, module);
      for (const [id, source] of compilation.sources) sources.set(id, source);
      for (const d of compilation.diagnostics) diagnostics.set(`${d.file}:${d.line}:${d.column}:${d.code}`, d);
    }
    return { modules, diagnostics: sortDiagnostics([...diagnostics.values()]), sources };
  }

  /** Where the files are that programs have read or missed. */
  get folders(): Set<string> {
    return new Set([...this.programs.values()].flatMap(({ read }) => [...read.keys()].map((file) => dirname(file))));
  }
}

function check(entry: string, current: (file: string) => string | undefined): Program {
  const read: Texts = new Map();
  const host = diskHost({
    ...diskFiles,
    read(file) {
      const text = current(file);
      read.set(file, text);
      return text;
    },
  });
  return { read, compilation: compileProgram(entry, host) };
}
