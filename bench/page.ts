/**
 * `docs/benchmarks.md` and `docs/benchmarks-engine.md`, from the results.
 */
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { Group } from './group.ts';
import { type Table, writeMarkdown } from './table.ts';

const HOW = `Every figure is a ratio of two things measured in the same process or on the same server, in turn, so that both
see the same weather: other machines give other times but much the same ratios. A cell shows the median of the
rounds and, in brackets, the least and the most. \`npm run bench\` (\`npm run bench:engine\`) measures
again, with \`-- --quick\` in a short run; with \`-- --write\` it writes this page.`;

export interface Page {
  groups: Group[];
  file: string;
  title: string;
  /** What stands between the figures and the goals that they miss. */
  limits: string;
}

export const PROGRAM_LIMITS = `## What holds back what is missed

* **Handlers.** \`then\` takes twice the time of V8's: a promise with its slots and a reaction are more bytes than V8's own,
  and the handler is a closure with a code record. An async closure takes five times as long to make as a native one,
  100 ns against 20, because its prototype has to be set.
* **Checkpoint times.** A checkpoint takes 12 to 30 µs at every size; which of them comes out above 1.5 changes from
  run to run.`;

export const ENGINE_LIMITS = `## What holds back what is missed

* **Effects, and steps of runs in flight.** The disk of this machine commits in 0.15 to 0.4 ms, another time on another day, which hides
  little: at about the same steps per second, 50 and 500 runs in flight were 1.4 and 1.8 of 2,500 bare commits per second, and 0.7 and 1.1
  of 5,000. A step alone adds some
  0.03 to 0.07 ms of work for the database (the step before it and who holds the run are looked up, and its row is larger), and
  0.2 ms for evaluating, encoding, hashing and beginning the effect, a quarter of it one write to the socket; each also waits for
  another processor to wake. Among many, a step takes 25 to 30 µs of this process and 16 of the database; a start and an end take as
  much as six steps.
* **Several processes.** One worker and the database keep both processors of this machine busy: more workers make smaller batches.
* **Sleeping runs.** The entry of the log, which is the start and the first wait, is 455 bytes, most of it readable JSON; the row of the
  run 185; indexes 130. An id that was chosen adds some 100.`;

export function writePage({ title, limits }: Page, results: { group: Group; tables: Table[] }[], quick: boolean): string {
  const [cpu] = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? arch()}, ${gib} GiB, ${platform()} ${release()}`;
  return `${[
    `# ${title}`,
    `Measured on ${new Date().toISOString().slice(0, 10)} with Node ${process.version} on ${machine}${quick ? ' (a short run)' : ''}.`,
    HOW,
    ...results.flatMap(({ group, tables }) => [`## ${headline(group.name)}`, group.about, ...tables.map(writeMarkdown)]),
    limits,
  ].join('\n\n')}\n`;
}

const headline = (name: string): string => name[0]!.toUpperCase() + name.slice(1);
