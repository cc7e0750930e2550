-- What stands in every row costs most where a run only sleeps: the columns of fixed size stand first, and nothing is filled up between
-- them; hashes are bytes; the index of the time has the time alone.

DO $$
BEGIN
  IF EXISTS (SELECT FROM perdure.runs r WHERE r.finished_at IS NULL AND EXISTS (SELECT FROM perdure.log l WHERE l.uid = r.uid AND l.seq > 0)) THEN
    RAISE EXCEPTION 'There are runs under way whose state this version of perdure does not read. Let them end with the version that they were started with, or terminate them, and open the store again. Nothing was changed.';
  END IF;
END $$;

ALTER TABLE perdure.artifacts ALTER COLUMN hash TYPE bytea USING decode(hash, 'hex');

ALTER TABLE perdure.runs RENAME TO runs_unordered;
-- One row per run. Steps do not touch it: it changes when a run is started, claimed, released, sent to, ended.
CREATE TABLE perdure.runs (
  uid         uuid NOT NULL,
  -- when it next needs a worker; infinity while one holds it and nothing new has come; null when it has ended
  wake_at     timestamptz,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  -- it does not begin before
  start_at    timestamptz,
  -- how many messages have been sent to it: the number of the last inbox entry
  mail        bigint NOT NULL DEFAULT 0,
  -- the run that has started it, and the request of that by which it has
  parent      uuid,
  request     bigint,
  -- the run that has taken its id
  replaced_by uuid,
  -- the cycle that it had reached when the last of the workers was lost that `losses` counts
  lost_at     bigint,
  -- how many workers have gone while they held it, one after the other without a checkpoint between
  losses      int NOT NULL DEFAULT 0,
  -- of the runs that are due, those with more go first
  priority    int NOT NULL DEFAULT 0,
  -- of the runs with its turn_key, so many go on at a time
  turn_limit  int,
  -- its end has not been put into the parent's inbox
  owes        boolean NOT NULL DEFAULT false,
  -- it was terminated, and its children have not been told
  orphans     boolean NOT NULL DEFAULT false,
  -- as it was chosen; null: its uid is its id
  id          text,
  workflow    text NOT NULL,
  -- the entry module of its program, and the program's hash
  entry       text NOT NULL,
  artifact    bytea NOT NULL,
  -- the first half of a SHA-256 over its arguments
  args_hash   bytea NOT NULL,
  -- pending | running | completed | failed | cancelled | terminated | parked
  status      text NOT NULL DEFAULT 'running',
  -- the incarnation of the worker that holds it
  worker      text,
  turn_key    text,
  -- while it is pending, a start of the same workflow with this key gives it other arguments and another moment
  debounce    text,
  -- {"ok": value} or {"error": error}, once its workflow has ended
  outcome     json,
  -- why it is parked
  reason      json
);
INSERT INTO perdure.runs (uid, wake_at, created_at, finished_at, start_at, mail, parent, request, replaced_by, lost_at, losses, priority, turn_limit,
                          owes, orphans, id, workflow, entry, artifact, args_hash, status, worker, turn_key, debounce, outcome, reason)
SELECT uid, wake_at, created_at, finished_at, start_at, mail, parent, request, replaced_by, lost_at, losses, priority, turn_limit,
       owes, orphans, id, workflow, entry, decode(artifact, 'hex'), substring(args_hash FOR 16), status, worker, turn_key, debounce, outcome, reason
FROM perdure.runs_unordered;
DROP TABLE perdure.runs_unordered;
ALTER TABLE perdure.runs ADD PRIMARY KEY (uid);
CREATE UNIQUE INDEX runs_id ON perdure.runs (id) WHERE replaced_by IS NULL AND id IS NOT NULL;
CREATE INDEX runs_replaced ON perdure.runs (id) WHERE replaced_by IS NOT NULL AND id IS NOT NULL;
CREATE INDEX runs_due ON perdure.runs (priority DESC, wake_at) WHERE worker IS NULL AND wake_at IS NOT NULL;
CREATE INDEX runs_held ON perdure.runs (worker, uid) WHERE worker IS NOT NULL;
-- Lists read it from its end. Hardly two runs are of one moment: those are sorted when they are shown.
CREATE INDEX runs_recent ON perdure.runs (created_at);
CREATE INDEX runs_remarkable ON perdure.runs (created_at) WHERE status IN ('pending', 'parked', 'failed', 'cancelled', 'terminated');
CREATE INDEX runs_finished ON perdure.runs (workflow, status, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX runs_queued ON perdure.runs (turn_key, priority DESC, created_at, uid) WHERE status = 'pending' AND turn_key IS NOT NULL;
CREATE UNIQUE INDEX runs_debounced ON perdure.runs (workflow, debounce) WHERE status = 'pending' AND debounce IS NOT NULL;
CREATE INDEX runs_children ON perdure.runs (parent, request) WHERE parent IS NOT NULL;
CREATE INDEX runs_owing ON perdure.runs (uid) WHERE owes AND outcome IS NOT NULL;
CREATE INDEX runs_orphaning ON perdure.runs (uid) WHERE orphans;
ALTER TABLE perdure.runs SET (autovacuum_analyze_threshold = 2000, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);

ALTER TABLE perdure.log RENAME TO log_wide;
CREATE TABLE perdure.log (
  uid     uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  seq     int NOT NULL,
  -- the first half of a SHA-256 over the hash before it, cause and delta
  hash    bytea NOT NULL,
  cause   json NOT NULL,
  delta   json NOT NULL,
  -- what the cycle asked of the outside: times, random seeds, lines for the console
  capture json
);
INSERT INTO perdure.log (uid, at, seq, hash, cause, delta, capture)
SELECT uid, at, seq, hash, cause, delta, capture FROM perdure.log_wide;
DROP TABLE perdure.log_wide;
-- It only grows at the end of each run: nothing is ever put between, so no room is left for that.
ALTER TABLE perdure.log ADD PRIMARY KEY (uid, seq) WITH (fillfactor = 100);
ALTER TABLE perdure.log SET (autovacuum_analyze_threshold = 1000, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);
