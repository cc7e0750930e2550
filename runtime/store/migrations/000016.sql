-- A statement that is planned while a table has a few rows reads all of them, and goes on to do so when there are many, until they are
-- analyzed again: within a minute. Before these tables are analyzed or vacuumed for the first time, the planner believes that they have
-- ten pages, and looks rows up; so that happens only when there are that many. And they do not become small again: what a vacuum would
-- give back is used again by the next rows.
ALTER TABLE perdure.log SET (autovacuum_analyze_threshold = 1000, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);
ALTER TABLE perdure.runs SET (autovacuum_analyze_threshold = 2000, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);

-- A run of a worker is found by both: among all runs that the worker holds, or has held since the last vacuum, it would be searched for.
DROP INDEX perdure.runs_held;
CREATE INDEX runs_held ON perdure.runs (worker, uid) WHERE worker IS NOT NULL;
