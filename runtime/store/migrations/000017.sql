-- Rows come in the order of time. In an index that goes backwards each goes before all others, and its pages are split in the middle and
-- stay half empty; in one that goes forwards they are full. Lists read it from its end.
DROP INDEX perdure.runs_recent;
CREATE INDEX runs_recent ON perdure.runs (created_at, uid);
DROP INDEX perdure.runs_remarkable;
CREATE INDEX runs_remarkable ON perdure.runs (created_at, uid)
  WHERE status IN ('pending', 'parked', 'failed', 'cancelled', 'terminated');
