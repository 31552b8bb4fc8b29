"""What this node answers over HTTP: routes that translate, and nothing more."""
