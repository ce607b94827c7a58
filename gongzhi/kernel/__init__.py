"""What every room stands on and no framework knows: lifecycles, refusals, units, places on the earth, the clock."""
