"""`make bench`: time and memory of what is done at the end of a month, on registers that
the project makes itself, beside a hand-written baseline that gives the same figures."""
