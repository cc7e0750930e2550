/** `queries/families.ts` in memory. */
import { childrenOf, openChildrenOf, orphanedBy, orphansTold, owingChildren, startChild, tellParent } from '../queries/families.ts';
import { on, type Implementation } from './implementation.ts';
import { put } from './send-message.ts';
import { insertRun } from './start-run.ts';
import { isOpen } from './tables.ts';

export const families: Implementation[] = [
  on(
    startChild,
    (
      tables,
      uid: string,
      id: string,
      workflow: string,
      entry: string,
      artifact: string,
      argsHash: Buffer,
      hash: Buffer,
      cause: string,
      parent: string,
      request: number,
      priority: number,
      tags: string,
    ) => {
      const above = tables.runs.byUid.get(parent);
      if (!above || !isOpen(above) || tables.runs.byUid.has(uid)) return [];
      const more = { parent, request, owes: true, priority, tags: JSON.parse(tags) as Record<string, string> };
      return insertRun(tables, { uid, id, workflow, entry, artifact, argsHash, hash, cause }, more) ? [{ uid }] : [];
    },
  ),

  on(owingChildren, ({ runs }, limit: number) =>
    [...runs.byUid.values()].filter(({ owes, outcome }) => owes && outcome !== null).slice(0, limit).map(({ uid }) => ({ uid })),
  ),

  on(tellParent, (tables, uid: string) => {
    const child = tables.runs.byUid.get(uid);
    if (!child?.owes || child.outcome === null) return [];
    tables.runs.change(child, { owes: false });
    const { id, request, outcome } = child;
    const above = tables.runs.byUid.get(child.parent!);
    if (!above || !(isOpen(above) || above.status === 'failed')) return [];
    return put(tables, above, `{"ended":${request},"id":${JSON.stringify(id)},"uid":"${uid}","outcome":${outcome}}`, false);
  }),

  on(orphanedBy, ({ runs }, limit: number) =>
    [...runs.byUid.values()].filter(({ orphans }) => orphans).slice(0, limit).map(({ uid }) => ({ uid })),
  ),

  on(orphansTold, ({ runs }, uid: string) => {
    const run = runs.byUid.get(uid);
    if (run) runs.change(run, { orphans: false });
    return [];
  }),

  on(openChildrenOf, ({ runs }, uid: string, after: number, limit: number) =>
    [...runs.byUid.values()]
      .filter(({ parent, request, outcome }) => parent === uid && request! > after && outcome === null)
      .sort((a, b) => a.request! - b.request!)
      .slice(0, limit)
      .map(({ uid: of, request }) => ({ uid: of, request })),
  ),

  on(childrenOf, ({ runs }, uid: string, limit: number) =>
    [...runs.byUid.values()]
      .filter(({ parent }) => parent === uid)
      .sort((a, b) => a.request! - b.request!)
      .slice(0, limit)
      .map(({ uid: of, id, request, workflow, status, outcome }) => ({ uid: of, id, request, workflow, status, over: outcome !== null })),
  ),
];
