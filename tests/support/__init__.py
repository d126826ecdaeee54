"""What tests of several folders use: homes with a lake, landings, deliveries, readers of tables, the `c360` command.

Fixtures belong in a conftest, expected tables in `tests/model`, generated landings in `tests/strategies`.
"""
