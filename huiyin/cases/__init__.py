"""Accountable work: a case is a promise to answer, kept until the user confirms.

Owns: cases, their clocks with calendars and policies, notes, links, saved views, the user's confirmation;
what agents keep at hand (scripts, macros, drafts), notices of the bell, watchers, own fields.
Does not own: what was said (voices), the thread (conversations), articles (knowledge).
Events told: case.opened, case.assigned, case.replied, case.noted, case.transitioned, case.solved, case.confirmed,
case.reopened, case.closed, case.corrected, case.changed, case.merged, case.split, case.linked, case.macro_applied,
case.undone, clock.started, clock.warned, clock.breached, clock.met, and of what is kept for many cases
script.*, macro.* and case_field.* (kept, removed, returned).
Events heard: voice.understood (to complete the verdicts), case.opened, case.replied, case.solved
(to write to the user).
"""
