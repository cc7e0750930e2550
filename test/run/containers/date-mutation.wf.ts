export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const d = new Date(Date.UTC(2024, 0, 31, 12));
  const kept = { d, copy: new Date(d), bad: new Date(NaN) };
  await tick();
  d.setUTCMonth(1);
  console.log(d.toISOString(), kept.d === d, kept.copy.toISOString(), isNaN(kept.bad as any));
  d.setTime(0);
  kept.bad.setTime(5);
  await tick();
  d.setUTCHours(25, 61, 61, 1001);
  await tick();
  console.log(+d, JSON.stringify(kept), d > kept.bad, d.getUTCDay(), (d as any) - (kept.bad as any), typeof (d + '1'), new Date(2020, 1, 30).getMonth(), Date.parse('2020-01-01T00:00:00Z'));
  class Stamp extends Date { label = 'l'; iso() { return this.toISOString().slice(0, 10); } }
  const s = new Stamp(86400000);
  await tick();
  s.setUTCDate(15);
  await tick();
  console.log(s.iso(), s.label, s instanceof Date, s.getTime());
}

// expect: 2024-03-02T12:00:00.000Z true 2024-01-31T12:00:00.000Z true
// expect: 93722001 {"d":"1970-01-02T02:02:02.001Z","copy":"2024-01-31T12:00:00.000Z","bad":"1970-01-01T00:00:00.005Z"} true 5 93721996 string 2 1577836800000
// expect: 1970-01-15 l true 1209600000
// expect: returned undefined
