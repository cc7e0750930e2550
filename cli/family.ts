/**
 * The runs around a run: who has started it, and whom it has started.
 */
import type { StoredChild } from '../runtime/store/families.ts';
import type { StoredRun } from '../runtime/store/runs.ts';
import type { Store } from '../runtime/store/store.ts';
import { bold, dim, plain, print } from './terminal.ts';

export interface Family {
  /** The id of the run that has started it. */
  parent: string | null;
  children: ShownChild[];
}

export interface ShownChild {
  id: string;
  workflow: string;
  status: string;
  children: ShownChild[];
}

const DEPTH_MAX = 5;
/** Children of one run that are shown. */
const CHILDREN_MAX = 50;

export async function familyOf(store: Store, run: StoredRun): Promise<Family> {
  const parent = run.parent === null ? null : await store.runs.findByUid(run.parent);
  return { parent: parent?.id ?? run.parent, children: await childrenOf(store, run.uid, 1) };
}

async function childrenOf(store: Store, uid: string, depth: number): Promise<ShownChild[]> {
  if (depth > DEPTH_MAX) return [];
  const children: ShownChild[] = [];
  for (const child of await store.families.childrenOf(uid, CHILDREN_MAX)) {
    const { id, workflow } = child;
    children.push({ id, workflow, status: statusOf(child), children: await childrenOf(store, child.uid, depth + 1) });
  }
  return children;
}

const statusOf = ({ status, over }: StoredChild): string => (status === 'running' && over ? 'finishing' : status);

export function printChildren(children: ShownChild[]): void {
  if (children.length === 0) return;
  print(`\n${bold('children')}`);
  const level = (list: ShownChild[], indent: string): void => {
    for (const { id, workflow, status, children: below } of list) {
      print(`${indent}${plain(id)}  ${plain(workflow.slice(workflow.indexOf('#') + 1))}  ${dim(status)}`);
      level(below, `${indent}  `);
    }
  };
  level(children, '  ');
}
