"""The assistant: a question in, an answer of cited sentences out."""
