"""`make bench`: time and memory of what is done at the end of a month, on synthetic
registers, beside a hand-written baseline that gives the same figures."""
