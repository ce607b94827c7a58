"""Which unit answers for a case: by the city's rules, explained; and what was ruled where units disputed it."""
