/**
 * What people do with each feature, and what must come of it, whoever dies meanwhile.
 */
import { isDeepStrictEqual } from 'node:util';
import { report } from './outside.ts';
import { APP, type Stage } from './stage.ts';
import { lastEntry } from '../../support/log.ts';

export interface Scenario {
  name: string;
  /** Returns what people see of it. Calls that a lost answer leaves open are made again. */
  play(stage: Stage): Promise<unknown>;
  result: unknown;
  /** What happens outside, each once: `pay a`. */
  happens: string[];
  /** What may happen as well. */
  may?: string[];
  /** It takes seconds, in which workers only poll: not often, so that not most of its points are such polls. */
  isSlow?: true;
  /** Attempts report how far they are: at some points one is told what those before have reported. */
  tells?: true;
}

type Options = Record<string, unknown>;

/** Starts a run under a name of this stage. */
const start = async (stage: Stage, workflow: string, name: string, args: unknown[] = [], options: Options = {}): Promise<string> => {
  const id = stage.id(name);
  await stage.insist(() => stage.engine.start(APP[workflow], { id, args, ...options } as never));
  return id;
};

/** One run, from its start to its end. */
const whole =
  (workflow: string, args: unknown[] = [], options: (stage: Stage) => Options = () => ({})) =>
  async (stage: Stage): Promise<unknown> =>
    stage.endingOf(await start(stage, workflow, workflow, args, options(stage)));

/** The same, while somebody uses the tokens that are given out. */
const withTokens = (workflow: string) => (stage: Stage): Promise<unknown> => {
  void stage.completeAll();
  return whole(workflow)(stage);
};

const send = (stage: Stage, id: string, message: string): Promise<boolean> =>
  stage.insist(async () => (await stage.engine.run(id)).send('letters', message, { key: message }));

