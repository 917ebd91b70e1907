"""What an operator runs to see the promises held on their own machine.

People who write down what they did and heard (`people.py`, `history.py`), and a checker that holds
it against what was promised (`checker.py`, `truth.py`), knowing the server by its protocol alone.
"""
