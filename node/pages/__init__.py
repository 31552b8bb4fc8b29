"""Pages for people: what a browser shows. Scripts are in web/, their bundles in static/."""
