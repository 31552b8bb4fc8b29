"""Pages of the charter: the rules in words, and a form to change them."""