export const SCENARIOS: Scenario[] = [
  { name: 'one effect', play: whole('one', ['a']), result: 'pay a', happens: ['pay a'] },
  {
    name: 'effects side by side',
    play: whole('parallel'),
    result: ['pay a', 'note b', 'pay c', 'note d'],
    happens: ['pay a', 'note b', 'pay c', 'note d'],
  },
  {
    name: 'an effect that is retried',
    play: whole('retries'),
    result: ['moody a', 'pay b'],
    happens: ['moody a', 'pay b'],
  },
  {
    name: 'effects that wait for their turn',
    play: whole('takesTurns'),
    result: ['rare a', 'rare b', 'rare c'],
    happens: ['rare a', 'rare b', 'rare c'],
  },
  {
    name: 'an effect that waits for its turn at every attempt',
    play: whole('triesInTurn'),
    result: ['stubborn a', 'rare b'],
    happens: ['stubborn a', 'rare b'],
  },
  {
    name: 'a cancellation of an effect that has or has not had its turn',
    play: async (stage) => {
      const id = await start(stage, 'givesUp', 'gives-up');
      await stage.untilItWaitsFor(id, 'letters');
      await stage.insist(() => stage.engine.cancel(id, { reason: 'enough' }).catch(unlessEnded));
      return stage.endingOf(id);
    },
    result: { name: 'CancelledError', is: 'cancelled' },
    happens: ['note end'],
    may: ['rare a'],
  },
  { name: 'a timer', play: whole('timer'), result: [true, 'pay a'], happens: ['pay a'] },
  {
    name: 'messages',
    play: async (stage) => {
      const id = await start(stage, 'receives', 'receives', [4]);
      for (const message of ['a', 'b', 'c', 'd']) {
        await send(stage, id, message);
        await stage.pause(6);
      }
      return stage.endingOf(id);
    },
    result: [['a', 'b', 'c', 'd'], 'pay done'],
    happens: ['pay done'],
  },
  {
    name: 'a message that is sent twice under its key',
    play: async (stage) => {
      const id = await start(stage, 'receives', 'receives', [3]);
      for (const message of ['a', 'a', 'b', 'a', 'b', 'c']) await send(stage, id, message);
      return stage.endingOf(id);
    },
    result: [['a', 'b', 'c'], 'pay done'],
    happens: ['pay done'],
  },
  {
    name: 'a message that does not come in time',
    play: async (stage) => {
      const id = await start(stage, 'receivesOrNot', 'late');
      await stage.until(async () => {
        const run = await stage.store.runs.find(id);
        return run !== null && (await lastEntry(stage.store, run.uid)).seq >= 2; // its timeout has fired
      });
      await send(stage, id, 'late');
      return stage.endingOf(id);
    },
    result: ['none', 'late'],
    happens: [],
  },
  {
    name: 'a start with messages',
    play: whole('receives', [2], () => ({ send: [['letters', 'x'], ['letters', 'y']] })),
    result: [['x', 'y'], 'pay done'],
    happens: ['pay done'],
  },
  {
    name: 'a message that starts its run',
    play: async (stage) => {
      const id = stage.id('either');
      for (const message of ['a', 'b']) {
        await stage.insist(() => stage.engine.sendWithStart(APP.receives, { id, args: [2] }, 'letters', message, { key: message }));
      }
      return stage.endingOf(id);
    },
    result: [['a', 'b'], 'pay done'],
    happens: ['pay done'],
  },
  {
    name: 'a child whose result is awaited',
    play: async (stage) => {
      const [, child, own] = (await whole('parent')(stage)) as unknown[];
      return [child, own];
    },
    result: ['pay child', 'pay parent'],
    happens: ['pay child', 'pay parent'],
  },
  {
    name: 'children side by side, and messages to one',
    play: whole('family'),
    result: ['pay a', 'pay b', [['x', 'y'], 'pay done']],
    happens: ['pay a', 'pay b', 'pay done'],
  },
  {
    name: 'a child that is left behind',
    play: async (stage) => stage.endingOf((await whole('leaves', [stage.id('left')])(stage)) as string),
    result: 'pay left',
    happens: ['pay left'],
  },
  {
    name: 'a cancellation, and what cleans up',
    play: async (stage) => {
      const id = await start(stage, 'cleansUp', 'cancelled');
      await stage.untilItWaitsFor(id, 'letters');
      await stage.insist(() => stage.engine.cancel(id, { reason: 'enough' }));
      return stage.endingOf(id);
    },
    result: { name: 'CancelledError', is: 'cancelled' },
    happens: ['pay a', 'note undo a'],
  },
  {
    name: 'a run that is terminated, and its child',
    play: async (stage) => {
      const child = stage.id('below');
      const id = await start(stage, 'ends', 'above', [child]);
      await stage.untilItWaitsFor(id, child);
      await stage.untilItWaitsFor(child, 'letters');
      await stage.insist(() => stage.engine.terminate(id).catch(unlessEnded));
      return [await stage.endingOf(id), await stage.endingOf(child)];
    },
    result: [
      { name: 'PerdureError', is: 'run_terminated' },
      { name: 'CancelledError', is: 'cancelled' },
    ],
    happens: ['note began', 'note end'],
  },
  {
    name: 'a scope that times out',
    play: whole('timesOut'),
    result: ['TimeoutError', 'pay after'],
    happens: ['pay after'],
  },
  {
    name: 'a scope that ends what it began',
    play: whole('scoped'),
    result: ['pay body', ['note released']],
    happens: ['pay body', 'note released'],
  },
  {
    name: 'a schedule',
    play: async (stage) => {
      const schedule = stage.id('yearly');
      await stage.insist(() => stage.engine.schedule(schedule, { cron: '@yearly', workflow: APP.one, args: ['tick'] }));
      // Its last tick is still to be made.
      const { spec, entry } = (await stage.insist(() => stage.store.schedules.find(schedule)))!;
      const at = Date.UTC(2021, 0, 1);
      await stage.insist(() => stage.store.schedules.remove(schedule));
      await stage.insist(() => stage.store.schedules.put(schedule, spec, entry, at));
      const id = `${schedule}@2021-01-01T00:00:00Z`;
      const found = async () => (await stage.store.runs.list({ tags: { schedule }, limit: 10 })).map((run) => run.id);
      await stage.until(async () => (await found()).length > 0);
      const ending = await stage.endingOf((await stage.insist(found))[0]!);
      await stage.insist(() => stage.store.schedules.remove(schedule));
      const ids = await stage.insist(found);
      return [ids.length, ids[0]!.startsWith(`${schedule}@`) && ids[0] !== id, ending];
    },
    result: [1, true, 'pay tick'],
    happens: ['pay tick'],
  },
  { name: 'transactions', play: whole('books'), result: ['book a', 'book b'], happens: ['book a', 'book b'] },
  { name: 'transactions that wait for their turn', play: whole('enters'), result: ['enter a', 'enter b'], happens: ['enter a', 'enter b'] },
  { name: 'a doubt that people decide', play: whole('doubts'), result: ['mute a', 'pay b'], happens: ['mute a', 'pay b'] },
  { name: 'doubts that code decides', play: whole('looks'), result: ['checked a', 'checked b'], happens: ['checked a', 'checked b'] },
  { name: 'heartbeats', play: whole('beats'), result: 'long a', happens: ['long a'], isSlow: true, tells: true },
  {
    name: 'a token that is used',
    play: withTokens('signs'),
    result: ['sign a', 'pay b'],
    happens: ['sign a', 'pay b'],
  },
  {
    name: 'tokens that are taken back',
    play: withTokens('seals'),
    result: ['seal a', 'pay b'],
    happens: ['seal a', 'pay b'],
  },
  { name: 'a token that nobody uses', play: whole('waitsInVain'), result: ['TimeoutError', 'pay b'], happens: ['pay b'] },
  {
    name: 'a question',
    play: async (stage) => {
      const id = await start(stage, 'answers', 'answers');
      const ask = (): Promise<unknown> => stage.insist(() => stage.engine.ask(id, 'questions', 'how much', { key: 'first' }));
      return [await ask(), await stage.endingOf(id), await ask()];
    },
    result: ['how much: pay a', 'how much', 'how much: pay a'],
    happens: ['pay a'],
  },
  {
    name: 'a run that fails',
    play: whole('fails'),
    result: { name: 'RangeError', is: 'failed: not today' },
    happens: ['note caught'],
  },
  {
    name: 'a failed run that is retried',
    play: async (stage) => {
      const before = (await whole('fails')(stage)) as { is: string };
      const id = stage.id('fails');
      await stage.insist(() => stage.engine.retry(id).catch(unlessNotFailed));
      return [before.is, ((await stage.endingOf(id)) as { is: string }).is];
    },
    result: ['failed: not today', 'failed: not today'],
    happens: ['note caught'],
    may: ['note caught'],
  },
  {
    name: 'several runs in one commit',
    play: async (stage) => {
      const runs = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ id: stage.id(name), args: [name] as [string] }));
      await stage.insist(() => stage.engine.startMany(APP.one, runs));
      return Promise.all(runs.map(({ id }) => stage.endingOf(id)));
    },
    result: ['pay a', 'pay b', 'pay c', 'pay d', 'pay e'],
    happens: ['pay a', 'pay b', 'pay c', 'pay d', 'pay e'],
  },
  {
    name: 'images',
    play: whole('grows'),
    result: [6000, 6000],
    happens: Array.from({ length: 6 }, (_, i) => `note grown ${i}`),
  },
  {
    name: 'an orderly close',
    play: async (stage) => {
      const id = await start(stage, 'sequence', 'handed-over');
      await stage.until(() => stage.outside.happenings.some(({ label }) => label === 'a'));
      await stage.closeWorker();
      return stage.endingOf(id);
    },
    result: ['note a', 'pay a', 'note b', 'pay b', 'note c', 'pay c'],
    happens: ['note a', 'pay a', 'note b', 'pay b', 'note c', 'pay c'],
  },
  {
    name: 'a deadline',
    play: async (stage) => {
      const ending = (await whole('waits', ['late'], () => ({ deadline: 80 }))(stage)) as { name: string };
      return ending.name;
    },
    result: 'CancelledError',
    happens: [],
    may: ['note end'], // unless it could not begin in time
  },
  {
    name: 'turns',
    play: async (stage) => {
      const names = ['a', 'b', 'c'];
      for (const name of names) await start(stage, 'one', name, [name], { concurrency: { key: stage.id('turn') } });
      const results = await Promise.all(names.map((name) => stage.endingOf(stage.id(name))));
      return [results, stage.outside.happenings.map(({ label }) => label)];
    },
    result: [['pay a', 'pay b', 'pay c'], ['a', 'b', 'c']],
    happens: ['pay a', 'pay b', 'pay c'],
  },
  {
    name: 'what goes on after the end',
    play: async (stage) => {
      const ending = await whole('detaches')(stage);
      await stage.until(async () => (await stage.store.runs.find(stage.id('detaches')))?.status === 'completed');
      return ending;
    },
    result: 'note first',
    happens: ['note first', 'moody later'],
  },
];

