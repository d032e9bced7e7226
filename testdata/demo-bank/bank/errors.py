"""The one way in which a rule says no."""


class Refused(Exception):
    """An answer other than success: an HTTP status and a code of lowercase letters and underscores."""

    def __init__(self, status, code):
        super().__init__(code)
        self.status, self.code = status, code
