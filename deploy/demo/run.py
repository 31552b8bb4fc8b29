"""`make demo`: five communities on this machine decide something together."""

import sys
from pathlib import Path

# Run as a file, only its own folder is on the path; the demo is a package of the checkout.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from deploy.demo.main import main

if __name__ == "__main__":
    sys.exit(main())
