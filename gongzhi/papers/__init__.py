"""Official papers: made from the record, issued with a number, sealed by hand."""
