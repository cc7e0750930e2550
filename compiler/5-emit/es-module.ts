/**
 * The file of a compiled module: its program, published, and the host view as its exports.
 *
 *     function program($) { … }
 *     import { publish } from 'perdure/abi';
 *     import { $perdure as $import1 } from './util.wf.js';
 *     export const $perdure = publish({ manifest: {…}, code: program, map: import.meta.url, hash: '…',
 *                                       imports: () => [$import1] });
 *     export const fulfil = $perdure.exports.fulfil;
 *
 * The program comes first, so that the lines of its source map are those of the file. With `embed` its text is a
 * string and the map is inside: no tool that rewrites the file can change what it does.
 */
import type { SourceMapJson } from './index.ts';
import type { ModuleManifest } from '../../runtime/abi.ts';

export interface ModuleFileInput {
  code: string;
  map: SourceMapJson;
  manifest: ModuleManifest;
  hash: string;
}

export interface ModuleFileOptions {
  embed: boolean;
  /** How the file imports the file of another module. */
  specifierOf(module: string): string;
  /** The file name of the source map, unless it is embedded. */
  mapFile?: string;
}

export function writeModuleFile(input: ModuleFileInput, options: ModuleFileOptions): string {
  const { manifest, hash } = input;
  const specifiers = manifest.imports.map((id) => options.specifierOf(id));
  const imports = specifiers.map((specifier, i) => `import { $perdure as $import${i + 1} } from ${JSON.stringify(specifier)};`);
  const publication = [
    `  manifest: ${JSON.stringify(manifest)},`,
    `  code: ${options.embed ? JSON.stringify(input.code) : 'program'},`,
    `  map: ${options.embed ? JSON.stringify(input.map) : 'import.meta.url'},`,
    `  hash: ${JSON.stringify(hash)},`,
    `  imports: () => [${specifiers.map((_, i) => `$import${i + 1}`).join(', ')}],`,
  ];
  const lines = [
    ...(options.embed ? [] : [input.code]),
    `import { publish } from 'perdure/abi';`,
    ...imports,
    'export const $perdure = publish({',
    ...publication,
    '});',
    ...Object.keys(manifest.exports).map(exportLine),
    ...(options.mapFile ? [`//# sourceMappingURL=${options.mapFile}`] : []),
    '',
  ];
  return lines.join('\n');
}

function exportLine(name: string): string {
  const value = `$perdure.exports[${JSON.stringify(name)}]`;
  if (name === 'default') return `export default ${value};`;
  if (/^[A-Za-z_$][\w$]*$/.test(name) && !RESERVED.has(name)) return `export const ${name} = ${value};`;
  const local = `$export_${name.replace(/\W/g, '_')}`;
  return `const ${local} = ${value};\nexport { ${local} as ${JSON.stringify(name)} };`;
}

/** Names that can be exported but not declared. */
const RESERVED = new Set(
  ('await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof var void while with yield').split(' '),
);
