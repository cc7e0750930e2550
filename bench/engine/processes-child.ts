/**
 * A worker of its own: node processes-child.js URL. Says when it is ready; then `cpu` asks what it has used, and `end` ends it.
 */
import { endBench, workOn } from './bench-engine.ts';

const bench = await workOn(process.argv[2]!, 'effects', { step: (n: number) => n });
process.on('message', (what) => {
  const { user, system } = process.cpuUsage();
  if (what === 'cpu') process.send!(user + system);
  else void endBench(bench).then(() => process.exit());
});
process.send!('ready');
