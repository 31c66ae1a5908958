-- A stop carries what the planner said of it, and whether the collector fixed its place.

ALTER TABLE stop ADD COLUMN is_locked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stop ADD COLUMN leave_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stop ADD COLUMN travel_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stop ADD COLUMN wait_s INTEGER NOT NULL DEFAULT 0;
-- Plans made before knew straight lines only.
ALTER TABLE stop ADD COLUMN is_estimated INTEGER NOT NULL DEFAULT 1;
-- Of a stop left out: 1 + enum plan_why_kind, 0 none; see core/rules/plan_why.h.
ALTER TABLE stop ADD COLUMN why INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stop ADD COLUMN is_proven INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stop ADD COLUMN late_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stop ADD COLUMN lost_score INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stop ADD COLUMN other_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stop ADD COLUMN other_case_no INTEGER NOT NULL DEFAULT 0;
