"""Pages that people sign: what was measured of a clip on one sheet, as PDF and as HTML."""
