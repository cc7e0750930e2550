-- Runs that are over go when their time has come.

-- Runs that are gone, and whose rows in the other tables are still to be deleted.
CREATE TABLE perdure.remains (
  uid uuid PRIMARY KEY
);
CREATE INDEX runs_finished ON perdure.runs (workflow, status, finished_at) WHERE finished_at IS NOT NULL;
-- When an app last had it in hand: one that was just stored may be for a run that is about to start.
ALTER TABLE perdure.artifacts ADD COLUMN used_at timestamptz NOT NULL DEFAULT now();
