-- Schema of Perdure, version 1. The run's uid leads every key, so that the schema distributes by run.
-- Documents are json, never jsonb: jsonb reorders keys, turns -0 into 0 and refuses some strings.

-- A program as it was stored: texts, source maps and manifests of its modules. Never changes.
CREATE TABLE perdure.artifacts (
  hash       text PRIMARY KEY,
  entry      text NOT NULL,
  content    json NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- One row per run. Steps do not touch it: it changes when a run is started, claimed, released, sent to, ended.
CREATE TABLE perdure.runs (
  uid         uuid PRIMARY KEY,
  id          text NOT NULL UNIQUE,
  workflow    text NOT NULL,
  entry       text NOT NULL,
  artifact    text NOT NULL,
  args_hash   bytea NOT NULL,
  -- running | completed | failed | parked
  status      text NOT NULL DEFAULT 'running',
  -- {"ok": value} or {"error": error}, once it has ended
  outcome     json,
  -- why it is parked
  reason      json,
  -- how many messages have been sent to it: the number of the last inbox entry
  mail        bigint NOT NULL DEFAULT 0,
  -- when it next needs a worker; infinity while one holds it and nothing new has come; null when it has ended
  wake_at     timestamptz,
  -- the incarnation of the worker that holds it
  worker      text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
CREATE INDEX runs_due ON perdure.runs (wake_at) WHERE worker IS NULL AND wake_at IS NOT NULL;
CREATE INDEX runs_held ON perdure.runs (worker) WHERE worker IS NOT NULL;
CREATE INDEX runs_recent ON perdure.runs (created_at DESC);

-- The log: one row per cycle, appended only, each with a hash over the one before it. state = fold(log).
CREATE TABLE perdure.log (
  uid     uuid NOT NULL,
  seq     bigint NOT NULL,
  hash    bytea NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  cause   json NOT NULL,
  delta   json NOT NULL,
  -- what the cycle asked of the outside: times, random seeds, lines for the console
  capture json,
  PRIMARY KEY (uid, seq)
);

-- The full state at one cycle, so that a load need not fold the whole log.
CREATE TABLE perdure.images (
  uid   uuid NOT NULL,
  seq   bigint NOT NULL,
  state json NOT NULL,
  PRIMARY KEY (uid, seq)
);

-- What has arrived for a run and is not consumed yet, numbered per run.
CREATE TABLE perdure.inbox (
  uid   uuid NOT NULL,
  n     bigint NOT NULL,
  at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry json NOT NULL,
  PRIMARY KEY (uid, n)
);

-- Attempts at effects beyond the first, whose claim rides in the log entry that requests it; and doubts.
CREATE TABLE perdure.claims (
  uid     uuid NOT NULL,
  request bigint NOT NULL,
  attempt int NOT NULL,
  worker  text NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- an error that a retry policy has answered with another attempt
  failure json,
  -- since when nobody knows whether this attempt has happened
  doubt   timestamptz,
  PRIMARY KEY (uid, request, attempt)
);
CREATE INDEX claims_in_doubt ON perdure.claims (uid) WHERE doubt IS NOT NULL;

-- Workers that are alive. A lease saves work; it never decides safety.
CREATE TABLE perdure.workers (
  id          text PRIMARY KEY,
  host        text NOT NULL,
  boot        text NOT NULL,
  pid         int NOT NULL,
  started     text NOT NULL,
  lease_until timestamptz NOT NULL
);
