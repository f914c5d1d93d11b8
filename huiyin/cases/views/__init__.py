"""Pages of cases: the workspace's list and detail, its actions, people, and the contact's own page."""