function unlessEnded(error: unknown): void {
  if ((error as { code?: string }).code !== 'run_ended') throw error;
}

function unlessNotFailed(error: unknown): void {
  if ((error as { code?: string }).code !== 'not_failed') throw error;
}

/** What is wrong with what people have seen and what has happened outside. */
export function judgeScenario({ result, happens, may = [] }: Scenario, seen: unknown, { happenings, heartbeats }: Stage['outside']): string[] {
  const wrong: string[] = [];
  if (!isDeepStrictEqual(seen, result)) wrong.push(`people saw ${JSON.stringify(seen)}, not ${JSON.stringify(result)}`);
  const byKey = new Map(happenings.map((happening) => [happening.key, happening]));
  const nameOf = ({ effect, label }: { effect: string; label: string }): string => `${effect} ${label}`;
  const names = [...byKey.values()].map(nameOf);
  for (const name of happens) if (!names.includes(name)) wrong.push(`'${name}' has not happened`);
  const left = [...happens, ...may];
  for (const name of names) {
    const place = left.indexOf(name);
    if (place === -1) wrong.push(`'${name}' has happened, and should not have, or not again`);
    else left.splice(place, 1);
  }
  for (const { effect, label, key } of happenings) {
    const times = happenings.filter((other) => other.key === key).length;
    if (times > 1 && effect !== 'note' && effect !== 'long') wrong.push(`'${effect} ${label}' has happened ${times} times`);
  }
  for (const { attempt, told, kept } of heartbeats) {
    // What is not stored yet is lost with its process, and else known to it.
    const from = Array.from({ length: attempt }, (_, before) => before).find((before) => isDeepStrictEqual(told, before === 0 ? undefined : report(before)));
    if (from === undefined || from < kept) wrong.push(`attempt ${attempt} was told ${JSON.stringify(told)}, and the report of attempt ${kept} was stored`);
  }
  return wrong;
}
