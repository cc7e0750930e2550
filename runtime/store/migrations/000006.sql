-- Lists of runs, by pages.

DROP INDEX perdure.runs_recent;
CREATE INDEX runs_recent ON perdure.runs (created_at DESC, uid DESC);
DROP INDEX perdure.tags_by_value;
CREATE INDEX tags_by_value ON perdure.tags (name, value, created_at DESC, uid DESC);
-- Those that people look for among the many that just go on or are done.
CREATE INDEX runs_remarkable ON perdure.runs (created_at DESC, uid DESC)
  WHERE status IN ('pending', 'parked', 'failed', 'cancelled', 'terminated');
CREATE INDEX runs_replaced ON perdure.runs (id) WHERE replaced_by IS NOT NULL;
