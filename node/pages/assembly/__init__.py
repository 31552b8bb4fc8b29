"""Pages of assemblies that meet in a room: called, followed live, recorded, signed, contested."""
