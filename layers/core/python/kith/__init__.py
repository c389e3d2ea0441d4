"""The library that every function of Kith shares."""
