"""Pages between communities: the map, federations, joint decisions, books carried by hand."""
