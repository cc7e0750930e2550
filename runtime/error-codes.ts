/**
 * The codes of the runtime's errors: what each means and what to do. Codes are never reused. `docs/errors.md`
 * is generated from here and from the compiler's catalogue.
 */

export interface ErrorCodeRow {
  means: string;
  help: string;
}

const row = (means: string, help: string): ErrorCodeRow => ({ means, help });

export const ERROR_CODES = {
  // A run asks for too much.
  cycle_time: row(
    'A cycle took longer than the limit of time (`open({ limits: { cycle } })`), such as a loop without end.',
    'The stack begins where it was stopped, except in a worker thread of the app and where Node has no inspector; `perdure show RUN` has where the run waited before. If it only needs longer, raise the limit, then `engine.resume(run)`: it goes on from its last checkpoint. It goes on with a corrected workflow by `engine.resume(run, { onto: workflow })`. What takes long belongs into an effect.',
  ),
  cycle_crash: row(
    'Workers ended, one after the other, while they evaluated this cycle, and so did a process that only tried it.',
    'Most often memory runs out: the message has what the process said. `engine.resume(run)` tries it again, `engine.resume(run, { onto: workflow })` with a corrected workflow.',
  ),
  state_size: row(
    'The state of a run is larger than it may be (`open({ limits: { stateBytes } })`).',
    'The message has the way to what is largest. Keep large documents outside, and in the run what finds them; or raise the limit, then `engine.resume(run)`.',
  ),
  // The app uses the engine wrongly.
  not_compiled: row(
    'A workflow module that no compiler of ours has seen was given to `provide` or `start`.',
    'Run the app with `node --import perdure/register`, or build the workflows with `perdure build` after `tsc`.',
  ),
  not_a_workflow: row('What was given to `start` is not an exported async function.', 'Give the function itself, as its module exports it. If it is not exported, export it, or start the one that calls it.'),
  effects_missing: row('`provide` was given no implementation for an effect that the program declares.', 'Implement every effect that the message lists.'),
  unknown_effect: row('`provide` was given an implementation for something the module does not declare.', 'Correct the name; the message lists the effects.'),
  transactions_missing: row('An effect was provided as a transaction, and the store has none for apps.', 'Use PostgreSQL or an embedded store in a directory, or provide it with `run`.'),
  serve: row('`serve` was called with what cannot be, or after `work`.', 'Correct what the message names; serve all queues, then call `work`.'),
  effect_policy: row('The policy of an effect is wrong.', 'Correct the option that the message names.'),
  no_effect_context: row('`effectContext()` was called outside the implementation of an effect.', 'Call it before the first `await` that leaves the implementation.'),
  outside_run: row('A workflow, an effect, `sleep` or `receive` was called by the app itself.', 'Start the workflow with `engine.start`.'),
  unstorable: row('A value cannot be stored; the message has the way to it.', 'Pass plain data, built-ins of ECMAScript, or instances of classes that the program exports.'),
  unstorable_result: row('An effect returned, or a workflow returned, what cannot cross the border.', 'Return plain data; the message has the way to the value.'),
  class_unknown: row('The outcome of a run holds an instance of a class that this process has not imported.', 'Import the workflow module where the result is read, or return plain data.'),
  run_id: row('The id of a run has characters that ids must not have, or is too long.', 'Use up to 200 letters, digits and . : @ / + = _ -'),
  run_exists: row('The id is taken by a run of another workflow or with other arguments.', 'Choose another id; the same id with the same arguments finds the same run.'),
  options: row('What was given to a call of the engine, or in a workflow to `receive`, `scope` or `withTimeout`, has an option that there is not, or a value that cannot be.', 'Correct the option that the message names.'),
  start_options: row('An option of a start is wrong.', 'Correct the option that the message names.'),
  filter: row('A filter of runs has a condition that there is not, or a wrong value.', 'Correct what the message names.'),
  run_missing: row('There is no run with this id.', '`perdure list` shows the runs there are.'),
  run_ended: row('The run has ended and takes no messages or resolutions.', 'Nothing is to be done; what it ended with is in `perdure show`.'),
  run_terminated: row('The run was terminated from outside.', 'Nothing is to be done; the reason is in the message.'),
  run_parked: row('The run is parked: it waits for a person.', '`perdure show RUN` says why; `perdure resume RUN` lets it try again.'),
  not_parked: row('The run that was to be resumed is not parked.', 'Nothing is to be done; `perdure show RUN` tells its state.'),
  does_not_fit: row('A run cannot go on with another version of its program: what it is doing is not there any more.', 'The message says what is in the way. Change the code between the waits of functions that are under way, not the waits; or end the run (`engine.terminate`), and start it anew.'),
  retry_some: row('Of the failed runs that were to go on, some could not.', 'The message says which, and why; the others go on.'),
  not_failed: row('The run that was to be retried has not failed.', 'A parked run is resumed, a run that goes on needs nothing; `perdure show RUN` tells its state.'),
  not_in_doubt: row('The effect that was to be resolved is not in doubt.', '`perdure show RUN` lists the effects that are.'),
  no_such_cycle: row('The run has no cycle of this number.', '`perdure logs RUN` lists its cycles.'),
  key: row('A key that the app has chosen is no text that can be stored.', 'Use a text of 1 to 200 characters, without NUL.'),
  channel: row('`send` was given neither a channel of a workflow module nor a name.', 'Pass the exported channel.'),
  unknown_query: row('The program of the run has no such query.', 'Correct the name; the message lists the queries. A run keeps the version of the program it was started with.'),
  query_early: row('The run that was asked has not begun: there is nothing to ask.', 'Ask again when it has; `perdure show RUN` tells what it waits for.'),
  query_waits: row('A query calls an effect, or waits for something.', 'Let the workflow put what it learns into a variable of the module, and let the query read that.'),
  query_time: row('A query took longer than a cycle may (`open({ limits: { cycle } })`).', 'Look for a loop without end; let the workflow prepare what takes long to compute.'),
  query_answer: row('A query returned what cannot leave the workflow.', 'Return plain data; the message has the way to the value.'),
  token: row('What was given to `complete` is no token of an effect.', 'Pass the text that `effectContext().later()` has given, whole.'),
  token_unknown: row('The store has no such token: its run is gone, or it is of another store.', 'Nothing is to be done if the run was pruned; otherwise look where the token comes from.'),
  token_decided: row('The effect of this token was completed before, or nobody waits for it any more.', 'The message tells what was decided. The same completion again is no error.'),
  token_expired: row('The token was not used in time: a TimeoutError was thrown at the `await` of its effect.', 'Nothing is to be done; a longer time is given by `later({ expires })`.'),
  retention: row('What was said about how long runs are kept cannot be.', 'Correct what the message names: durations by `completed`, `failed`, `cancelled`, `terminated`.'),
  no_reply: row('A run that was asked has ended without answering.', '`perdure show RUN` tells how it has ended. A run that is retried may still answer: ask again with the same key.'),
  ask_timeout: row('A run that was asked has not answered in time.', 'Ask again with the key that the message names: the question is not asked twice.'),
  schedule: row('A schedule says what cannot be: a wrong cron expression, time zone or option.', 'Correct what the message names.'),
  schedule_missing: row('There is no schedule with this id.', '`perdure schedules` shows those there are.'),
  engine_closed: row('The engine was used after `close()`.', 'Open another one.'),

  // What implementations of effects meet.
  effect_timeout: row('An attempt of an effect took longer than its policy allows.', 'Raise `timeout`; an effect that is `idempotent` and has a `retry` policy is tried again.'),
  transaction_ended: row(
    'The implementation of an effect that is a transaction has sent COMMIT or ROLLBACK itself, or has called `release`, `end` or `rollback` of its client.',
    'Return to commit, throw to roll back; the client is given back then.',
  ),
  transaction_over: row(
    'A statement came when the implementation of an effect that is a transaction had ended: it was not sent.',
    'Look for an `await` that is missing, such as that of a branch which goes on when another has thrown (`Promise.all`).',
  ),
  later: row('`effectContext().later()` was called where an effect cannot be completed later.', 'Call it once, before the implementation has ended, and not in a transaction.'),
  effect_silent: row('An attempt of an effect has given no heartbeat for longer than its policy allows.', 'Call `effectContext().heartbeat()` more often, or raise `heartbeat`.'),
  decision: row('What an app decides about an effect is no decision.', 'Give `{ result }` or `{ error }`; about an effect in doubt also `{ retry: true }`.'),
  doubt_answer: row('The policy `onInDoubt` of an effect returned something that is no answer.', 'Return `{ retry: true }`, `{ result }`, `{ error }` or undefined.'),
  effect_dropped: row('Nobody waits for the effect any more; its signal is aborted.', 'Stop the work if that is cheap; the result is not used.'),
  effect_cancelled: row('The run of the effect is cancelled; its signal is aborted.', 'Stop the work. Throw an error of your own if you know that nothing has happened; the abort itself says that nobody knows.'),
  run_left: row('The run of a transaction has left its worker; the signal of the transaction is aborted, and it is rolled back.', 'Nothing: whoever holds the run makes it again.'),
  closing: row('The engine is closing; the signals of effects in flight are aborted.', 'End soon; what does not end stays in doubt.'),

  // A run that cannot go on: it is parked at its last checkpoint.
  shared_write: row('The program writes to a function, class or prototype object that all runs share.', 'Keep what changes in a variable, a static field or an instance; or write to it in the module that declares it.'),
  host_promise: row('A promise of the host reached the workflow.', 'Wait for it inside an effect.'),
  code_from_text: row('The program makes code out of text, by a way no compiler can see.', 'Write the code as a function.'),
  commit_refused: row('The database refuses the checkpoint of this run.', 'The message has the reason of the database; resolve it and retry the run.'),
  corrupt_state: row('The stored state of a run is damaged at the path that the message names.', 'Restore the rows of this run from a backup; other runs are not affected.'),
  format_version: row('The stored state of a run was written by a version of Perdure with another stored format.', 'Run it with the version that wrote it.'),
  deadlock: row('The run waits for something that nothing can settle any more.', 'Look for a `new Promise` whose `resolve` is never called, and for tasks that wait for each other; the stack has the wait that was the last, if it is known.'),
  load_failed: row('The run could not be loaded.', 'The message has the reason.'),
  internal_error: row('An assertion of Perdure failed.', 'Please report it, with the message.'),

  // Programs.
  artifact_altered: row('Compiled code was rewritten after it was compiled, by a bundler or a transpiler.', 'Mark compiled workflow modules as external, or build with `--embed`.'),
  artifact_hash: row('A stored program does not have the hash it is stored under.', 'Someone changed it in the database; restore it.'),
  artifact_missing: row('The program of a run is not in the store.', 'Restore the row of `artifacts` from a backup.'),
  artifact_unknown: row('A run belongs to a module that this app does not provide.', 'Provide the module in one of your workers.'),
  abi_version: row('A program was compiled for another version of the runtime.', 'Build it again, or run it with the version it was built for.'),
  manifest_mismatch: row('The code and the manifest of a module do not fit together.', 'Build the module again.'),
  unknown_workflow: row('The program of a run, or the store, has no such workflow.', 'Correct the name, or provide the module that has it.'),

  // The store.
  store_missing: row('`open` was given no store, or the CLI one that is not there.', 'Give a PostgreSQL URL or a directory; an app makes the store when it opens it.'),
  store_url: row('The URL of the store cannot be read, or is not one of PostgreSQL.', 'Give `postgres://user:password@host/database`, with special characters as %XX, or a directory.'),
  store_in_use: row('Another process holds the directory of an embedded store.', 'Stop that process, or use PostgreSQL.'),
  store_path: row('The path of an embedded store is too long: a socket in it could not be reached.', 'Use a shorter path, or start the process in a directory near it.'),
  pglite_missing: row('The embedded store needs a package that is not installed.', '`npm install @electric-sql/pglite`.'),
  store_unreachable: row('The database cannot be reached.', 'Check the URL, the network and the server.'),
  store_connection: row('A connection to the database was lost.', 'Nothing is to be done if it was a restart; the engine connects again.'),
  store_busy: row('The database asks to try again.', 'Nothing is to be done; the engine tries again.'),
  store_access: row('The database refuses access, or there is none of this name.', 'Check the user, the password, the rights and the name of the database.'),
  store_schema: row('The tables of Perdure are missing or incomplete.', 'Open the engine once with a user who may create tables.'),
  store_schema_newer: row('The schema is newer than this version of Perdure.', 'Upgrade Perdure.'),
  store_incomplete: row('A part of a row of the database is missing.', 'It is answered where it arises; if you see it, it is a bug of Perdure.'),
  store_duplicate: row('The database has such a row already.', 'It is answered where it arises; if you see it, it is a bug of Perdure.'),
  store_statement: row('The database refuses a statement.', 'The message has the reason of the database.'),
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof ERROR_CODES;
