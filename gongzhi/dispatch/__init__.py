"""Which unit answers for a case: by the city's rules, explained."""
