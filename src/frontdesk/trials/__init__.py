"""What an operator runs to see the promises held on their own machine.

People who write down what they did and heard (`people.py`, `history.py`), and a checker that holds
it against what was promised (`checker.py`, `truth.py`), knowing the server by its protocol alone:
that is a soak (`soak.py`), over a network that breaks (`proxy.py`). And how much a server does:
`load.py`, by the smallest clients that will do (`raw.py`).
"""
