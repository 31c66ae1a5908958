-- Messages of headquarters that want an answer, and how long a day was.

ALTER TABLE inbox ADD COLUMN wants_answer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN answer_by_at_ms INTEGER NOT NULL DEFAULT 0; -- 0: no limit
-- What was answered last; answer is a code of message_answers.def, 0: nothing yet.
ALTER TABLE inbox ADD COLUMN answer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN answer_note TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN answered_at_ms INTEGER NOT NULL DEFAULT 0;

-- Both stand in the facts of days that were closed before: the journey makes the rows anew.
ALTER TABLE day ADD COLUMN worked_minutes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE day ADD COLUMN planned_distance_m INTEGER NOT NULL DEFAULT 0;
INSERT INTO setting (name, value)
SELECT 'must_project', 1 WHERE EXISTS (SELECT 1 FROM day WHERE closed_at_ms > 0);
