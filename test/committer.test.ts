/**
 * What authors of checkpoints hear from the committer, and when: over a store that fails as it is told.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { host } from '../runtime/host.ts';
import { StoreError } from '../runtime/store/errors.ts';
import type { Commit, NotWritten } from '../runtime/store/log.ts';
import type { Store } from '../runtime/store/store.ts';
import { Committer } from '../runtime/worker/committer.ts';
import { pause, until } from './support/app.ts';

const commitOf = (uid: string): Commit => ({
  uid,
  seq: 1,
  prev: Buffer.from('before'),
  hash: Buffer.from(uid),
  cause: '',
  delta: '',
  capture: null,
  worker: 'w',
  end: null,
  mail: null,
  settled: [],
});

const broken = (): StoreError => new StoreError('unknown', 'store_connection', 'The connection was lost');
const unreachable = (): StoreError => new StoreError('unreachable', 'store_unreachable', 'The database cannot be reached');
const hashOf = (uid: string): string => commitOf(uid).hash.toString('hex');

/** Commits of these runs in one statement; what each hears, in order. */
function commit(log: { commit(commits: Commit[]): Promise<Map<Commit, NotWritten>>; hashAt?(uid: string): Promise<string | null> }, uids: string[], onCommitted: (uid: string) => void = () => {}) {
  const heard: string[] = [];
  const committer = new Committer({ log } as unknown as Store);
  for (const uid of uids) {
    const hears = (what: string) => () => {
      heard.push(`${uid} ${what}`);
      if (what === 'committed') onCommitted(uid);
    };
    committer.commit(commitOf(uid), { committed: hears('committed'), lost: hears('lost'), refused: hears('refused') });
  }
  return { committer, heard };
}

test('what is read back is told at once, and once, though the others are not known', async () => {
  let outage = true;
  const log = {
    commit: () => Promise.reject(broken()),
    hashAt: (uid: string) => (uid === 'b' && outage ? Promise.reject(unreachable()) : Promise.resolve(hashOf(uid))),
  };
  const { heard } = commit(log, ['a', 'b']);
  await until('a', () => heard.length > 0);
  await pause(300);
  expect(heard).toEqual(['a committed']);
  outage = false;
  await until('b', () => heard.length > 1);
  expect(heard).toEqual(['a committed', 'b committed']);
});

test('one whose run is locked is tried again, beside others; it is lost when the worker closes', async () => {
  let locked = new Set(['a', 'b']);
  const statements: string[] = [];
  const log = {
    commit: (commits: Commit[]) => {
      statements.push(commits.map(({ uid }) => uid).join(' '));
      return Promise.resolve(new Map(commits.filter(({ uid }) => locked.has(uid)).map((it) => [it, 'locked' as NotWritten])));
    },
  };
  const { committer, heard } = commit(log, ['a', 'b', 'c']);
  await until('some tries', () => statements.length >= 4);
  expect([statements[0], heard]).toEqual(['a b c', ['c committed']]);
  locked = new Set(['b']);
  await until('the first', () => heard.length > 1);
  committer.close();
  await until('the second', () => heard.length > 2);
  expect(heard).toEqual(['c committed', 'a committed', 'b lost']);
});

test('what is known to be committed is not lost when the worker closes', async () => {
  const log = {
    commit: () => Promise.reject(broken()),
    hashAt: (uid: string) => (uid === 'b' ? Promise.reject(unreachable()) : Promise.resolve(hashOf(uid))),
  };
  const { committer, heard } = commit(log, ['a', 'b']);
  await until('a', () => heard.length > 0);
  committer.close();
  await until('b', () => heard.length > 1);
  expect(heard).toEqual(['a committed', 'b lost']);
});

test('of a statement that is refused the good checkpoints go in, and their authors do not wait for the others', async () => {
  const log = {
    commit: (commits: Commit[]) =>
      commits.some(({ uid }) => uid === 'bad') ? Promise.reject(new StoreError('refused', 'store_statement', 'no')) : Promise.resolve(new Map<Commit, NotWritten>()),
  };
  const { heard } = commit(log, ['a', 'b', 'bad', 'c']);
  await until('all', () => heard.length === 4);
  expect(heard).toEqual(['a committed', 'b committed', 'bad refused', 'c committed']);
});

test('a database that refuses whoever asks refuses no checkpoint: they wait until it lets them in, and the app is told once', async () => {
  const warn = vi.spyOn(host, 'warn').mockImplementation(() => {});
  let refused = 0;
  const log = {
    commit: () => (refused++ < 2 ? Promise.reject(new StoreError('refused', 'store_access', 'the password has changed')) : Promise.resolve(new Map<Commit, NotWritten>())),
  };
  const { heard } = commit(log, ['a', 'b']);
  await until('all', () => heard.length === 2);
  expect(heard).toEqual(['a committed', 'b committed']);
  expect(warn.mock.calls).toEqual([['perdure: steps cannot be stored, and wait until they can: the password has changed']]);
  warn.mockRestore();
});

describe('what one author throws', () => {
  const thrown: unknown[] = [];
  let listeners: NodeJS.UnhandledRejectionListener[];
  beforeEach(() => {
    listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', (error) => thrown.push(error));
  });
  afterEach(() => {
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  });

  test('reaches the process, and not the others of its statement', async () => {
    const { committer, heard } = commit({ commit: () => Promise.resolve(new Map<Commit, NotWritten>()) }, ['a', 'b', 'c'], (uid) => {
      if (uid === 'b') throw new Error('a bug of b');
    });
    await until('all', () => heard.length === 3);
    await until('the error', () => thrown.length > 0);
    expect(heard).toEqual(['a committed', 'b committed', 'c committed']);
    expect(thrown).toEqual([new Error('a bug of b')]);
    await until('it to rest', () => committer.isIdle);
  });
});
