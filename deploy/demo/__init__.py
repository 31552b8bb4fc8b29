"""The demo: real nodes, real commands, and a story that is data (docs/scenarios/)."""
