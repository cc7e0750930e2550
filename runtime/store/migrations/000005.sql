-- Runs that end the workers that hold them.
ALTER TABLE perdure.runs
  -- how many workers have gone while they held it, one after the other without a checkpoint between
  ADD COLUMN losses  int NOT NULL DEFAULT 0,
  -- the cycle that it had reached then
  ADD COLUMN lost_at bigint;
