-- Runs that begin again and again.
CREATE TABLE perdure.schedules (
  id         text PRIMARY KEY,
  -- when and what: cron, timeZone, workflow, args, overlap, backfillMs
  spec       json NOT NULL,
  -- the entry module of the workflow's program: who provides it makes the ticks
  entry      text NOT NULL,
  paused     boolean NOT NULL DEFAULT false,
  -- the next tick that nobody has made; null: there is none
  next_at    timestamptz,
  -- the last tick that was made, and the run that was begun last
  last_at    timestamptz,
  last_run   uuid,
  -- ticks at which the run before still went on
  skipped    bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX schedules_due ON perdure.schedules (next_at) WHERE NOT paused AND next_at IS NOT NULL;
