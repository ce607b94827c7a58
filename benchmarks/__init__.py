"""What is measured: `run(quick=…)` of each module returns a figure and what it was measured on."""
