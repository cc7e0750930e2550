-- The delta, which is aligned to four bytes where it has more than 126, comes after the columns of fixed size: behind the others, some bytes
-- are filled up before it in nearly every row. A log that is already large stays as it is: that is not worth the time in which nobody could write.
DO $$
BEGIN
  IF pg_relation_size('perdure.log') > 64 * 1024 * 1024 THEN
    RETURN;
  END IF;
  ALTER TABLE perdure.log RENAME TO log_padded;
  CREATE TABLE perdure.log (
    uid     uuid NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    seq     int NOT NULL,
    delta   json NOT NULL,
    cause   json NOT NULL,
    -- the first half of a SHA-256 over the hash before it, cause and delta
    hash    bytea NOT NULL,
    -- what the cycle asked of the outside: times, random seeds, lines for the console
    capture json
  );
  INSERT INTO perdure.log (uid, at, seq, delta, cause, hash, capture)
  SELECT uid, at, seq, delta, cause, hash, capture FROM perdure.log_padded;
  DROP TABLE perdure.log_padded;
  -- It only grows at the end of each run: nothing is ever put between, so no room is left for that.
  ALTER TABLE perdure.log ADD PRIMARY KEY (uid, seq) WITH (fillfactor = 100);
  ALTER TABLE perdure.log SET (autovacuum_analyze_threshold = 1000, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);
END $$;
