"""What remembers: the log of each desk, what belongs to people, and tables that people query.

Each store keeps the promises of `frontdesk.engine.ports.Store`, and one class of tests
(`tests/contracts/store_contract.py`) holds them all to it. No rule of a desk is decided here.
"""
