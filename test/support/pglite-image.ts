/**
 * What a PGlite in memory begins with. To make one from nothing takes 3 s of a processor, to load it a third of that; so it is made once on
 * each machine.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const PACKAGE = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
const FILE = join(tmpdir(), `perdure-pglite-${version}.tar`);

/** An empty database, as `loadDataDir` takes it. */
export async function pgliteImage(): Promise<Blob> {
  if (!existsSync(FILE)) await make();
  return new Blob([readFileSync(FILE)]);
}

async function make(): Promise<void> {
  const database = await PGlite.create();
  const image = await database.dumpDataDir('none');
  await database.close();
  // Whole or not at all: other test files may be looking for it.
  const half = `${FILE}-${process.pid}`;
  writeFileSync(half, Buffer.from(await image.arrayBuffer()));
  renameSync(half, FILE);
}
