-- What attempts at effects tell of themselves, and what is known of those in doubt.

ALTER TABLE perdure.claims
  -- {"details": value}: the last heartbeat that had details; and when the last one of all was written down
  ADD COLUMN heartbeat    json,
  ADD COLUMN heartbeat_at timestamptz,
  -- the app's code could not decide about the doubt: the error that it threw
  ADD COLUMN trouble      json,
  -- the app's code does not know: a person decides
  ADD COLUMN to_person    boolean NOT NULL DEFAULT false;

-- Workers that are gone, so that a doubt can tell which process made the attempt.
CREATE TABLE perdure.former_workers (
  id      text PRIMARY KEY,
  host    text NOT NULL,
  pid     int NOT NULL,
  gone_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
