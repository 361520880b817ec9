"""Reports for people and for programs; they render what the judge said and add nothing."""
