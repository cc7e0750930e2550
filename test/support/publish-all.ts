/**
 * What importing compiled modules does: each is published, after those it imports.
 */
import type { CompiledModule } from '../../compiler/index.ts';
import { publish, type Published } from '../../runtime/publish.ts';

/** Publishes the modules of a compilation; returns the entry module. */
export const publishAll = (modules: CompiledModule[]): Published => publishEach(modules).at(-1)!;

/** Publishes the modules of a compilation; returns all, the entry module last. */
export function publishEach(modules: CompiledModule[]): Published[] {
  const published = new Map<string, Published>();
  for (const { id, code, map, manifest, hash } of modules) {
    published.set(id, publish({ manifest, code, map, hash, imports: () => manifest.imports.map((i) => published.get(i)!) }));
  }
  return [...published.values()];
}
