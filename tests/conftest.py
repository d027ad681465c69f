"""What all tests share: no log noise from Beam."""

import logging

logging.getLogger().addHandler(logging.NullHandler())
