-- Runs that other runs have started.
ALTER TABLE perdure.runs
  ADD COLUMN parent  uuid,
  -- the parent's request that has started it
  ADD COLUMN request bigint,
  -- its end has not been put into the parent's inbox
  ADD COLUMN owes    boolean NOT NULL DEFAULT false,
  -- it was terminated, and its children have not been told
  ADD COLUMN orphans boolean NOT NULL DEFAULT false;
CREATE INDEX runs_children ON perdure.runs (parent, request) WHERE parent IS NOT NULL;
CREATE INDEX runs_owing ON perdure.runs (uid) WHERE owes AND outcome IS NOT NULL;
CREATE INDEX runs_orphaning ON perdure.runs (uid) WHERE orphans;
