/**
 * The approval example: mails are printed, the answer comes from another terminal.
 *
 *     node --import tsx --import perdure/register examples/approval/main.ts
 *     npx perdure send expense-7 decision '{"by": "grace", "approved": true}'
 */
import { open } from 'perdure/engine';
import * as approvals from './approval.wf.ts';

const engine = await open({ store: process.env.DATABASE_URL ?? '.perdure' });
engine.provide(approvals, {
  mail: {
    // Two mails are better than none.
    idempotent: true,
    run(to, subject, text) {
      console.log(`mail to ${to}: ${subject}\n  ${text}`);
    },
  },
});
await engine.work();

const expense = { id: 'expense-7', by: 'alan', what: 'a better chair', amount: 48_000 };
const patience = { each: process.env.PATIENCE ?? '20 seconds', reminders: 2 };
const run = await engine.start(approvals.approve, { id: expense.id, args: [expense, ['grace', 'linus'], patience] });
console.log(await run.result());
await engine.close();
