export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const d = new Date(0);
  const e = new TypeError('bad', { cause: new RangeError('inner') });
  const big = 2n ** 70n;
  await tick();
  d.setUTCFullYear(2030);
  await tick();
  console.log(d.toISOString(), e.name, (e.cause as Error).message, e instanceof TypeError, String(big + 1n), typeof big, new Date(NaN).getTime());
  const ag = new AggregateError([e, new Error('x')], 'many');
  await tick();
  console.log(ag.errors.length, ag.errors[0] === e, ag.message);
}

// expect: 2030-01-01T00:00:00.000Z TypeError inner true 1180591620717411303425 bigint NaN
// expect: 2 true many
// expect: returned undefined
