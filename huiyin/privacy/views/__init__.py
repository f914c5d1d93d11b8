"""Pages of privacy: the centre of each person, the register of the company."""
