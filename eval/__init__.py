"""The evals: is the right paper found, does each citation hold, is a refusal right."""
