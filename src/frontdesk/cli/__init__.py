"""The command line: what operators type. It names every concrete class, once.

Start with `main.py`: the commands. `serve.py` puts the server together; `accounts.py` is another
node beside it. stdout is for data and stderr for talk, and every error says what to do next.
"""
