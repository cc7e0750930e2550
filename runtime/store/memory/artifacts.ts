/** `queries/artifacts.ts` in memory. */
import { listArtifacts, loadArtifact, storeArtifact } from '../queries/artifacts.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import type { ArtifactRow } from './tables.ts';

export const artifacts: Implementation[] = [
  on(storeArtifact, ({ artifacts: table }, hash: string, entry: string, content: string) => {
    if (table.has(hash)) return [];
    checkJson(content);
    table.set(hash, { hash, entry, content });
    return [];
  }),

  on(loadArtifact, ({ artifacts: table }, hash: string) => {
    const artifact = table.get(hash);
    return artifact ? [{ ...artifact }] : [];
  }),

  on(listArtifacts, ({ artifacts: table }) => {
    const newest = new Map<string, ArtifactRow>();
    for (const artifact of table.values()) newest.set(artifact.entry, artifact);
    return [...newest.values()].sort((a, b) => (a.entry < b.entry ? -1 : 1)).map((artifact) => ({ ...artifact }));
  }),
];
