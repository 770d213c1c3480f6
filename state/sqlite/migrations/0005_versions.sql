-- The schema that a program must know to work with the store. It is raised by `tocsin migrate finish`, and every commit asks for it.
ALTER TABLE store ADD COLUMN least INTEGER NOT NULL DEFAULT 4;
