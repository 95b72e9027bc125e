"""The registers, each read off the same lives."""
