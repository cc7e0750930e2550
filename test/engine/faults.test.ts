/**
 * Runs that fail, runs that cannot go on, and what people are told about them.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { compileApp, gate, pause, thrownBy, until, World } from '../support/app.ts';

const source = `
  import { channel } from 'perdure';
  export declare function act(...args: any[]): Promise<any>;
  export const go = channel<any>('go');

  export async function unheard() {
    Promise.reject(new RangeError('nobody listens'));
    await act(1);
    return 'not reached';
  }
  export async function heardLater() {
    const p = (async () => { throw new Error('heard'); })();
    await act(1);
    try { await p; } catch (error: any) { return error.message; }
  }
  export async function neverHeard() {
    const p = act('fail');
    await go.receive();
    return 'returned';
    await p;
  }
  export async function dead() {
    await new Promise(() => {});
  }
  export async function deadlyEmbrace() {
    let release: any;
    const first = new Promise((resolve) => { release = resolve; });
    await act(1);
    await first;
    release();
  }
  async function inside() { const never = new Promise(() => {}); await never; }
  export async function deadInside() { await act(1); await inside(); }
  export async function deadSince() {
    const side = async () => { await act(1); await act(2); await Promise.resolve().then(() => 1); };
    side();
    await new Promise(() => {});
  }
  export async function waits(label: any) { const box = { label, list: [1, 2, 3] }; const message = await go.receive(); box.list.push(message); return box; }

  class Cart {
    items: number[] = [];
    async check(n: number) {
      await act(n);
      if (n > 1) throw new TypeError('too many: ' + n);
    }
  }
  const helper = async (n: number) => {
    const cart = new Cart();
    await cart.check(n);
  };
  export async function stacks(n: number) {
    await act(0);
    await helper(n);
  }
  function shared() {}
  function poke(f: any) {
    f['cou' + 'nt'] = 1;
  }
  export async function writesToShared() {
    await act(0);
    poke([shared][0]);
  }
  export async function fromText() {
    const made = { list: [1, (() => 1).constructor('return 1')] };
    await act(0); // with it
    return made;
  }
  function thrower(): never { throw new Error('sync'); }
  export async function syncStack() {
    await go.receive();
    thrower();
  }
  export async function smuggles() {
    const n = await act(1);
    const held = [n]['val' + 'ues' as 'values']();
    await act(n);
    return held;
  }
  export async function add(a: number) { return a + await act(a); }
`;
const app = compileApp(source, 'faults');
const lineOf = (text: string): number => source.split('\n').findIndex((line) => line.includes(text)) + 1;

let world: World;
beforeAll(async () => {
  world = await World.open('postgres');
});
afterEach(() => world.calm());
afterAll(() => world.close());

const act = (x: unknown): unknown => {
  if (x === 'fail') throw new Error('effect failed');
  return x;
};

describe('a run fails', () => {
  test('by a rejection that nobody can listen to', async () => {
    const engine = await world.working(app, { act });
    const run = await engine.start(app.unheard);
    const error = await thrownBy(run.result());
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('nobody listens');
    await until('the end', async () => (await run.status()).state === 'failed');
  });

  test('not by one that somebody listens to later', async () => {
    const engine = await world.working(app, { act });
    expect(await (await engine.start(app.heardLater)).result()).toBe('heard');
  });

  test('by one that nobody has listened to when the workflow ends', async () => {
    const engine = await world.working(app, { act });
    const run = await engine.start(app.neverHeard);
    await until('the failure', async () => (await world.store.log.read(run.uid, 0, 9)).length === 3);
    await run.send(app.go, 1);
    expect((await thrownBy(run.result())).message).toBe('effect failed');
  });

  test('by waiting for what can never happen', async () => {
    const engine = await world.working(app, { act });
    for (const workflow of [app.dead, app.deadlyEmbrace]) {
      const error = await thrownBy((await engine.start(workflow)).result());
      expect(error).toMatchObject({ code: 'deadlock' });
    }
  });

  test('… and its stack says where', async () => {
    const engine = await world.working(app, { act }, { restMs: 60_000 });
    const stackOf = async (workflow: any) => (await thrownBy((await engine.start(workflow)).result())).stack!.split('\n').slice(1);
    const at = (name: string, text: string) => expect.stringMatching(new RegExp(`^    at async ${name} \\(faults\\.wf\\.ts:${lineOf(text)}:\\d+\\)$`));
    expect(await stackOf(app.dead)).toEqual([at('dead', 'await new Promise(() => {})')]);
    expect(await stackOf(app.deadlyEmbrace)).toEqual([at('deadlyEmbrace', 'await first;')]);
    expect(await stackOf(app.deadInside)).toEqual([at('inside', 'await never;'), at('deadInside', 'await inside()')]);
    // Who has waited last has gone on, and the other waits since a cycle before: nothing is said rather than something wrong.
    expect(await stackOf(app.deadSince)).toEqual([]);
  });
});

describe('stacks name the source', () => {
  const place = (text: string) => new RegExp(`faults\\.wf\\.ts:${lineOf(text)}:\\d+`);
  const check = (stack: string): void => {
    const lines = stack.split('\n').slice(1);
    expect(lines[0]).toMatch(place("throw new TypeError('too many"));
    expect(lines.join('\n')).toMatch(place('await cart.check(n)'));
    expect(lines.join('\n')).toMatch(place('await helper(n)'));
    expect(lines.join('\n')).toMatch(/at async stacks \(faults\.wf\.ts/);
    expect(stack).not.toMatch(/runtime\/(machine|engine|worker)/);
    expect(stack).not.toMatch(/\$step|perdure:/);
  };

  test('across awaits', async () => {
    const engine = await world.working(app, { act }, { restMs: 60_000 });
    check((await thrownBy((await engine.start(app.stacks, { args: [2] })).result())).stack!);
  });

  test('after a restore by another worker', async () => {
    const reached = gate();
    const first = world.engine().provide(app, { act: { run: (n: number) => {
      if (n === 0) return 0;
      first.kill();
      reached.open();
      return new Promise(() => {});
    }, idempotent: true } });
    const { id } = await first.start(app.stacks, { args: [2] });
    void first.work();
    await reached.promise;
    await world.buryAll();
    const second = await world.working(app, { act: { run: act, idempotent: true } });
    check((await thrownBy((await second.run(id)).result())).stack!);
  });

  test('of a fault, and of the engine itself nothing', async () => {
    const engine = await world.working(app, { act });
    const stackOf = async (workflow: any) => (await thrownBy((await engine.start(workflow)).result())).stack!.split('\n');
    const [shared, one, two] = await stackOf(app.writesToShared);
    expect(shared).toMatch(/cycle 2: faults\.wf\.ts#shared is shared by all runs and cannot be changed$/);
    expect(one).toMatch(place("f['cou' + 'nt'] = 1"));
    expect(two).toMatch(place('poke([shared][0])'));
    // What is found at a wait has the line of that wait.
    const [text, ...waits] = await stackOf(app.fromText);
    expect(text).toMatch(/^Fault: Run .*, cycle 1: fromText: made\.list\[1\]: a function that was made out of text/);
    expect(waits).toEqual([expect.stringMatching(/^    at async fromText \(faults\.wf\.ts:\d+:\d+\)$/)]);
    expect(waits[0]).toMatch(place('await act(0); // with it'));
  });

  test('of synchronous functions too', async () => {
    const engine = await world.working(app, { act });
    const run = await engine.start(app.syncStack);
    await run.send(app.go, 1);
    const { stack } = await thrownBy(run.result());
    expect(stack).toMatch(/at thrower \(faults\.wf\.ts:/);
    expect(stack).toMatch(place('function thrower()'));
    expect(stack).toMatch(place('    thrower();'));
  });
});

describe('a damaged run is parked, and stops no other', () => {
  /** Runs asleep in the store, in their second cycle. */
  async function sleeping(...ids: string[]): Promise<string[]> {
    const engine = await world.working(app, { act });
    const uids = [];
    for (const id of ids) {
      const run = await engine.start(app.waits, { id, args: [id] });
      await until('the first cycle', async () => (await world.store.log.read(run.uid, 0, 9)).length === 2);
      uids.push(run.uid);
    }
    await engine.close();
    return uids;
  }

  const damages: [string, (uid: string) => Promise<unknown>, RegExp][] = [
    ['a changed delta', (uid) => world.rows(`UPDATE perdure.log SET delta = '{"mail": 7}' WHERE uid = $1 AND seq = 1`, [uid]), /cycle 1: .*log\.1.*changed/],
    ['a changed cause', (uid) => world.rows(`UPDATE perdure.log SET cause = '{}' WHERE uid = $1 AND seq = 1`, [uid]), /cycle 1: .*log\.1.*changed/],
    ['a changed hash', (uid) => world.rows(`UPDATE perdure.log SET hash = '\\x00' WHERE uid = $1 AND seq = 1`, [uid]), /cycle 1: .*log\.1.*changed/],
    ['a lost log', (uid) => world.rows('DELETE FROM perdure.log WHERE uid = $1', [uid]), /log\.0.*missing/],
    ['an image that is no object', (uid) => world.rows(`INSERT INTO perdure.images VALUES ($1, 1, '[]')`, [uid]), /cycle 1: .*image\.1/],
    ['an image without a heap', (uid) => world.rows(`INSERT INTO perdure.images VALUES ($1, 1, '{"v": 4}')`, [uid]), /cycle 1: /],
    ['an image with a reference to nothing', (uid) => world.rows(`INSERT INTO perdure.images VALUES ($1, 1, '{"v":4,"next":3,"mail":0,"clock":0,"last":1,"modules":{},"main":{"@":77},"by":"","requests":{},"channels":{},"rejected":[],"scopes":{},"children":{},"over":null,"heap":{}}')`, [uid]), /cycle 1: .*main|77/],
    ['an inbox entry that is none', (uid) => world.rows(`WITH r AS (UPDATE perdure.runs SET mail = 1, wake_at = now() WHERE uid = $1) INSERT INTO perdure.inbox VALUES ($1, 1, now(), '{"gift": true}')`, [uid]), /cycle 2: .*inbox\.1/],
    ['a message that cannot be read', (uid) => world.rows(`WITH r AS (UPDATE perdure.runs SET mail = 1, wake_at = now() WHERE uid = $1) INSERT INTO perdure.inbox VALUES ($1, 1, now(), '{"message":"go", "value": {"@": 5}}')`, [uid]), /cycle 2: /],
  ];

  test.each(damages)('%s', async (name, damage, message) => {
    const bad = `bad-${name.replaceAll(' ', '-')}`;
    const good = `good-${name.replaceAll(' ', '-')}`;
    const [uid] = await sleeping(bad, good);
    await damage(uid!);
    const engine = await world.working(app, { act });
    await world.store.inbox.send(bad, JSON.stringify({ message: 'go', value: 'x' }));
    const fine = await engine.run(good);
    await fine.send(app.go, 4);
    expect(await fine.result()).toEqual({ label: good, list: [1, 2, 3, 4] });
    const error = await thrownBy((await engine.run(bad)).result());
    expect(error).toMatchObject({ code: 'corrupt_state' });
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`'${bad}'`);
    const status = await (await engine.run(bad)).status();
    expect(status.state).toBe('parked');
    expect(status.reason!.message).toBe(error.message);
  });

  test('of another version of the stored format, it says so', async () => {
    const [uid] = await sleeping('newer');
    await world.rows(`INSERT INTO perdure.images VALUES ($1, 1, '{"v": 99}')`, [uid]);
    const engine = await world.working(app, { act });
    const run = await engine.run('newer');
    await run.send(app.go, 1);
    const error = await thrownBy(run.result());
    expect(error).toMatchObject({ code: 'format_version' });
    expect(error.message).toMatch(/cycle 1: image\.1 is of version 99 of the stored format, this runtime has version 4/);
  });

  test('repaired, it is resumed, and finds what was sent to it meanwhile', async () => {
    const [uid] = await sleeping('repaired');
    const [{ delta }] = (await world.rows('SELECT delta::text AS delta FROM perdure.log WHERE uid = $1 AND seq = 1', [uid])) as [{ delta: string }];
    await world.rows(`UPDATE perdure.log SET delta = '{}' WHERE uid = $1 AND seq = 1`, [uid]);
    const engine = await world.working(app, { act });
    const run = await engine.run('repaired');
    await run.send(app.go, 'early');
    expect(await thrownBy(run.result())).toMatchObject({ code: 'corrupt_state' });
    await run.send(app.go, 'late');
    await world.rows('UPDATE perdure.log SET delta = $2::json WHERE uid = $1 AND seq = 1', [uid, delta]);
    await engine.resume(run);
    expect(await run.result()).toEqual({ label: 'repaired', list: [1, 2, 3, 'early'] });
    expect(await thrownBy(engine.resume(run))).toMatchObject({ code: 'not_parked' });
  });

  test('the outcome of an effect that came with a fault is not lost', async () => {
    let made = 0;
    const engine = await world.working(app, { act: () => ++made });
    const run = await engine.start(app.smuggles);
    expect(await thrownBy(run.result())).toMatchObject({ code: 'unstorable' });
    await until('the outcome in the inbox', async () => (await world.store.inbox.after(run.uid, 0)).length === 1);
    await engine.resume(run);
    await until('the fault again', async () => (await run.status()).state === 'parked');
    expect(made).toBe(1);
    expect((await run.status()).inDoubt).toBe(false);
  });

  test('a damaged inbox entry for a run that is held', async () => {
    const engine = await world.working(app, { act }, { restMs: 60_000 });
    const run = await engine.start(app.waits);
    await until('the first cycle', async () => (await world.store.log.read(run.uid, 0, 9)).length === 2);
    await world.store.inbox.send(run.id, '{"gift": true}');
    world.sql.announce();
    expect(await thrownBy(run.result())).toMatchObject({ code: 'corrupt_state' });
    expect(await (await engine.start(app.add, { args: [1] })).result()).toBe(2);
  });
});

