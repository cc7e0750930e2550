/** `queries/admit-runs.ts` in memory. */
import { admitRuns } from '../queries/admit-runs.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import { insertRun, isWaiting } from './start-run.ts';

interface Message {
  channel: string;
  key?: string;
  entry: string;
}

type Columns = [
  uid: string[],
  id: (string | null)[],
  argsHash: Buffer[],
  hash: Buffer[],
  cause: string[],
  priority: number[],
  startMs: (number | null)[],
  delayMs: (number | null)[],
  turnKey: (string | null)[],
  turnLimit: (number | null)[],
  debounce: (string | null)[],
  tags: (string | null)[],
  messages: (string | null)[],
];

const earliest = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.min(a, b));

export const admitting: Implementation[] = [
  on(admitRuns, (tables, ...values: [...Columns, workflow: string, entry: string, artifact: string, replaceFinished: boolean, deadline: (number | null)[], onlyThis: string | null]) => {
    const { runs, inbox, sent, now } = tables;
    const [uids, ids, argsHash, hash, cause, priority, startMs, delayMs, turnKey, turnLimit, debounce, tags, messages, workflow, entry, artifact, replaceFinished, deadline, onlyThis] = values;
    const time = now();
    [...cause, ...tags, ...messages].forEach(checkJson);
    const started = uids.filter((uid, i) => {
      const before = runs.byId.get(ids[i] ?? uid);
      if (replaceFinished && before && before.uid !== before.id && before.finishedAt !== null && before.uid === (onlyThis ?? before.uid)) runs.replace(before, uid);
      const startAt = startMs[i] ?? (delayMs[i] === null ? null : time + delayMs[i]!);
      const turn = turnKey[i] === null ? null : { key: turnKey[i]!, limit: turnLimit[i]! };
      const list = JSON.parse(messages[i] ?? '[]') as Message[];
      const isIn = insertRun(
        tables,
        { uid, id: ids[i]!, workflow, entry, artifact, argsHash: argsHash[i]!, hash: hash[i]!, cause: cause[i]! },
        {
          status: isWaiting({ startAt, turn }, time) ? 'pending' : 'running',
          mail: list.length,
          wakeAt: earliest(turn === null ? (startAt ?? time) : null, deadline[i]!),
          createdAt: time + i / 1000,
          priority: priority[i]!,
          startAt,
          turn,
          debounce: debounce[i]!,
          tags: JSON.parse(tags[i] ?? '{}') as Record<string, string>,
        },
      );
      if (!isIn) return false;
      list.forEach((message, n) => {
        inbox.of(uid).insert(n + 1, message.entry);
        if (message.key !== undefined) sent.of(uid).add(JSON.stringify([message.channel, message.key]));
      });
      return true;
    });
    return started.map((uid) => ({ uid }));
  }),
];
