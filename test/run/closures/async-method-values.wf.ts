export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  class Job {
    n = 0;
    async run(by: number) { this.n += by; await tick(); return this.n; }
    later = async () => { await tick(); return this.n; };
    static async make(n: number) { const j = new this(); j.n = await tick(n); return j; }
  }
  const job = await Job.make(5);
  const { run, later } = job;
  const { make } = Job;
  const table = { run: job.run, bound: job.run.bind(job, 10) };
  await tick();
  console.log(await run.call(job, 1), await table.bound(), await later(), await run.apply(job, [2]), (await make.call(Job, 7)).n);
  console.log(await run(1).catch((e) => e.name), await table.run(1), (table as any).n, run === Job.prototype.run);
}

// expect: 6 16 16 18 7
// expect: TypeError NaN NaN true
// expect: returned undefined
