-- Effects that wait until they may be made: because so many at a time are allowed, or because other processes make them.

-- One row per call, from when its run asks for it until what has come of it is in the run's inbox.
CREATE TABLE perdure.errands (
  uid        uuid NOT NULL,
  request    bigint NOT NULL,
  -- the attempt that waits or is under way
  attempt    int NOT NULL,
  -- the run's id, for who makes it
  run        text NOT NULL,
  effect     text NOT NULL,
  args       json NOT NULL,
  asked_at   timestamptz NOT NULL,
  -- who makes it: servers of this queue; empty: any worker that provides the effect
  queue      text NOT NULL,
  -- what is counted together for a limit: the effect, and its key
  lane       text NOT NULL,
  priority   int NOT NULL,
  -- not before: the end of a pause
  ready_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- when the first attempt began
  began_at   timestamptz,
  -- who makes it, or finds out about a doubt; null: it waits
  worker     text,
  granted_at timestamptz,
  -- may be made again when its worker is gone, says the policy of that worker
  idempotent boolean NOT NULL DEFAULT false,
  -- nobody knows whether the attempt has happened; `claims` has since when
  doubt      boolean NOT NULL DEFAULT false,
  -- its run is cancelled or over: the attempt is told to stop
  told       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (uid, request)
);
CREATE INDEX errands_waiting ON perdure.errands (queue, lane, priority DESC, asked_at, uid, request) WHERE worker IS NULL AND NOT doubt;
CREATE INDEX errands_pausing ON perdure.errands (ready_at) WHERE worker IS NULL AND NOT doubt;
CREATE INDEX errands_granted ON perdure.errands (lane) WHERE worker IS NOT NULL AND NOT doubt;
CREATE INDEX errands_taken ON perdure.errands (worker) WHERE worker IS NOT NULL;
CREATE INDEX errands_doubtful ON perdure.errands (queue) WHERE doubt;

-- How many attempts at an effect may be under way at once, and begin within a time, on all workers. Who provides it says so.
CREATE TABLE perdure.limits (
  effect      text PRIMARY KEY,
  concurrency int,
  rate        int,
  per_ms      double precision
);

-- What is counted together for a limit. Who gives out grants locks the row, and gives none if it has changed since they looked.
CREATE TABLE perdure.lanes (
  lane     text PRIMARY KEY,
  version  bigint NOT NULL DEFAULT 0,
  -- when attempts were granted that still count for the rate, in ms since 1970, and how many
  spent_at double precision[] NOT NULL DEFAULT '{}',
  spent    bigint[] NOT NULL DEFAULT '{}',
  used_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The claim was made by a grant: its worker need not hold the run.
ALTER TABLE perdure.claims ADD COLUMN granted boolean NOT NULL DEFAULT false;

-- The queues whose effects a worker makes.
ALTER TABLE perdure.workers ADD COLUMN serves text[] NOT NULL DEFAULT '{}';
