"""A small bank: `state` holds what it knows, `rules` decide, `routes` name them, `web` speaks HTTP, `logs` write what happened."""
