"""The server in process and the people at its desk, as the tests of the web have them."""

from tests.web.conftest import ada, ana, ben, floor, front, ida, jon, mia, stranger

__all__ = ["ada", "ana", "ben", "floor", "front", "ida", "jon", "mia", "stranger"]
