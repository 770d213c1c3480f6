-- When a task's owner is to be reminded of its deadline, ns; 0: not at all.
ALTER TABLE clock ADD COLUMN remind INTEGER NOT NULL DEFAULT 0;
