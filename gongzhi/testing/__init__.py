"""What tests of several rooms share: a small founded city, its people, and cases brought to a state by real moves."""
