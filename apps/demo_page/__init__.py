"""The demo as one file: no server, no network, and so no more than a browser can compute."""
