"""The rules, a file an area. A rule takes the bank, the call and the ids of the path; it gives a status and an answer, or refuses."""
