-- The log's columns of fixed size stand first: nothing is filled up between them, which saves 7 bytes per row.
ALTER TABLE perdure.log RENAME TO log_unordered;
ALTER INDEX perdure.log_pkey RENAME TO log_unordered_pkey;
CREATE TABLE perdure.log (
  uid     uuid NOT NULL,
  seq     bigint NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- the first half of a SHA-256 over the hash before it, cause and delta
  hash    bytea NOT NULL,
  cause   json NOT NULL,
  delta   json NOT NULL,
  -- what the cycle asked of the outside: times, random seeds, lines for the console
  capture json,
  PRIMARY KEY (uid, seq)
);
INSERT INTO perdure.log (uid, seq, at, hash, cause, delta, capture)
SELECT uid, seq, at, hash, cause, delta, capture FROM perdure.log_unordered;
DROP TABLE perdure.log_unordered;
