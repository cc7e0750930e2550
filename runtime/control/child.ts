/**
 * Starting the child of a run: once, however often it is tried.
 */
import { createHash } from 'node:crypto';
import { digest, firstHash } from '../chain.ts';
import { writeDocument, type StartRequest } from '../codec/format.ts';
import { writeCause } from '../engine/arrival.ts';
import { PerdureError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { findWorkflow } from './workflows.ts';

export interface Parent {
  uid: string;
  program: { entry: string; hash: string };
}

/**
 * Starts a child as the parent's request says, or finds it started. Throws `run_exists` if its id is taken, and
 * `unknown_workflow`.
 */
export async function startChild(store: Store, parent: Parent, request: number, document: StartRequest): Promise<{ id: string; uid: string }> {
  const uid = childUid(parent.uid, request);
  const there = await store.runs.findByUid(uid);
  if (there) return { id: there.id, uid };
  const id = document.id ?? `${parent.uid}:${request}`;
  const { workflow, entry, artifact } = await programOf(store, parent, document);
  const { args, deadline, priority = 0, tags = {} } = document;
  const cause = writeCause({ kind: 'start', workflow, args, ...(deadline === undefined ? {} : { deadline }) });
  const argsHash = digest(writeDocument(args));
  const run = { uid, id, workflow, entry, artifact, argsHash, hash: firstHash(uid, cause), cause };
  if (!(await store.families.start({ ...run, parent: parent.uid, request, priority, tags }))) {
    // By this very start, if its answer was lost.
    if (!(await store.runs.findByUid(uid))) throw new PerdureError('run_exists', `The id '${id}' is taken by another run.`);
  }
  store.sql.announce();
  return { id, uid };
}

async function programOf(store: Store, { program }: Parent, { start, named }: StartRequest): Promise<{ workflow: string; entry: string; artifact: string }> {
  if (!named) return { workflow: start, entry: program.entry, artifact: program.hash };
  const { workflow, artifact } = await findWorkflow(store, start);
  return { workflow, entry: artifact.entry, artifact: artifact.hash };
}

/** The same for every try. It begins as the parent's, so that they stand together in an index; the rest is a hash (RFC 9562, version 8). */
function childUid(parent: string, request: number): string {
  const hex = createHash('sha256').update(`${parent}:${request}`).digest('hex');
  return `${parent.slice(0, 13)}-8${hex.slice(0, 3)}-a${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}
