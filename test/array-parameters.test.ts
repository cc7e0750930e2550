/** Arrays in PostgreSQL's binary format arrive as what they are. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ElementType } from '../runtime/store/array-parameters.ts';
import { openPostgres } from '../runtime/store/postgres.ts';
import type { Sql } from '../runtime/store/sql.ts';
import { freshDatabase } from './support/database.ts';

let sql: Sql;
beforeAll(async () => {
  sql = openPostgres(await freshDatabase());
});
afterAll(() => sql.close());

test.each<[ElementType, unknown[], unknown[]]>([
  ['text', ['', 'a', '{"key":"say \\"hi\\", {\\n}, ü€😀"}', null, 'NULL', '\\x00'], ['', 'a', '{"key":"say \\"hi\\", {\\n}, ü€😀"}', null, 'NULL', '\\x00']],
  ['text', [], []],
  ['text', [null], [null]],
  ['uuid', ['00112233-4455-6677-8899-aabbccddeeff', null], ['00112233-4455-6677-8899-aabbccddeeff', null]],
  ['bigint', [0, 1, -1, 2 ** 40, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null], ['0', '1', '-1', '1099511627776', '9007199254740991', '-9007199254740991', null]],
  ['bytea', [Buffer.alloc(0), Buffer.from([0, 255, 92, 34]), null], [Buffer.alloc(0), Buffer.from([0, 255, 92, 34]), null]],
])('%s %j', async (type, elements, expected) => {
  const rows = await sql.query({ name: `array_${type}`, text: `SELECT u AS element FROM unnest($1::${type}[]) WITH ORDINALITY AS t (u, n) ORDER BY n`, arrays: [type] }, [elements]);
  expect(rows.map(({ element }) => element)).toEqual(expected);
});

test('what stands behind the arrays is bound as usual', async () => {
  const statement = { name: 'array_and_more', text: 'SELECT cardinality($1::text[]) + $2::int AS sum', arrays: ['text' as const] };
  expect(await sql.query(statement, [['a', 'b'], 40])).toEqual([{ sum: 42 }]);
});

test('a text that the database cannot take is refused as ever', async () => {
  await expect(sql.query({ name: 'array_nul', text: 'SELECT $1::text[]', arrays: ['text'] }, [['a\0b']])).rejects.toMatchObject({ kind: 'refused' });
});
