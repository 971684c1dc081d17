//! Stage 1: sources → captured bytes, kept for ever in a WARC archive.