describe('programs that a worker cannot run', () => {
  const version = (body: string) => compileApp(`
    export declare function one(): Promise<any>;
    ${body}
  `, 'versioned');
  const warnings: string[] = [];
  beforeAll(() => {
    vi.spyOn(console, 'warn').mockImplementation((message: string) => void warnings.push(message));
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  test('a run of a module that nobody provides waits for one who does', async () => {
    const other = compileApp('export declare function far(): Promise<any>; export async function main() { return await far(); }', 'elsewhere');
    const here = await world.working(app, { act });
    const run = await here.start(other.main);
    await pause(60);
    expect((await world.store.runs.find(run.id))!).toMatchObject({ status: 'running', worker: null });
    expect(await world.store.log.read(run.uid, 0, 9)).toHaveLength(1);
    expect(warnings.join('\n')).toMatch(/elsewhere\.wf\.ts/);
    const there = await world.working(other, { far: () => 'done there' });
    expect(await (await there.run(run.id)).result()).toBe('done there');
    expect(await run.result()).toBe('done there');
  });

  test('a module without effects runs wherever it is started', async () => {
    const pure = compileApp('export async function main(x: number) { return x + 1; }', 'pure');
    const engine = await world.working(app, { act });
    expect(await (await engine.start(pure.main, { args: [1] })).result()).toBe(2);
  });

  test('a run keeps the version it was started with', async () => {
    const first = version(`export const go = channel<any>('go'); export async function main() { const m = await go.receive(); return ['v1', m, await one()]; }`);
    const old = await world.working(first, { one: () => 1 });
    const run = await old.start(first.main);
    await until('the first cycle', async () => (await world.store.log.read(run.uid, 0, 9)).length === 2);
    await old.close();
    const second = version(`export const go = channel<any>('go'); export async function main() { return ['v2', await one()]; }`);
    const engine = await world.working(second, { one: () => 2 });
    await (await engine.run(run.id)).send('go', 'm');
    expect(await (await engine.run(run.id)).result()).toEqual(['v1', 'm', 2]);
    expect(await (await engine.start(second.main)).result()).toEqual(['v2', 2]);
  });

  test('an old version with an effect that is gone waits for a worker that has it, and that is told', async () => {
    const first = version(`export declare function gone(): Promise<any>; export const go = channel<any>('go'); export async function main() { await go.receive(); return await gone(); }`);
    const old = await world.working(first, { one: () => 1, gone: () => 'still there' });
    const run = await old.start(first.main);
    await until('the first cycle', async () => (await world.store.log.read(run.uid, 0, 9)).length === 2);
    await old.close();
    const second = version('export async function main() { return await one(); }');
    const engine = await world.working(second, { one: () => 2 });
    await (await engine.run(run.id)).send('go', 1);
    await until('the warning', () => warnings.some((text) => text.includes('versioned.wf.ts#gone') && text.includes(run.id)));
    expect((await world.store.runs.find(run.id))!.status).toBe('running');
    // Whoever has it takes the run at once, beside the one that has not.
    const again = await world.working(first, { one: () => 1, gone: () => 'still there' });
    expect(await (await again.run(run.id)).result()).toBe('still there');
  });

  test('a stored program that was changed does not run', async () => {
    const first = version(`export const go = channel<any>('go'); export async function main() { await go.receive(); return 'changed'; }`);
    const old = await world.working(first, { one: () => 1 });
    const run = await old.start(first.main);
    await until('the first cycle', async () => (await world.store.log.read(run.uid, 0, 9)).length === 2);
    await old.close();
    await world.rows(`UPDATE perdure.artifacts SET content = replace(content::text, 'changed', 'chanced')::json WHERE hash = decode($1, 'hex')`, [(await world.store.runs.find(run.id))!.artifact]);
    const second = version('export async function main() { return await one(); }');
    const engine = await world.working(second, { one: () => 2 });
    await (await engine.run(run.id)).send('go', 1).catch(() => {});
    expect(await thrownBy((await engine.run(run.id)).result())).toMatchObject({ code: 'artifact_hash' });
  });
});

test('an object of the host that a built-in has made parks the run, and harms no other', async () => {
  const host = compileApp(`
    export declare function act(...args: any[]): Promise<any>;
    export async function walks() {
      const list = [1, 2];
      const caught = Reflect.apply(list.values, list, []);
      await act(1);
      return [...caught].join();
    }
    export async function clones() {
      let caught: any;
      try { structuredClone(() => 1); } catch (error) { caught = error; }
      await act(1);
      return caught.name;
    }
  `);
  const engine = await world.working(host, { act });
  for (let i = 0; i < 2; i++) {
    const error = await thrownBy((await engine.start(host.walks)).result());
    expect(error).toMatchObject({ code: 'unstorable', message: expect.stringMatching(/caught.*a built-in iterator that was made indirectly/) });
    expect(await (await engine.start(host.clones)).result()).toBe('DataCloneError');
  }
});
