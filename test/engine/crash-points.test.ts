/**
 * Every crash point: the process of the app dies at each of its database calls, before it and after it; or learns only that the
 * connection broke; and people learn that of theirs. Whatever the point, each feature gives what it gives without.
 *
 *     CRASH_ONLY='a timer' CRASH_POINT=17 npx vitest run test/engine/crash-points.test.ts      prints what happens at a point
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../runtime/store/migrate.ts';
import { openPostgres } from '../../runtime/store/postgres.ts';
import type { Sql } from '../../runtime/store/sql.ts';
import { freshDatabase } from '../support/database.ts';
import { Random } from '../support/random.ts';
import { inTurn } from '../simulation/turns.ts';
import { describePoint, pointsOf, withinReach } from './crash-points/points.ts';
import { SCENARIOS } from './crash-points/scenarios.ts';
import { playSimulated } from './crash-points/simulated.ts';
import { BOOKINGS, playStored } from './crash-points/stored.ts';

/** Of the crash points on PostgreSQL, which take real time: so many of each scenario. */
const ON_POSTGRES = Number(process.env.CRASH_STORED ?? 4);
const ONLY = process.env.CRASH_ONLY;
const SEED = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const POINT = process.env.CRASH_POINT;
const scenarios = SCENARIOS.filter(({ name }) => ONLY === undefined || name === ONLY).map((scenario) => [scenario.name, scenario] as const);

describe('in a simulated world', () => {
  let total = 0;
  afterAll(() => console.log(`${total} crash points of ${scenarios.length} scenarios, simulated`));

  test.each(scenarios)('%s', { timeout: 300_000 }, async (name, scenario) => {
    const undisturbed = await inTurn(() => playSimulated(scenario, {}));
    expect(undisturbed.wrong).toEqual([]);
    const points = pointsOf(name, undisturbed.calls);
    const wrong: string[] = [];
    let told = 0;
    for (const [n, drawn] of points.entries()) {
      if (POINT !== undefined && Number(POINT) !== n) continue;
      let point = drawn;
      const play = () => inTurn(() => playSimulated(scenario, point, POINT !== undefined));
      let played = await play();
      if (played.missed.includes('successor')) {
        point = withinReach(point, played.calls.successor);
        played = await play();
      }
      if (POINT !== undefined) console.log(played.trace.join('\n'));
      const unmet = played.missed.map((who) => `the fault of ${who} has not come`);
      told += played.told;
      if (played.wrong.length + unmet.length > 0) wrong.push(`CRASH_POINT=${n} (${describePoint(point)}): ${[...played.wrong, ...unmet].join('\n    ')}`);
    }
    total += points.length;
    expect(wrong).toEqual([]);
    expect(points.length).toBeGreaterThan(50);
    if (scenario.tells && POINT === undefined) expect(told).toBeGreaterThan(0);
  });
});

describe(`on PostgreSQL, CRASH_SEED=${SEED}`, () => {
  let sql: Sql;
  beforeAll(async () => {
    sql = openPostgres(await freshDatabase());
    await migrate(sql);
    await sql.script(BOOKINGS);
  });
  afterAll(() => sql.close());

  test.each(scenarios)('%s', { timeout: 300_000 }, async (name, scenario) => {
    const undisturbed = await playStored(sql, scenario, {});
    expect(undisturbed.wrong).toEqual([]);
    const points = pointsOf(name, undisturbed.calls);
    const random = new Random(SEED);
    if (POINT !== undefined) points.splice(0, points.length, points[Number(POINT)]!);
    let redraws = 0;
    for (let left = scenario.isSlow ? ON_POSTGRES / 3 : ON_POSTGRES; left > 0; ) {
      const point = random.pick(points);
      const played = await playStored(sql, scenario, point);
      expect([describePoint(point), ...played.wrong]).toEqual([describePoint(point)]);
      // In real time there are now more calls, now fewer.
      if (played.missed.length === 0) left--;
      else expect(++redraws, `redraws, the last: ${describePoint(point)}`).toBeLessThan(5 * ON_POSTGRES);
    }
  });
});
