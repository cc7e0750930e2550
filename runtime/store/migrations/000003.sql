-- When a run may begin, who goes first, and how runs are found again.

-- A run that is pending has not begun: it waits for its moment, or for its turn among the runs of a key.
ALTER TABLE perdure.runs
  -- of the runs that are due, those with more go first
  ADD COLUMN priority    int NOT NULL DEFAULT 0,
  -- it does not begin before
  ADD COLUMN start_at    timestamptz,
  -- of the runs with this key, so many go on at a time
  ADD COLUMN turn_key    text,
  ADD COLUMN turn_limit  int,
  -- while it is pending, a start of the same workflow with this key gives it other arguments and another moment
  ADD COLUMN debounce    text,
  -- the run that has taken its id
  ADD COLUMN replaced_by uuid;

ALTER TABLE perdure.runs DROP CONSTRAINT runs_id_key;
CREATE UNIQUE INDEX runs_id ON perdure.runs (id) WHERE replaced_by IS NULL;

DROP INDEX perdure.runs_due;
CREATE INDEX runs_due ON perdure.runs (priority DESC, wake_at) WHERE worker IS NULL AND wake_at IS NOT NULL;
CREATE INDEX runs_queued ON perdure.runs (turn_key, priority DESC, created_at, uid) WHERE status = 'pending' AND turn_key IS NOT NULL;
CREATE UNIQUE INDEX runs_debounced ON perdure.runs (workflow, debounce) WHERE status = 'pending' AND debounce IS NOT NULL;

-- Who has a turn: run `uid` holds one of the places 1 to limit of a key. A place is taken by inserting it.
CREATE TABLE perdure.turns (
  key   text NOT NULL,
  place int NOT NULL,
  uid   uuid NOT NULL UNIQUE,
  PRIMARY KEY (key, place)
);

-- What apps call their runs beside the id.
CREATE TABLE perdure.tags (
  uid        uuid NOT NULL,
  name       text NOT NULL,
  value      text NOT NULL,
  -- of the run, so that the newest of a tag are found by an index
  created_at timestamptz NOT NULL,
  PRIMARY KEY (uid, name)
);
CREATE INDEX tags_by_value ON perdure.tags (name, value, created_at DESC, uid);
