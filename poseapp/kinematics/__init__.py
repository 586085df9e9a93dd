"""The science: angles, filters, derivatives and facing as pure functions on arrays."""
