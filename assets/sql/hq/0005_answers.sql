-- Fifth schema: messages that want an answer until a time, and how long a day was.

ALTER TABLE message ADD COLUMN wants_answer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN answer_by_at_ms INTEGER NOT NULL DEFAULT 0; -- 0: no limit
-- Who has read (56) and answered (57): code is the number of the message.
CREATE INDEX incident_by_message ON incident (branch_no, kind, code, person_no)
WHERE kind IN (56, 57);

ALTER TABLE day ADD COLUMN worked_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE day ADD COLUMN planned_distance_m INTEGER NOT NULL DEFAULT 0;
-- Both stand in the facts of days that were closed before.
INSERT INTO kase_to_fold (branch_no, case_no)
SELECT branch_no, 0 FROM branch WHERE EXISTS (SELECT 1 FROM day WHERE closed_at_ms > 0)
ON CONFLICT DO NOTHING;
