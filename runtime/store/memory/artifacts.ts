/** `queries/artifacts.ts` in memory. */
import { listArtifacts, loadArtifact, storeArtifact, touchArtifact } from '../queries/artifacts.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import type { ArtifactRow } from './tables.ts';

export const artifacts: Implementation[] = [
  on(storeArtifact, ({ artifacts: table, now }, hash: string, entry: string, content: string) => {
    const known = table.get(hash);
    checkJson(content);
    if (known) known.usedAt = now();
    else table.set(hash, { hash, entry, content, usedAt: now() });
    return [];
  }),

  on(touchArtifact, ({ artifacts: table, now }, hash: string) => {
    const known = table.get(hash);
    if (known) known.usedAt = now();
    return known ? [{ hash }] : [];
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
